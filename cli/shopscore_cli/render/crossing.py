"""What an item becomes at its nearest threshold: `lost below 3.0 (0.62 away)`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from shopscore.formula.evaluate import DayOf, evaluate_cells
from shopscore.formula.tree import Type, Value
from shopscore.plan import names
from shopscore.plan.model import ItemPlan, Plan
from shopscore_cli.render.ledger_cells import ledger_cells
from shopscore_cli.render.numbers import as_points, as_written, quantity

Outcome = Value


class Side(StrEnum):
    """Where the other outcome begins, seen from the threshold."""

    FROM = "from"
    ABOVE = "above"
    BELOW = "below"
    UP_TO = "up to"


class Crossing(Struct, frozen=True):
    """What an item becomes on the other side of a threshold, written with its unit."""

    outcome: Outcome
    side: Side
    threshold: str


def outcome_at(
    plan: Plan,
    item: ItemPlan,
    cells: Mapping[str, Value],
    cell: str,
    value: float,
    now: Outcome,
    day_of: DayOf,
) -> Outcome:
    """Return what the next assessment makes of an item if one cell had another value."""
    moved = {
        **cells,
        cell: value,
        names.state(item.id, "before"): now if item.kind == "benefit" else None,
        names.state(item.id, "stands"): False,
    }
    own = [(each.name, each.tree) for each in plan.sheet if each.name in item.cells]
    made = evaluate_cells(own, moved, functions=plan.functions, day_of=day_of)
    return made[f"item.{item.id}.{'value' if item.kind == 'ladder' else 'state'}"]


def crossing(
    plan: Plan,
    item: ItemPlan,
    cells: Mapping[str, Value],
    margin: Mapping[str, Any],
    day_of: DayOf,
    today: bool = True,
) -> Crossing | None:
    """Return what an item becomes at its margin's threshold; None where it has no margin.

    `today` tells that the cells are those of its assessment day. Otherwise the margin says how far the
    cell was from the threshold then, and the side is the one that fits what the item is.
    """
    cell, threshold = margin["cell"], margin["threshold"]
    if cell is None or threshold is None:
        return None
    now = cells[f"item.{item.id}.{'value' if item.kind == 'ladder' else 'state'}"]
    value, gap = cells[cell], margin["distance"]
    values = [value] if today else [threshold - gap, threshold + gap]
    for each in values:
        assert isinstance(each, float)
        if not today and outcome_at(plan, item, cells, cell, each, now, day_of) != now:
            continue
        for place, side in _beyond(each, threshold):
            then = outcome_at(plan, item, cells, cell, place, now, day_of)
            if then != now:
                written = as_written(threshold, _unit(plan, cell), 1 if cell == "score" else 0)
                return Crossing(then, side, written)
    return None


def _beyond(value: float, threshold: float) -> list[tuple[float, Side]]:
    """Return the places beyond a threshold as they are met coming from a value."""
    above = (math.nextafter(threshold, math.inf), Side.ABOVE)
    below = (math.nextafter(threshold, -math.inf), Side.BELOW)
    if value < threshold:
        return [(threshold, Side.FROM), above]
    if value > threshold:
        return [(threshold, Side.UP_TO), below]
    return [below, above]


def distance(plan: Plan, cell: str, gap: float) -> str:
    """Return how far away a threshold is, in the cell's unit."""
    return as_points(gap) if cell in ledger_cells(plan) else quantity(gap, _unit(plan, cell))


def _unit(plan: Plan, cell: str) -> Type:
    for each in plan.sheet:
        if each.name == cell:
            return each.type
    return next((each.type for each in plan.inputs if each.name == cell), Type.NUMBER)
