"""Deadlines of orders: an export names none, so the market's rule makes them, and each is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopscore_plugins.deadlines import MARK, UNKNOWN, Count, Deadlines
from shopscore_plugins.seller_center.orders import Made

if TYPE_CHECKING:
    import duckdb

    from shopscore_plugins.seller_center.markets import Market


def add_deadlines(connection: duckdb.DuckDBPyConnection, market: Market, made: Made) -> None:
    """Make the table `due` of days and types of order to deadlines, and say how many orders have one."""
    rules = Deadlines.of(market.id)
    if rules is None:
        return
    import pyarrow as pa

    days = connection.execute(f"""
        SELECT CAST(placed_at AS DATE), coalesce(order_type, '{UNKNOWN}'), count(*) FROM orders_made
        WHERE placed_at IS NOT NULL GROUP BY ALL ORDER BY ALL
    """).fetchall()
    columns = list(rules.columns)
    count, rows = Count(rules, "the export does"), []
    for column in columns:
        for day, type_, orders in days:
            by = rules.day(column, type_, day)
            count.add(column, type_, by, orders)
            if by is not None:
                rows.append((column, day, type_, by))
    made.notes += count.notes()
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
