"""Boundaries are met to the microsecond: that is what a sample has over a dump of real data."""

from __future__ import annotations

import pytest
from tests.sample.conftest import Sample

LOCAL = "AT TIME ZONE 'America/Los_Angeles'"
HOURS_12 = 43_200_000_000


def at_time(table: str, column: str, time: str = "00:00:00") -> str:
    return f"SELECT count(*) FROM {table} WHERE CAST({column} {LOCAL} AS TIME) = TIME '{time}'"


def apart(table: str, earlier: str, later: str, microseconds: int) -> str:
    return f"SELECT count(*) FROM {table} WHERE epoch_us({later}) - epoch_us({earlier}) = {microseconds}"


def twice(table: str, columns: str) -> str:
    return f"SELECT count(*) FROM (SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1)"


def where(table: str, condition: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {condition}"


BOUNDARIES = {
    "placed at local midnight, every day": (at_time("orders", "placed_at"), 40),
    "placed in a day's last microsecond": (at_time("orders", "placed_at", "23:59:59.999999"), 1),
    "dispatched exactly when due": (apart("orders", "dispatch_by", "dispatched_at", 0), 5),
    "dispatched one microsecond late": (apart("orders", "dispatch_by", "dispatched_at", 1), 5),
    "dispatched exactly when fast": (apart("orders", "fast_dispatch_by", "dispatched_at", 0), 5),
    "delivered exactly when due": (apart("orders", "deliver_by", "delivered_at", 0), 5),
    "delivered one microsecond late": (apart("orders", "deliver_by", "delivered_at", 1), 5),
    "delivered at local midnight": (at_time("orders", "delivered_at"), 5),
    "delivered in a day's last microsecond": (at_time("orders", "delivered_at", "23:59:59.999999"), 5),
    "cancelled at local midnight": (at_time("orders", "cancelled_at"), 5),
    "reviewed at local midnight": (at_time("reviews", "posted_at"), 5),
    "two reviews in one instant": (twice("reviews", "order_id, posted_at"), 1),
    "asked back at local midnight": (at_time("returns", "requested_at"), 3),
    "asked back twice": (twice("returns", "order_id"), 5),
    "a round finished at local midnight": (at_time("after_sales_rounds", "finished_at"), 3),
    "a chat begun at local midnight": (at_time("chats", "started_at"), 5),
    "answered after exactly 12 hours": (apart("chats", "started_at", "first_reply_at", HOURS_12), 3),
    "answered a moment after 12 hours": (apart("chats", "started_at", "first_reply_at", HOURS_12 + 1), 3),
    "answered after exactly 24 hours": (apart("chats", "started_at", "first_reply_at", 2 * HOURS_12), 3),
    "answered a moment after 24 hours": (apart("chats", "started_at", "first_reply_at", 2 * HOURS_12 + 1), 3),
    "a complaint at local midnight": (at_time("complaints", "opened_at"), 3),
    "a violation 180 days old": (where("violations", f"issued_at {LOCAL} = TIMESTAMP '2025-10-13'"), 1),
    "a violation 181 days old": (where("violations", f"issued_at {LOCAL} = TIMESTAMP '2025-10-12'"), 1),
    "a violation of 48 points at once": (where("violations", "points = 48"), 1),
    "a shop 180 days old": (where("shops", "opened_on = DATE '2025-10-13'"), 1),
    "a shop 179 days old": (where("shops", "opened_on = DATE '2025-10-14'"), 1),
    "reputation on the badge's limit": (where("shops", "reputation_points = 10000"), 1),
    "states of the day after the last": (where("shop_states", "as_of_on = DATE '2026-04-11'"), 5),
}


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries_are_met_exactly(us: Sample, name: str) -> None:
    query, least = BOUNDARIES[name]
    assert us.number(query) >= least


def test_no_order_is_placed_in_the_hour_the_clock_skips(us: Sample) -> None:
    """On 8 March 2026 two o'clock does not exist: the day runs from 08:00 UTC to 07:00 UTC of the next."""
    hours = us.rows(f"""
        SELECT DISTINCT hour(placed_at {LOCAL}) FROM orders
        WHERE placed_at >= TIMESTAMPTZ '2026-03-08 08:00:00+00'
            AND placed_at < TIMESTAMPTZ '2026-03-09 07:00:00+00'
    """)
    assert 2 not in {hour for (hour,) in hours}
    assert {0, 12, 23} <= {hour for (hour,) in hours}


def balances(sample: Sample) -> set[float]:
    """Every balance an account ever had, without expiry: 200 and its events, kept between 0 and 1,000."""
    found: set[float] = set()
    shop, balance = "", 200.0
    events = 'SELECT shop_id, kind, points FROM point_events ORDER BY shop_id, "at", event_id'
    for of_shop, kind, points in sample.rows(events):
        if of_shop != shop:
            shop, balance = of_shop, 200.0
        balance = min(1000.0, max(0.0, balance + (-points if kind == "deduction" else points)))
        found.add(balance)
    return found


@pytest.mark.parametrize("limit", [0.0, 150.0, 151.0, 200.0, 1000.0])
def test_accounts_stand_exactly_on_their_limits(us: Sample, limit: float) -> None:
    assert limit in balances(us)


@pytest.mark.parametrize("milestone", ["150", "100", "50"])
def test_a_quiz_changes_each_milestones_action(us: Sample, milestone: str) -> None:
    condition = f"kind = 'milestone_quiz' AND milestone = '{milestone}' AND days > 0"
    assert us.number(where("point_events", condition)) > 0


def test_indonesian_days_begin_at_their_own_midnight(dirty_id: Sample) -> None:
    day = "CAST(placed_at AT TIME ZONE 'Asia/Jakarta' AS TIME) = TIME '00:00:00'"
    assert dirty_id.number(where("orders", f"order_id NOT LIKE 'bad-%' AND {day}")) >= 30
