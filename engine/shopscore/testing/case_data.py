"""A case as a data set: one Parquet file per supplied table, so that every engine can run it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shopscore.events.cases import Case
from shopscore.events.rows import Row
from shopscore.events.tables import Column, Kind, Table

_TYPES = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.COUNT: pa.int64(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.DEADLINE: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
}


def write_case(case: Case, tables: Mapping[str, Table], folder: Path) -> None:
    """Write a case's tables into a folder, with the columns the case has and no others.

    `tables` is the catalog the case was read with. A table that is supplied and empty becomes a file
    without rows.
    """
    supply = case.events.supply
    for name, columns in supply.tables.items():
        table = tables[name]
        # An empty table lacks no column; its file still needs those that a row could not do without.
        kept = [column for column in table.columns.values() if column.required or column.name in columns]
        pq.write_table(_arrow(kept, case.events.tables[name]), folder / f"{name}.parquet")


def _arrow(columns: list[Column], rows: tuple[Row, ...]) -> pa.Table:
    schema = pa.schema([(column.name, _TYPES[column.kind]) for column in columns])
    values = {column.name: [_stored(row[column.name], column) for row in rows] for column in columns}
    return pa.Table.from_pydict(values, schema=schema)


def _stored(value: object, column: Column) -> object:
    # Counts are doubles in formulas and whole numbers in files.
    return int(value) if column.kind is Kind.COUNT and isinstance(value, float) else value
