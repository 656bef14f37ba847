"""Cells as one generated Python function: the bits of `evaluate`, fast enough for many single shops.

Only trees become source, and of them only structure and numbers: names are numbered, texts are passed
in as constants.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from shopscore.formula.code import Code
from shopscore.formula.codegen import Writer
from shopscore.formula.evaluate import DayOf
from shopscore.formula.functions import FUNCTIONS, Function
from shopscore.formula.hoist import is_auxiliary
from shopscore.formula.tree import Call, Node, Value


class Compiled(Struct, frozen=True):
    """A function over the values of `inputs`, in that order, giving the values of `cells`."""

    inputs: tuple[str, ...]
    cells: tuple[str, ...]
    source: str
    run: Callable[[Sequence[Value]], tuple[Value, ...]]


def compile_cells(
    cells: Sequence[tuple[str, Node]],
    *,
    functions: Mapping[str, Function] = FUNCTIONS,
    day_of: DayOf | None = None,
    wanted: Collection[str] | None = None,
) -> Compiled:
    """Generate the function of an ordered list of cells; a name no cell before has is an input.

    `wanted` names the cells whose values it gives; None is all of them.
    """
    writer = Writer(functions, day_of)
    results = []
    for place, (name, node) in enumerate(cells):
        variable = f"v{place}"
        code = _cell(writer, name, node)
        writer.lines.append(f"{variable} = {code.value}")
        if wanted is None or name in wanted:
            results.append((name, variable))
        writer.define(name, variable, code)
    unpack = f"({', '.join(writer.inputs.values())},) = row" if writer.inputs else "() = row"
    given = "".join(f"{variable}, " for _, variable in results)
    lines = [unpack, *writer.lines, f"return ({given})"]
    source = "def run(row):\n" + "".join(f"    {line}\n" for line in lines)
    namespace: dict[str, Any] = {"__builtins__": {"abs": abs, "float": float}, **writer.constants}
    exec(source, namespace)
    return Compiled(tuple(writer.inputs), tuple(name for name, _ in results), source, namespace["run"])


def _cell(writer: Writer, name: str, node: Node) -> Code:
    """Return a cell's code with what is not finite made null, unless the cell is part of another."""
    if is_auxiliary(name):
        return writer.code(node)
    match node:
        case Call(function="quantise", args=(inner,)):
            # What is not finite becomes null below, so that the floor may spoil it.
            code = writer.quantised(writer.code(inner), any_floor=True)
        case _:
            code = writer.code(node)
    if not node.type.is_numeric or code.finite:
        return code
    held = writer.bind(code)
    guards = (*held.guards, f"{held.text} - {held.again} == 0.0")
    return Code(held.again, held.again, guards, bound=sys.float_info.max)
