"""A sample is a believable market: sizes, rates, times that fit each other, and boundaries met exactly."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Sample

LOCAL = "AT TIME ZONE 'America/Los_Angeles'"
CHILDREN = ("reviews", "returns", "complaints")


def test_the_report_counts_what_is_there(us: Sample) -> None:
    assert us.report.tables == {table: us.number(f"SELECT count(*) FROM {table}") for table in us.report.tables}
    assert us.report.tables["orders"] == 8_000
    assert us.report.tables["shops"] == 800
    assert us.report.as_of == date(2026, 4, 11)
    assert us.report.bad_rows == {}


def test_orders_lie_in_files_by_local_month_in_the_order_they_were_placed(us: Sample) -> None:
    names = [path.name for path in sorted((us.folder / "orders").iterdir())]
    assert names == ["2026-02.parquet", "2026-03.parquet", "2026-04.parquet"]
    for name in names:
        path = us.folder / "orders" / name
        rows = us.rows(f"SELECT epoch_us(placed_at), strftime(placed_at {LOCAL}, '%Y-%m') FROM '{path}'")
        assert [at for at, _ in rows] == sorted(at for at, _ in rows)
        assert {month for _, month in rows} == {path.stem}


def test_every_day_asked_for_has_orders_and_no_other(us: Sample) -> None:
    days = us.rows(f"SELECT DISTINCT CAST(placed_at {LOCAL} AS DATE) FROM orders ORDER BY 1")
    assert [days[0], days[-1], len(days)] == [(date(2026, 2, 25),), (date(2026, 4, 10),), 45]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("orders", "paid_at"), ("orders", "arranged_at"), ("orders", "dispatched_at"), ("orders", "delivered_at"),
        ("orders", "cancelled_at"), ("reviews", "posted_at"), ("returns", "requested_at"),
        ("returns", "resolved_at"), ("after_sales_rounds", "finished_at"), ("chats", "started_at"),
        ("chats", "first_reply_at"), ("chats", "rated_at"), ("complaints", "opened_at"),
        ("violations", "issued_at"), ("violations", "decided_at"), ("point_events", "at"),
        ("appeals", "filed_at"), ("appeals", "decided_at"),
    ],
)  # fmt: skip
def test_nothing_happens_after_the_last_day(us: Sample, table: str, column: str) -> None:
    """Midnight of 11 April in Los Angeles is 07:00 UTC."""
    late = f"""SELECT count(*) FILTER ("{column}" >= TIMESTAMPTZ '2026-04-11 07:00:00+00'), count("{column}") FROM {table}"""
    ((late_rows, known_rows),) = us.rows(late)
    assert late_rows == 0
    assert known_rows > 0


@pytest.mark.parametrize("table", CHILDREN)
def test_what_follows_from_orders_names_one_of_the_same_shop(us: Sample, table: str) -> None:
    orphans = f"SELECT * FROM {table} WHERE order_id IS NOT NULL AND (order_id, shop_id) NOT IN (SELECT order_id, shop_id FROM orders)"
    assert us.rows(orphans) == []


@pytest.mark.parametrize("table", ["orders", *CHILDREN, "after_sales_rounds", "chats", "violations", "point_events",
                                   "appeals", "supplied_metrics", "shop_states"])  # fmt: skip
def test_every_shop_that_is_named_exists(us: Sample, table: str) -> None:
    assert us.rows(f"SELECT * FROM {table} WHERE shop_id NOT IN (SELECT shop_id FROM shops)") == []


def test_cases_and_appeals_name_records_that_exist(us: Sample) -> None:
    assert us.rows("SELECT * FROM after_sales_rounds WHERE case_id NOT IN (SELECT return_id FROM returns)") == []
    records = """SELECT order_id FROM orders UNION ALL SELECT chat_id FROM chats
        UNION ALL SELECT round_id FROM after_sales_rounds UNION ALL SELECT violation_id FROM violations"""
    assert us.rows(f"SELECT * FROM appeals WHERE record_id NOT IN ({records})") == []


def test_an_order_is_paid_arranged_dispatched_and_delivered_in_that_order(us: Sample) -> None:
    pairs = [("placed_at", "paid_at"), ("paid_at", "arranged_at"), ("arranged_at", "dispatched_at"),
             ("dispatched_at", "delivered_at"), ("placed_at", "cancelled_at")]  # fmt: skip
    for earlier, later in pairs:
        assert us.rows(f"SELECT order_id FROM orders WHERE {later} < {earlier}") == []
    assert us.rows("SELECT order_id FROM orders WHERE delivered_at IS NOT NULL AND dispatched_at IS NULL") == []
    assert us.rows("SELECT order_id FROM orders WHERE dispatched_at IS NOT NULL AND paid_at IS NULL") == []


def test_cancelled_orders_say_by_whom_and_are_seldom_delivered(us: Sample) -> None:
    assert us.rows("SELECT * FROM orders WHERE (cancelled_at IS NULL) <> (cancelled_by IS NULL)") == []
    assert us.rows("SELECT * FROM orders WHERE (cancelled_at IS NULL) <> (cancel_reason IS NULL)") == []
    assert us.rows("SELECT * FROM orders WHERE cancelled_at IS NULL AND cancel_fault IS NOT NULL") == []
    delivered = us.number("SELECT count(*) FROM orders WHERE cancelled_at IS NOT NULL AND delivered_at IS NOT NULL")
    assert 1 <= delivered <= us.number("SELECT count(*) // 50 FROM orders WHERE cancelled_at IS NOT NULL")


def test_orders_fall_in_the_life_of_their_shop(us: Sample) -> None:
    early = f"SELECT * FROM orders JOIN shops USING (shop_id) WHERE CAST(placed_at {LOCAL} AS DATE) < opened_on"
    assert us.rows(early) == []
    last = "SELECT count(*) FROM orders JOIN shops USING (shop_id) WHERE state = 'closed' AND placed_at > TIMESTAMPTZ '2026-04-10 00:00:00-07'"
    assert us.number("SELECT count(*) FROM orders JOIN shops USING (shop_id) WHERE state = 'closed'") > 0
    assert us.number(last) == 0


@pytest.mark.parametrize(
    ("what", "query", "low", "high"),
    [
        ("delivered of those placed in the first month",
         "SELECT avg((delivered_at IS NOT NULL)::INTEGER) FROM orders WHERE placed_at < TIMESTAMPTZ '2026-03-20'", 0.90, 0.96),
        ("reviews of delivered orders, all but the newest",
         "SELECT (SELECT count(*) FROM reviews WHERE is_edit IS NOT true) / count(*) FROM orders WHERE delivered_at IS NOT NULL", 0.25, 0.35),
        ("returns of delivered orders",
         "SELECT (SELECT count(*) FROM returns) / count(*) FROM orders WHERE delivered_at IS NOT NULL", 0.035, 0.075),
        ("rounds of a return", "SELECT (SELECT count(*) FROM after_sales_rounds) / count(*) FROM returns", 1.2, 1.45),
        ("chats of orders", "SELECT (SELECT count(*) FROM chats) / count(*) FROM orders", 0.21, 0.29),
        ("complaints of orders", "SELECT (SELECT count(*) FROM complaints) / count(*) FROM orders", 0.006, 0.018),
        ("delivered on time", "SELECT avg((delivered_at <= deliver_by)::INTEGER) FROM orders", 0.88, 0.97),
        ("negative among first reviews", "SELECT avg((stars <= 2)::INTEGER) FROM reviews WHERE is_edit IS NOT true", 0.05, 0.2),
        ("shops of another market", "SELECT avg((market <> 'US')::INTEGER) FROM shops", 0.005, 0.03),
        ("shops that never sold", "SELECT avg((shop_id NOT IN (SELECT shop_id FROM orders))::INTEGER) FROM shops", 0.02, 0.4),
    ],
)  # fmt: skip
def test_rates_are_those_of_a_market(us: Sample, what: str, query: str, low: float, high: float) -> None:
    assert low <= us.number(query) <= high, what


def test_a_few_shops_sell_most(us: Sample) -> None:
    """Visitors spread over ranks r like r ^ -0.75: the largest tenth of the shops has about half the orders."""
    sizes = [n for (n,) in us.rows("SELECT count(*) AS n FROM orders GROUP BY shop_id ORDER BY n DESC")]
    assert 0.45 <= sum(sizes[:80]) / 8_000 <= 0.70
    assert sizes[0] >= 50 * sizes[len(sizes) // 2]


def test_shops_improve_and_collapse(us: Sample) -> None:
    """Some shop's share of late deliveries falls by 15 points from the first to the last third, another's rises."""
    changes = us.rows("""
        WITH thirds AS (
            SELECT shop_id, placed_at < TIMESTAMPTZ '2026-03-12' AS early, placed_at > TIMESTAMPTZ '2026-03-24' AS recent,
                coalesce(delivered_at, TIMESTAMPTZ '2099-01-01') > deliver_by AS late
            FROM orders WHERE cancelled_at IS NULL AND deliver_by < TIMESTAMPTZ '2026-04-11'
        )
        SELECT avg(late::INTEGER) FILTER (recent) - avg(late::INTEGER) FILTER (early)
        FROM thirds GROUP BY shop_id HAVING count(*) FILTER (early) >= 12 AND count(*) FILTER (recent) >= 12
    """)
    assert min(change for (change,) in changes) <= -0.15
    assert max(change for (change,) in changes) >= 0.15


BOUNDARIES = {
    "placed at local midnight, every day": (f"SELECT count(*) FROM orders WHERE CAST(placed_at {LOCAL} AS TIME) = TIME '00:00:00'", 45),
    "placed in a day's last microsecond": (f"SELECT count(*) FROM orders WHERE CAST(placed_at {LOCAL} AS TIME) = TIME '23:59:59.999999'", 1),
    "delivered exactly when due": ("SELECT count(*) FROM orders WHERE delivered_at = deliver_by", 5),
    "delivered one microsecond late": ("SELECT count(*) FROM orders WHERE epoch_us(delivered_at) = epoch_us(deliver_by) + 1", 5),
    "delivered at local midnight": (f"SELECT count(*) FROM orders WHERE CAST(delivered_at {LOCAL} AS TIME) = TIME '00:00:00'", 5),
    "dispatched exactly when due": ("SELECT count(*) FROM orders WHERE dispatched_at = dispatch_by", 5),
    "dispatched one microsecond late": ("SELECT count(*) FROM orders WHERE epoch_us(dispatched_at) = epoch_us(dispatch_by) + 1", 5),
    "dispatched exactly when fast": ("SELECT count(*) FROM orders WHERE dispatched_at = fast_dispatch_by", 5),
    "cancelled at local midnight": (f"SELECT count(*) FROM orders WHERE CAST(cancelled_at {LOCAL} AS TIME) = TIME '00:00:00'", 5),
    "reviewed at local midnight": (f"SELECT count(*) FROM reviews WHERE CAST(posted_at {LOCAL} AS TIME) = TIME '00:00:00'", 5),
    "two reviews in one instant": ("SELECT count(*) FROM (SELECT order_id FROM reviews GROUP BY order_id, posted_at HAVING count(*) > 1)", 1),
    "returned at local midnight": (f"SELECT count(*) FROM returns WHERE CAST(requested_at {LOCAL} AS TIME) = TIME '00:00:00'", 3),
    "a round finished at local midnight": (f"SELECT count(*) FROM after_sales_rounds WHERE CAST(finished_at {LOCAL} AS TIME) = TIME '00:00:00'", 3),
    "a chat begun at local midnight": (f"SELECT count(*) FROM chats WHERE CAST(started_at {LOCAL} AS TIME) = TIME '00:00:00'", 5),
    "answered after exactly 12 hours": ("SELECT count(*) FROM chats WHERE epoch_us(first_reply_at) - epoch_us(started_at) = 43200000000", 3),
    "answered after exactly 24 hours": ("SELECT count(*) FROM chats WHERE epoch_us(first_reply_at) - epoch_us(started_at) = 86400000000", 3),
    "answered a microsecond after 24 hours": ("SELECT count(*) FROM chats WHERE epoch_us(first_reply_at) - epoch_us(started_at) = 86400000001", 3),
    "a complaint at local midnight": (f"SELECT count(*) FROM complaints WHERE CAST(opened_at {LOCAL} AS TIME) = TIME '00:00:00'", 3),
    "a violation at local midnight, 180 days old": (f"SELECT count(*) FROM violations WHERE issued_at {LOCAL} = TIMESTAMP '2025-10-13'", 1),
    "one of 181 days": (f"SELECT count(*) FROM violations WHERE issued_at {LOCAL} = TIMESTAMP '2025-10-12'", 1),
    "a shop 180 days old": ("SELECT count(*) FROM shops WHERE opened_on = DATE '2025-10-13'", 1),
    "a shop 179 days old": ("SELECT count(*) FROM shops WHERE opened_on = DATE '2025-10-14'", 1),
    "reputation on the badge's limit": ("SELECT count(*) FROM shops WHERE reputation_points = 10000", 1),
    "two returns of an order": ("SELECT count(*) FROM (SELECT order_id FROM returns GROUP BY order_id HAVING count(*) > 1)", 5),
    "the day without 02:30": (f"SELECT count(*) FROM orders WHERE CAST(placed_at {LOCAL} AS DATE) = DATE '2026-03-08'", 50),
    "more than 120,000 points of the ledgers' milestones": ("SELECT count(*) FROM violations WHERE points = 48", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries_are_met_exactly(us: Sample, name: str) -> None:
    query, least = BOUNDARIES[name]
    assert us.number(query) >= least


def test_no_order_is_placed_in_the_hour_the_clock_skips(us: Sample) -> None:
    """On 8 March 2026 two o'clock does not exist: the day's 23 hours are 00, 01, 03 ... 23."""
    hours = us.rows(f"""
        SELECT DISTINCT hour(placed_at {LOCAL}) FROM orders
        WHERE placed_at >= TIMESTAMPTZ '2026-03-08 08:00:00+00' AND placed_at < TIMESTAMPTZ '2026-03-09 07:00:00+00'
    """)
    assert 2 not in {hour for (hour,) in hours}
    assert {0, 1, 12, 23} <= {hour for (hour,) in hours}


def balances(sample: Sample) -> list[float]:
    """Account balances over time of each shop, without expiry: 200 plus gains minus deductions, kept to 0 to 1,000."""
    found: list[float] = []
    balance, shop = 200.0, ""
    for at_shop, kind, points in sample.rows('SELECT shop_id, kind, points FROM point_events ORDER BY shop_id, "at", event_id'):
        if at_shop != shop:
            shop, balance = at_shop, 200.0
        balance = min(1000.0, max(0.0, balance + (-points if kind == "deduction" else points)))
        found.append(balance)
    return found


@pytest.mark.parametrize("reached", [0.0, 150.0, 151.0, 200.0, 1000.0])
def test_accounts_stand_exactly_on_their_limits(us: Sample, reached: float) -> None:
    assert reached in balances(us)


@pytest.mark.parametrize("milestone", ["150", "100", "50"])
def test_a_quiz_shortens_each_milestones_action(us: Sample, milestone: str) -> None:
    assert us.number(f"SELECT count(*) FROM point_events WHERE kind = 'milestone_quiz' AND milestone = '{milestone}'") > 0


def test_account_health_repeats_the_point_events_of_180_days(us: Sample) -> None:
    """Shops give no number, the events' sum, or 190: a figure of another day."""
    strange = us.rows(f"""
        WITH sums AS (
            SELECT shop_id, sum(CASE kind WHEN 'deduction' THEN -points ELSE points END) AS change
            FROM point_events WHERE CAST("at" {LOCAL} AS DATE) >= DATE '2026-04-11' - 180 GROUP BY shop_id
        )
        SELECT shop_id FROM shops LEFT JOIN sums USING (shop_id)
        WHERE account_health NOT IN (190, least(1000, greatest(0, 200 + coalesce(change, 0))))
    """)
    assert strange == []


