"""A sample speaks the event model: every table, every column, every listed value, no row it rejects."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sample.conftest import Sample, files_of

from shopscore.events.row_checks import Cell, CheckedRows, check_rows
from shopscore.events.tables import Column, Kind, catalog
from shopscore.events.time import Zone
from shopscore.events.values import Zones

TABLES = tuple(catalog())
STORED = {
    Kind.ID: {pa.string()},
    Kind.TEXT: {pa.string()},
    Kind.FLAG: {pa.bool_()},
    Kind.NUMBER: {pa.float64(), pa.int32()},
    Kind.COUNT: {pa.int32()},
    Kind.INSTANT: {pa.timestamp("us", tz="UTC")},
    Kind.DEADLINE: {pa.timestamp("us", tz="UTC")},
    Kind.DAY: {pa.date32()},
}


def read(folder: Path, table: str) -> pa.Table:
    return pa.concat_tables(
        [pq.ParquetFile(path).read() for path in files_of(folder, table)], promote_options="permissive"
    )


def as_written(table: pa.Table) -> list[dict[str, Cell]]:
    """Write every value as an input file would: instants as Unix seconds, days as ISO dates."""
    columns = []
    for field, values in zip(table.schema, table.columns, strict=True):
        if pa.types.is_timestamp(field.type):
            columns.append(
                [None if at is None else _seconds(at) for at in values.cast(pa.int64()).to_pylist()]
            )
        elif pa.types.is_date(field.type):
            columns.append([None if day is None else day.isoformat() for day in values.to_pylist()])
        else:
            columns.append(values.to_pylist())
    return [
        {name: Cell(value, str(value)) for name, value in zip(table.column_names, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def _seconds(at: int) -> str:
    return f"{at // 1_000_000}.{at % 1_000_000:06d}"


def checked(sample: Sample, table: str, zone: str) -> CheckedRows:
    return check_rows(catalog()[table], as_written(read(sample.folder, table)), Zones(Zone(zone)))


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_models_in_its_order(us: Sample, table: str) -> None:
    for path in files_of(us.folder, table):
        assert pq.read_schema(path).names == list(catalog()[table].columns)


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_stored_as_their_kind(us: Sample, table: str) -> None:
    for path in files_of(us.folder, table):
        schema = pq.read_schema(path)
        odd = {
            name: schema.field(name).type
            for name, column in catalog()[table].columns.items()
            if schema.field(name).type not in STORED[column.kind]
        }
        assert odd == {}, path


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_more_than_one_thing(us: Sample, table: str) -> None:
    said = {
        name: us.number(
            f'SELECT count(DISTINCT "{name}") + (count(*) > count("{name}"))::INTEGER FROM {table}'
        )
        for name in catalog()[table].columns
    }
    assert [name for name, values in said.items() if values < 2] == []


LISTED = [
    (table, column) for table in TABLES for column in catalog()[table].columns.values() if column.values
]


@pytest.mark.parametrize(("table", "column"), LISTED, ids=[f"{t}.{c.name}" for t, c in LISTED])
def test_every_listed_value_appears(us: Sample, table: str, column: Column) -> None:
    found = us.rows(f'SELECT DISTINCT "{column.name}" FROM {table} WHERE "{column.name}" IS NOT NULL')
    assert {value for (value,) in found} == set(column.values)


@pytest.mark.parametrize("table", TABLES)
def test_the_models_own_check_accepts_every_row(us: Sample, table: str) -> None:
    found = checked(us, table, "America/Los_Angeles")
    assert [bad.message for bad in found.bad] == []
    assert len(found.rows) == us.report.tables[table]


PLANTED_RULES = {
    "orders": {"I309": "duplicate_key", "I301": "missing_placed_at", "I308": "delivered_before_placed",
               "I305": "unknown_order_type"},
    "reviews": {"I307": "stars_out_of_range", "I301": "missing_order_id"},
    "returns": {"I305": "unknown_status", "I309": "duplicate_key"},
    "after_sales_rounds": {"I308": "finished_before_started"},
    "chats": {"I307": "rating_out_of_range", "I308": "reply_before_start"},
    "complaints": {"I301": "missing_shop_id"},
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_models_own_check_finds_the_planted_rows_and_no_others(dirty_id: Sample, table: str) -> None:
    found = checked(dirty_id, table, "Asia/Jakarta")
    kinds = Counter(f"{table}.{PLANTED_RULES[table][bad.check.rule]}" for bad in found.bad)
    planted = {name: rows for name, rows in dirty_id.report.bad_rows.items() if name.startswith(f"{table}.")}
    assert kinds == planted


def test_bad_rows_are_the_asked_share_of_each_kind(dirty_id: Sample) -> None:
    """2 % of 3,000 orders over four kinds; 2 % of the reviews over two, rounded up."""
    bad = dirty_id.report.bad_rows
    assert [rows for name, rows in bad.items() if name.startswith("orders.")] == [15, 15, 15, 15]
    sound = dirty_id.number("SELECT count(*) FROM reviews WHERE stars <= 5 AND order_id IS NOT NULL")
    assert bad["reviews.stars_out_of_range"] == -(-sound // 100)
    assert dirty_id.report.tables["orders"] == 3_060


# Where the programs' own curves end: what is supplied for 1 and 4 points must lie strictly between.
CURVE_ENDS = {
    "negative_review_rate": (1.0, 0.0),
    "non_buyer_fault_return_rate": (0.5, 0.0),
    "seller_fault_cancellation_rate": (0.5, 0.0),
    "on_time_delivery_rate": (0.5, 1.0),
    "im_dissatisfaction_rate": (1.0, 0.0),
    "after_sales_handling_hours": (240.0, 0.0),
}


@pytest.mark.parametrize(("metric", "ends"), CURVE_ENDS.items())
def test_supplied_benchmarks_keep_the_curve_monotone(
    us: Sample, metric: str, ends: tuple[float, float]
) -> None:
    rows = us.rows(f"SELECT poor, excellent FROM supplied_benchmarks WHERE metric = '{metric}'")
    worst, best = ends
    for poor, excellent in rows:
        knots = [worst, poor, excellent, best]
        assert knots in (sorted(set(knots)), sorted(set(knots), reverse=True))
    assert len(rows) >= 4
