"""Samples that several tests look at, each generated once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shopscore.events.tables import catalog
from shopscore_cli.sample import SampleReport, generate


@dataclass(frozen=True)
class Sample:
    """A generated data set, its report, and a database whose views are its tables."""

    folder: Path
    report: SampleReport
    database: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()

    def number(self, query: str) -> Any:
        (value,) = self.rows(query)[0]
        return value


def files_of(folder: Path, table: str) -> list[Path]:
    """The files of a table in name order, as a reader takes them."""
    single = folder / f"{table}.parquet"
    return [single] if single.exists() else sorted((folder / table).glob("*.parquet"))


def opened(folder: Path, report: SampleReport) -> Sample:
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'; SET threads = 1")
    for table in catalog():
        database.read_parquet([str(path) for path in files_of(folder, table)]).create_view(table)
    return Sample(folder, report, database)


@pytest.fixture(scope="session")
def us(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """40 days of a US market up to Friday 2026-04-10; the clocks change on 8 March."""
    folder = tmp_path_factory.mktemp("us") / "market"
    report = generate(
        folder, shops=800, orders=6_000, days=40, end=date(2026, 4, 10), seed=7, market="US", threads=2
    )
    sample = opened(folder, report)
    yield sample
    sample.database.close()


@pytest.fixture(scope="session")
def dirty_id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A month of an Indonesian market with bad rows, in a folder whose name looks like a file pattern."""
    folder = tmp_path_factory.mktemp("id") / "it's a [market]*"
    report = generate(
        folder, shops=300, orders=3_000, days=30, end=date(2026, 6, 30), seed=3, market="ID", dirty=0.02
    )
    sample = opened(folder, report)
    yield sample
    sample.database.close()
