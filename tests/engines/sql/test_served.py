"""First child rows are looked for only where a test of them could be met; nobody can tell by the numbers."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from tests.engines.sql.world import World, at, policy

from shopscore.engines.duckdb import DuckDbEngine
from shopscore.policy import Policy

METRICS = """
facts:
  orders:
    tested: {first: stars, of: reviews, order_by: posted_at}
    tested_twice: {first: stars, of: reviews, where: "not is_edit", order_by: posted_at}
    turned: {first: stars, of: reviews, order_by: posted_at}
    sought: {first: stars, of: reviews, order_by: posted_at}
    added: {first: stars, of: reviews, order_by: posted_at}
    paired: {first: stars, of: reviews, order_by: posted_at}
populations:
  placed: {of: orders, at: placed_at}
  liked: {of: orders, at: placed_at, where: "tested_twice == 5 or tested_twice == 4", assumed: test}
metrics:
  tested: {share_of: placed, where: "tested <= 2", window: {days: 30}, assumed: test}
  tested_twice: {share_of: liked, where: "tested_twice in [3, 4]", window: {days: 30}, assumed: test}
  turned: {share_of: placed, where: "not (turned <= 2)", window: {days: 30}, assumed: test}
  sought: {share_of: placed, where: "missing(sought) or sought > 4", window: {days: 30}, assumed: test}
  added: {sum_of: placed, value: added, window: {days: 30}, assumed: test}
  paired: {share_of: placed, where: "paired < amount", window: {days: 30}, assumed: test}
badges:
  was_low: {when: "tested.numerator_count >= 1", assessed: monthly on 1, assumed: test}
"""


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    metrics, badges = METRICS.split("badges:")
    return policy(tmp_path_factory.mktemp("policy"), metrics=metrics, benefits=f"badges:{badges}")


def card(mini: Policy, *reviews: tuple[str, str, float]) -> Mapping[str, Any]:
    """Return the numerators and badges of four orders with reviews: order, day posted, stars."""
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
            "is_edit": False,
        }
        for place, (order, day, stars) in enumerate(reviews, 1)
    ]
    world = World(mini, {"orders": orders, "reviews": rows})
    found = world.by_duckdb("2026-06-10")["S1"]
    assert found == world.by_reference("2026-06-10")["S1"]
    numerators = {name: metric["numerator"] for name, metric in found["metrics"].items()}
    return {**numerators, "was_low": found["benefits"]["was_low"]["state"]}


def test_facts_that_are_only_tested_are_served(mini: Policy) -> None:
    statement = DuckDbEngine().statement(World(mini, {"orders": [], "reviews": []}).bound("2026-06-10"))
    served = set(re.findall(r'"orders\.(\w+)\.served', statement))
    assert served == {"tested", "tested_twice"}


def test_a_low_review_after_a_high_one_is_not_the_first(mini: Policy) -> None:
    found = card(mini, ("o1", "2026-06-02", 5), ("o1", "2026-06-03", 1), ("o2", "2026-06-02", 2))
    assert (found["tested"], found["turned"], found["added"]) == (1.0, 1.0, 7.0)


def test_orders_whose_rows_serve_no_test_fail_them_all(mini: Policy) -> None:
    found = card(mini, ("o1", "2026-06-02", 3), ("o2", "2026-06-02", 3))
    assert (found["tested"], found["turned"], found["sought"]) == (0.0, 2.0, 2.0)


def test_any_of_several_tests_is_served(mini: Policy) -> None:
    found = card(mini, ("o1", "2026-06-02", 5), ("o2", "2026-06-02", 4), ("o3", "2026-06-02", 3))
    assert found["tested_twice"] == 1.0


def test_a_first_row_as_of_an_earlier_day_is_served_as_well(mini: Policy) -> None:
    early = card(mini, ("o1", "2026-05-30", 1), ("o1", "2026-05-29", 2))
    late = card(mini, ("o1", "2026-06-02", 1))
    assert (early["was_low"], late["was_low"]) == ("granted", "locked")
