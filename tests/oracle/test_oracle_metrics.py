"""The oracle's metrics against rows worked out by hand from the text of the specification."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.oracle.examples import Example, example, shop
from tests.oracle.rows import LA, Row, at, chats, delivered, due, placed, reviews_of, round_of, supplied
from tests.oracle.run import day_starts


@example
def test_handling_time_is_the_mean_of_seller_rounds() -> Example:
    row = yield shop(
        after_sales_rounds=[
            round_of(4, "a1", handled_by="seller"),
            round_of(12, "a2"),  # handled_by null: seller
            round_of(3, "b1", handled_by="seller_rule"),
            round_of(90, "c1", handled_by="system"),
            {"round_id": "open", "started_at": at(3)},
            round_of(50, "old", age=63),  # finished at age 61
        ]
    )
    assert row["after_sales_handling_hours_value"] == pytest.approx(6.333333, abs=1e-6)
    assert row["after_sales_handling_hours_numerator"] == 19.0
    assert row["after_sales_handling_hours_denominator"] == 3.0
    assert row["after_sales_handling_hours_denominator_count"] == 3
    assert row["after_sales_handling_hours_points"] == 4.761006289  # 4 + (19/3 − 26.5) / −26.5


@example
def test_seconds_are_rounded_half_to_even_round_by_round() -> Example:
    half = timedelta(milliseconds=500)
    rounds = [
        {"round_id": f"h{n}", "started_at": at(5), "finished_at": at(5) + timedelta(seconds=n) + half}
        for n in (0, 1, 2)  # 0.5 → 0, 1.5 → 2, 2.5 → 2
    ]
    row = yield shop(after_sales_rounds=rounds)
    assert row["after_sales_handling_hours_numerator"] == 4 / 3600.0


@example
def test_published_negative_review_rate_gives_3_904_points() -> Example:
    row = yield shop(supplied_metrics=supplied(negative_review_rate=0.0244))
    assert row["negative_review_rate_state"] == "supplied"
    assert row["negative_review_rate_points"] == 3.904123711  # 1 + 0.3756 / 0.388 × 3


@example
def test_cancellations_are_divided_by_orders_not_cancelled() -> Example:
    cancelled: Row = {"cancelled_at": at(4), "cancel_fault": "seller"}
    row = yield shop(
        orders=placed(75, "kept") + placed(20, "c", **cancelled) + placed(5, "late", **cancelled)
    )
    assert row["seller_fault_cancellation_rate_value"] == 25 / 75
    assert row["seller_fault_cancellation_rate_numerator_count"] == 25
    assert row["seller_fault_cancellation_rate_denominator_count"] == 75


@example
def test_on_time_delivery_is_88_of_100_due() -> Example:
    row = yield shop(
        orders=due(88, "ok", delivered_at=at(5))  # delivered at the deadline itself
        + due(8, "late", delivered_at=at(4))
        + due(4, "open")
        + due(3, "pre", order_type="pre_order")
        + due(3, "gone", cancelled_at=at(6))
        + due(3, "gift", is_gift=True)
        + due(3, "tomorrow", age=0)
    )
    assert row["on_time_delivery_rate_value"] == 0.88
    assert row["on_time_delivery_rate_numerator_count"] == 88
    assert row["on_time_delivery_rate_denominator_count"] == 100
    assert row["on_time_delivery_rate_points"] == 2.583113456  # 1 + 0.08 / 0.1516 × 3
    assert row["own_deadline_types_rows"] == 3
    assert (row["service_on_time_rate_numerator"], row["service_on_time_rate_denominator"]) == (88.0, 100.0)


@example
def test_an_order_weighs_by_the_age_of_its_delivery() -> Example:
    ages = (0, 1, 15, 16, 30, 31, 45, 46, 60, 61)
    rows = yield [shop(orders=delivered(1, age)) for age in ages]
    weights = [row["negative_review_rate_denominator"] for row in rows]
    assert weights == [0.0, 1.0, 1.0, 0.7, 0.7, 0.49, 0.49, 0.343, 0.343, 0.0]
    assert [row["negative_review_rate_denominator_count"] for row in rows] == [0, *[1] * 8, 0]
    assert [row["negative_review_rate_state"] for row in rows] == ["no_data", *["computed"] * 8, "no_data"]


@example
def test_decay_weighs_numerator_and_denominator_alike() -> Example:
    orders = [order for age in (1, 16, 31, 46) for order in delivered(1, age)]
    row = yield shop(orders=orders, reviews=reviews_of(orders[1:2], 2))
    assert row["negative_review_rate_numerator"] == 0.7
    assert row["negative_review_rate_denominator"] == 2.533
    assert row["negative_review_rate_value"] == 700000 / 2533000


def test_day_starts_follow_local_midnight_across_daylight_saving() -> None:
    starts = dict(day_starts(date(2026, 3, 10)))  # clocks went forward on 8 March
    hour = 3_600_000_000
    assert (starts[0] - starts[1], starts[1] - starts[2], starts[2] - starts[3]) == (
        24 * hour,
        23 * hour,
        24 * hour,
    )


@example
def test_midnight_belongs_to_the_day_it_begins() -> Example:
    first = datetime(2026, 4, 23, tzinfo=LA)  # a 60-day window as of 22 June is 23 April to 21 June
    last = datetime(2026, 6, 22, tzinfo=LA)
    microsecond = timedelta(microseconds=1)
    orders = [
        {"order_id": str(n), "placed_at": at(89), "delivered_at": moment.astimezone(UTC)}
        for n, moment in enumerate((first - microsecond, first, last - microsecond, last))
    ]
    row = yield shop(orders=orders)
    assert row["negative_review_rate_denominator"] == 1.343
    assert row["delivered_orders_90d_value"] == 3.0


@example
def test_what_happened_on_the_day_itself_is_unknown() -> Example:
    orders = delivered(4)
    row = yield shop(
        orders=[order | {"cancelled_at": at(0), "cancel_fault": "seller"} for order in orders],
        reviews=reviews_of(orders[:1], 1, posted_at=at(0)) + reviews_of(orders[1:2], 1),
        returns=[
            {"return_id": "a", "order_id": orders[0]["order_id"], "requested_at": at(2), "fault": "seller",
             "status": "rejected", "resolved_at": at(0)},
            {"return_id": "b", "order_id": orders[1]["order_id"], "requested_at": at(2), "fault": "seller",
             "status": "rejected"},
            {"return_id": "c", "order_id": orders[2]["order_id"], "requested_at": at(0), "fault": "seller"},
        ],
        chats=chats(1, "later", 1, rated_at=at(0)) + chats(2, "rated", 5),
    )  # fmt: skip
    assert row["negative_review_rate_numerator_count"] == 1
    assert row["negative_review_rate_denominator_count"] == 4
    assert row["non_buyer_fault_return_rate_numerator_count"] == 1
    assert row["seller_fault_cancellation_rate_numerator_count"] == 0
    assert (row["im_dissatisfaction_rate_numerator"], row["im_dissatisfaction_rate_denominator"]) == (
        0.0,
        2.0,
    )


@example
def test_only_the_first_review_that_is_no_edit_counts() -> Example:
    orders = delivered(5)
    ids = [order["order_id"] for order in orders]
    posts = [
        ("z", ids[0], 9, 1, None), ("y", ids[0], 8, 5, None),  # improved later: the first one counts
        ("b", ids[1], 9, 5, None), ("a", ids[1], 9, 1, None),  # a tie goes to the smaller id
        ("d", ids[2], 9, 1, True), ("e", ids[2], 8, 3, False),  # an edit is no first review
        ("f", ids[3], 9, 2, None),
        ("g", "nowhere", 9, 1, None),
    ]  # fmt: skip
    reviews = [
        {"review_id": key, "order_id": order, "posted_at": at(age), "stars": stars, "is_edit": edit}
        for key, order, age, stars, edit in posts
    ]
    other_shop = [{"review_id": "h", "shop_id": "S2", "order_id": ids[4], "posted_at": at(9), "stars": 1}]
    row = yield shop(orders=orders, reviews=reviews + other_shop)
    # y is the older one of ids[0] (age 9 is before age 8): z counts there, a in ids[1], f in ids[3].
    assert row["negative_review_rate_numerator_count"] == 3
    assert row["negative_review_rate_denominator_count"] == 5


@example
def test_samples_gifts_fakes_and_cancelled_orders_are_not_delivered_orders() -> Example:
    row = yield shop(
        orders=delivered(2)
        + delivered(1, name="s", is_sample=True)
        + delivered(1, name="g", is_gift=True)
        + delivered(1, name="f", is_fake=True)
        + delivered(1, name="c", cancelled_at=at(3))
    )
    assert row["delivered_orders_90d_value"] == 2.0
    assert row["negative_review_rate_denominator_count"] == 2


@example
def test_returns_count_once_per_order_and_not_when_rejected() -> Example:
    orders = delivered(4)
    kinds = [
        (0, "logistics", None), (0, "logistics", "open"), (1, "buyer", None), (2, "seller", "cancelled"),
        (3, "logistics", "completed"), (3, "seller", "completed"),
    ]  # fmt: skip
    returns = [
        {"return_id": str(n), "order_id": orders[of]["order_id"], "requested_at": at(3), "fault": fault,
         "status": status}
        for n, (of, fault, status) in enumerate(kinds)
    ]  # fmt: skip
    row = yield shop(orders=orders, returns=returns)
    assert row["non_buyer_fault_return_rate_value"] == 0.5
    assert row["non_buyer_fault_return_rate_numerator"] == 2.0
    assert row["seller_fault_return_rate_value"] == 0.25
    assert row["seller_fault_return_rate_numerator"] == 1.0


@example
def test_platform_fulfilled_orders_are_never_the_sellers_cancellations() -> Example:
    seller: Row = {"cancelled_at": at(4), "cancel_fault": "seller"}
    row = yield shop(
        orders=placed(8, "kept", fulfillment="platform")
        + placed(1, "mine", **seller)
        + placed(1, "theirs", fulfillment="platform", **seller)
        + placed(1, "buyer", cancelled_at=at(4), cancel_fault="buyer")
    )
    assert row["seller_fault_cancellation_rate_value"] == 0.125


@example
def test_only_rated_chats_that_no_machine_resolved_count() -> Example:
    row = yield shop(
        chats=chats(1, "bad", 2) + chats(3, "fine", 3, resolved_by="human") + chats(5, "silent", None)
        + chats(5, "bot", 1, resolved_by="bot") + chats(5, "faq", 1, resolved_by="faq")
        + [{"chat_id": "old", "started_at": at(61), "rating": 1}]
    )  # fmt: skip
    assert row["im_dissatisfaction_rate_value"] == 0.25
    assert row["im_dissatisfaction_rate_points"] == 3.273416187  # 1 + 0.25 / 0.3299 × 3


@example
def test_granted_appeals_remove_a_record_from_their_metric_only() -> Example:
    orders = delivered(2)
    bad = orders[0]["order_id"]
    appeal = {"about": "negative_review_rate", "record_id": bad, "filed_at": at(5), "status": "granted"}
    on_chat = {
        "about": "im_dissatisfaction_rate",
        "record_id": "bad0",
        "filed_at": at(5),
        "status": "granted",
    }
    on_round = {
        "about": "after_sales_handling_hours",
        "record_id": "slow",
        "filed_at": at(5),
        "status": "granted",
    }
    row = yield shop(
        orders=orders,
        reviews=reviews_of(orders, 1),
        chats=chats(2, "bad", 1),
        after_sales_rounds=[round_of(9, "slow"), round_of(3, "quick")],
        appeals=[
            appeal | {"decided_at": at(1)},
            on_chat | {"decided_at": at(0)},
            on_round | {"decided_at": at(1)},
        ],
    )
    assert row["negative_review_rate_denominator_count"] == 1
    assert row["non_buyer_fault_return_rate_denominator_count"] == 2
    assert row["delivered_orders_90d_value"] == 2.0
    assert row["im_dissatisfaction_rate_denominator_count"] == 2  # decided on D: not known yet
    assert row["after_sales_handling_hours_value"] == 3.0


@example
def test_service_limits_do_not_decay() -> Example:
    def shipped(number: int, name: str, dispatch_age: int | None, **more: Any) -> list[Row]:
        dispatched = None if dispatch_age is None else at(dispatch_age)
        given = {"placed_at": at(40), "dispatch_by": at(20), "dispatched_at": dispatched}
        return [given | {"order_id": f"{name}-{n}"} | more for n in range(number)]

    row = yield shop(
        orders=shipped(5, "in time", 20)  # at the deadline itself
        + shipped(2, "late", 19)
        + shipped(1, "never", None)
        + shipped(1, "unknown yet", 0)
        + shipped(4, "gone", None, cancelled_at=at(25))
        + shipped(4, "before the window", 19, dispatch_by=at(31))
        + shipped(4, "sample", 19, is_sample=True)
        + placed(6, "kept", age=20)
        + placed(2, "cancelled", age=20, cancelled_at=at(4), cancel_fault="seller")
    )
    assert (row["late_dispatch_rate_numerator"], row["late_dispatch_rate_denominator"]) == (4.0, 9.0)
    assert row["late_dispatch_rate_value"] == 4 / 9
    assert row["service_cancellation_rate_value"] == 2 / 6
    assert row["service_cancellation_rate_numerator"] == 2.0
    assert row["seller_fault_cancellation_rate_numerator"] == 1.4
    assert (row["placed_orders_30d_value"], row["placed_orders_30d_denominator"]) == (8.0, None)
    assert (row["delivered_orders_60d_value"], row["delivered_orders_60d_state"]) == (0.0, "computed")
    assert (row["service_on_time_rate_state"], row["valid_tracking_rate_state"]) == (
        "no_data",
        "not_supplied",
    )
