"""Compares two files of scorecards leaf by leaf and row by row, doubles by their bits.

`python -m tests.benchmarks.same ENGINE.parquet RIVAL.parquet` says in how many rows which leaves differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def differing(engine: Path, rival: Path) -> dict[str, int]:
    """Return in how many rows each leaf differs; those that agree are left out.

    `floors[]` are lists of another length, `floors[].after` is a leaf in lists of the same. Files of other
    columns or another number of rows are not compared: then `columns` or `rows` says how many there are.
    """
    columns = _columns(engine)
    if others := sum(one != other for one, other in zip_longest(columns, _columns(rival))):
        return {"columns": others}
    with pq.ParquetFile(engine) as one, pq.ParquetFile(rival) as other:
        if more := abs(one.metadata.num_rows - other.metadata.num_rows):
            return {"rows": more}
        rows = pa.array(range(one.metadata.num_rows))
        found: dict[str, int] = {}
        for name, _ in columns:  # column by column: they need not all be held at once
            found |= _unequal(name, _whole(one, name), _whole(other, name), rows)
    return found


def _columns(file: Path) -> list[tuple[str, str]]:
    """Return the columns with their types as DuckDB names them: what may be null is no part of a type."""
    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(file))
        return [(name, str(type_)) for name, type_ in zip(relation.columns, relation.types, strict=True)]


def _whole(file: pq.ParquetFile, name: str) -> pa.Array:
    return file.read([name])[name].combine_chunks()


def _unequal(path: str, left: pa.Array, right: pa.Array, rows: pa.Array) -> Iterator[tuple[str, int]]:
    """Yield the leaves that differ and in how many rows; `rows` tells which row each value belongs to."""
    different = pc.xor(left.is_null(), right.is_null())
    if not pa.types.is_nested(left.type):
        different = pc.or_(different, pc.fill_null(pc.not_equal(_bits(left), _bits(right)), False))
    if pc.any(different).as_py():
        yield path, pc.count_distinct(rows.filter(different)).as_py()
    if pa.types.is_struct(left.type):
        for index in range(left.type.num_fields):
            leaf = f"{path}.{left.type.field(index).name}"
            yield from _unequal(leaf, pc.struct_field(left, index), pc.struct_field(right, index), rows)
    elif pa.types.is_list(left.type):
        one, other = (rows.take(pc.list_parent_indices(each)) for each in (left, right))
        if one == other:
            yield from _unequal(f"{path}[]", pc.list_flatten(left), pc.list_flatten(right), one)
        else:
            lengths = (pc.fill_null(pc.list_value_length(each), 0) for each in (left, right))
            yield f"{path}[]", pc.count_distinct(rows.filter(pc.not_equal(*lengths))).as_py()


def _bits(values: pa.Array) -> pa.Array:
    return values.view(pa.int64()) if pa.types.is_floating(values.type) else values


if __name__ == "__main__":
    unequal = differing(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.exit(f"engine and rival differ, nothing is timed: {unequal}" if unequal else 0)
