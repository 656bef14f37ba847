"""Deadlines of orders: an export names none, so the market's rule makes them, and each is marked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shopscore.events.wording import counted
from shopscore_plugins.deadlines import FOLDER, MARK, Deadlines
from shopscore_plugins.seller_center.orders import Made

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb

    from shopscore_plugins.seller_center.markets import Market

_UNKNOWN = "unknown"
"""The type of orders whose word for it is in no list."""


def add_deadlines(connection: duckdb.DuckDBPyConnection, market: Market, made: Made) -> None:
    """Make the table `due` of days and types of order to deadlines, and say how many orders have one."""
    rules = Deadlines.of(market.id)
    if rules is None:
        return
    import pyarrow as pa

    days = connection.execute(f"""
        SELECT CAST(placed_at AS DATE), coalesce(order_type, '{_UNKNOWN}'), count(*) FROM orders_made
        WHERE placed_at IS NOT NULL GROUP BY ALL ORDER BY ALL
    """).fetchall()
    columns = list(rules.columns)
    rows = []
    for column in columns:
        found = [(day, type_, orders, rules.day(column, type_, day)) for day, type_, orders in days]
        made.notes += _notes(market, column, found, {_UNKNOWN, *rules.rules[column]})
        rows += [(column, day, type_, by) for day, type_, _, by in found if by is not None]
    types = {"deadline": pa.string(), "day": pa.date32(), "type": pa.string(), "by": pa.date32()}
    lines = [dict(zip(types, row, strict=True)) for row in rows]
    table = pa.Table.from_pylist(lines, schema=pa.schema(list(types.items())))
    connection.register("due_rows", table)
    connection.execute("CREATE TABLE due AS SELECT * FROM due_rows")
    connection.unregister("due_rows")
    for column in columns:
        connection.execute(f"ALTER TABLE orders_made ADD COLUMN {column} DATE")
        connection.execute(f"""
            UPDATE orders_made SET {column} = due."by" FROM due
            WHERE due.deadline = '{column}'
                AND due."day" = CAST(placed_at AS DATE)
                AND due."type" = order_type
        """)
        made.columns[column] = column
    marks = ", ".join(f"CASE WHEN {column} IS NOT NULL THEN '{column}' END" for column in columns)
    made.columns[MARK] = f"nullif(concat_ws(',', {marks}), '')"


def _notes(
    market: Market, column: str, found: list[tuple[date, str, int, date | None]], ruled: Collection[str]
) -> list[tuple[str, str]]:
    with_one = sum(orders for *_, orders, by in found if by is not None)
    without = {type_: 0 for _, type_, _, by in found if by is None}
    for _, type_, orders, by in found:
        if by is None:
            without[type_] += orders
    notes = []
    if with_one:
        rule = f"computed by the rule of {market.id} ({FOLDER}/{market.id}.yaml)"
        text = f"{column} of {counted(with_one, 'order')} {rule}"
        notes.append(("deadlines_computed", text))
    for type_, orders in without.items():
        why = "the export does not say what the rule needs" if type_ in ruled else "the rule has no such type"
        text = f"no {column} for {counted(orders, 'order')} of type {type_}: {why}"
        notes.append(("deadlines_unknown", text))
    return notes
