"""The thresholds of a plan: what a printed number must not seem to have reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shopscore.formula.tree import Const, Curve, Name, Node, Op, walk
from shopscore.plan.model import Plan

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})

Limits = Mapping[str, tuple[float, ...]]
"""Cell -> the numbers it is compared with, ascending."""


def limits_of(plan: Plan) -> Limits:
    """Return every constant that a cell is compared with, knots of curves and ends of the scale included."""
    found: dict[str, set[float]] = {}
    for cell in plan.sheet:
        for name, limit in _limits(cell.tree):
            found.setdefault(name, set()).add(limit)
    if plan.bundle.score is not None:
        for name in ("score", *(dimension.id for dimension in plan.dimensions)):
            found.setdefault(name, set()).update(plan.bundle.score.scale)
    return {name: tuple(sorted(limits)) for name, limits in found.items()}


def _limits(tree: Node) -> Iterator[tuple[str, float]]:
    for node in walk(tree):
        match node:
            case Op(op=sign, args=(Name(name=name), Const(value=float() as limit))) if sign in _COMPARISONS:
                yield name, limit
            case Op(op=sign, args=(Const(value=float() as limit), Name(name=name))) if sign in _COMPARISONS:
                yield name, limit
            case Curve(value=Name(name=name), knots=knots):
                owner, _, _ = name.rpartition(".")
                for raw, points in knots:
                    yield from ((name, limit) for part in walk(raw) for limit in _number(part))
                    yield f"{owner}.points", points
            case _:
                pass


def _number(node: Node) -> tuple[float, ...]:
    return (node.value,) if isinstance(node, Const) and isinstance(node.value, float) else ()
