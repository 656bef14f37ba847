"""The markets that benchmarks score: generated ones, seen without their supplied tables."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.process import spent
from tests.benchmarks.rival.rival import TABLES

AS_OF = date(2026, 6, 22)
ORDERS_A_SHOP = 100
DAYS, SEED = 180, 7


def generated(folder: Path, orders: int) -> Path:
    """Generate a US market up to the day before AS_OF and return its folder.

    In a process of its own: a process that was once large passes its peak on to those it starts.
    """
    shops = max(1, orders // ORDERS_A_SHOP)
    numbers = {"shops": shops, "orders": orders, "days": DAYS, "seed": SEED, "end": AS_OF - timedelta(days=1)}
    options = [word for name, value in numbers.items() for word in (f"--{name}", str(value))]
    spent(["shopscore_cli", "sample", str(folder), *options, "--quiet"])
    return folder


def events_only(market: Path, folder: Path) -> Path:
    """Return a new folder that shows a market's events and shops, but nothing supplied."""
    folder.mkdir(parents=True)
    for table in TABLES:
        name = table if (market / table).is_dir() else f"{table}.parquet"
        (folder / name).symlink_to((market / name).resolve())
    return folder
