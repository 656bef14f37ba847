"""Deadlines by rule: working days, holidays, handling time and the close of a pre-order."""

from __future__ import annotations

from datetime import date

import pytest

from shopscore_plugins.deadlines import Deadlines


def rules(market: str) -> Deadlines:
    found = Deadlines.of(market)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("placed", "by"),
    [
        # Monday: Tue 1, Wed 2, Thu 3, Fri 4, (weekend), Mon 5, Tue 6.
        (date(2026, 6, 1), date(2026, 6, 9)),
        # Saturday and Sunday count from Monday: Mon 1 … Fri 5, Mon 6.
        (date(2026, 6, 6), date(2026, 6, 15)),
        (date(2026, 6, 7), date(2026, 6, 15)),
        # Over Juneteenth, a Friday: Tue 16, Wed 17, Thu 18, Mon 22, Tue 23, Wed 24.
        (date(2026, 6, 15), date(2026, 6, 24)),
        # 4 July 2026 is a Saturday and kept on Friday the 3rd: 1, 2, 6, 7, 8, 9.
        (date(2026, 6, 30), date(2026, 7, 9)),
        # Over the turn of the year: 24 Dec, (25), 28, 29, 30, 31, (1 Jan), 4 Jan.
        (date(2026, 12, 23), date(2027, 1, 4)),
        # 1 January 2028 is a Saturday and kept on Friday the 31st: 28, 29, 30, 3 Jan, 4, 5.
        (date(2027, 12, 27), date(2028, 1, 5)),
    ],
)
def test_american_orders_are_due_after_six_working_days(placed: date, by: date) -> None:
    assert rules("US").day("deliver_by", "normal", placed) == by


@pytest.mark.parametrize("type_", ["made_to_order", "back_order", "custom"])
def test_handling_time_comes_on_top_of_five_days(type_: str) -> None:
    # Monday 1 June and 3 + 5 working days: Thursday 11 June.
    assert rules("US").day("deliver_by", type_, date(2026, 6, 1), handling_days=3) == date(2026, 6, 11)


def test_a_pre_order_is_due_after_six_days_from_its_close() -> None:
    found = rules("US").day("deliver_by", "pre_order", date(2026, 5, 1), release=date(2026, 6, 1))
    assert found == date(2026, 6, 9)


@pytest.mark.parametrize("type_", ["made_to_order", "back_order", "custom", "pre_order", "lottery"])
def test_without_what_the_rule_needs_there_is_no_deadline(type_: str) -> None:
    assert rules("US").day("deliver_by", type_, date(2026, 6, 1)) is None


def test_handling_time_does_not_move_a_normal_order() -> None:
    assert rules("US").day("deliver_by", "normal", date(2026, 6, 1), handling_days=9) == date(2026, 6, 9)


@pytest.mark.parametrize(
    ("placed", "by"),
    [
        (date(2026, 8, 10), date(2026, 8, 12)),
        # Friday before Independence Day, a Monday: Tue 18, Wed 19.
        (date(2026, 8, 14), date(2026, 8, 19)),
        # Friday before Vesak Day, a Sunday, and Pancasila Day, the Monday: Tuesday 1, Wednesday 2.
        (date(2026, 5, 29), date(2026, 6, 3)),
        # Saturday: Monday 1, Tuesday 2.
        (date(2026, 8, 8), date(2026, 8, 11)),
    ],
)
def test_indonesian_orders_are_dispatched_on_working_days(placed: date, by: date) -> None:
    assert rules("ID").day("dispatch_by", "normal", placed) == by


def test_a_market_without_a_rule_has_no_deadlines() -> None:
    assert Deadlines.of("TH") is None
