"""Rows of a replay that settle: what comes late still counts, on both engines, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.engines.replay.test_replay import POLICIES
from tests.shapes.batches import open_together

from shopscore.api import Workspace
from shopscore.engines.duckdb_history import DuckDbReplay, replay_in_duckdb
from shopscore.engines.shared import from_row
from shopscore.events.connection import Settings
from shopscore.replay import Span

SPAN = Span.of(date(2026, 6, 1), date(2026, 6, 16), None)


def noon(day: int) -> str:
    return f"2026-06-{day:02}T12:00:00-07:00"


# DuckDB settles rows on the 2nd, 9th and 16th. Of o1, delivered on the 1st, a review of the 8th, its edit of
# the 9th and a return of the 10th (cancelled on the 12th) are still to come; o2 was delivered on the 4th for
# good; o3 is delivered on the 9th, and an appeal of the 11th, granted on the 13th, takes it out of `returned`
# from the 14th on. One of the 10th, granted on the 12th, takes o2 out of `disliked` from the 13th on, long
# after all else of o2 has settled.
CASE = {
    "shop": {"shop_id": "s"},
    "orders": [
        {"order_id": "o1", "placed_at": "2026-05-30T12:00:00-07:00", "delivered_at": noon(1)},
        {"order_id": "o2", "placed_at": noon(1), "delivered_at": noon(4)},
        {"order_id": "o3", "placed_at": noon(5), "delivered_at": noon(9)},
    ],
    "reviews": [
        {"review_id": "r1", "order_id": "o1", "posted_at": noon(8), "stars": 1},
        {"review_id": "r2", "order_id": "o1", "posted_at": noon(9), "stars": 5, "is_edit": True},
    ],
    "returns": [
        {
            "return_id": "b1",
            "order_id": "o1",
            "requested_at": noon(10),
            "status": "cancelled",
            "resolved_at": noon(12),
        },
        {"return_id": "b2", "order_id": "o3", "requested_at": noon(10)},
    ],
    "appeals": [
        {
            "appeal_id": "a1",
            "about": "returned",
            "record_id": "o3",
            "filed_at": noon(11),
            "decided_at": noon(13),
            "status": "granted",
        },
        {
            "appeal_id": "a2",
            "about": "disliked",
            "record_id": "o2",
            "filed_at": noon(10),
            "decided_at": noon(12),
            "status": "granted",
        },
    ],
}

# Orders delivered in the ten days before: o1 counts as of the 2nd to the 11th, o2 from the 5th to the 14th
# (as disliked or not to the 12th), o3 from the 10th on. Of them disliked: o1 from the 9th on. Returned: o1 as
# of the 11th (b1 is cancelled as of the 13th, but o1 itself is out by then), o3 as of the 11th to the 13th.
# Reviews: r1 from the 9th, r2 from the 10th.
DISLIKED = [
    (0, 0), *[(0, 1)] * 3, *[(0, 2)] * 4, (1, 2), (1, 3), (1, 3), (0, 2), *[(0, 1)] * 4,
]  # fmt: skip
RETURNED = [
    (0, 0), *[(0, 1)] * 3, *[(0, 2)] * 5, (0, 3), (2, 3), (1, 2), (1, 2), (0, 1), (0, 0), (0, 0),
]  # fmt: skip
REVIEWS = [*[0] * 8, 1, *[2] * 7]


def rows(card: Mapping[str, Any], metric: str) -> tuple[int, int]:
    found = card["metrics"][metric]
    return found["numerator_count"], found["denominator_count"]


def test_what_comes_after_an_order_s_own_last_day_still_counts(tmp_path: Path) -> None:
    policy = Workspace([POLICIES]).policy("families@1")
    with open_together(policy, [policy.case(CASE)], tmp_path) as data:
        in_duckdb = [
            from_row(binding.layout, row)
            for binding, batches in replay_in_duckdb(policy, data, SPAN)
            for row in batches.read_all().to_pylist()
        ]
    for cards in (list(policy.history(CASE, SPAN.first, SPAN.last)), in_duckdb):
        assert [card["as_of"] for card in cards] == list(SPAN.days())
        assert [rows(card, "disliked") for card in cards] == DISLIKED
        assert [rows(card, "returned") for card in cards] == RETURNED
        assert [card["metrics"]["reviews_10d"]["value"] for card in cards] == REVIEWS


# One chat of 2 stars: below 3 on Monday the 1st, once. Nothing could have the display lost on that day, the
# first of two. From the 2nd on the count stands at 1, and with it more than 5 chats would: 1 is 4 away.
CHAT = {"chat_id": "c", "started_at": "2026-05-20T12:00:00-07:00", "rating": 2}
STATES = [{"item": "display", "state": "granted", "as_of_on": "2026-05-25", "streak": 0}]


def test_an_item_that_counts_assessments_lacks_something_else_the_day_after(tmp_path: Path) -> None:
    policy = Workspace([POLICIES]).policy("weekly-count@1")
    case = {"shop": {"shop_id": "s"}, "chats": [CHAT], "shop_states": STATES}
    span = Span.of(date(2026, 6, 1), date(2026, 6, 4), None)
    with open_together(policy, [policy.case(case)], tmp_path) as data:
        in_duckdb = [
            from_row(binding.layout, row)
            for binding, batches in replay_in_duckdb(policy, data, span)
            for row in batches.read_all().to_pylist()
        ]
    for cards in (list(policy.history(case, span.first, span.last)), in_duckdb):
        margins = [card["benefits"]["display"]["margin"] for card in cards]
        assert [(each["cell"], each["threshold"], each["distance"]) for each in margins] == [
            (None, None, None),
            *[("chats_60d.value", 5.0, 4.0)] * 3,
        ]


def test_rows_are_held_once_and_only_while_some_window_can_reach_them(tmp_path: Path) -> None:
    """Rows settle on the 11th, 18th and 25th: o1, whose return is cancelled on the 12th, on the second.

    On the third no window of ten days reaches the 1st any more. What an appeal is about never settles.
    """
    policy = Workspace([POLICIES]).policy("families@1")
    with open_together(policy, [policy.case(CASE)], tmp_path):
        pass  # one thread gathers a day when it is asked for, no sooner
    held: dict[int, tuple[int, int]] = {}
    with (
        policy.open(tmp_path, settings=Settings(threads=1)) as data,
        DuckDbReplay(policy, data) as replay,
    ):
        days = [date(2026, 6, day) for day in range(10, 26)]
        for day, _ in zip(days, replay.days(days), strict=True):
            if day > days[0]:
                query = (
                    "SELECT (SELECT count(*) FROM replay.staged_orders), count(*) FROM replay.settled_orders"
                )
                [held[day.day]] = data.connection.execute(query).fetchall()
    assert held == {
        **dict.fromkeys(range(11, 18), (3, 0)),
        **dict.fromkeys(range(18, 25), (2, 1)),
        25: (2, 0),
    }
