"""The rival earns its name: it gives the engine's numbers, every column of every shop."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.benchmarks.market import events_only
from tests.benchmarks.rival.rival import run_rival
from tests.benchmarks.same import differing

import shopscore
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.events.connection import Settings
from shopscore_cli.sample import generate

POLICY = "us-sps@2026.06"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rival")
    generate(folder / "market", shops=150, orders=12_000, days=200, end=date(2026, 6, 21), seed=11)
    return events_only(folder / "market", folder / "events")


@pytest.mark.parametrize("as_of", [date(2026, 6, 22), date(2026, 6, 1), date(2026, 5, 31)])
def test_the_rival_gives_the_engines_numbers(market: Path, tmp_path: Path, as_of: date) -> None:
    engine, rival = tmp_path / "engine.parquet", tmp_path / "rival.parquet"
    policy = shopscore.load(POLICY)
    with policy.open(market, settings=Settings(outputs=(tmp_path,))) as data:
        DuckDbEngine().write(policy.bind_data(data, as_of), data, engine)
    run_rival(market, as_of, rival)
    assert pq.read_metadata(rival).num_rows > 100
    assert differing(engine, rival) == {}


def test_a_difference_in_the_last_bit_is_one(market: Path, tmp_path: Path) -> None:
    rival, other = tmp_path / "rival.parquet", tmp_path / "other.parquet"
    engine = tmp_path / "engine.parquet"
    policy = shopscore.load(POLICY)
    day = date(2026, 6, 22)
    with policy.open(market, settings=Settings(outputs=(tmp_path,))) as data:
        DuckDbEngine().write(policy.bind_data(data, day), data, engine)
    run_rival(market, day, rival)
    with duckdb.connect() as connection:
        changed = "SELECT * REPLACE (score * 1.0000000000000002 AS score) FROM read_parquet(?)"
        connection.execute(f"COPY ({changed}) TO '{other}' (FORMAT PARQUET)", [str(rival)])
    assert list(differing(engine, other)) == ["score"]
