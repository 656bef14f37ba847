"""First child rows are looked for only where a test of them could be met; nobody can tell by the numbers."""

from pathlib import Path

import pytest
from tests.engines.sql.world import World, at, policy

from shopscore.engines.duckdb import DuckDbEngine

HEAD = """
facts:
  orders:
    first: {first: stars, of: reviews, order_by: posted_at}
populations:
  placed: {of: orders, at: placed_at}
metrics:
"""
BADGE = 'badges: {was_there: {when: "a.numerator_count >= 1", assessed: monthly on 1, assumed: test}}'

Review = tuple[str, str, float]
"""Order, day posted, stars."""


def world(folder: Path, metrics: tuple[str, ...], *reviews: Review) -> World:
    """Return four orders and their reviews under a policy with metrics `a`, `b` ... of a condition each."""
    lines = [
        f'  {name}: {{share_of: placed, where: "{test}", window: {{days: 30}}, assumed: test}}'
        for name, test in zip("ab", metrics, strict=False)
    ]
    mini = policy(folder, metrics=HEAD + "\n".join(lines) + "\n", benefits=BADGE)
    orders = [
        {"order_id": f"o{place}", "shop_id": "S1", "placed_at": at("2026-05-20 10:00"), "amount": 3.0}
        for place in range(1, 5)
    ]
    rows = [
        {
            "review_id": f"r{place}",
            "order_id": order,
            "shop_id": "S1",
            "posted_at": at(f"{day} 10:00"),
            "stars": float(stars),
        }
        for place, (order, day, stars) in enumerate(reviews, 1)
    ]
    return World(mini, {"orders": orders, "reviews": rows})


def hits(made: World) -> list[float]:
    """Return the numerator of each metric, which both engines agree on."""
    found = made.by_duckdb("2026-06-10")["S1"]
    assert found == made.by_reference("2026-06-10")["S1"]
    return [metric["numerator"] for metric in found["metrics"].values()]


@pytest.mark.parametrize(
    ("test", "is_served"),
    [
        ("first <= 2", True),
        ("first in [1, 5] and amount > 2", True),
        ("amount > 2 or first == 4", True),
        ("not (first <= 2)", False),
        ("missing(first)", False),
        ("first < amount", False),
        ("first + 1 <= 2", False),
    ],
)
def test_facts_that_are_only_tested_are_served(tmp_path: Path, test: str, is_served: bool) -> None:
    statement = DuckDbEngine().statement(world(tmp_path, (test,)).bound("2026-06-10"))
    assert ("SEMI JOIN" in statement) is is_served


def test_a_fact_that_is_also_asked_about_otherwise_is_not_served(tmp_path: Path) -> None:
    # The order with 3 stars would seem to have no review, if only low ones were looked for.
    reviews = [("o1", "2026-06-02", 5), ("o2", "2026-06-02", 3)]
    assert hits(world(tmp_path, ("first <= 2", "first > 4 or missing(first)"), *reviews)) == [0.0, 3.0]


def test_a_low_review_after_a_high_one_is_not_the_first(tmp_path: Path) -> None:
    reviews = [("o1", "2026-06-02", 5), ("o1", "2026-06-03", 1), ("o2", "2026-06-02", 2)]
    assert hits(world(tmp_path, ("first <= 2",), *reviews)) == [1.0]


def test_what_is_not_low_is_found_where_that_is_asked_for(tmp_path: Path) -> None:
    reviews = [("o1", "2026-06-02", 3), ("o2", "2026-06-02", 3), ("o3", "2026-06-02", 1)]
    assert hits(world(tmp_path, ("not (first <= 2)",), *reviews)) == [2.0]


def test_any_of_several_tests_is_served(tmp_path: Path) -> None:
    reviews = [("o1", "2026-06-02", 5), ("o2", "2026-06-02", 4), ("o3", "2026-06-02", 3)]
    assert hits(world(tmp_path, ("first == 5 or first == 4", "first in [2, 3]"), *reviews)) == [2.0, 1.0]


@pytest.mark.parametrize(
    ("reviews", "state"),
    [
        ([("o1", "2026-05-30", 1), ("o1", "2026-05-29", 2)], "granted"),
        ([("o1", "2026-05-30", 1), ("o1", "2026-05-29", 5)], "locked"),
        ([("o1", "2026-06-02", 1)], "locked"),
    ],
)
def test_a_first_row_as_of_an_earlier_day_is_served_as_well(
    tmp_path: Path, reviews: list[Review], state: str
) -> None:
    made = world(tmp_path, ("first <= 2",), *reviews)
    assert hits(made) is not None
    assert made.by_duckdb("2026-06-10")["S1"]["benefits"]["was_there"]["state"] == state
