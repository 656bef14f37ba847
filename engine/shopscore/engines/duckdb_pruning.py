"""Parts of Parquet files that no window reaches, found in their statistics before they are read.

A row matters if one of several instants lies in a window, and DuckDB skips row groups by single columns
only. So the row groups that can matter are looked up here, and what they span on the table's clock,
which every row has, is the bound: rows outside it lie in other row groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from shopscore.engines.sql.terms import at_least, both, column, compared, instant
from shopscore.events.physical import Physical, Source

if TYPE_CHECKING:
    from pathlib import Path

    from shopscore.events.dataset import DataSet

Spans = Mapping[str, tuple[int, int]]
"""Instant column -> first instant that matters, and the first after it that no longer does."""


def clock_bounds(data: DataSet, source: Source, spans: Spans) -> exp.Expr | None:
    """Return a condition on a table's clock that no row in a window fails, if it leaves anything out."""
    clock = data.tables[source.table].clock
    wanted = {name: span for name, span in spans.items() if name in source.columns}
    stored = {source.columns[name] for name in (clock, *wanted) if name is not None}
    if clock is None or not source.in_place or stored != {Physical.TIMESTAMPTZ}:
        return None
    groups = _row_groups(data, source, {clock, *wanted})
    if groups is None or any(clock not in group for group in groups):
        return None
    needed = [group for group in groups if _can_matter(group, wanted)]
    if len(needed) == len(groups):
        return None
    if not needed:
        return exp.false()
    first, last = min(group[clock][0] for group in needed), max(group[clock][1] for group in needed)
    return both([at_least(column(clock), instant(first)), compared(column(clock), exp.LTE, instant(last))])


_Group = dict[str, tuple[int, int]]
"""Column -> its least and greatest value in a row group; a column without a value is (0, -1)."""


def _row_groups(data: DataSet, source: Source, columns: set[str]) -> list[_Group] | None:
    """Return the statistics of a table's row groups; None where they do not cover all its rows."""
    paths = [path for path in data.files if _is_of(path, source.table)]
    if not paths:
        return None
    query = """
        SELECT file_name, row_group_id, any_value(row_group_num_rows), path_in_schema,
            epoch_us(any_value(TRY_CAST(stats_min_value AS TIMESTAMPTZ))),
            epoch_us(any_value(TRY_CAST(stats_max_value AS TIMESTAMPTZ))),
            any_value(stats_null_count) = any_value(num_values)
        FROM parquet_metadata($1) WHERE list_contains($2, path_in_schema) GROUP BY ALL
    """
    names = [_as_pattern(path) for path in paths]
    with data.connection.cursor() as cursor:
        found = cursor.execute(query, [names, sorted(columns)]).fetchall()
    groups: dict[tuple[str, int], _Group] = {}
    rows: dict[tuple[str, int], int] = {}
    for file, number, count, name, least, greatest, is_empty in found:
        rows[file, number] = count
        group = groups.setdefault((file, number), {})
        if is_empty:
            group[name] = (0, -1)
        elif least is not None and greatest is not None:
            group[name] = (least, greatest)
    return list(groups.values()) if sum(rows.values()) == source.rows else None


def _can_matter(group: _Group, spans: Spans) -> bool:
    for name, (first, end) in spans.items():
        if name not in group:
            return True  # no statistics: who knows
        least, greatest = group[name]
        if least <= greatest and greatest >= first and least < end:
            return True
    return False


def _is_of(path: Path, table: str) -> bool:
    return path.suffix == ".parquet" and table in (path.stem, path.parent.name)


def _as_pattern(path: Path) -> str:
    """Return a path as a pattern of this file alone: DuckDB reads brackets and stars as patterns."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path))