def test_appeals_keep_the_programs_rules(us: Sample) -> None:
    """No order more than three times for one metric, no ticket over 30 records, violations within 30 days."""
    assert us.rows("SELECT record_id FROM appeals GROUP BY record_id, about HAVING count(*) > 3") == []
    assert us.rows("SELECT ticket_id FROM appeals WHERE ticket_id IS NOT NULL GROUP BY ticket_id HAVING count(DISTINCT record_id) > 30") == []
    first = "SELECT min(filed_at) AS filed_at, record_id FROM appeals GROUP BY record_id"
    assert us.rows(f"SELECT * FROM ({first}) JOIN violations ON record_id = violation_id WHERE filed_at > issued_at + INTERVAL 30 DAY") == []


def test_indonesian_shops_speak_their_programs_language(dirty_id: Sample) -> None:
    assert dirty_id.rows("SELECT DISTINCT currency FROM orders JOIN shops USING (shop_id) WHERE market = 'ID'") == [("IDR",)]
    assert dirty_id.number("SELECT count(*) FROM orders WHERE amount % 100 <> 0") == 0
    midnights = "SELECT count(*) FROM orders WHERE order_id NOT LIKE 'bad-%' AND CAST(placed_at AT TIME ZONE 'Asia/Jakarta' AS TIME) = TIME '00:00:00'"
    assert dirty_id.number(midnights) >= 30
    assert dirty_id.number("SELECT count(*) FROM violations WHERE kind = 'counterfeit' AND counterfeit IS NULL") > 0
    assert dirty_id.number("SELECT count(*) FROM appeals WHERE about = 'fast_dispatch_rate'") > 0
