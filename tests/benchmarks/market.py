"""The markets that benchmarks score: generated ones, seen without their supplied tables."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.rival.rival import TABLES

from shopscore_cli.sample import generate

AS_OF = date(2026, 6, 22)
ORDERS_A_SHOP = 100
DAYS, SEED = 180, 7


def generated(folder: Path, orders: int) -> Path:
    """Generate a US market up to the day before AS_OF and return its folder."""
    last = AS_OF - timedelta(days=1)
    generate(folder, shops=max(1, orders // ORDERS_A_SHOP), orders=orders, days=DAYS, end=last, seed=SEED)
    return folder


def events_only(market: Path, folder: Path) -> Path:
    """Return a new folder that shows a market's events and shops, but nothing supplied."""
    folder.mkdir(parents=True)
    for table in TABLES:
        name = table if (market / table).is_dir() else f"{table}.parquet"
        (folder / name).symlink_to((market / name).resolve())
    return folder
