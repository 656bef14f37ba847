"""Kinds of plugins, with SQL and without: the SQL engine gives the reference's scorecards."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shopscore import Workspace
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.events.connection import Settings
from shopscore.events.opening import open_dataset
from shopscore.events.reader import ReadResult
from shopscore.hooks import Loaded, collect
from shopscore_plugins import metric_kinds

POLICIES = Path(__file__).parent / "policies"
EXAMPLE = Path(__file__).parents[2] / "examples" / "shopscore-dispatch-grace"
FROM = datetime(2026, 2, 20, tzinfo=UTC)  # before the window of 30 days
AS_OF = date(2026, 3, 31)
SHOPS = [f"S{place}" for place in range(20)]


def market() -> ReadResult:
    """Return shops with 0 to 30 orders each, dispatched or not, some of them without what a kind reads."""
    draw = random.Random(20)
    orders: list[dict[str, Any]] = []
    for place, shop in enumerate(SHOPS):
        for number in range(draw.randrange(31) if place % 10 else 0):
            placed = FROM + timedelta(seconds=draw.randrange(42 * 86_400))
            paid, due = placed + timedelta(seconds=draw.randrange(7_200)), placed + timedelta(days=2)
            left = paid + timedelta(seconds=draw.choice([3_600, 180_000, draw.randrange(400_000)]))
            orders.append(
                {
                    "order_id": f"{shop}-{number}",
                    "shop_id": shop,
                    "placed_at": placed,
                    "paid_at": paid if draw.random() < 0.9 and place % 10 != 1 else None,
                    "dispatch_by": due,
                    "dispatched_at": left if draw.random() < 0.9 else None,
                    "cancelled_at": left if draw.random() < 0.1 else None,
                    "cancel_fault": draw.choice(["seller", "seller", "buyer", None]),
                    "amount": draw.choice([None, 5.0, round(draw.uniform(-3, 90), 2)]),
                    "is_sample": draw.choice([True, False, None]),
                }
            )
    draw.shuffle(orders)
    return ReadResult("test", {"shops": pa.table({"shop_id": SHOPS}), "orders": pa.Table.from_pylist(orders)})


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.syspath_prepend(EXAMPLE)
    import shopscore_dispatch_grace

    plugins = (
        Loaded("dispatch_grace", "1.2.0", shopscore_dispatch_grace),
        Loaded("metric_kinds", "0.1.0", metric_kinds),
    )
    return Workspace([POLICIES], collect(plugins))


@pytest.mark.parametrize("name", ["kinds@1", "fair-dispatch@1.0"])
def test_both_engines_give_the_same_scorecards(name: str, workspace: Workspace) -> None:
    policy = workspace.policy(name)
    with open_dataset(market(), zone=policy.zone, settings=Settings(threads=1)) as data:
        by_sql = list(policy.scorecards(data, AS_OF, engine="duckdb"))
        by_reference = list(policy.scorecards(data, AS_OF, engine="reference"))
    assert [card["subject"]["id"] for card in by_sql] == sorted(SHOPS)
    assert [card.to_json() for card in by_sql] == [card.to_json() for card in by_reference]
    for metric in policy.plan.metrics:
        values = {card["metrics"][metric.id]["value"] for card in by_sql}
        assert len(values) > 5, f"{metric.id} hardly differs between shops: {values}"


def test_a_kind_without_sql_says_that_it_runs_in_python(workspace: Workspace) -> None:
    policy = workspace.policy("kinds@1")
    with open_dataset(market(), zone=policy.zone, settings=Settings(threads=1)) as data:
        assert DuckDbEngine().notes(policy.bind_data(data, AS_OF)) == [
            (
                "python_kind",
                "busiest_week: kind peak_of has no SQL; its Python runs on the rows in order",
            )
        ]
