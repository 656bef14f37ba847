"""The curve in force for one subject: its category's, with supplied benchmarks in their places."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from shopscore.formula.tree import Call, Curve, Node, Op, Value
from shopscore.plan.model import Plan


class CurveInForce(Struct, frozen=True):
    """A metric's knots as (raw value, points), in written order."""

    knots: tuple[tuple[float, float], ...]

    def raw_at(self, points: float) -> float | None:
        """Return the raw value of the knot with these points, if there is one."""
        return next((raw for raw, earned in self.knots if earned == points), None)


def curves_in_force(plan: Plan, evaluate: Callable[[Node], Value]) -> dict[str, CurveInForce]:
    """Return the curve of each scored metric; one with an unknown knot is left out.

    `evaluate` gives the value of a formula over the subject's cells.
    """
    trees = {cell.name: cell.tree for cell in plan.sheet}
    found = {}
    for metric in plan.metric_infos:
        tree = trees.get(f"{metric}.points_before_floor")
        curve = _chosen(tree, evaluate) if tree is not None else None
        if curve is None:
            continue
        raws = [evaluate(raw) for raw, _ in curve.knots]
        knots = tuple(
            (raw, points)
            for raw, (_, points) in zip(raws, curve.knots, strict=True)
            if isinstance(raw, float)
        )
        if len(knots) == len(curve.knots):
            found[metric] = CurveInForce(knots)
    return found


def _chosen(tree: Node, evaluate: Callable[[Node], Value]) -> Curve | None:
    """Return the curve a tree comes to, taking the branches these cells take."""
    match tree:
        case Curve():
            return tree
        case Call(args=(inner,)):
            return _chosen(inner, evaluate)
        case Op(op="if", args=(test, then, other)):
            return _chosen(then if evaluate(test) is True else other, evaluate)
        case _:
            return None
