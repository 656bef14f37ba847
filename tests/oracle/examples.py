"""Examples worked out by hand, all scored as one market: a run costs much more than its rows."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.oracle.rows import D, Row, Tables, write
from tests.oracle.run import TABLES, oracle_rows

Example = Generator[Any, Any, None]
"""A test that yields a shop, or a list of them, and is sent its row, or theirs."""


class Shop(dict[str, list[Row]]):
    """The tables of one shop; those not named are supplied and empty."""


def shop(**tables: list[Row]) -> Shop:
    return Shop({"shops": [Row()], **tables})


class Examples:
    """The examples of all test modules that were imported.

    >>> @example
    ... def test_a_shop_without_orders_has_no_score() -> Example:
    ...     row = yield shop(orders=[])
    ...     assert row["score"] is None
    """

    def __init__(self) -> None:
        self._shops: list[Shop] = []
        self._rows: list[Row] = []

    def __call__(self, test: Callable[[], Example]) -> Callable[[Path], None]:
        """Take part in the market and become an ordinary test."""
        asked = next(test())
        shops = [asked] if isinstance(asked, Shop) else asked
        first = len(self._shops)
        self._shops += shops

        def run(tmp_path: Path) -> None:
            self._rows = self._rows or score_shops(tmp_path, self._shops)
            rows = self._rows[first : first + len(shops)]
            running = test()
            next(running)
            with suppress(StopIteration):
                running.send(rows[0] if isinstance(asked, Shop) else rows)
                pytest.fail("an example yields once")

        run.__name__, run.__qualname__, run.__doc__ = test.__name__, test.__qualname__, test.__doc__
        return run


example = Examples()


def score_shops(folder: Path, shops: Sequence[Shop]) -> list[Row]:
    """Score shops of one data set; a row that names its own shop_id keeps it."""
    every: Tables = {table: [] for table in TABLES}
    for number, tables in enumerate(shops):
        for table, rows in tables.items():
            every[table] += [{"shop_id": f"S{number:03}"} | row for row in rows]
    write(folder, every)
    return _rows(folder, D)


def score_one(
    folder: Path, as_of: date = D, without: tuple[str, ...] = (), **tables: list[Row] | None
) -> Row:
    """Score one shop whose data set lacks tables (None) or columns (`table.column`)."""
    every: dict[str, list[Row] | None] = {table: [] for table in TABLES}
    every["shops"] = [{}]
    filled = {
        table: [{"shop_id": "S1"} | row for row in rows]
        for table, rows in (every | tables).items()
        if rows is not None
    }
    folder.mkdir(exist_ok=True)
    write(folder, filled, without)
    (row,) = _rows(folder, as_of)
    return row


def _rows(folder: Path, as_of: date) -> list[Row]:
    # A handful of rows: more threads only cost time.
    with duckdb.connect(config={"threads": 1}) as database:
        table = oracle_rows(folder, as_of, database, account_health_ledger=True, appeals=True)
    rows: list[Row] = table.to_pylist()
    return rows
