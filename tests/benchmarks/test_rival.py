"""The rival earns its name: it writes the engine's file, every leaf of every scorecard."""

from __future__ import annotations

import shutil
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
DAY = date(2026, 6, 22)

# What a sample of this size has too little of, by the last digit of a shop's id: none that is said of a shop,
# nothing but bad reviews and returns, nothing but orders that the seller cancelled.
PLANTED = {
    "shops": """
        SELECT * REPLACE (
            CASE WHEN shop_id LIKE '%5' THEN NULL ELSE category END AS category,
            CASE WHEN shop_id LIKE '%1' THEN NULL ELSE market END AS market,
            CASE WHEN shop_id LIKE '%2' THEN NULL ELSE state END AS state,
            CASE WHEN shop_id LIKE '%4' THEN NULL ELSE opened_on END AS opened_on
        ) FROM shops""",
    "orders": """
        SELECT * REPLACE (
            CASE WHEN shop_id LIKE '%7' THEN coalesce(delivered_at, placed_at) + INTERVAL 1 HOUR
                 ELSE cancelled_at END AS cancelled_at,
            CASE WHEN shop_id LIKE '%7' THEN 'seller' ELSE cancel_fault END AS cancel_fault
        ) FROM orders""",
    "reviews": """
        FROM reviews UNION ALL BY NAME
        SELECT 'bad-' || order_id AS review_id, order_id, shop_id, delivered_at AS posted_at, 1 AS stars
        FROM orders WHERE delivered_at IS NOT NULL AND shop_id LIKE '%3'""",
    "returns": """
        FROM returns UNION ALL BY NAME
        SELECT 'bad-' || order_id AS return_id, order_id, shop_id, delivered_at AS requested_at,
            'seller' AS fault
        FROM orders WHERE delivered_at IS NOT NULL AND shop_id LIKE '%3'""",
}
FLOORS = {
    f"low-volume-{each}" for each in ("negative-reviews", "returns", "cancellations", "delivery", "chats")
}
SAID = {
    "floors": FLOORS,
    "adjustments": {"product-collapse", "negative-reviews"},
    "advisories": {"creators-look-for", "shop-ads", "smart-promotion-enrolment"},
    "warnings": {"subjects_skipped", "no_earlier_state", "category_differs", "undefined_metric"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rival")


def _market(folder: Path, end: date) -> Path:
    """Return a market up to a day; it ends within a week of the day that is scored, else the engine warns."""
    events = folder / f"events-{end}"
    if not events.exists():
        generate(folder / f"{end}", shops=400, orders=20_000, days=200, end=end, seed=3)
        _plant(folder / f"{end}")
        events_only(folder / f"{end}", events)
    return events


def _plant(market: Path) -> None:
    with duckdb.connect() as connection:
        for table in PLANTED:
            parts = market / table / "*.parquet" if (market / table).is_dir() else market / f"{table}.parquet"
            connection.execute(f"CREATE TABLE {table} AS FROM '{parts}'")
        for table, query in PLANTED.items():
            shutil.rmtree(market / table, ignore_errors=True)
            connection.execute(f"COPY ({query}) TO '{market / table}.parquet' (FORMAT PARQUET)")


def _engine(market: Path, as_of: date, out: Path) -> Path:
    policy = shopscore.load(POLICY)
    with policy.open(market, settings=Settings(outputs=(out.parent,))) as data:
        DuckDbEngine().write(policy.bind_data(data, as_of), data, out)
    return out


@pytest.mark.parametrize(
    ("end", "as_of"),
    [
        (date(2026, 6, 21), DAY),
        (date(2026, 6, 26), DAY),
        (date(2026, 6, 5), date(2026, 6, 1)),
        (date(2026, 6, 5), date(2026, 5, 31)),
    ],
)
def test_the_rival_writes_what_the_engine_writes(
    folder: Path, tmp_path: Path, end: date, as_of: date
) -> None:
    market, rival = _market(folder, end), tmp_path / "rival.parquet"
    engine = _engine(market, as_of, tmp_path / "engine.parquet")
    run_rival(market, as_of, rival)
    assert pq.read_metadata(rival).num_rows > 100
    assert differing(engine, rival) == {}
    with duckdb.connect() as connection:
        everything = [connection.read_parquet(str(each)).to_arrow_table() for each in (engine, rival)]
    assert everything[0] == everything[1]


def test_what_may_be_said_of_a_shop_is_said_of_one_and_not_of_another(folder: Path, tmp_path: Path) -> None:
    rival = tmp_path / "rival.parquet"
    run_rival(_market(folder, date(2026, 6, 21)), DAY, rival)
    with duckdb.connect() as connection:
        cards = connection.read_parquet(str(rival))
        for column, said in SAID.items():
            ids = [{each["id"] for each in entries} for (entries,) in cards.project(column).fetchall()]
            assert set().union(*ids) == said
            assert len({frozenset(each) for each in ids}) > 1


PLACES = {
    "score": "score * 1.0000000000000002 AS score",
    "metrics.on_time_delivery_rate.window.to": (
        "struct_update(metrics, on_time_delivery_rate := struct_update(metrics.on_time_delivery_rate, "
        '"window" := struct_update(metrics.on_time_delivery_rate."window", "to" := as_of))) AS metrics'
    ),
    "adjustments[].after": (
        "list_transform(adjustments, lambda each: struct_update(each, "
        '"after" := each."after" * 1.0000000000000002)) AS adjustments'
    ),
    "advisories[]": "advisories[2:] AS advisories",
}


@pytest.mark.parametrize("leaf", PLACES)
def test_a_difference_in_the_last_bit_is_one(folder: Path, tmp_path: Path, leaf: str) -> None:
    rival, other = tmp_path / "rival.parquet", tmp_path / "other.parquet"
    run_rival(_market(folder, date(2026, 6, 21)), DAY, rival)
    with duckdb.connect() as connection:
        changed = f"SELECT * REPLACE ({PLACES[leaf]}) FROM read_parquet(?)"
        connection.execute(f"COPY ({changed}) TO '{other}' (FORMAT PARQUET)", [str(rival)])
        ((rows,),) = connection.execute(
            "SELECT count(*) FROM read_parquet(?) AS one POSITIONAL JOIN read_parquet(?) AS two "
            "WHERE one IS DISTINCT FROM two",
            [str(rival), str(other)],
        ).fetchall()
    assert differing(rival, other) == {leaf: rows}
