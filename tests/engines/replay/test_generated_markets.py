"""Generated markets through both engines, day by day: every programme for shops, the same histories."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.engines.duckdb_history import replay_in_duckdb
from shopscore.engines.shared import from_row
from shopscore.replay import Span, replay_data
from shopscore.testing.run import differences
from shopscore_cli.sample import generate

FIRST = date(2026, 5, 31)
"""The second day is the 1st of a month, on which badges are assessed."""

QUICK, HEAVY = (24, 1_500, 2), (400, 40_000, 40)
"""Shops, orders, and days of history. A statement takes seconds to plan, whatever it reads."""
MARKETS = {
    "us-sps@2025.01": "US",
    "us-sps@2025.03": "US",
    "us-sps@2026.06": "US",
    "us-sps@2026.07": "US",
    "id-store-rating@2025.08": "ID",
}
RUNS = [
    *(pytest.param(name, *QUICK, id=name) for name in ("us-sps@2026.06", "id-store-rating@2025.08")),
    *(pytest.param(name, *HEAVY, id=f"{name}-heavy", marks=pytest.mark.heavy) for name in MARKETS),
]


@pytest.fixture(scope="session")
def markets(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], Path]:
    """Return generated markets by name and number of shops, made when they are asked for."""
    return {}


@pytest.mark.parametrize(("name", "shops", "orders", "days"), RUNS)
def test_both_engines_tell_the_same_history(
    name: str,
    shops: int,
    orders: int,
    days: int,
    markets: dict[tuple[str, int], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    market = MARKETS[name]
    if (market, shops) not in markets:
        folder = tmp_path_factory.mktemp("replayed") / market
        last = FIRST + timedelta(days=days)
        generate(folder, shops=shops, orders=orders, days=200, end=last, seed=11, market=market, threads=1)
        markets[market, shops] = folder
    policy = Workspace().policy(name)
    span = Span.of(FIRST, FIRST + timedelta(days=days - 1))
    with policy.open(markets[market, shops]) as data:
        by_sql = {
            (row["as_of"], row["subject"]["id"]): from_row(binding.layout, row)
            for binding, batches in replay_in_duckdb(policy, data, span)
            for batch in batches
            for row in batch.to_pylist()
        }
        seen = 0
        for _, cards in replay_data(policy, data, span):
            for card in cards:
                seen += 1
                other = by_sql[card["as_of"], card["subject"]["id"]]
                assert list(differences(dict(card), other)) == []
    assert seen == len(by_sql) > 0
