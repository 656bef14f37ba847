"""A sample is a believable market: sizes, rates, and rows that fit each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.sample.conftest import Sample

from shopscore_cli.sample.markets import market_named
from shopscore_cli.sample.world import Request, open_world

LOCAL = "AT TIME ZONE 'America/Los_Angeles'"


def test_the_report_counts_what_is_there(us: Sample) -> None:
    counted = {table: us.number(f"SELECT count(*) FROM {table}") for table in us.report.tables}
    assert us.report.tables == counted
    assert (counted["orders"], counted["shops"]) == (6_000, 800)
    assert us.report.as_of == date(2026, 4, 11)
    assert us.report.bad_rows == {}


def test_orders_lie_in_files_by_local_month_in_the_order_they_were_placed(us: Sample) -> None:
    names = [path.name for path in sorted((us.folder / "orders").iterdir())]
    assert names == ["2026-03.parquet", "2026-04.parquet"]
    for name in names:
        path = us.folder / "orders" / name
        rows = us.rows(f"SELECT epoch_us(placed_at), strftime(placed_at {LOCAL}, '%Y-%m') FROM '{path}'")
        assert [at for at, _ in rows] == sorted(at for at, _ in rows)
        assert {month for _, month in rows} == {path.stem}


def test_every_day_asked_for_has_orders_and_no_other(us: Sample) -> None:
    days = us.rows(f"SELECT DISTINCT CAST(placed_at {LOCAL} AS DATE) FROM orders ORDER BY 1")
    assert [days[0], days[-1], len(days)] == [(date(2026, 3, 2),), (date(2026, 4, 10),), 40]


HAPPENED = """
    orders.paid_at orders.arranged_at orders.dispatched_at orders.delivered_at orders.cancelled_at
    reviews.posted_at returns.requested_at returns.resolved_at after_sales_rounds.started_at
    after_sales_rounds.finished_at chats.started_at chats.first_reply_at chats.rated_at complaints.opened_at
    violations.issued_at violations.decided_at point_events.at appeals.filed_at appeals.decided_at
