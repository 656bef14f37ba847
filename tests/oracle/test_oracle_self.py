"""The oracle against rows worked out by hand from the text of the specification."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.oracle.run import TABLES, day_starts, oracle_rows

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Score = Callable[..., Row]
ScoreAll = Callable[[list[Tables]], list[Row]]
LA = ZoneInfo("America/Los_Angeles")
D = date(2026, 6, 22)
ARROW = {
    "VARCHAR": pa.string(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"), "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(), "INTEGER": pa.int32(), "DOUBLE": pa.float64(),
}  # fmt: skip
METRICS = (
    "negative_review_rate", "non_buyer_fault_return_rate", "seller_fault_cancellation_rate",
    "on_time_delivery_rate", "im_dissatisfaction_rate", "after_sales_handling_hours",
)  # fmt: skip


def at(age: int, hour: int = 12, as_of: date = D) -> datetime:
    """Give an instant of the local day of that age."""
    day = as_of - timedelta(days=age)
    return datetime(day.year, day.month, day.day, hour, tzinfo=LA).astimezone(UTC)


def write(folder: Path, tables: dict[str, list[Row]], without: tuple[str, ...] = ()) -> None:
    """Write one Parquet file per table; `table.column` in without leaves a column out of the file."""
    for table, rows in tables.items():
        columns = {name: kind for name, kind in TABLES[table].items() if f"{table}.{name}" not in without}
        schema = pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])
        listed = [{name: row.get(name) for name in columns} for row in rows]
        pq.write_table(pa.Table.from_pylist(listed, schema=schema), folder / f"{table}.parquet")


def one_thread() -> duckdb.DuckDBPyConnection:
    """Open a database that suits a handful of rows: more threads only cost time here."""
    return duckdb.connect(config={"threads": 1})


@pytest.fixture
def score(tmp_path: Path) -> Score:
    """Score the one shop S1: tables not named are supplied and empty, None means not supplied."""

    calls = count()

    def run(as_of: date = D, without: tuple[str, ...] = (), **tables: list[Row] | None) -> Row:
        folder = tmp_path / str(next(calls))
        folder.mkdir()
        every: dict[str, list[Row] | None] = {table: [] for table in TABLES}
        every["shops"] = [{}]
        every |= tables
        filled = {
            table: [{"shop_id": "S1"} | row for row in rows]
            for table, rows in every.items()
            if rows is not None
        }
        write(folder, filled, without)
        rows: list[Row] = oracle_rows(folder, as_of, one_thread()).to_pylist()
        assert len(rows) == 1
        return rows[0]

    return run


@pytest.fixture
def score_all(tmp_path: Path) -> ScoreAll:
    """Score several shops of one data set, each given as its own tables; rows in the same order."""

    def run(shops: list[Tables]) -> list[Row]:
        every: Tables = {table: [] for table in TABLES}
        for number, given in enumerate(shops):
            tables: Tables = {"shops": [Row()]} | given
            for table, rows in tables.items():
                every[table] += [row | {"shop_id": f"S{number:02}"} for row in rows]
        write(tmp_path, every)
        scored: list[Row] = oracle_rows(tmp_path, D, one_thread()).to_pylist()
        return scored

    return run


def delivered(number: int, age: int = 10, **more: Any) -> list[Row]:
    """Give orders placed ten days before their delivery, without a deadline."""
    name = more.pop("name", f"d{age}")
    return [
        {"order_id": f"{name}-{n}", "placed_at": at(age + 10), "delivered_at": at(age)} | more
        for n in range(number)
    ]


def placed(number: int, name: str, age: int = 5, **more: Any) -> list[Row]:
    return [{"order_id": f"{name}-{n}", "placed_at": at(age)} | more for n in range(number)]


def due(number: int, name: str, age: int = 5, **more: Any) -> list[Row]:
    return [
        {"order_id": f"{name}-{n}", "placed_at": at(80), "deliver_by": at(age)} | more for n in range(number)
    ]


def reviews_of(orders: list[Row], stars: int, **more: Any) -> list[Row]:
    return [
        {"review_id": f"r-{o['order_id']}", "order_id": o["order_id"], "posted_at": at(1), "stars": stars}
        | more
        for o in orders
    ]


def chats(number: int, name: str, rating: int | None, **more: Any) -> list[Row]:
    return [{"chat_id": f"{name}{n}", "started_at": at(5), "rating": rating} | more for n in range(number)]


def supplied(**values: float) -> list[Row]:
    return [{"metric": metric, "value": value} for metric, value in values.items()]


def all_supplied(**values: float) -> list[Row]:
    """Give every metric of the score, perfect where nothing else is said, of a shop with 100 orders."""
    perfect = dict.fromkeys(METRICS, 0.0) | {"on_time_delivery_rate": 1.0, "delivered_orders_90d": 100.0}
    return supplied(**(perfect | values))


def round_of(hours: float, name: str, age: int = 5, **more: Any) -> Row:
    started = at(age, 6)
    return {"round_id": name, "started_at": started, "finished_at": started + timedelta(hours=hours)} | more


# --- the worked examples of 1.1 ---------------------------------------------------------------------------


def test_handling_time_is_the_mean_of_seller_rounds(score: Score) -> None:
    row = score(
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


def test_seconds_are_rounded_half_to_even_round_by_round(score: Score) -> None:
    half = timedelta(milliseconds=500)
    rounds = [
        {"round_id": f"h{n}", "started_at": at(5), "finished_at": at(5) + timedelta(seconds=n) + half}
        for n in (0, 1, 2)  # 0.5 → 0, 1.5 → 2, 2.5 → 2
    ]
    assert score(after_sales_rounds=rounds)["after_sales_handling_hours_numerator"] == 4 / 3600.0


def test_published_negative_review_rate_gives_3_904_points(score: Score) -> None:
    row = score(supplied_metrics=supplied(negative_review_rate=0.0244))
    assert row["negative_review_rate_state"] == "supplied"
    assert row["negative_review_rate_points"] == 3.904123711  # 1 + 0.3756 / 0.388 × 3


def test_cancellations_are_divided_by_orders_not_cancelled(score: Score) -> None:
    cancelled: Row = {"cancelled_at": at(4), "cancel_fault": "seller"}
    row = score(orders=placed(75, "kept") + placed(20, "c", **cancelled) + placed(5, "late", **cancelled))
    assert row["seller_fault_cancellation_rate_value"] == 25 / 75
    assert row["seller_fault_cancellation_rate_numerator_count"] == 25
    assert row["seller_fault_cancellation_rate_denominator_count"] == 75


def test_on_time_delivery_is_88_of_100_due(score: Score) -> None:
    row = score(
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


def test_an_order_weighs_by_the_age_of_its_delivery(score_all: ScoreAll) -> None:
    ages = (0, 1, 15, 16, 30, 31, 45, 46, 60, 61)
    rows = score_all([{"orders": delivered(1, age)} for age in ages])
    weights = [row["negative_review_rate_denominator"] for row in rows]
    assert weights == [0.0, 1.0, 1.0, 0.7, 0.7, 0.49, 0.49, 0.343, 0.343, 0.0]
    assert [row["negative_review_rate_denominator_count"] for row in rows] == [0, *[1] * 8, 0]
    assert [row["negative_review_rate_state"] for row in rows] == ["no_data", *["computed"] * 8, "no_data"]


def test_decay_weighs_numerator_and_denominator_alike(score: Score) -> None:
    orders = [order for age in (1, 16, 31, 46) for order in delivered(1, age)]
    row = score(orders=orders, reviews=reviews_of(orders[1:2], 2))
    assert row["negative_review_rate_numerator"] == 0.7
    assert row["negative_review_rate_denominator"] == 2.533
    assert row["negative_review_rate_value"] == 700000 / 2533000


# --- time ------------------------------------------------------------------------------------------------


def test_day_starts_follow_local_midnight_across_daylight_saving() -> None:
    starts = dict(day_starts(date(2026, 3, 10)))  # clocks went forward on 8 March
    hour = 3_600_000_000
    assert (starts[0] - starts[1], starts[1] - starts[2], starts[2] - starts[3]) == (
        24 * hour,
        23 * hour,
        24 * hour,
    )


def test_midnight_belongs_to_the_day_it_begins(score: Score) -> None:
    first = datetime(2026, 4, 23, tzinfo=LA)  # a 60-day window as of 22 June is 23 April to 21 June
    last = datetime(2026, 6, 22, tzinfo=LA)
    microsecond = timedelta(microseconds=1)
    orders = [
        {"order_id": str(n), "placed_at": at(89), "delivered_at": moment.astimezone(UTC)}
        for n, moment in enumerate((first - microsecond, first, last - microsecond, last))
    ]
    row = score(orders=orders)
    assert row["negative_review_rate_denominator"] == 1.343
    assert row["delivered_orders_90d_value"] == 3.0


def test_what_happened_on_the_day_itself_is_unknown(score: Score) -> None:
    orders = delivered(4)
    row = score(
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


# --- facts -----------------------------------------------------------------------------------------------


def test_only_the_first_review_that_is_no_edit_counts(score: Score) -> None:
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
    row = score(orders=orders, reviews=reviews + other_shop)
    # y is the older one of ids[0] (age 9 is before age 8): z counts there, a in ids[1], f in ids[3].
    assert row["negative_review_rate_numerator_count"] == 3
    assert row["negative_review_rate_denominator_count"] == 5


def test_samples_gifts_fakes_and_cancelled_orders_are_not_delivered_orders(score: Score) -> None:
    row = score(
        orders=delivered(2)
        + delivered(1, name="s", is_sample=True)
        + delivered(1, name="g", is_gift=True)
        + delivered(1, name="f", is_fake=True)
        + delivered(1, name="c", cancelled_at=at(3))
    )
    assert row["delivered_orders_90d_value"] == 2.0
    assert row["negative_review_rate_denominator_count"] == 2


def test_returns_count_once_per_order_and_not_when_rejected(score: Score) -> None:
    orders = delivered(4)
    kinds = [(0, "seller", None), (0, "logistics", "open"), (1, "buyer", None), (2, "seller", "cancelled")]
    returns = [
        {"return_id": str(n), "order_id": orders[of]["order_id"], "requested_at": at(3), "fault": fault,
         "status": status}
        for n, (of, fault, status) in enumerate(kinds)
    ]  # fmt: skip
    row = score(orders=orders, returns=returns)
    assert row["non_buyer_fault_return_rate_value"] == 0.25
    assert row["non_buyer_fault_return_rate_numerator"] == 1.0


def test_platform_fulfilled_orders_are_never_the_sellers_cancellations(score: Score) -> None:
    seller: Row = {"cancelled_at": at(4), "cancel_fault": "seller"}
    row = score(
        orders=placed(8, "kept", fulfillment="platform")
        + placed(1, "mine", **seller)
        + placed(1, "theirs", fulfillment="platform", **seller)
        + placed(1, "buyer", cancelled_at=at(4), cancel_fault="buyer")
    )
    assert row["seller_fault_cancellation_rate_value"] == 0.125


def test_only_rated_chats_that_no_machine_resolved_count(score: Score) -> None:
    row = score(
        chats=chats(1, "bad", 2) + chats(3, "fine", 3, resolved_by="human") + chats(5, "silent", None)
        + chats(5, "bot", 1, resolved_by="bot") + chats(5, "faq", 1, resolved_by="faq")
        + [{"chat_id": "old", "started_at": at(61), "rating": 1}]
    )  # fmt: skip
    assert row["im_dissatisfaction_rate_value"] == 0.25
    assert row["im_dissatisfaction_rate_points"] == 3.273416187  # 1 + 0.25 / 0.3299 × 3


def test_granted_appeals_remove_a_record_from_their_metric_only(score: Score) -> None:
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
    row = score(
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


# --- states ----------------------------------------------------------------------------------------------


def test_a_whole_scorecard(score: Score) -> None:
    row = score(
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


def test_thirty_delivered_orders_in_90_days_are_needed(score_all: ScoreAll) -> None:
    other = delivered(1, 60) + delivered(5, 91)
    few, enough = score_all([{"orders": delivered(28, 90) + other}, {"orders": delivered(29, 90) + other}])
    assert (few["state"], few["delivered_orders_90d_value"]) == ("not_enough_data", 29.0)
    assert (enough["state"], enough["delivered_orders_90d_value"]) == ("scored", 30.0)
    assert enough["negative_review_rate_denominator_count"] == 1


def test_a_shop_without_any_dimension_has_no_score(score: Score) -> None:
    row = score(orders=delivered(40, 88))
    assert (row["state"], row["score"], row["product_satisfaction"]) == ("not_enough_data", None, None)


def test_a_shop_without_a_score_keeps_the_two_gates(score: Score) -> None:
    row = score(
        orders=delivered(29), shop_states=[{"item": "crm", "state": "granted", "as_of_on": date(2026, 6, 21)}]
    )
    assert (row["state"], row["score"], row["band"]) == ("not_enough_data", None, None)
    assert row["product_satisfaction"] == 5.0
    assert (row["countdown_bidding"], row["smart_promotion"], row["crm"]) == ("granted", "granted", "locked")
    assert (row["settlement_days"], row["visibility_boost"]) == (8.0, 0.0)


def test_a_missing_table_makes_the_score_provisional(score: Score) -> None:
    row = score(orders=delivered(30, deliver_by=at(3)), chats=None)
    assert (row["state"], row["score"]) == ("provisional", 5.0)
    assert row["im_dissatisfaction_rate_state"] == "not_supplied"
    assert row["im_dissatisfaction_rate_numerator"] is None
    assert row["after_sales_handling_hours_state"] == "no_data"


def test_a_missing_cancel_fault_column_is_not_the_sellers_innocence(score: Score) -> None:
    row = score(orders=delivered(30), without=("orders.cancel_fault",))
    assert (row["state"], row["seller_fault_cancellation_rate_state"]) == ("provisional", "not_supplied")


def test_unknown_eligibility_does_not_withhold_the_score(score: Score) -> None:
    row = score(orders=None, chats=chats(1, "c", 5))
    assert (row["state"], row["score"], row["delivered_orders_90d_state"]) == (
        "provisional",
        5.0,
        "not_supplied",
    )


def test_cancellations_without_any_other_order_are_undefined(score: Score) -> None:
    row = score(orders=placed(2, "c", cancelled_at=at(4), cancel_fault="seller"))
    assert row["seller_fault_cancellation_rate_state"] == "undefined"
    assert row["seller_fault_cancellation_rate_value"] is None
    assert row["seller_fault_cancellation_rate_numerator_count"] == 2


# --- supplied values -------------------------------------------------------------------------------------


def test_the_newest_supplied_metric_up_to_the_day_wins(score: Score) -> None:
    dated = [(0.30, None), (0.20, date(2026, 6, 20)), (0.10, D), (0.05, date(2026, 6, 23))]
    rows = [{"metric": "negative_review_rate", "value": value, "as_of": day} for value, day in dated]
    row = score(orders=delivered(4), supplied_metrics=rows)
    assert row["negative_review_rate_value"] == 0.10
    assert row["negative_review_rate_computed_value"] == 0.0
    assert row["negative_review_rate_denominator_count"] is None


def test_supplied_numerators_stand_for_row_counts_where_whole(score: Score) -> None:
    rates = [
        {"metric": "negative_review_rate", "value": 0.02, "numerator": 6.0, "denominator": 300.0},
        {"metric": "on_time_delivery_rate", "value": 0.5, "numerator": 1.5, "denominator": 3.0},
        {"metric": "after_sales_handling_hours", "value": 6.0, "numerator": 18.0, "denominator": 3.0},
    ]
    row = score(supplied_metrics=rates)
    counts = [(row[f"{r['metric']}_numerator_count"], row[f"{r['metric']}_denominator_count"]) for r in rates]
    assert counts == [(6, 300), (None, 3), (None, None)]
    assert row["after_sales_handling_hours_numerator"] == 18.0


def test_a_shops_benchmark_row_wins_over_its_categorys(score: Score) -> None:
    def poor_and_weight(rows: list[Row]) -> Row:
        return score(
            shops=[{"category": "beauty"}], supplied_metrics=supplied(negative_review_rate=0.106),
            supplied_benchmarks=rows,
        )  # fmt: skip

    of_category = {"shop_id": None, "category": "beauty", "metric": "negative_review_rate", "poor": 0.2}
    of_shop = {"metric": "negative_review_rate", "poor": 0.3, "excellent": 0.0124}
    other = {"shop_id": None, "category": "fashion", "metric": "negative_review_rate", "poor": 0.11}
    assert poor_and_weight([of_category, other])["negative_review_rate_points"] == 2.5
    # 1 + (0.106 − 0.3) / (0.0124 − 0.3) × 3
    assert poor_and_weight([of_category, of_shop])["negative_review_rate_points"] == 3.023643950


def test_a_value_on_a_knot_gets_the_knots_points(score: Score) -> None:
    rows = supplied(
        negative_review_rate=0.012, non_buyer_fault_return_rate=0.10, seller_fault_cancellation_rate=0.50,
        on_time_delivery_rate=1.0, im_dissatisfaction_rate=1.0, after_sales_handling_hours=26.5,
    )  # fmt: skip
    row = score(supplied_metrics=rows)
    assert [row[f"{metric}_points"] for metric in METRICS] == [4.0, 1.0, 0.0, 5.0, 0.0, 4.0]
    beyond = score(supplied_metrics=supplied(on_time_delivery_rate=0.1, after_sales_handling_hours=500.0))
    assert (beyond["on_time_delivery_rate_points"], beyond["after_sales_handling_hours_points"]) == (0.0, 0.0)


def test_supplied_weights_share_out_pro_rata(score: Score) -> None:
    weights = [
        {"metric": "negative_review_rate", "weight": 3.0},
        {"dimension": "product_satisfaction", "weight": 2.0},
    ]
    row = score(
        supplied_metrics=all_supplied(non_buyer_fault_return_rate=0.10),  # 1 point
        supplied_benchmarks=weights,
    )
    assert row["product_satisfaction"] == 4.0  # (3 × 5 + 1 × 1) / 4
    assert row["score"] == 4.5  # (2 × 4 + 5 + 5) / 4
    assert row["non_buyer_fault_return_rate_weight"] == 0.125
    assert row["non_buyer_fault_return_rate_points_lost"] == 0.5


# --- category, floors, adjustments -----------------------------------------------------------------------


def test_the_category_is_the_one_with_most_delivered_orders(score: Score) -> None:
    orders = (
        delivered(2, name="b", category="fashion") + delivered(2, name="a", category="beauty")
        + delivered(5, name="n") + delivered(5, name="x", category="home", is_sample=True)
    )  # fmt: skip
    assert score(orders=orders)["category"] == "beauty"
    assert score(orders=orders, shops=[{"category": "food"}])["category"] == "food"


def test_new_shops_with_few_orders_are_protected(score_all: ScoreAll) -> None:
    def shop(opened_days_ago: int | None, negative: int, orders: int) -> Tables:
        every = delivered(orders, 1)
        opened = None if opened_days_ago is None else D - timedelta(days=opened_days_ago)
        return {
            "shops": [{"opened_on": opened}],
            "orders": every,
            "reviews": reviews_of(every[:negative], 1),
        }

    rows = score_all(
        [shop(179, 3, 30), shop(180, 3, 30), shop(None, 3, 30), shop(179, 4, 30), shop(179, 3, 31)]
    )
    raw = [row["negative_review_rate_points_before_floor"] for row in rows]
    # 3/30: 1 + 0.3 / 0.388 × 3; 4/30 and 3/31 likewise
    assert raw == [3.319587629, 3.319587629, 3.319587629, 3.06185567, 3.344529431]
    assert [row["negative_review_rate_points"] for row in rows] == [3.5, *raw[1:]]


def test_the_floor_of_late_deliveries_counts_the_late_ones(score: Score) -> None:
    new = [{"opened_on": D - timedelta(days=10)}]
    three_late = due(4, "ok", delivered_at=at(6)) + due(3, "late")
    four_late = due(4, "ok", delivered_at=at(6)) + due(4, "late")
    assert score(shops=new, orders=three_late)["on_time_delivery_rate_points"] == 3.5
    assert score(shops=new, orders=four_late)["on_time_delivery_rate_points"] == 0.0


def test_the_floors_of_cancellations_and_chats_count_orders(score: Score) -> None:
    new = [{"opened_on": D - timedelta(days=10)}]
    cancelled = placed(3, "c", cancelled_at=at(4), cancel_fault="seller")
    bad_chats = chats(3, "bad", 1)
    few = score(shops=new, orders=placed(27, "p") + cancelled, chats=bad_chats)
    many = score(shops=new, orders=placed(28, "p") + cancelled + delivered(31, 50), chats=bad_chats)
    assert few["seller_fault_cancellation_rate_points"] == 3.5
    assert few["im_dissatisfaction_rate_points"] == 2.0
    assert many["seller_fault_cancellation_rate_points"] == 0.982142857  # 3/28: (0.107142… − 0.5) / −0.4
    assert many["im_dissatisfaction_rate_points"] == 0.0


def test_product_collapse_takes_the_lowest_dimension(score: Score) -> None:
    row = score(supplied_metrics=all_supplied(negative_review_rate=1.0, non_buyer_fault_return_rate=0.2))
    # 0 and (0.2 − 0.5) / −0.4 = 0.75: 0.375. Counts are unknown, so the second adjustment is not met.
    assert row["product_satisfaction"] == 0.375
    assert (row["product_collapse_before"], row["product_collapse_after"]) == (3.458333333, 0.375)
    assert (row["score"], row["band"]) == (0.375, "critical")
    assert row["negative_reviews_after"] is None


def test_negative_reviews_above_the_average_lower_the_score(score: Score) -> None:
    nrr = {"metric": "negative_review_rate", "value": 0.21, "numerator": 21.0, "denominator": 100.0}
    rest = [row for row in all_supplied() if row["metric"] != "negative_review_rate"]
    row = score(supplied_metrics=[*rest, nrr])
    # Points 1 + 0.19 / 0.388 × 3 = 2.469072165, dimension 3.7345360825 at half a unit, t = 0.19 / 0.38 = 0.5.
    assert row["negative_review_rate_points"] == 2.469072165
    assert row["negative_reviews_before"] == pytest.approx(4.578178694, abs=1.1e-9)
    assert row["negative_reviews_before"] - row["negative_reviews_after"] == pytest.approx(0.25, abs=1e-9)
    assert row["score"] == row["negative_reviews_after"]
    three = nrr | {"numerator": 3.0, "denominator": 100.0, "value": 0.03}
    assert score(supplied_metrics=[*rest, three])["negative_reviews_before"] is None
    tolerant = [{"metric": "negative_review_rate", "average": 0.25}]
    assert (
        score(supplied_metrics=[*rest, nrr], supplied_benchmarks=tolerant)["negative_reviews_before"] is None
    )
    average_at_poor = [{"metric": "negative_review_rate", "average": 0.40}]
    worse = nrr | {"value": 0.5, "numerator": 50.0}
    unknown = score(supplied_metrics=[*rest, worse], supplied_benchmarks=average_at_poor)
    assert unknown["negative_reviews_before"] is None  # t = 0.10 / 0 is null: nothing changes


def test_the_score_never_leaves_its_scale(score: Score) -> None:
    worst = [
        {"metric": "negative_review_rate", "value": 1.0, "numerator": 50.0, "denominator": 50.0},
        *supplied(non_buyer_fault_return_rate=0.9, delivered_orders_90d=50.0),
    ]
    row = score(supplied_metrics=worst)
    assert (row["negative_reviews_before"], row["negative_reviews_after"], row["score"]) == (0.0, -1.0, 0.0)


# --- benefits, gates, badges -----------------------------------------------------------------------------


def at_score(points: float) -> list[Row]:
    """Give supplied metrics of a shop whose only known metric has these points, 1 to 5."""
    hours = 96 - (points - 1) / 3 * 69.5 if points <= 4 else 26.5 * (5 - points)
    return supplied(after_sales_handling_hours=hours, delivered_orders_90d=100.0)


def test_benefits_remember_within_the_dead_band(score_all: ScoreAll) -> None:
    items = ("affiliate_marketing", "crm", "flash_deals", "platform_promotions")
    cases = [
        (3.5, "locked", ["granted", "granted", "granted", "granted"]),
        (3.2, "granted", ["granted", "frozen", "granted", "locked"]),
        (3.2, "frozen", ["frozen", "frozen", "granted", "locked"]),
        (3.2, "locked", ["locked", "locked", "granted", "locked"]),
        (3.2, None, ["locked", "locked", "granted", "locked"]),
        (3.0, "granted", ["granted", "frozen", "granted", "locked"]),
        (2.9, "granted", ["locked", "locked", "granted", "locked"]),
        (2.4, "granted", ["locked", "locked", "locked", "locked"]),
    ]

    def states(previous: str | None) -> list[Row]:
        dated = [("granted", D)]  # a row of the day itself is ignored
        if previous is not None:
            dated += [(previous, date(2026, 6, 21)), ("granted", date(2026, 6, 1))]
        return [{"item": item, "state": state, "as_of_on": day} for item in items for state, day in dated]

    rows = score_all(
        [
            {"supplied_metrics": at_score(points), "shop_states": states(previous)}
            for points, previous, _ in cases
        ]
    )
    assert [row["score"] for row in rows] == [points for points, _, _ in cases]
    assert [[row[item] for item in items] for row in rows] == [expected for _, _, expected in cases]


def test_gates_ask_for_score_and_account_health(score_all: ScoreAll) -> None:
    cases = [(2.6, 151.0), (3.6, 151.0), (3.6, 150.0), (2.4, 151.0), (3.6, None)]
    rows = score_all(
        [
            {"shops": [{"account_health": health}], "supplied_metrics": at_score(points)}
            for points, health in cases
        ]
    )
    countdown = [row["countdown_bidding"] for row in rows]
    assert countdown == ["granted", "granted", "locked", "locked", "granted"]
    assert [row["smart_promotion"] for row in rows] == ["locked", "granted", "locked", "locked", "granted"]


def test_bands_and_ladders_step_at_their_thresholds(score_all: ScoreAll) -> None:
    scores = [4.5, 4.499999999, 4.0, 3.999999999, 3.5, 3.499999999, 2.5, 2.499999999, 1.000000001, 1.0]
    rows = score_all([{"supplied_metrics": at_score(points)} for points in scores])
    assert [row["score"] for row in rows] == scores
    assert [row["band"] for row in rows] == [*["excellent"] * 3, *["good"] * 4, *["poor"] * 2, "critical"]
    assert [row["settlement_days"] for row in rows] == [1.0, 1.0, 1.0, 5.0, 5.0, *[8.0] * 5]
    assert [row["visibility_boost"] for row in rows] == [0.3, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0]


def test_account_health_is_the_balance_of_the_last_180_days(score: Score) -> None:
    def violation(key: str, points: float, age: int, **more: Any) -> Row:
        return {"violation_id": key, "issued_at": at(age), "points": points} | more

    row = score(
        violations=[
            violation("expired", 1.0, 181),
            violation("last day", 2.0, 180),
            violation("undecided", 4.0, 9, status="pending"),
            violation("effective", 8.0, 9, status="pending", effective_at=at(1)),
            violation("not yet", 16.0, 9, effective_at=at(0)),
            violation("overturned", 32.0, 9, status="overturned", decided_at=at(2)),
            violation("overturned today", 64.0, 9, status="overturned", decided_at=at(0)),
            violation("appealed", 128.0, 9),
        ],
        appeals=[{"about": "account_health", "record_id": "appealed", "filed_at": at(8), "decided_at": at(3),
                  "status": "granted"}],
        point_events=[{"at": at(4), "kind": "gain", "points": 5.0},
                      {"at": at(0), "kind": "gain", "points": 9.0},
                      {"at": at(4), "kind": "milestone_quiz", "points": 9.0}],
    )  # fmt: skip
    assert row["account_health_balance"] == 200.0 - 2 - 8 - 64 + 5
    assert row["countdown_bidding"] == "locked"
    without_a_ledger = score(violations=None)
    assert (without_a_ledger["account_health_balance"], without_a_ledger["countdown_bidding"]) == (
        None,
        "locked",
    )


STAR = {
    "reputation_points": 10001.0,
    "positive_rating_share": 0.8,
    "sellable_products": 1.0,
    "has_logo": True,
}


def test_star_badges(score_all: ScoreAll) -> None:
    cases: list[tuple[Row, str, str]] = [
        ({}, "granted", "locked"),
        ({"seller_type": "independent"}, "granted", "locked"),
        ({"reputation_points": 10000.0}, "locked", "granted"),
        ({"reputation_points": 2000.0}, "locked", "locked"),
        ({"reputation_points": None}, "locked", "locked"),
        ({"seller_type": "official"}, "locked", "locked"),
        ({"has_logo": None}, "locked", "locked"),
        ({"positive_rating_share": 0.79}, "locked", "locked"),
        ({"sellable_products": 0.0}, "locked", "locked"),
    ]
    rows = score_all(
        [{"shops": [STAR | change], "supplied_metrics": all_supplied()} for change, _, _ in cases]
    )
    badges = [(row["gold_star_seller"], row["silver_star_seller"]) for row in rows]
    assert badges == [(gold, silver) for _, gold, silver in cases]


def test_badges_look_at_the_score_of_the_first_of_the_month(score: Score) -> None:
    rows = all_supplied()
    fallen = {"metric": "on_time_delivery_rate", "value": 0.0, "as_of": date(2026, 6, 2)}
    more = {"metric": "after_sales_handling_hours", "value": 240.0, "as_of": date(2026, 6, 2)}
    in_june = score(shops=[STAR], supplied_metrics=[*rows, fallen, more])
    in_july = score(as_of=date(2026, 7, 1), shops=[STAR], supplied_metrics=[*rows, fallen, more])
    assert in_june["score"] == in_july["score"] == 3.333333333
    assert (in_june["gold_star_seller"], in_july["gold_star_seller"]) == ("granted", "locked")


# --- subjects and reading --------------------------------------------------------------------------------


def test_closed_shops_and_other_markets_are_skipped(tmp_path: Path) -> None:
    shops = [
        {"shop_id": "us", "market": "US"}, {"shop_id": "any"}, {"shop_id": "id", "market": "ID"},
        {"shop_id": "gone", "market": "US", "state": "closed"},
        {"shop_id": "held", "market": "US", "state": "suspended"},
    ]  # fmt: skip
    write(tmp_path, {"shops": shops})
    assert oracle_rows(tmp_path, D)["shop_id"].to_pylist() == ["any", "held", "us"]


def test_without_a_shops_table_the_ids_seen_are_the_subjects(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    folder.mkdir()
    for name in ("a", "b"):
        write(folder, {"chats": [{"shop_id": name, "chat_id": "1", "started_at": at(2), "rating": 1}]})
        (folder / "chats.parquet").rename(folder / f"part-{name}.parquet")
    rows = oracle_rows(tmp_path, D)
    assert rows["shop_id"].to_pylist() == ["a", "b"]
    assert rows["im_dissatisfaction_rate_value"].to_pylist() == [1.0, 1.0]


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    naive = pa.table({"chat_id": ["1"], "shop_id": ["S"], "started_at": pa.array([0], pa.timestamp("us"))})
    pq.write_table(naive, tmp_path / "chats.parquet")
    with pytest.raises(TypeError) as error:
        oracle_rows(tmp_path, D)
    file = tmp_path / "chats.parquet"
    assert str(error.value) == f"{file}: started_at is TIMESTAMP, expected an instant with a zone"


def test_a_callers_connection_is_left_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, {"shops": [{"shop_id": "S1"}]})
    with duckdb.connect() as connection:
        first = oracle_rows(tmp_path, D, connection)
        assert oracle_rows(tmp_path, D, connection).equals(first)
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_sums_beyond_two_to_the_53_divide_exactly() -> None:
    with duckdb.connect() as connection:
        policy = (Path(__file__).parent / "us_sps_2026_06" / "1_policy.sql").read_text(encoding="utf-8")
        connection.execute(policy)
        big = 2**53 + 1
        for number in (big, big + 2, 3 * big + 1, 2**64 + 1, 10**20 + 7):
            assert connection.execute(f"SELECT as_double({number}::HUGEINT)").fetchone() == (float(number),)


def test_every_policy_constant_is_the_double_of_its_decimal_text() -> None:
    with duckdb.connect() as connection:
        policy = (Path(__file__).parent / "us_sps_2026_06" / "1_policy.sql").read_text(encoding="utf-8")
        connection.execute(policy)
        knots = connection.execute("SELECT at_0, at_1, at_4, at_5 FROM policy_metrics LIMIT 6").fetchall()
    assert knots == [
        (1.0, 0.4, 0.012, 0.0), (0.5, 0.1, 0.0176, 0.0), (0.5, 0.1, 0.0087, 0.0),
        (0.5, 0.8, 0.9516, 1.0), (1.0, 0.5, 0.1701, 0.0), (240.0, 96.0, 26.5, 0.0),
    ]  # fmt: skip
