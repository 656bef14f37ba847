"""Real orders end to end: the largest seller's numbers against a count made another way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import shopscore
from shopscore.api import Workspace
from shopscore.policy import Policy

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "olist"
LARGEST = "955fee9216a65b617aa5c0531780ce60"
AS_OF = date(2018, 6, 1)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the Olist sample is not beside the project")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shopscore.load("us-sps@2026.06")


def counted_with_pandas() -> tuple[int, int, int, float]:
    """Count the seller's delivered orders and first reviews from the raw files, days in Los Angeles."""
    orders, items, reviews = (
        pd.read_parquet(DATA / f"{name}.parquet") for name in ("orders", "order_items", "order_reviews")
    )
    own = orders[orders.order_id.isin(items[items.seller_id == LARGEST].order_id)]
    delivered, shipped = (
        pd.to_datetime(own[f"order_delivered_{what}_date"]) for what in ("customer", "carrier")
    )
    sound = own[~own.order_status.isin(["canceled", "unavailable"]) & ~(shipped > delivered)]

    def local(times: pd.Series) -> pd.Series:
        walls = pd.to_datetime(times).dt.tz_localize("America/Sao_Paulo")
        return walls.dt.tz_convert("America/Los_Angeles").dt.tz_localize(None)

    day = pd.Timestamp(AS_OF)
    age = (day - local(sound.order_delivered_customer_date).dt.normalize()).dt.days
    inside = sound[(age >= 1) & (age <= 60)]
    weights = age.loc[inside.index].map(
        lambda days: (1_000_000, 700_000, 490_000, 343_000)[int(days - 1) // 15]
    )
    seen = reviews[local(reviews.review_creation_date) < day].copy()
    seen["posted"] = pd.to_datetime(seen.review_creation_date)
    first = seen.sort_values(["posted", "review_id"]).drop_duplicates("order_id").set_index("order_id")
    negative = inside.order_id.map(first.review_score) <= 2
    rate = int(weights[negative].sum()) / int(weights.sum())
    return int(((age >= 1) & (age <= 90)).sum()), len(inside), int(negative.sum()), rate


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_the_largest_seller_agrees_with_a_count_made_another_way(policy: Policy, engine: str) -> None:
    reader = Workspace().plugins.reader("olist")
    with policy.open(DATA, reader=reader, on_bad_rows="set-aside") as data:
        binding = policy.bind_data(data, AS_OF)
        if engine == "duckdb":
            cards = {card["subject"]["id"]: card for card in policy.scorecards(data, AS_OF)}
            assert len(cards) == 3095
            states = pd.Series([card["state"] for card in cards.values()]).value_counts().to_dict()
            assert states == {"not_enough_data": 3094, "provisional": 1}
            card = cards[LARGEST]
        else:
            from shopscore.engines.reference.engine import evaluate

            card = evaluate(binding, data.subject_events(LARGEST)).scorecard
    days_90, days_60, negative, rate = counted_with_pandas()
    metrics = card["metrics"]
    assert (days_90, days_60, negative) == (33, 25, 2)
    assert metrics["delivered_orders_90d"]["value"] == days_90
    assert metrics["negative_review_rate"]["denominator_count"] == days_60
    assert metrics["negative_review_rate"]["numerator_count"] == negative
    assert metrics["negative_review_rate"]["value"] == rate
    unsupplied = [name for name, each in metrics.items() if each["state"] == "not_supplied"]
    assert {"non_buyer_fault_return_rate", "seller_fault_cancellation_rate"} <= set(unsupplied)
