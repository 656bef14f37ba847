"""What a reader made, as a Parquet file of the run's own, with each row's place."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shopscore.events.reader import FILE, ROW
from shopscore.events.staging import NTH, Staged
from shopscore.events.tables import Table


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
