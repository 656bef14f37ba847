"""The oracle's benefits, gates, badges and ladders against rows worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.oracle.examples import Example, example, score_one, shop
from tests.oracle.rows import D, Row, all_supplied, at, at_score


@example
def test_benefits_remember_within_the_dead_band() -> Example:
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

    rows = yield [
        shop(supplied_metrics=at_score(points), shop_states=states(previous)) for points, previous, _ in cases
    ]
    assert [row["score"] for row in rows] == [points for points, _, _ in cases]
    assert [[row[item] for item in items] for row in rows] == [expected for _, _, expected in cases]


@example
def test_gates_ask_for_score_and_account_health() -> Example:
    cases = [(2.6, 151.0), (3.6, 151.0), (3.6, 150.0), (2.4, 151.0), (3.6, None)]
    rows = yield [
        shop(shops=[{"account_health": health}], supplied_metrics=at_score(points))
        for points, health in cases
    ]
    countdown = [row["countdown_bidding"] for row in rows]
    assert countdown == ["granted", "granted", "locked", "locked", "granted"]
    assert [row["smart_promotion"] for row in rows] == ["locked", "granted", "locked", "locked", "granted"]


@example
def test_bands_and_ladders_step_at_their_thresholds() -> Example:
    scores = [4.5, 4.499999999, 4.0, 3.999999999, 3.5, 3.499999999, 2.5, 2.499999999, 1.000000001, 1.0]
    rows = yield [shop(supplied_metrics=at_score(points)) for points in scores]
    assert [row["score"] for row in rows] == scores
    assert [row["band"] for row in rows] == [*["excellent"] * 3, *["good"] * 4, *["poor"] * 2, "critical"]
    assert [row["settlement_days"] for row in rows] == [1.0, 1.0, 1.0, 5.0, 5.0, *[8.0] * 5]
    assert [row["visibility_boost"] for row in rows] == [0.3, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0]


@example
def test_account_health_is_the_balance_of_the_last_180_days() -> Example:
    def violation(key: str, points: float, age: int, **more: Any) -> Row:
        return {"violation_id": key, "issued_at": at(age), "points": points} | more

    row = yield shop(
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


STAR = {
    "reputation_points": 10001.0,
    "positive_rating_share": 0.8,
    "sellable_products": 1.0,
    "has_logo": True,
}


@example
def test_star_badges() -> Example:
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
    rows = yield [shop(shops=[STAR | change], supplied_metrics=all_supplied()) for change, _, _ in cases]
    badges = [(row["gold_star_seller"], row["silver_star_seller"]) for row in rows]
    assert badges == [(gold, silver) for _, gold, silver in cases]


def of_second_june(metric: str, value: float) -> Row:
    return {"metric": metric, "value": value, "as_of": date(2026, 6, 2)}


FALLEN = [of_second_june("on_time_delivery_rate", 0.0), of_second_june("after_sales_handling_hours", 240.0)]


@example
def test_badges_look_at_the_score_of_the_first_of_the_month() -> Example:
    row = yield shop(shops=[STAR], supplied_metrics=[*all_supplied(), *FALLEN])
    assert (row["score"], row["gold_star_seller"]) == (3.333333333, "granted")


def test_the_next_first_of_a_month_takes_the_badge(tmp_path: Path) -> None:
    row = score_one(tmp_path, date(2026, 7, 1), shops=[STAR], supplied_metrics=[*all_supplied(), *FALLEN])
    assert (row["score"], row["gold_star_seller"]) == (3.333333333, "locked")
