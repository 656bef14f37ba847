"""Where in the resolved bundle a cell's rule stands, as the path its source is recorded under."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.plan.model import ItemPlan, Plan

SECTIONS = {"benefit": "benefits", "gate": "gates", "badge": "badges", "ladder": "ladders"}
"""The section of a bundle that each kind of item is written in."""

_ON_THE_CURVE = frozenset({"points_before_floor", "points", "average"})
_WEIGHTS = frozenset({"own_weight", "weight", "points_lost"})


def item_path(item: ItemPlan) -> str:
    """Return the path of a benefit, gate, badge or ladder."""
    return f"{SECTIONS[item.kind]}.{item.id}"


def cell_paths(plan: Plan) -> Mapping[str, str]:
    """Return the path of every cell that a rule of the bundle makes."""
    items = {item.id: item_path(item) for item in plan.items}
    dimensions = {metric: each.id for each in plan.dimensions for metric in each.metrics}
    groups = {each.id for each in plan.dimensions}
    found = {}
    for cell in plan.sheet:
        owner, _, field = cell.name.partition(".")
        named, _, _ = field.rpartition(".")
        match owner:
            case "item":
                path = next((path for id_, path in items.items() if field.startswith(f"{id_}.")), "")
            case "floor" | "adjustment":
                path = f"score.{owner}s.{named}"
            case "ledger":
                path = f"ledgers.{field.split('.')[0]}"
            case "advisory":
                path = f"advisories.{field}"
            case "target":
                path = f"targets[{int(field.split('.')[0]) - 1}]"
            case "eligibility":
                path = "score.eligible"
            case "band":
                path = "score.bands"
            case "score" | "state":
                path = "score"
            case _ if owner in groups:
                path = f"score.dimensions.{owner}"
            case _ if owner in plan.metric_infos and field in _ON_THE_CURVE:
                path = f"score.benchmarks.{owner}"
            case _ if owner in dimensions and field in _WEIGHTS:
                path = f"score.dimensions.{dimensions[owner]}.metrics.{owner}"
            case _ if owner in plan.metric_infos:
                path = f"metrics.{owner}"
            case _ if owner in plan.bundle.values:
                path = f"values.{owner}"
            case _:
                path = ""
        if path:
            found[cell.name] = path
    return found
