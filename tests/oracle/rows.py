"""Rows of event tables for examples: small data sets written in a few words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from tests.oracle.run import TABLES

Row = dict[str, Any]
Tables = dict[str, list[Row]]
LA = ZoneInfo("America/Los_Angeles")
D = date(2026, 6, 22)
METRICS = (
    "negative_review_rate", "non_buyer_fault_return_rate", "seller_fault_cancellation_rate",
    "on_time_delivery_rate", "im_dissatisfaction_rate", "after_sales_handling_hours",
)  # fmt: skip
_ARROW = {
    "VARCHAR": pa.string(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"), "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(), "INTEGER": pa.int32(), "DOUBLE": pa.float64(),
}  # fmt: skip


def at(age: int, hour: int = 12, as_of: date = D) -> datetime:
    """Give an instant of the local day of that age."""
    day = as_of - timedelta(days=age)
    return datetime(day.year, day.month, day.day, hour, tzinfo=LA).astimezone(UTC)


def write(folder: Path, tables: Tables, without: tuple[str, ...] = ()) -> None:
    """Write one Parquet file per table; `table.column` in without leaves a column out of the file."""
    for table, rows in tables.items():
        columns = {name: kind for name, kind in TABLES[table].items() if f"{table}.{name}" not in without}
        schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])
        listed = [{name: row.get(name) for name in columns} for row in rows]
        pq.write_table(pa.Table.from_pylist(listed, schema=schema), folder / f"{table}.parquet")


def delivered(number: int, age: int = 10, **more: Any) -> list[Row]:
    """Give orders placed ten days before their delivery, without a deadline."""
    name = more.pop("name", f"d{age}")
    return [
        {"order_id": f"{name}-{n}", "placed_at": at(age + 10), "delivered_at": at(age)} | more
        for n in range(number)
    ]


def placed(number: int, name: str, age: int = 5, **more: Any) -> list[Row]:
    return [{"order_id": f"{name}-{n}", "placed_at": at(age)} | more for n in range(number)]


def due(number: int, name: str, age: int = 5, **more: Any) -> list[Row]:
    return [
        {"order_id": f"{name}-{n}", "placed_at": at(80), "deliver_by": at(age)} | more for n in range(number)
    ]


def reviews_of(orders: list[Row], stars: int, **more: Any) -> list[Row]:
    return [
        {"review_id": f"r-{o['order_id']}", "order_id": o["order_id"], "posted_at": at(1), "stars": stars}
        | more
        for o in orders
    ]


def chats(number: int, name: str, rating: int | None, **more: Any) -> list[Row]:
    return [{"chat_id": f"{name}{n}", "started_at": at(5), "rating": rating} | more for n in range(number)]


def round_of(hours: float, name: str, age: int = 5, **more: Any) -> Row:
    started = at(age, 6)
    return {"round_id": name, "started_at": started, "finished_at": started + timedelta(hours=hours)} | more


def supplied(**values: float) -> list[Row]:
    return [{"metric": metric, "value": value} for metric, value in values.items()]


def all_supplied(**values: float) -> list[Row]:
    """Give every metric of the score, perfect where nothing else is said, of a shop with 100 orders."""
    perfect = dict.fromkeys(METRICS, 0.0) | {"on_time_delivery_rate": 1.0, "delivered_orders_90d": 100.0}
    return supplied(**(perfect | values))


def at_score(points: float) -> list[Row]:
    """Give supplied metrics of a shop whose only known metric has these points, 1 to 5."""
    hours = 96 - (points - 1) / 3 * 69.5 if points <= 4 else 26.5 * (5 - points)
    return supplied(after_sales_handling_hours=hours, delivered_orders_90d=100.0)
