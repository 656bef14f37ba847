"""The oracle and the engine on the same generated markets: every field of every shop, bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import pytest
from tests.oracle.agreement import differences
from tests.oracle.run import oracle_rows

from shopscore.api import Workspace
from shopscore.engines.reference.engine import evaluate
from shopscore.events.connection import Settings
from shopscore.events.dataset import DataSet
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard
from shopscore_cli.sample import generate

END = date(2026, 6, 21)
SHOWN = 20
"""How many differences a failure lists."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Workspace().policy("us-sps@2026.06")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Few orders a shop: floors, missing metrics and shops without a score are common."""
    folder = tmp_path_factory.mktemp("small") / "market"
    generate(folder, shops=240, orders=6_000, days=180, end=END, seed=11, market="US", threads=1)
    return folder


def reference(policy: Policy, data: DataSet, as_of: date, shops: int) -> Iterator[Scorecard]:
    """Score every so-manieth shop, so that about that many are scored."""
    binding = policy.bind_data(data, as_of)
    step = max(1, data.subject_counts.subjects // shops)
    for subject in islice(data.subjects(), 0, None, step):
        yield evaluate(binding, data.subject_events(subject)).scorecard


def disagreements(policy: Policy, folder: Path, as_of: date, engine: str, shops: int) -> list[str]:
    with duckdb.connect(config={"threads": 1}) as database:
        table = oracle_rows(folder, as_of, database, account_health_ledger=True, appeals=True)
        rows = table.to_pylist()
    with policy.open(folder, settings=Settings(threads=1)) as data:
        if engine == "duckdb":
            cards = list(policy.scorecards(data, as_of, engine="duckdb"))
            assert len(cards) == len(rows) > shops
        else:
            cards = list(reference(policy, data, as_of, shops))
            chosen = {card["subject"]["id"] for card in cards}
            rows = [row for row in rows if row["shop_id"] in chosen]
    assert {"scored", "not_enough_data"} <= {row["state"] for row in rows}
    return list(islice(differences(rows, cards), SHOWN))


@pytest.mark.parametrize(
    ("engine", "as_of", "shops"), [("duckdb", date(2026, 6, 22), 200), ("reference", date(2026, 5, 20), 20)]
)
def test_engine_and_oracle_agree_on_a_small_market(
    policy: Policy, small: Path, engine: str, as_of: date, shops: int
) -> None:
    assert disagreements(policy, small, as_of, engine, shops) == []


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [1, 2])
def test_engine_and_oracle_agree_on_larger_markets(policy: Policy, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "market"
    generate(folder, shops=3_000, orders=300_000, days=180, end=END, seed=seed, market="US")
    for as_of in (date(2026, 6, 22), date(2026, 6, 1), date(2026, 3, 10), date(2026, 2, 1)):
        assert disagreements(policy, folder, as_of, "duckdb", 2_800) == []
    assert disagreements(policy, folder, date(2026, 6, 22), "reference", 250) == []
