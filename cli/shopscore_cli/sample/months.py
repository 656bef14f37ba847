"""Write orders month by month, each month's other tables right after them, several months at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from pathlib import Path

import duckdb

from shopscore_cli.sample.appeals import RECORD_APPEALS, VIOLATION_APPEALS
from shopscore_cli.sample.orders import ORDERS
from shopscore_cli.sample.returns import RETURNS, ROUNDS
from shopscore_cli.sample.reviews import REVIEWS
from shopscore_cli.sample.service import CHATS, COMPLAINTS
from shopscore_cli.sample.write import as_glob, copy, quoted

Progress = Callable[[str, int, int], None]
"""Told the table just written, the orders worked through so far (once per table), and how many there are.

Called from the writing threads, one call at a time.
"""

# In this order: each may read the files of those before it, through the variable `<table>_file`.
_TABLES = (
    ("orders", ORDERS),
    ("reviews", REVIEWS),
    ("returns", RETURNS),
    ("after_sales_rounds", ROUNDS),
    ("chats", CHATS),
    ("complaints", COMPLAINTS),
    ("appeals", RECORD_APPEALS),
)


class _Meter:
    """Add up the rows of all threads and pass the progress on."""

    def __init__(self, orders: int, listener: Progress | None) -> None:
        self.rows = {table: 0 for table, _ in _TABLES}
        self._done = 0
        self._total = orders * len(_TABLES)
        self._listener = listener
        self._lock = threading.Lock()

    def add(self, table: str, rows: int, orders: int) -> None:
        with self._lock:
            self.rows[table] += rows
            self._done += orders
            if self._listener is not None:
                self._listener(table, self._done, self._total)


def write_months(
    connection: duckdb.DuckDBPyConnection, folder: Path, threads: int, listener: Progress | None
) -> dict[str, int]:
    """Write every table that grows with the orders, one file a month, and return the rows of each.

    A month is one thread's work, so its files do not depend on how many there are.
    """
    months = connection.execute(
        "SELECT month, sum(orders)::BIGINT FROM slots GROUP BY month ORDER BY month"
    ).fetchall()
    meter = _Meter(sum(orders for _, orders in months), listener)
    about_violations = copy(connection, VIOLATION_APPEALS, folder / "appeals" / "violations.parquet")
    meter.add("appeals", about_violations, 0)
    cursors = [connection.cursor() for _ in months]
    stopped = threading.Event()
    pool = ThreadPoolExecutor(max_workers=threads)
    futures = [
        pool.submit(_write_month, cursor, month, orders, folder, meter, stopped)
        for cursor, (month, orders) in zip(cursors, months, strict=True)
    ]
    try:
        for future in as_completed(futures):
            future.result()
    except BaseException:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
        _interrupt(cursors, futures)
        raise
    finally:
        pool.shutdown(wait=True)
    return meter.rows


def _write_month(
    cursor: duckdb.DuckDBPyConnection,
    month: str,
    orders: int,
    folder: Path,
    meter: _Meter,
    stopped: threading.Event,
) -> None:
    cursor.execute(f"SET VARIABLE month = {quoted(month)}")
    for table, query in _TABLES:
        if stopped.is_set():
            return
        path = folder / table / f"{month}.parquet"
        rows = copy(cursor, query, path)
        cursor.execute(f"SET VARIABLE {table}_file = {quoted(as_glob(path))}")
        meter.add(table, rows, orders)


def _interrupt(cursors: list[duckdb.DuckDBPyConnection], futures: list[Future[None]]) -> None:
    """Stop what is running, again and again: a statement may begin right after it was interrupted."""
    while not all(future.done() for future in futures):
        for cursor in cursors:
            cursor.interrupt()
        wait(futures, timeout=0.05)
