"""The oracle's points, score and states against rows worked out by hand from the specification."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.oracle.examples import Example, Shop, example, score_one, shop
from tests.oracle.rows import (
    METRICS,
    D,
    Row,
    all_supplied,
    at,
    chats,
    delivered,
    due,
    placed,
    reviews_of,
    round_of,
    supplied,
)  # fmt: skip


@example
def test_a_whole_scorecard() -> Example:
    row = yield shop(
        shops=[{"category": "beauty"}],
        orders=delivered(40, 18, deliver_by=at(14)),
        after_sales_rounds=[round_of(4, "a1"), round_of(12, "a2"), round_of(3, "b1")],
    )
    assert row["state"] == "scored"
    assert row["category"] == "beauty"
    assert row["negative_review_rate_denominator"] == 28.0  # 40 × 0.7
    assert row["im_dissatisfaction_rate_state"] == "no_data"
    assert row["im_dissatisfaction_rate_value"] is None
    assert row["im_dissatisfaction_rate_weight"] is None
    dimensions = (row["product_satisfaction"], row["fulfillment_logistics"], row["customer_service"])
    assert dimensions == (5.0, 5.0, 4.761006289)
    assert row["score"] == 4.92033543  # 14.761006289 / 3
    assert row["band"] == "excellent"
    assert row["after_sales_handling_hours_weight"] == 1 / 3
    assert row["negative_review_rate_weight"] == 1 / 6
    assert 5.0 - row["score"] == pytest.approx(sum(row[f"{m}_points_lost"] or 0.0 for m in METRICS), abs=2e-9)
    benefits = ("flash_deals", "affiliate_marketing", "campaigns", "crm", "platform_promotions")
    assert {row[name] for name in benefits} == {"granted"}
    assert (row["settlement_days"], row["visibility_boost"]) == (1.0, 0.3)
    assert (row["product_collapse_before"], row["negative_reviews_before"]) == (None, None)


@example
def test_thirty_delivered_orders_in_90_days_are_needed() -> Example:
    other = delivered(1, 60) + delivered(5, 91)
    few, enough = yield [shop(orders=delivered(28, 90) + other), shop(orders=delivered(29, 90) + other)]
    assert (few["state"], few["delivered_orders_90d_value"]) == ("not_enough_data", 29.0)
    assert (enough["state"], enough["delivered_orders_90d_value"]) == ("scored", 30.0)
    assert enough["negative_review_rate_denominator_count"] == 1


@example
def test_a_shop_without_any_dimension_has_no_score() -> Example:
    row = yield shop(orders=delivered(40, 88))
    assert (row["state"], row["score"], row["product_satisfaction"]) == ("not_enough_data", None, None)


@example
def test_a_shop_without_a_score_keeps_the_two_gates() -> Example:
    row = yield shop(
        orders=delivered(29), shop_states=[{"item": "crm", "state": "granted", "as_of_on": date(2026, 6, 21)}]
    )
    assert (row["state"], row["score"], row["band"]) == ("not_enough_data", None, None)
    assert row["product_satisfaction"] == 5.0
    assert (row["countdown_bidding"], row["smart_promotion"], row["crm"]) == ("granted", "granted", "locked")
    assert (row["settlement_days"], row["visibility_boost"]) == (8.0, 0.0)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Row:
    """A shop whose data set has no chats, no violations and no cancel_fault."""
    folder = tmp_path_factory.mktemp("bare")
    orders = delivered(30, deliver_by=at(3))
    return score_one(folder, without=("orders.cancel_fault",), orders=orders, chats=None, violations=None)


def test_a_missing_table_makes_the_score_provisional(bare: Row) -> None:
    assert (bare["state"], bare["score"]) == ("provisional", 5.0)
    assert bare["im_dissatisfaction_rate_state"] == "not_supplied"
    assert bare["im_dissatisfaction_rate_numerator"] is None
    assert bare["after_sales_handling_hours_state"] == "no_data"


def test_a_missing_cancel_fault_column_is_not_the_sellers_innocence(bare: Row) -> None:
    assert bare["seller_fault_cancellation_rate_state"] == "not_supplied"
    assert bare["seller_fault_cancellation_rate_denominator"] is None


def test_without_a_violations_table_there_is_no_balance(bare: Row) -> None:
    assert (bare["account_health_balance"], bare["countdown_bidding"]) == (None, "locked")


def test_unknown_eligibility_does_not_withhold_the_score(tmp_path: Path) -> None:
    row = score_one(tmp_path, orders=None, chats=chats(1, "c", 5))
    assert (row["state"], row["score"], row["delivered_orders_90d_state"]) == (
        "provisional",
        5.0,
        "not_supplied",
    )


@example
def test_cancellations_without_any_other_order_are_undefined() -> Example:
    row = yield shop(orders=placed(2, "c", cancelled_at=at(4), cancel_fault="seller"))
    assert row["seller_fault_cancellation_rate_state"] == "undefined"
    assert row["seller_fault_cancellation_rate_value"] is None
    assert row["seller_fault_cancellation_rate_numerator_count"] == 2


@example
def test_the_newest_supplied_metric_up_to_the_day_wins() -> Example:
    dated = [(0.30, None), (0.20, date(2026, 6, 20)), (0.10, D), (0.05, date(2026, 6, 23))]
    rows = [{"metric": "negative_review_rate", "value": value, "as_of": day} for value, day in dated]
    row = yield shop(orders=delivered(4), supplied_metrics=rows)
    assert row["negative_review_rate_value"] == 0.10
    assert row["negative_review_rate_computed_value"] == 0.0
    assert row["negative_review_rate_denominator_count"] is None


@example
def test_supplied_numerators_stand_for_row_counts_where_whole() -> Example:
    rates = [
        {"metric": "negative_review_rate", "value": 0.02, "numerator": 6.0, "denominator": 300.0},
        {"metric": "on_time_delivery_rate", "value": 0.5, "numerator": 1.5, "denominator": 3.0},
        {"metric": "after_sales_handling_hours", "value": 6.0, "numerator": 18.0, "denominator": 3.0},
    ]
    row = yield shop(supplied_metrics=rates)
    counts = [(row[f"{r['metric']}_numerator_count"], row[f"{r['metric']}_denominator_count"]) for r in rates]
    assert counts == [(6, 300), (None, 3), (None, 3)]
    assert row["after_sales_handling_hours_numerator"] == 18.0


@example
def test_a_shops_benchmark_row_wins_over_its_categorys() -> Example:
    def in_garden(benchmarks: list[Row]) -> Shop:
        return shop(
            shops=[{"category": "garden"}], supplied_metrics=supplied(negative_review_rate=0.106),
            supplied_benchmarks=benchmarks,
        )  # fmt: skip

    of_category = {"shop_id": None, "category": "garden", "metric": "negative_review_rate", "poor": 0.2}
    of_shop = {"metric": "negative_review_rate", "poor": 0.3, "excellent": 0.0124}
    other = {"shop_id": None, "category": "fashion", "metric": "negative_review_rate", "poor": 0.11}
    one, another = yield [in_garden([of_category, other]), in_garden([of_shop])]
    assert one["negative_review_rate_points"] == 2.5
    # 1 + (0.106 − 0.3) / (0.0124 − 0.3) × 3
    assert another["negative_review_rate_points"] == 3.023643950


@example
def test_a_value_on_a_knot_gets_the_knots_points() -> Example:
    on_knots = supplied(
        negative_review_rate=0.012, non_buyer_fault_return_rate=0.10, seller_fault_cancellation_rate=0.50,
        on_time_delivery_rate=1.0, im_dissatisfaction_rate=1.0, after_sales_handling_hours=26.5,
    )  # fmt: skip
    outside = supplied(on_time_delivery_rate=0.1, after_sales_handling_hours=500.0)
    row, beyond = yield [shop(supplied_metrics=on_knots), shop(supplied_metrics=outside)]
    assert [row[f"{metric}_points"] for metric in METRICS] == [4.0, 1.0, 0.0, 5.0, 0.0, 4.0]
    assert (beyond["on_time_delivery_rate_points"], beyond["after_sales_handling_hours_points"]) == (0.0, 0.0)


@example
def test_weights_enter_a_mean_as_millionths() -> Example:
    row = yield shop(
        supplied_metrics=supplied(im_dissatisfaction_rate=0.1421, after_sales_handling_hours=11.3)
    )
    points = (row["im_dissatisfaction_rate_points"], row["after_sales_handling_hours_points"])
    assert points == (4.164609053, 4.573584906)
    # (1e6 × 4.164609053 + 1e6 × 4.573584906) / 2e6; with weights of 1.0 the tie would end at …980.
    assert row["customer_service"] == 4.369096979


@example
def test_means_add_up_in_the_order_of_ids() -> Example:
    rates = supplied(
        negative_review_rate=0.0047, on_time_delivery_rate=0.982, after_sales_handling_hours=3,
        delivered_orders_90d=100,
    )  # fmt: skip
    halves = [
        {"dimension": "product_satisfaction", "weight": 0.5},
        {"dimension": "customer_service", "weight": 0.5},
    ]
    row = yield shop(supplied_metrics=rates, supplied_benchmarks=halves)
    dimensions = (row["customer_service"], row["fulfillment_logistics"], row["product_satisfaction"])
    assert dimensions == (4.886792453, 4.628099174, 4.608333333)
    # (5e5 × 4.886… + 1e6 × 4.628… + 5e5 × 4.608…) / 2e6: from the other end the sum ends at …033.
    assert row["score"] == 4.687831034
    assert row["customer_service_weight"] == row["product_satisfaction_weight"] == 0.25
    assert row["fulfillment_logistics_weight"] == 0.5


@example
def test_supplied_weights_share_out_pro_rata() -> Example:
    weights = [
        {"metric": "negative_review_rate", "weight": 3.0},
        {"dimension": "product_satisfaction", "weight": 2.0},
    ]
    row = yield shop(
        supplied_metrics=all_supplied(non_buyer_fault_return_rate=0.10),  # 1 point
        supplied_benchmarks=weights,
    )
    assert row["product_satisfaction"] == 4.0  # (3 × 5 + 1 × 1) / 4
    assert row["score"] == 4.5  # (2 × 4 + 5 + 5) / 4
    assert row["non_buyer_fault_return_rate_weight"] == 0.125
    assert row["non_buyer_fault_return_rate_points_lost"] == 0.5


@example
def test_the_category_is_the_one_with_most_delivered_orders() -> Example:
    orders = (
        delivered(2, name="b", category="fashion") + delivered(2, name="a", category="beauty")
        + delivered(5, name="n") + delivered(5, name="x", category="home", is_sample=True)
    )  # fmt: skip
    computed, given = yield [shop(orders=orders), shop(orders=orders, shops=[{"category": "food"}])]
    assert (computed["category"], given["category"]) == ("beauty", "food")


@example
def test_new_shops_with_few_orders_are_protected() -> Example:
    def opened(days_ago: int | None, negative: int, orders: int) -> Shop:
        every = delivered(orders, 1)
        day = None if days_ago is None else D - timedelta(days=days_ago)
        return shop(shops=[{"opened_on": day}], orders=every, reviews=reviews_of(every[:negative], 1))

    examples = [(179, 3, 30), (180, 3, 30), (None, 3, 30), (179, 4, 30), (179, 3, 31)]
    rows = yield [opened(*each) for each in examples]
    raw = [row["negative_review_rate_points_before_floor"] for row in rows]
    # 3/30: 1 + 0.3 / 0.388 × 3; 4/30 and 3/31 likewise
    assert raw == [3.319587629, 3.319587629, 3.319587629, 3.06185567, 3.344529431]
    assert [row["negative_review_rate_points"] for row in rows] == [3.5, *raw[1:]]


@example
def test_the_floor_of_late_deliveries_counts_the_late_ones() -> Example:
    new = [{"opened_on": D - timedelta(days=10)}]
    three_late = due(4, "ok", delivered_at=at(6)) + due(3, "late")
    four_late = due(4, "ok", delivered_at=at(6)) + due(4, "late")
    rows = yield [shop(shops=new, orders=three_late), shop(shops=new, orders=four_late)]
    assert [row["on_time_delivery_rate_points"] for row in rows] == [3.5, 0.0]


@example
def test_the_floors_of_cancellations_and_chats_count_orders() -> Example:
    new = [{"opened_on": D - timedelta(days=10)}]
    cancelled = placed(3, "c", cancelled_at=at(4), cancel_fault="seller")
    bad_chats = chats(3, "bad", 1)
    few, many = yield [
        shop(shops=new, orders=placed(27, "p") + cancelled, chats=bad_chats),
        shop(shops=new, orders=placed(28, "p") + cancelled + delivered(31, 50), chats=bad_chats),
    ]
    assert few["seller_fault_cancellation_rate_points"] == 3.5
    assert few["im_dissatisfaction_rate_points"] == 2.0
    assert many["seller_fault_cancellation_rate_points"] == 0.982142857  # 3/28: (0.107142… − 0.5) / −0.4
    assert many["im_dissatisfaction_rate_points"] == 0.0


@example
def test_product_collapse_takes_the_lowest_dimension() -> Example:
    row = yield shop(supplied_metrics=all_supplied(negative_review_rate=1.0, non_buyer_fault_return_rate=0.2))
    # 0 and (0.2 − 0.5) / −0.4 = 0.75: 0.375. Counts are unknown, so the second adjustment is not met.
    assert row["product_satisfaction"] == 0.375
    assert (row["product_collapse_before"], row["product_collapse_after"]) == (3.458333333, 0.375)
    assert (row["score"], row["band"]) == (0.375, "critical")
    assert row["negative_reviews_after"] is None


@example
def test_negative_reviews_above_the_average_lower_the_score() -> Example:
    nrr = {"metric": "negative_review_rate", "value": 0.21, "numerator": 21.0, "denominator": 100.0}
    rest = [row for row in all_supplied() if row["metric"] != "negative_review_rate"]
    three = nrr | {"numerator": 3.0, "denominator": 100.0, "value": 0.03}
    worse = nrr | {"value": 0.5, "numerator": 50.0}
    tolerant = [{"metric": "negative_review_rate", "average": 0.25}]
    average_at_poor = [{"metric": "negative_review_rate", "average": 0.40}]
    row, with_three, within_average, unknown = yield [
        shop(supplied_metrics=[*rest, nrr]),
        shop(supplied_metrics=[*rest, three]),
        shop(supplied_metrics=[*rest, nrr], supplied_benchmarks=tolerant),
        shop(supplied_metrics=[*rest, worse], supplied_benchmarks=average_at_poor),
    ]
    # Points 1 + 0.19 / 0.388 × 3 = 2.469072165, dimension 3.7345360825 at half a unit, t = 0.19 / 0.38 = 0.5.
    assert row["negative_review_rate_points"] == 2.469072165
    assert row["negative_reviews_before"] == pytest.approx(4.578178694, abs=1.1e-9)
    assert row["negative_reviews_before"] - row["negative_reviews_after"] == pytest.approx(0.25, abs=1e-9)
    assert row["score"] == row["negative_reviews_after"]
    assert with_three["negative_reviews_before"] is None
    assert within_average["negative_reviews_before"] is None
    assert unknown["negative_reviews_before"] is None  # t = 0.10 / 0 is null: nothing changes


@example
def test_without_a_score_there_is_nothing_to_adjust() -> Example:
    nrr = {"metric": "negative_review_rate", "value": 0.9, "numerator": 90.0, "denominator": 100.0}
    row = yield shop(supplied_metrics=[*supplied(delivered_orders_90d=29), nrr])
    assert (row["state"], row["product_satisfaction"]) == ("not_enough_data", 0.166666667)
    assert (row["product_collapse_before"], row["negative_reviews_before"]) == (None, None)


@example
def test_the_score_never_leaves_its_scale() -> Example:
    worst = [
        {"metric": "negative_review_rate", "value": 1.0, "numerator": 50.0, "denominator": 50.0},
        *supplied(non_buyer_fault_return_rate=0.9, delivered_orders_90d=50.0),
    ]
    row = yield shop(supplied_metrics=worst)
    assert (row["negative_reviews_before"], row["negative_reviews_after"], row["score"]) == (0.0, -1.0, 0.0)
