"""Rows as they were known on the morning of D (specification 2.2, point in time)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shopscore.events.tables import Kind, Table, parent_of

Row = dict[str, Any]
"""One row: canonical values by column, derived facts added as they are worked out."""

Given = Mapping[str, Any]
"""One row as it was supplied, in canonical form."""


def without_orphans(
    table: Table, model: Mapping[str, Table], tables: Mapping[str, Sequence[Given]]
) -> Sequence[Given]:
    """Return a table's rows but for reviews and returns whose order is not in the data (2.4)."""
    rows, parent = tables.get(table.name, ()), parent_of(model, table)
    if parent is None:
        return rows
    known = {tuple(row[name] for name in parent.key) for row in tables.get(parent.name, ())}
    return [row for row in rows if tuple(row[name] for name in parent.key) in known]


def as_known(table: Table, rows: Iterable[Given], cutoff: int) -> list[Row]:
    """Return the rows that exist before an instant, by row id, with everything later unknown.

    A row exists from its own clock on. Every other instant at or after the cutoff is null, and what it
    dates is what it was before; deadlines are plain data.
    """
    known = []
    for row in rows:
        if table.clock is not None and row[table.clock] >= cutoff:
            continue
        copy = dict(row)
        for column in table.columns.values():
            instant = copy.get(column.name)
            if column.kind is Kind.INSTANT and instant is not None and instant >= cutoff:
                copy[column.name] = None
                copy.update(table.dates.get(column.name, {}))
        known.append(copy)
    row_id = table.row_id
    return known if row_id is None else sorted(known, key=lambda row: str(row[row_id]))
