"""What a plan reads of the event model; the rest of the data is never looked at."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.model import Bundle
from shopscore.events.quantities import Quantity
from shopscore.events.tables import Table
from shopscore.hooks import Plugins
from shopscore.plan.draft import Draft
from shopscore.plan.model import Plan


def model_of(bundle: Bundle) -> Mapping[str, Table]:
    """Return the event model as a bundle sees it, with the shop columns it declares."""
    return Draft.start(bundle, Plugins()).tables


def quantities_of(plan: Plan) -> Mapping[str, Quantity]:
    """Return what the values of each metric are."""
    return {each.id: Quantity.of(each.unit, each.kind) for each in plan.metric_infos.values()}


def needs_of(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each table that a plan reads."""
    needs = {name: table.columns for name, table in plan.tables.items()}
    shops = (each.field for each in plan.inputs if each.source == "shop")
    needs["shops"] = tuple(dict.fromkeys((*shops, "category")))
    needs["supplied_metrics"] = ("numerator", "denominator", "as_of")
    owner = (f"{plan.bundle.subject}_id", "category", "metric", "dimension")
    needs["supplied_benchmarks"] = (*owner, "poor", "excellent", "average", "weight")
    if plan.items:
        needs["shop_states"] = ("state", "value", "since_on", "streak", "decided_by")
    if plan.metrics or plan.ledgers:
        needs["appeals"] = ("ticket_id", "decided_at", "status")
    if plan.ledgers:
        columns = {name for ledger in plan.ledgers for name in ledger.columns}
        columns |= set(needs.get("violations", ()))
        needs["violations"] = tuple(sorted(columns))
        needs["point_events"] = ("points", "milestone", "days")
    return needs
