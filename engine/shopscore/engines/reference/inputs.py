"""What the sheet is given beside the metrics: supplied values, benchmarks, states (2.4, 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shopscore.engines.contract import Binding
from shopscore.formula.tree import Value
from shopscore.plan.names import STATE_COLUMNS
from shopscore.plan.windows import assessment_day

Rows = Iterable[Mapping[str, Any]]

_ALWAYS = -(10**9)
"""Stands for a supplied metric without as_of: on or before every D, and the oldest of all."""


def supplied_metrics(binding: Binding, rows: Rows, as_of: int) -> dict[str, Value]:
    """Return the newest supplied row of each metric with as_of on or before D."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(rows, key=_since):
        if _since(row) <= as_of:
            newest[row["metric"]] = row
    return {
        each.name: newest[each.of][each.field] if each.of in newest else None
        for each in binding.inputs("supplied")
    }


def supplied_benchmarks(binding: Binding, rows: Rows, subject: str, category: str | None) -> dict[str, Value]:
    """Return supplied benchmarks by metric or dimension; a subject's row wins over its category's."""
    key = f"{binding.plan.bundle.subject}_id"
    own: dict[str, Mapping[str, Any]] = {}
    shared: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        owner = row["metric"] if row["metric"] is not None else row["dimension"]
        if row[key] == subject:
            own[owner] = row
        elif row[key] is None and row["category"] is not None and row["category"] == category:
            shared[owner] = row
    chosen = shared | own
    return {
        each.name: chosen[each.of][each.field] if each.of in chosen else None
        for each in binding.inputs("benchmark")
    }


def supplied_states(binding: Binding, rows: Rows) -> dict[str, Value]:
    """Return each item's newest supplied state from before D."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["as_of_on"]):
        if row["as_of_on"] < binding.as_of:
            newest[row["item"]] = row
    days = {item.id: assessment_day(item.schedule, binding.as_of) for item in binding.plan.items}
    return {
        each.name: _state_field(each.field, newest.get(each.of), days[each.of])
        for each in binding.inputs("state")
    }


def _since(row: Mapping[str, Any]) -> int:
    return _ALWAYS if row["as_of"] is None else int(row["as_of"])


def _state_field(field: str, row: Mapping[str, Any] | None, assessed: int) -> Value:
    if field == "stands":
        return row is not None and row["as_of_on"] >= assessed
    value: Value = None if row is None else row[STATE_COLUMNS[field]]
    return value
