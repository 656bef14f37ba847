"""Metrics typed on the command line: read by the policy's units, and put in place of what was supplied."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from shopscore.errors import UsageError, near_match

if TYPE_CHECKING:
    from shopscore.events.cases import CaseFile
    from shopscore.events.rows import Events, Note
    from shopscore.policy import Policy

Typed = Sequence[tuple[str, str]]
"""Metrics by name and what was typed for each."""

_TABLE = "supplied_metrics"
NOBODY = "unnamed"
"""The id of a subject nothing is known of but numbers."""


def refuse_unknown(typed: Typed, policies: Sequence[Policy]) -> None:
    """Raise UsageError for a metric that no policy has."""
    known = {name: None for policy in policies for name in policy.plan.metric_infos}
    names = list(dict.fromkeys(policy.name for policy in policies))
    said = f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'}"
    for metric, _ in typed:
        if metric not in known:
            hint = near_match(metric, known) or f"; shopscore show {names[0]} lists them"
            raise UsageError(f"--metric {metric}: {said} no such metric{hint}")


def nothing_but_typed(subject: str, id_: str | None) -> CaseFile:
    """Return a case about a subject without any events."""
    from shopscore.events.cases import open_case_text

    file, _ = open_case_text(json.dumps({subject: {f"{subject}_id": id_ or NOBODY}}), "typed numbers")
    assert file is not None
    return file


def read_values(typed: Typed, policy: Policy) -> dict[str, float]:
    """Return the values of the metrics that a policy has; raises UsageError for what cannot be one."""
    from shopscore.events.typed import read_typed

    quantities = policy.tables[_TABLE].quantities
    values = {}
    for metric, written in typed:
        if metric in quantities:
            value = read_typed(written, quantities[metric])
            if isinstance(value, str):
                raise UsageError(f"--metric {metric}: {value}")
            values[metric] = value
    return values


def with_typed(events: Events, policy: Policy, typed: Typed) -> tuple[Events, tuple[Note, ...]]:
    """Return events in which typed values are all that was supplied of their metrics, and notes of it."""
    values = read_values(typed, policy)
    table = policy.tables[_TABLE]
    nothing = {name: column.default for name, column in table.columns.items()}
    kept = [
        (row, place)
        for row, place in zip(events.tables[_TABLE], events.places[_TABLE], strict=True)
        if row["metric"] not in values
    ]
    added = [
        ({**nothing, table.key[0]: events.subject, "metric": metric, "value": value}, "--metric")
        for metric, value in values.items()
    ]
    rows, places = zip(*kept, *added, strict=True) if kept or added else ((), ())
    written = {table.key[0], "metric", "value"} | set(events.supply.tables.get(_TABLE, ()))
    supply = replace(
        events.supply,
        tables={**events.supply.tables, _TABLE: frozenset(written)},
        empty=events.supply.empty - {_TABLE} if rows else events.supply.empty,
    )
    changed = replace(
        events,
        tables={**events.tables, _TABLE: rows},
        places={**events.places, _TABLE: places},
        supply=supply,
    )
    return changed, tuple(_notes(typed, values, policy))


def _notes(typed: Typed, values: dict[str, float], policy: Policy) -> list[Note]:
    own = [f"{metric} {written}" for metric, written in typed if metric in values]
    notes = [("typed_metrics", f"typed, not in the data: {', '.join(own)}")] if own else []
    lacking = [metric for metric, _ in typed if metric not in values]
    notes += [
        ("unknown_name", f"--metric names {each}, which {policy.name} does not have") for each in lacking
    ]
    return notes
