"""Foreign input to Parquet files of the run's own, values as they were written, with each row's place.

What cannot be read as a row stays in as a row that says so, for the checks to count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from shopscore.errors import BadInputError, Finding, Level
from shopscore.events.expressions import sql, text
from shopscore.events.reader import FILE, ROW
from shopscore.events.tables import Table

BROKEN = "_broken"
"""Column: why a record is no row; null for rows."""
MISTYPED = "_mistyped"
"""Column: the first column whose JSON value is no text where one is expected; null for none."""


@dataclass(frozen=True, slots=True)
class Staged:
    """The columns of the model a file has, and those the model does not have."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def unreadable(where: str, message: str) -> BadInputError:
    """Return the error of a file that cannot be read at all."""
    return BadInputError([Finding("I321", Level.ERROR, where, message)])


def stage_arrow(data: pa.Table | pa.RecordBatchReader, shown: str, table: Table, target: Path) -> Staged:
    """Write a reader's table with the types it has; rows are numbered where the reader did not."""
    names = tuple(name for name in data.schema.names if name in table.columns)
    places = [name for name in (FILE, ROW) if name in data.schema.names]
    fields = [pa.field(name, _plain_type(data.schema.field(name).type)) for name in (*names, *places)]
    missing = [pa.field(name, kind) for name, kind in _PLACES.items() if name not in places]
    schema = pa.schema([*fields, *missing])
    batches = data.to_batches() if isinstance(data, pa.Table) else data
    number = 1
    with pq.ParquetWriter(target, schema) as writer:
        for batch in batches:
            rows = batch.num_rows
            added = {
                FILE: pa.repeat(pa.scalar(shown), rows),
                ROW: pa.array(range(number, number + rows), pa.int64()),
            }
            arrays = [
                batch.column(each.name).cast(each.type)
                if each.name in batch.schema.names
                else added[each.name]
                for each in schema
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            number += rows
    own = {*table.columns, FILE, ROW}
    return Staged(names, tuple(name for name in data.schema.names if name not in own))


_PLACES = {FILE: pa.string(), ROW: pa.int64()}


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Return a type Parquet and DuckDB read alike; encodings of texts become texts."""
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    return kind


def write_parquet(connection: duckdb.DuckDBPyConnection, rows: exp.Expression, target: Path) -> None:
    """Write the result of a query to a Parquet file, streaming."""
    copy = exp.Copy(
        this=exp.Subquery(this=rows),
        kind=False,
        files=[text(str(target))],
        params=[exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET"))],
    )
    connection.execute(sql(copy))


def glob_of(path: Path) -> str:
    """Return a path as DuckDB's file functions take it: they read brackets and stars as patterns."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path))
