"""Compares the engine's scorecards with the rival's flat rows, doubles by their bits.

`python -m tests.benchmarks.same ENGINE.parquet RIVAL.parquet` says in how many rows which columns differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from tests.oracle.agreement import ADJUSTMENTS, BENEFITS, DIMENSIONS, LADDERS, METRIC_FIELDS

MARGIN_FIELDS = ("cell", "threshold", "distance")


def differing(engine: Path, rival: Path) -> dict[str, int]:
    """Return in how many rows each of the rival's columns differs; those that agree are left out."""
    metrics = pq.read_schema(engine).field("metrics").type
    found = places(metrics.field(number).name for number in range(metrics.num_fields))
    with duckdb.connect() as connection:
        flat = connection.read_parquet(str(rival)).order("shop_id").to_arrow_table()
        wanted = ", ".join(f'{found[name]} AS "{name}"' for name in flat.column_names)
        cards = connection.read_parquet(str(engine)).order("subject.id").project(wanted).to_arrow_table()
    if flat.num_rows != cards.num_rows or flat["shop_id"] != cards["shop_id"]:
        return {"shop_id": max(1, abs(flat.num_rows - cards.num_rows))}
    counts = {name: _unequal(flat[name], cards[name]) for name in flat.column_names}
    return {name: count for name, count in counts.items() if count}


def places(metrics: Iterable[str]) -> dict[str, str]:
    """Return where a scorecard has each of the oracle's and the rival's columns."""
    found = {
        "shop_id": "subject.id",
        "category": "subject.category",
        **{name: name for name in ("state", "score", "band")},
        "own_deadline_types_rows": _entry("exclusions", "own-deadline-types", "rows"),
    }
    for name in DIMENSIONS:
        found |= {name: f"dimensions.{name}.points", f"{name}_weight": f"dimensions.{name}.weight"}
    for name, id_ in ADJUSTMENTS.items():
        found |= {f"{name}_{when}": _entry("adjustments", id_, when) for when in ("before", "after")}
    for name in metrics:
        found |= {f"{name}_{field}": f"metrics.{name}.{field}" for field in METRIC_FIELDS}
    for name in (*BENEFITS, *LADDERS):
        found[name] = f"benefits.{name}.{'value' if name in LADDERS else 'state'}"
        found |= {f"{name}_margin_{field}": f"benefits.{name}.margin.{field}" for field in MARGIN_FIELDS}
    return found


def _entry(entries: str, id_: str, field: str) -> str:
    return f"list_filter({entries}, lambda each: each.id = '{id_}')[1].{field}"


def _unequal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> int:
    if one.type != other.type:
        return len(one)
    left, right = _bits(one), _bits(other)
    if left.equals(right):
        return 0
    return sum(a != b for a, b in zip(left.to_pylist(), right.to_pylist(), strict=True))


def _bits(column: pa.ChunkedArray) -> pa.Array:
    whole = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return whole.view(pa.int64()) if pa.types.is_floating(whole.type) else whole


if __name__ == "__main__":
    unequal = differing(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.exit(f"engine and rival differ, nothing is timed: {unequal}" if unequal else 0)
