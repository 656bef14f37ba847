"""States of items from one run to the next: rows of shop_states, made from scorecards (2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from shopscore.events.rows import Events, Row, Supply
from shopscore.events.tables import Kind, Table, catalog
from shopscore.plan.model import Plan
from shopscore.plan.windows import to_day

if TYPE_CHECKING:
    import pyarrow as pa

STATES = "shop_states"


def state_rows(plan: Plan, card: Mapping[str, Any]) -> dict[str, Row]:
    """Return the rows that carry a scorecard's items on, by item, in canonical form."""
    day = to_day(card["as_of"])
    return {item.id: _row(plan, card, item.id, day) for item in plan.items}


def _row(plan: Plan, card: Mapping[str, Any], item: str, day: int) -> Row:
    now = card["benefits"][item]
    streak = now.get("streak")
    return {
        f"{plan.bundle.subject}_id": card["subject"]["id"],
        "item": item,
        "state": now.get("state"),
        "value": now.get("value"),
        "since_on": None if now["since"] is None else to_day(now["since"]),
        "as_of_on": day,
        "streak": None if streak is None else float(streak),
        "decided_by": now["decided_by"],
    }


def with_states(events: Events, carried: Iterable[Row], day: date) -> Events:
    """Return a subject's events with the states carried to a day.

    A supplied state wins over the one carried unless it is older: then it has had its day. Of an item that
    no version before knew nothing is carried, so what was supplied of it still waits.
    """
    rows: dict[Any, Mapping[str, Any]] = {row["item"]: row for row in carried}
    for row in events.tables.get(STATES, ()):
        given: Mapping[str, Any] = row
        own = rows.get(given["item"])
        if given["as_of_on"] < to_day(day) and (own is None or given["as_of_on"] >= own["as_of_on"]):
            rows[given["item"]] = given
    return replace(
        events,
        tables={**events.tables, STATES: tuple(rows.values())},
        supply=with_table(events.supply, STATES),
    )


def with_table(supply: Supply, table: str) -> Supply:
    """Return a supply in which a table of the model is there, with all its columns."""
    columns = frozenset(catalog()[table].columns)
    return Supply({**supply.tables, table: columns}, supply.empty - {table})


def by_subject(states: pa.Table | None, model: Table) -> dict[str, dict[str, Row]] | None:
    """Return states in canonical columns as rows by subject and item; None stays None."""
    if states is None:
        return None
    found: dict[str, dict[str, Row]] = {}
    for row in states.to_pylist():
        found.setdefault(row[model.key[0]], {})[row["item"]] = row
    return found


def as_arrow(states: Mapping[str, Mapping[str, Row]], model: Table) -> pa.Table:
    """Return rows by subject and item as a table in canonical columns."""
    import pyarrow as pa

    types = {Kind.DAY: pa.int32(), Kind.NUMBER: pa.float64(), Kind.COUNT: pa.float64()}
    schema = pa.schema([(each.name, types.get(each.kind, pa.string())) for each in model.columns.values()])
    return pa.Table.from_pylist([dict(row) for rows in states.values() for row in rows.values()], schema)
