"""What the sheet is given beside the metrics: supplied values, benchmarks, states (2.4, 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shopscore.engines.contract import Binding
from shopscore.engines.reference.rows import Row
from shopscore.formula.tree import Value
from shopscore.plan.model import Plan
from shopscore.plan.windows import assessment_day

_ALWAYS = -(10**9)


def supplied_metrics(binding: Binding, rows: Sequence[Row], as_of: int) -> dict[str, Value]:
    """Return the newest supplied row of each metric with as_of on or before D."""
    newest: dict[str, Row] = {}
    for row in rows:
        since = _ALWAYS if row["as_of"] is None else row["as_of"]
        if since <= as_of:
            old = newest.get(row["metric"])
            if old is None or since > (_ALWAYS if old["as_of"] is None else old["as_of"]):
                newest[row["metric"]] = row
    return {
        each.name: newest[each.of][each.field] if each.of in newest else None
        for each in binding.inputs("supplied")
    }


def supplied_benchmarks(
    binding: Binding, rows: Iterable[Row], subject: str, category: str | None
) -> dict[str, Value]:
    """Return supplied benchmarks by metric or dimension; a subject's row wins over its category's."""
    key = f"{binding.plan.bundle.subject}_id"
    chosen: dict[str, tuple[bool, Row]] = {}
    for row in rows:
        own = row[key] == subject
        if own or (row[key] is None and row["category"] is not None and row["category"] == category):
            owner = row["metric"] if row["metric"] is not None else row["dimension"]
            if owner not in chosen or own:
                chosen[owner] = (own, row)
    return {
        each.name: chosen[each.of][1][each.field] if each.of in chosen else None
        for each in binding.inputs("benchmark")
    }


def supplied_states(binding: Binding, rows: Iterable[Row]) -> dict[str, Value]:
    """Return each item's newest supplied state from before D."""
    newest: dict[str, Row] = {}
    for row in rows:
        old = newest.get(row["item"])
        if row["as_of_on"] < binding.as_of and (old is None or row["as_of_on"] > old["as_of_on"]):
            newest[row["item"]] = row
    days = _latest_days(binding.plan, binding.as_of)
    found: dict[str, Value] = {}
    for each in binding.inputs("state"):
        row = newest.get(each.of)
        found[each.name] = _state_field(each.field, row, days[each.of])
    return found


def _state_field(field: str, row: Row | None, assessed: int) -> Any:
    if field == "stands":
        return row is not None and row["as_of_on"] >= assessed
    column = {"before": "state", "value_before": "value", "since": "since_on"}[field]
    return None if row is None else row[column]


def _latest_days(plan: Plan, as_of: int) -> dict[str, int]:
    return {item.id: assessment_day(item.schedule, as_of) for item in plan.items}
