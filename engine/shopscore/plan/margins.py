"""Margins: the nearest single threshold whose crossing would change an item (specification 2.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import Struct

from shopscore.bundle.model import Item
from shopscore.formula.tree import Const, Name, Node, Op, Type, rewrite, walk
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import (
    FALSE,
    TRUE,
    both,
    call,
    cases,
    choose,
    compare,
    either,
    is_true,
    known,
    null,
    number,
    op,
    quantise,
    retyped,
    text,
)

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_TRUE_BELOW = frozenset({"<", "<=", "!="})
_TRUE_AT = frozenset({"<=", ">=", "=="})
_TRUE_ABOVE = frozenset({">", ">=", "!="})

Outcome = Callable[[tuple[Node, ...], Node], Node]
"""From an item's conditions and what it was before to what it is."""


class _Line(Struct, frozen=True):
    """A comparison of one numeric cell with a constant: cell sign threshold."""

    cell: Name
    sign: str
    threshold: Const


def _line(node: Node) -> _Line | None:
    match node:
        case Op(op=sign, args=(Name() as cell, Const() as limit)) if sign in _COMPARISONS:
            line = _Line(cell, sign, limit)
        case Op(op=sign, args=(Const() as limit, Name() as cell)) if sign in _COMPARISONS:
            line = _Line(cell, _SWAPPED[sign], limit)
        case _:
            return None
    return line if cell.type.is_numeric else None


def add_margin(sheet: Sheet, item: Item, trees: tuple[Node, ...], current: Name, outcome: Outcome) -> None:
    """Add the nearest threshold at which the item would change if one cell alone moved there.

    For each (cell, threshold) the conditions compare, the next assessment is worked out as if the cell
    stood just below, at, and just above the threshold; what they compare the cell with elsewhere is
    decided by where it then stands. The nearest threshold that gives another outcome is the margin; the
    first written wins a tie.
    """
    stem = f"item.{item.id}"
    lines = [line for tree in trees for node in walk(tree) if (line := _line(node)) is not None]
    pairs = list(dict.fromkeys((line.cell, line.threshold) for line in lines))
    distances: list[tuple[Name, Const, Name]] = []
    for place, (cell, threshold) in enumerate(pairs, 1):
        moved = {
            side: simplified(outcome(tuple(_as_if(tree, cell, threshold, true) for tree in trees), current))
            for side, true in (("below", _TRUE_BELOW), ("at", _TRUE_AT), ("above", _TRUE_ABOVE))
        }
        differs = {side: compare("!=", tree, current) for side, tree in moved.items()}
        below, above = compare("<", cell, threshold), compare(">", cell, threshold)
        changes = choose(
            below,
            either(differs["at"], differs["above"]),
            choose(
                above, either(differs["at"], differs["below"]), either(differs["below"], differs["above"])
            ),
        )
        plain = Type.NUMBER
        gap = retyped(quantise(call("abs", op("-", cell, threshold, plain), kind=plain)), plain)
        distance = sheet.cell(
            f"{stem}.margin.{place}",
            choose(both(known(cell), is_true(changes)), gap, null(plain)),
        )
        distances.append((cell, threshold, distance))
    gaps = [distance for _, _, distance in distances]
    nearest: Node = null(Type.NUMBER)
    if gaps:
        nearest = call("min_known", *gaps, kind=Type.NUMBER) if len(gaps) > 1 else gaps[0]
    least = sheet.cell(f"{stem}.margin_distance", nearest, item.mark)
    chosen = [(compare("==", distance, least), cell, threshold) for cell, threshold, distance in distances]
    sheet.cell(
        f"{stem}.margin_cell", cases([(test, text(cell.name)) for test, cell, _ in chosen], null(Type.TEXT))
    )
    sheet.cell(
        f"{stem}.margin_threshold",
        cases([(test, number(float(limit.value or 0))) for test, _, limit in chosen], null(Type.NUMBER)),
    )


def _as_if(tree: Node, cell: Name, threshold: Const, true: frozenset[str]) -> Node:
    """Return a condition with every comparison of one cell decided by its standing beside a threshold."""
    stands = float(threshold.value or 0)

    def change(node: Node) -> Node:
        line = _line(node)
        if line is None or line.cell != cell:
            return node
        other = float(line.threshold.value or 0)
        signs = true if other == stands else _TRUE_BELOW if stands < other else _TRUE_ABOVE
        return TRUE if line.sign in signs else FALSE

    return rewrite(tree, change)


def simplified(tree: Node) -> Node:
    """Return the same meaning without conditions that are already decided."""

    def change(node: Node) -> Node:
        match node:
            case Op(op="if", args=(test, then, other)):
                if test in (TRUE, FALSE):
                    return then if test == TRUE else other
                return then if then == other else node
            case Op(op="and" | "or" as sign, args=args):
                ends, drops = (FALSE, TRUE) if sign == "and" else (TRUE, FALSE)
                if ends in args:
                    return ends
                left = tuple(arg for arg in args if arg != drops)
                if not left:
                    return drops
                return left[0] if len(left) == 1 else replace(node, args=left)
            case Op(op="not", args=(arg,)) if arg in (TRUE, FALSE):
                return FALSE if arg == TRUE else TRUE
        return node

    return rewrite(tree, change)
