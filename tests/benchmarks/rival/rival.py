"""Runs the hand-written rival: `python -m tests.benchmarks.rival.rival DATA --as-of D -o OUT.parquet`."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

SQL = Path(__file__).parent / "us_sps_2026_06.sql"
ZONE = ZoneInfo("America/Los_Angeles")
AGES = (0, 15, 30, 45, 60, 90)
WINDOWS = (30, 60, 90)
"""Days of a metric's window."""
YOUNG_DAYS = 180
TABLES = ("shops", "orders", "reviews", "returns", "after_sales_rounds", "chats")
"""What is read; every column of the event model must be there."""

# How far back a clock of an order can matter: days before M, the older of the two days it is scored as of.
REACH = {"placed_at": 30, "delivered_at": 90, "deliver_by": 30, "dispatch_by": 30}


def run_rival(
    data: Path, as_of: date, out: Path, *, threads: int | None = None, memory_limit: str | None = None
) -> None:
    """Score every US shop of a folder of checked Parquet files into one Parquet file, as the engine would.

    Where data end a week or more before or after the day the engine warns, and this does not. A shop may
    have up to 2^26 orders in a window, which is what the sums are packed for.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {}
    if threads is not None:
        settings["threads"] = threads
    if memory_limit is not None:
        settings["memory_limit"] = memory_limit
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(config=settings) as connection:
        connection.execute(f"SET temp_directory = {_quoted(spill)}")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(statements(connection, data, as_of, out))


def statements(connection: duckdb.DuckDBPyConnection, data: Path, as_of: date, out: Path) -> str:
    """Return the rival's SQL with its places filled in."""
    month = as_of.replace(day=1)
    places = {table: _files(data, table) for table in TABLES}
    places |= {f"d_{age:02}": _start(as_of, age) for age in AGES}
    places |= {f"m_{age:02}": _start(month, age) for age in AGES}
    places |= {
        "young_d": _day(as_of - timedelta(days=YOUNG_DAYS)),
        "young_m": _day(month - timedelta(days=YOUNG_DAYS)),
        "as_of": _day(as_of),
        "last": _day(as_of - timedelta(days=1)),
        **{f"from_{days}": _day(as_of - timedelta(days=days)) for days in WINDOWS},
        "first_placed": _first_placed(connection, places["orders"], month),
        "output": _quoted(str(out)),
    }
    return SQL.read_text(encoding="utf-8").format(**places)


def _start(day: date, age: int) -> str:
    """Return the first instant of the local day of an age, as a literal."""
    local = day - timedelta(days=age)
    instant = datetime(local.year, local.month, local.day, tzinfo=ZONE).astimezone(UTC)
    return f"TIMESTAMPTZ '{instant:%Y-%m-%d %H:%M:%S}+00'"


def _day(day: date) -> str:
    return f"DATE '{day}'"


def _files(data: Path, table: str) -> str:
    single = data / f"{table}.parquet"
    found = [single] if single.exists() else sorted((data / table).glob("*.parquet"))
    if not found:
        raise FileNotFoundError(f"{data} has no {table}; the rival needs {', '.join(TABLES)}")
    return f"[{', '.join(_quoted(str(path)) for path in found)}]"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_placed(connection: duckdb.DuckDBPyConnection, files: str, month: date) -> str:
    """Return a time before which no order was placed that any window reaches, from the files' statistics.

    Orders lie in the order they were placed in, so this leaves out whole row groups.
    """
    reaches = " ".join(
        f"WHEN '{clock}' THEN CAST(stats_max_value AS TIMESTAMPTZ) >= {_start(month, age)}"
        for clock, age in REACH.items()
    )
    query = f"""
        WITH row_groups AS (
            SELECT
                min(CAST(stats_min_value AS TIMESTAMPTZ))
                    FILTER (WHERE path_in_schema = 'placed_at') AS first,
                bool_or(CASE WHEN stats_null_count = num_values THEN false
                             ELSE coalesce(CASE path_in_schema {reaches} END, true) END) AS reached
            FROM parquet_metadata({files})
            WHERE path_in_schema IN ({", ".join(_quoted(clock) for clock in REACH)})
            GROUP BY file_name, row_group_id
        )
        SELECT CAST(epoch_us(min(coalesce(first, '-infinity'::TIMESTAMPTZ))) AS BIGINT)
        FROM row_groups WHERE reached
    """
    found = connection.execute(query).fetchone()
    us = 0 if found is None or found[0] is None else max(found[0], 0)
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
    return f"TIMESTAMPTZ '{first:%Y-%m-%d %H:%M:%S.%f}+00'"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--memory-limit")
    given = parser.parse_args()
    run_rival(given.data, given.as_of, given.output, threads=given.threads, memory_limit=given.memory_limit)


if __name__ == "__main__":
    main()
