"""Cells rewritten so that their SQL stays linear in size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shopscore.formula.functions import FUNCTIONS, Function
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op

_MARK = "~"


def is_auxiliary(name: str) -> bool:
    """Tell whether a cell is part of another one: it keeps NaN and infinities, and nobody is shown it."""
    return _MARK in name


def hoist(
    cells: Iterable[tuple[str, Node]], *, functions: Mapping[str, Function] = FUNCTIONS
) -> tuple[tuple[str, Node], ...]:
    """Give each operand that SQL must name more than once a cell of its own, placed before.

    Such a cell is named `<cell>~1`, `<cell>~2`, ...; only names and literals stay where they are. The
    values of the other cells do not change.
    """
    hoisted: list[tuple[str, Node]] = []
    for name, node in cells:
        hoisted.extend(_hoisted(name, node, functions))
    return tuple(hoisted)


def _hoisted(cell: str, node: Node, functions: Mapping[str, Function]) -> list[tuple[str, Node]]:
    parts: list[tuple[str, Node]] = []

    def leaf(node: Node) -> Node:
        if isinstance(node, Const | Name):
            return node
        name = f"{cell}{_MARK}{len(parts) + 1}"
        parts.append((name, node))
        return Name(name, node.type, node.at)

    def visit(node: Node) -> Node:
        match node:
            case Op():
                return replace(node, args=tuple(visit(arg) for arg in node.args))
            case Call():
                args = tuple(visit(arg) for arg in node.args)
                if node.function in functions and functions[node.function].repeats:
                    args = tuple(leaf(arg) for arg in args)
                return replace(node, args=args)
            case Curve():
                value = leaf(visit(node.value))
                knots = tuple((leaf(visit(raw)), points) for raw, points in node.knots)
                return replace(node, value=value, knots=knots)
            case _:
                return node

    whole = visit(node)
    return [*parts, (cell, whole)]
