"""Facts read from child rows: first, any and count, with nulls, ties, and as of an earlier day."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.engines.sql.world import World, at, policy

from shopscore.policy import Policy

METRICS = """
facts:
  orders:
    first_stars: {first: stars, of: reviews, where: "not is_edit", order_by: posted_at}
    first_cause: {first: cause, of: reviews, order_by: posted_at}
    last_word: {first: status, of: returns, order_by: resolved_at}
    returned: {any: returns, where: "fault == 'seller'"}
    settled: {any: returns, where: "status == 'completed'"}
    reviews_made: {count: reviews}
    written: {any: reviews}
populations:
  placed: {of: orders, at: placed_at}
metrics:
  low: {share_of: placed, where: "first_stars <= 2", window: {days: 30}, assumed: test}
  no_cause: {share_of: placed, where: "missing(first_cause)", window: {days: 30}, assumed: test}
  slow: {share_of: placed, where: "first_cause == 'slow'", window: {days: 30}, assumed: test}
  last_open: {share_of: placed, where: "last_word == 'open'", window: {days: 30}, assumed: test}
  last_done: {share_of: placed, where: "last_word == 'completed'", window: {days: 30}, assumed: test}
  returns: {share_of: placed, where: returned, window: {days: 30}, assumed: test}
  settled: {share_of: placed, where: settled, window: {days: 30}, assumed: test}
  reviews: {sum_of: placed, value: reviews_made, window: {days: 30}, assumed: test}
  written: {share_of: placed, where: written, window: {days: 30}, assumed: test}
"""

BENEFITS = """
badges:
  was_low: {when: "low.numerator_count >= 1", assessed: monthly on 1, assumed: test}
  was_written: {when: "written.numerator_count >= 1", assessed: monthly on 1, assumed: test}
  was_settled: {when: "settled.numerator_count >= 1", assessed: monthly on 1, assumed: test}
  was_done: {when: "last_done.numerator_count >= 1", assessed: monthly on 1, assumed: test}
"""


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("policy"), metrics=METRICS, benefits=BENEFITS)


def review(id_: str, posted: str, stars: float, **more: Any) -> Mapping[str, Any]:
    row = {"review_id": id_, "order_id": "o1", "shop_id": "S1"}
    return {**row, "posted_at": at(posted), "stars": stars, **more}


def returned(id_: str, requested: str, **more: Any) -> Mapping[str, Any]:
    return {"return_id": id_, "order_id": "o1", "shop_id": "S1", "requested_at": at(requested), **more}


def counts(mini: Policy, as_of: str = "2026-06-10", **tables: Any) -> Mapping[str, Any]:
    """Return for each metric the rows of its numerator, one order being placed."""
    order = {"order_id": "o1", "shop_id": "S1", "placed_at": at("2026-05-20 10:00")}
    blank = {"reviews": [], "returns": []}
    world = World(mini, {"orders": [order], **blank, **tables})
    card = world.by_duckdb(as_of)["S1"]
    assert card == world.by_reference(as_of)["S1"]
    found = {name: metric["numerator_count"] for name, metric in card["metrics"].items()}
    return {**found, "reviews": card["metrics"]["reviews"]["value"], **card["benefits"]}


def test_without_child_rows_first_is_null_any_false_and_count_zero(mini: Policy) -> None:
    found = counts(mini)
    assert (found["low"], found["no_cause"], found["returns"], found["reviews"]) == (0, 1, 0, 0.0)


def test_two_reviews_and_two_returns_leave_one_order(mini: Policy) -> None:
    found = counts(
        mini,
        reviews=[review("r1", "2026-06-02 10:00", 1), review("r2", "2026-06-03 10:00", 5)],
        returns=[
            returned("t1", "2026-06-02 10:00", fault="buyer"),
            returned("t2", "2026-06-03 10:00", fault="seller"),
        ],
    )
    assert (found["low"], found["returns"], found["reviews"], found["written"]) == (1, 1, 2.0, 1)


def test_an_edit_is_not_the_first_review(mini: Policy) -> None:
    rows = [review("r1", "2026-06-02 10:00", 1, is_edit=True), review("r2", "2026-06-03 10:00", 5)]
    assert counts(mini, reviews=rows)["low"] == 0


def test_the_first_value_stays_null_where_it_is_null(mini: Policy) -> None:
    rows = [
        review("r1", "2026-06-02 10:00", 3, cause=None),
        review("r2", "2026-06-03 10:00", 3, cause="slow"),
    ]
    found = counts(mini, reviews=rows)
    assert (found["no_cause"], found["slow"]) == (1, 0)


@pytest.mark.parametrize(
    ("ids", "low"),
    [
        (("r10", "r9"), 1),  # "1" comes before "9"
        (("R2", "r1"), 1),  # capitals come first
        (("ﬀ", "\U0001f600"), 1),  # by code point, not by UTF-16 unit
        (("é", "e"), 0),
    ],
)
def test_a_tie_goes_to_the_smallest_row_id_by_code_points(
    mini: Policy, ids: tuple[str, str], low: int
) -> None:
    rows = [review(ids[0], "2026-06-02 10:00", 1), review(ids[1], "2026-06-02 10:00", 5)]
    assert counts(mini, reviews=rows)["low"] == low


def test_rows_without_what_they_are_ordered_by_are_never_first(mini: Policy) -> None:
    rows = [
        returned("t1", "2026-06-01 10:00", status="rejected"),
        returned("t2", "2026-06-02 10:00", status="completed", resolved_at=at("2026-06-05 10:00")),
    ]
    assert counts(mini, returns=rows)["last_done"] == 1
    later = [rows[0], {**rows[1], "resolved_at": at("2026-06-10 00:00")}]
    assert (counts(mini, returns=later)["last_done"], counts(mini, returns=later)["last_open"]) == (0, 0)


def test_a_child_row_counts_whatever_its_own_time(mini: Policy) -> None:
    """A review posted before every window still hangs on its order."""
    assert counts(mini, reviews=[review("r1", "2019-01-01 10:00", 1)])["low"] == 1


def test_a_child_row_of_the_day_itself_does_not_exist_yet(mini: Policy) -> None:
    assert counts(mini, reviews=[review("r1", "2026-06-10 00:00", 1)])["low"] == 0
    assert counts(mini, reviews=[review("r1", "2026-06-09 23:59:59.999999", 1)])["low"] == 1


def test_as_of_an_earlier_day_only_the_rows_of_then_exist(mini: Policy) -> None:
    """The badges look at 1 June: the review of 31 May is known, the one of 1 June is not."""
    early = counts(mini, reviews=[review("r1", "2026-05-31 23:59", 1), review("r2", "2026-06-02 10:00", 5)])
    late = counts(mini, reviews=[review("r1", "2026-06-01 00:00", 1)])
    states = [(found["was_low"]["state"], found["was_written"]["state"]) for found in (early, late)]
    assert states == [("granted", "granted"), ("locked", "locked")]
    assert (early["low"], late["low"]) == (1, 1)


def test_as_of_an_earlier_day_a_status_is_what_it_was(mini: Policy) -> None:
    """Resolved on 3 June: on 1 June the return was open, whatever it became."""
    row = returned("t1", "2026-05-30 10:00", status="completed", resolved_at=at("2026-06-03 10:00"))
    found = counts(mini, returns=[row])
    assert (found["settled"], found["was_settled"]["state"], found["was_done"]["state"]) == (
        1,
        "locked",
        "locked",
    )
