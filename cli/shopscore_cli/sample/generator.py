"""Generate a marketplace: the small tables first, then month after month of orders and what follows them."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

from msgspec import Struct, field

from shopscore.errors import UsageError
from shopscore_cli.sample import shops as shop_sql
from shopscore_cli.sample import supplied
from shopscore_cli.sample.dirty import plant
from shopscore_cli.sample.markets import market_named
from shopscore_cli.sample.months import Progress, write_months
from shopscore_cli.sample.world import Request, open_world
from shopscore_cli.sample.write import copy, draft

_WHOLE = (
    ("shops", shop_sql.SHOPS),
    ("violations", "SELECT * FROM violations"),
    ("point_events", "SELECT * FROM point_events"),
    ("supplied_metrics", supplied.METRICS),
    ("supplied_benchmarks", supplied.BENCHMARKS),
    ("shop_states", supplied.STATES),
)
_MOST_SHOPS = 8_000_000
_MOST_ORDERS = 4_000_000_000
_MOST_DAYS = 3_660


class SampleReport(Struct, frozen=True):
    """What a sample holds: rows by table, and by `table.kind` the bad rows that were asked for.

    Rows of a table include its bad ones. `as_of` is the first day after the sample.
    """

    out: Path
    market: str
    as_of: date
    tables: dict[str, int]
    bad_rows: dict[str, int] = field(default_factory=dict)


def generate(
    out: Path,
    *,
    shops: int,
    orders: int,
    days: int,
    end: date,
    seed: int,
    market: str = "US",
    threads: int | None = None,
    dirty: float = 0.0,
    replace: bool = False,
    on_progress: Progress | None = None,
) -> SampleReport:
    """Write a data set of every table of the event model into the folder `out`.

    Orders are placed on the `days` local days up to and including `end`; nothing happens later. The same
    request gives the same rows in the same order, whatever the threads. `dirty` adds that share of bad rows.

    Raises:
        UsageError: a number out of range, an unknown market, an `out` that exists (unless `replace`).
    """
    request = Request(shops, orders, days, end, seed, market_named(market))
    _check(request, threads, dirty)
    threads = threads or _cores()
    with draft(out, replace) as folder:
        spill = folder / ".spill"
        connection = open_world(request, spill, threads)
        try:
            tables = {table: copy(connection, query, folder / f"{table}.parquet") for table, query in _WHOLE}
            tables |= write_months(connection, folder, threads, on_progress)
            planted = plant(connection, folder, tables, dirty)
        finally:
            connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    for name, rows in planted.items():
        tables[name.split(".")[0]] += rows
    return SampleReport(out, market, request.as_of, tables, planted)


def _check(request: Request, threads: int | None, dirty: float) -> None:
    bounds = (
        ("shops", request.shops, 1, _MOST_SHOPS),
        ("orders", request.orders, 0, _MOST_ORDERS),
        ("days", request.days, 1, _MOST_DAYS),
        ("seed", request.seed, 0, None),
        ("threads", 1 if threads is None else threads, 1, None),
    )
    for name, number, least, most in bounds:
        if number < least or (most is not None and number > most):
            expected = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
            raise UsageError(f"{name} is {number:,}; expected {expected}")
    if not 0.0 <= dirty <= 0.5:
        raise UsageError(f"dirty is {dirty}; expected a share from 0 to 0.5")
    if not 2000 <= request.end.year <= 2100:
        raise UsageError(f"end is {request.end}; expected a day from 2000-01-01 to 2100-12-31")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