"""


@pytest.mark.parametrize("name", HAPPENED.split())
def test_nothing_happens_after_the_last_day(us: Sample, name: str) -> None:
    """Midnight of 11 April in Los Angeles is 07:00 UTC."""
    table, column = name.split(".")
    end = "TIMESTAMPTZ '2026-04-11 07:00:00+00'"
    assert us.number(f'SELECT count(*) FROM {table} WHERE "{column}" >= {end}') == 0
    assert us.number(f'SELECT count(*) FROM {table} WHERE "{column}" < {end}') > 0


@pytest.mark.parametrize("table", ["reviews", "returns", "complaints"])
def test_what_follows_from_orders_names_one_of_the_same_shop(us: Sample, table: str) -> None:
    named = f"SELECT order_id, shop_id FROM {table} WHERE order_id IS NOT NULL"
    assert us.rows(f"{named} EXCEPT SELECT order_id, shop_id FROM orders") == []


@pytest.mark.parametrize(
    "table",
    ["orders", "after_sales_rounds", "chats", "violations", "point_events", "appeals", "supplied_metrics",
     "shop_states"],
)  # fmt: skip
def test_every_shop_that_is_named_exists(us: Sample, table: str) -> None:
    assert us.rows(f"SELECT shop_id FROM {table} EXCEPT SELECT shop_id FROM shops") == []


def test_cases_and_appeals_name_records_that_exist(us: Sample) -> None:
    assert us.rows("SELECT case_id FROM after_sales_rounds EXCEPT SELECT return_id FROM returns") == []
    records = (
        "SELECT order_id FROM orders UNION ALL SELECT chat_id FROM chats"
        " UNION ALL SELECT round_id FROM after_sales_rounds UNION ALL SELECT violation_id FROM violations"
    )
    assert us.rows(f"SELECT record_id FROM appeals EXCEPT ({records})") == []


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("placed_at", "paid_at"),
        ("paid_at", "arranged_at"),
        ("arranged_at", "dispatched_at"),
        ("dispatched_at", "delivered_at"),
    ],
)
def test_what_an_order_goes_through_follows_what_came_before(us: Sample, earlier: str, later: str) -> None:
    after_nothing = f"{later} IS NOT NULL AND {earlier} IS NULL"
    assert us.rows(f"SELECT order_id FROM orders WHERE {later} < {earlier} OR ({after_nothing})") == []


def test_cancelled_orders_say_by_whom_and_are_seldom_delivered(us: Sample) -> None:
    cancelled = "SELECT count(*) FROM orders WHERE cancelled_at IS NOT NULL"
    assert us.number(f"{cancelled} AND (cancelled_by IS NULL OR cancel_reason IS NULL)") == 0
    others = "SELECT count(*) FROM orders WHERE cancelled_at IS NULL"
    assert us.number(f"{others} AND coalesce(cancelled_by, cancel_reason, cancel_fault) IS NOT NULL") == 0
    assert 1 <= us.number(f"{cancelled} AND delivered_at IS NOT NULL") <= us.number(cancelled) / 40


def test_orders_fall_in_the_life_of_their_shop(us: Sample) -> None:
    orders = "SELECT count(*) FROM orders JOIN shops USING (shop_id)"
    assert us.number(f"{orders} WHERE CAST(placed_at {LOCAL} AS DATE) < opened_on") == 0
    assert us.number(f"{orders} WHERE state = 'closed'") > 0
    assert (
        us.number(f"{orders} WHERE state = 'closed' AND placed_at >= TIMESTAMPTZ '2026-04-10 07:00:00+00'")
        == 0
    )


FIRST_REVIEWS = "SELECT count(*) FROM reviews WHERE is_edit IS NOT true"
RATES = {
    "delivered of the first weeks' orders": (
        "SELECT count(delivered_at) / count(*) FROM orders WHERE placed_at < TIMESTAMPTZ '2026-03-20'",
        (0.90, 0.96),
    ),
    "reviews of delivered orders, the newest not yet written": (
        f"SELECT ({FIRST_REVIEWS}) / count(delivered_at) FROM orders",
        (0.25, 0.35),
    ),
    "returns of delivered orders": (
        "SELECT (SELECT count(*) FROM returns) / count(delivered_at) FROM orders",
        (0.035, 0.075),
    ),
    "rounds of a return": (
        "SELECT (SELECT count(*) FROM after_sales_rounds) / count(*) FROM returns",
        (1.2, 1.45),
    ),
    "chats of orders": ("SELECT (SELECT count(*) FROM chats) / count(*) FROM orders", (0.21, 0.29)),
    "complaints of orders": (
        "SELECT (SELECT count(*) FROM complaints) / count(*) FROM orders",
        (0.006, 0.018),
    ),
    "delivered on time": ("SELECT avg((delivered_at <= deliver_by)::INTEGER) FROM orders", (0.88, 0.97)),
    "negative first reviews": (
        f"SELECT ({FIRST_REVIEWS} AND stars <= 2) / count(*) FROM reviews WHERE is_edit IS NOT true",
        (0.05, 0.20),
    ),
    "shops of another market": ("SELECT avg((market <> 'US')::INTEGER) FROM shops", (0.005, 0.03)),
    "shops that sell": ("SELECT count(DISTINCT shop_id) / 800 FROM orders", (0.60, 0.97)),
}


@pytest.mark.parametrize("name", RATES)
def test_rates_are_those_of_a_market(us: Sample, name: str) -> None:
    query, (low, high) = RATES[name]
    assert low <= us.number(query) <= high


def test_a_few_shops_sell_most(us: Sample) -> None:
    """Visitors go to the shop of rank r like r ^ -0.75: the largest tenth has about half of the orders."""
    sizes = [n for (n,) in us.rows("SELECT count(*) AS n FROM orders GROUP BY shop_id ORDER BY n DESC")]
    assert 0.45 <= sum(sizes[:80]) / 6_000 <= 0.70
    assert sizes[0] >= 50 * sizes[len(sizes) // 2]


def test_shops_improve_and_collapse(tmp_path: Path) -> None:
    """About 7 % of the shops rise from bad to good, as many fall, most stay what they are."""
    world = open_world(Request(2_000, 0, 90, date(2026, 4, 10), 7, market_named("US")), tmp_path)
    changes = world.execute("""
        WITH drawn AS (SELECT u(key, 1) AS u_kind, u(key, 2) AS u_first, u(key, 3) AS u_last FROM shop_facts)
        SELECT badness(u_kind, u_first, u_last, snapshot_us()) - badness(u_kind, u_first, u_last, first_us())
        FROM drawn
    """).fetchall()
    world.close()
    assert 100 <= sum(change < -0.3 for (change,) in changes) <= 180
    assert 100 <= sum(change > 0.45 for (change,) in changes) <= 180
    assert sum(abs(change) < 0.05 for (change,) in changes) >= 1_200


def test_account_health_repeats_the_point_events_of_180_days(us: Sample) -> None:
    """Shops give no number, what the events add up to, or 190: a figure of another day."""
    strange = us.rows(f"""
        WITH sums AS (
            SELECT shop_id, sum(CASE kind WHEN 'deduction' THEN -points ELSE points END) AS change
            FROM point_events WHERE CAST("at" {LOCAL} AS DATE) >= DATE '2026-04-11' - 180 GROUP BY shop_id
        )
        SELECT shop_id FROM shops LEFT JOIN sums USING (shop_id)
        WHERE account_health NOT IN (190, least(1000, greatest(0, 200 + coalesce(change, 0))))
    """)
    assert strange == []
    assert us.number("SELECT count(DISTINCT account_health) FROM shops") > 10


def test_appeals_keep_the_programs_rules(us: Sample) -> None:
    """No order more than three times for one metric, no ticket over 30 records, violations within 30 days."""
    assert us.rows("SELECT record_id FROM appeals GROUP BY record_id, about HAVING count(*) > 3") == []
    tickets = "SELECT count(DISTINCT record_id) FROM appeals WHERE ticket_id IS NOT NULL GROUP BY ticket_id"
    assert max(records for (records,) in us.rows(tickets)) <= 30
    delays = us.rows("""
        SELECT epoch_us(min(filed_at)) - epoch_us(any_value(issued_at))
        FROM appeals JOIN violations ON record_id = violation_id GROUP BY record_id
    """)
    assert max(delay for (delay,) in delays) <= 30 * 86_400_000_000


def test_indonesian_shops_speak_their_programs_language(dirty_id: Sample) -> None:
    money = "SELECT DISTINCT currency FROM orders JOIN shops USING (shop_id) WHERE market = 'ID'"
    assert dirty_id.rows(money) == [("IDR",)]
    assert dirty_id.number("SELECT count(*) FROM orders WHERE amount % 100 <> 0") == 0
    word = "SELECT count(*) FROM violations WHERE kind = 'counterfeit' AND counterfeit IS NULL"
    assert dirty_id.number(word) > 0
    assert dirty_id.number("SELECT count(*) FROM appeals WHERE about = 'fast_dispatch_rate'") > 0
