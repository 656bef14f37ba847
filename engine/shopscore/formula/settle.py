"""Formulas worked out as far as they can be: with some names known, much of a sheet need not be asked again.

Nothing changes in value. What is worked out here is worked out by `evaluate`, the meaning of a formula.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from shopscore.formula.evaluate import evaluate
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, children, rewrite


def settle(node: Node, known: Mapping[str, Const], functions: Mapping[str, Function] = FUNCTIONS) -> Node:
    """Return a formula of the same value in which known names are constants, and no constant is left over."""

    def change(part: Node) -> Node:
        match part:
            case Name(name=name):
                return known.get(name, part)
            case Op(op="if", args=(Const(value=test), then, otherwise)):
                return then if test is True else otherwise
            case Op(op="and"):
                return _joined(part, stops_at=False)
            case Op(op="or"):
                return _joined(part, stops_at=True)
            case Call(function="coalesce", args=(Const(value=None), *others)) if len(others) > 1:
                return change(replace(part, args=tuple(others)))
            case Call(function="coalesce", args=(Const(value=None), other)):
                return other
            case _ if _is_unknown(part, functions):
                return Const(None, part.type)
            case _:
                return _worked_out(part, functions)

    return rewrite(node, change)


def _joined(node: Op, stops_at: bool) -> Node:
    """Return `and` or `or` without what changes nothing in it; one value decides it whatever the rest is."""
    values = [part.value for part in node.args if isinstance(part, Const)]
    if stops_at in values:
        return Const(stops_at, Type.BOOLEAN)
    left = [part for part in node.args if not isinstance(part, Const) or part.value is None]
    if len(left) > 1:
        return replace(node, args=tuple(left))
    return left[0] if left else Const(not stops_at, Type.BOOLEAN)


def _is_unknown(node: Node, functions: Mapping[str, Function]) -> bool:
    """Tell whether a formula is null because an operand is."""
    match node:
        case Op(op="if"):
            return False
        case Op(op="in", args=(needle, *_)):
            operands: tuple[Node, ...] = (needle,)
        case Call(function=function) if function != LOCAL_DAY and not functions[function].strict:
            return False
        case Op() | Call() | Curve():
            operands = children(node)
        case _:
            return False
    return any(isinstance(each, Const) and each.value is None for each in operands)


def _worked_out(node: Node, functions: Mapping[str, Function]) -> Node:
    """Return a formula over constants as its value, where a literal can hold it."""
    operands = children(node)
    is_local = isinstance(node, Call) and node.function == LOCAL_DAY
    if is_local or not operands or not all(isinstance(each, Const) for each in operands):
        return node
    value = evaluate(node, {}, functions=functions)
    if isinstance(value, float):
        # A plugin's own kind of double, such as numpy's, would not be written as a literal.
        return Const(float(value), node.type) if math.isfinite(value) else node
    return Const(value, node.type) if value is None or isinstance(value, str | bool) else node
