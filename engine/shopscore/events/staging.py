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
NTH = "_nth"
"""Column: the number of a row in a reader's table; several of its rows may come from one row of a file."""


@dataclass(frozen=True, slots=True)
class Staged:
    """The columns of the model a file has, and those the model does not have."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def unreadable(where: str, message: str) -> BadInputError:
    """Return the error of a file that cannot be read at all."""
    return BadInputError([Finding("I321", Level.ERROR, where, message)])


def stage_arrow(data: pa.Table | pa.RecordBatchReader, shown: str, table: Table, target: Path) -> Staged:
    """Write a reader's table with the types it has; rows without a place get their number here."""
    names = [name for name in data.schema.names if name in table.columns]
    given = [pa.field(name, _plain_type(data.schema.field(name).type)) for name in names]
    schema = pa.schema([*given, (FILE, pa.string()), (ROW, pa.int64()), (NTH, pa.int64())])
    batches = data.to_batches() if isinstance(data, pa.Table) else data
    first = 1
    with pq.ParquetWriter(target, schema) as writer:
        for batch in batches:
            numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
            added = {FILE: pa.repeat(pa.scalar(shown), batch.num_rows), ROW: numbers, NTH: numbers}
            found = {**added, **{name: batch.column(name) for name in batch.schema.names if name != NTH}}
            arrays = [found[each.name].cast(each.type) for each in schema]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            first += batch.num_rows
    own = {*table.columns, FILE, ROW, NTH}
    return Staged(tuple(names), tuple(name for name in data.schema.names if name not in own))


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
