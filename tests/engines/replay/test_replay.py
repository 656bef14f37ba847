"""A replay at once, day by day, or continued from what was stored in the middle: the same days."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.shapes.batches import open_together, storing

from shopscore.api import Workspace
from shopscore.engines.duckdb_history import DuckDbReplay, replay_in_duckdb
from shopscore.engines.reference.engine import evaluate
from shopscore.engines.shared import from_row
from shopscore.events.cases import Case
from shopscore.events.rows import Row, Supply
from shopscore.plan.windows import to_day
from shopscore.policy import Policy
from shopscore.replay import CaseSubject, Span, replay_subject
from shopscore.testing.run import differences

POLICIES = Path(__file__).parent / "policies"
FIRST = date(2026, 6, 1)
"""A Monday; the 3rd, on which the month is assessed, is the Wednesday after it."""
DAYS = 6
A_DAY = timedelta(days=1)
BENEFITS = ("in_a_row", "frozen_below", "each_month", "each_week")
ITEMS = (*BENEFITS, "unmarked", "best", "payout_days")
EXAMPLES = (pytest.param(12, id="quick"), pytest.param(400, id="heavy", marks=pytest.mark.heavy))

Card = Mapping[str, Any]


@cache
def policy(name: str = "replay@1") -> Policy:
    return Workspace([POLICIES]).policy(name)


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to a shop: ratings of chats, points of violations, and states that were supplied."""

    chats: Sequence[tuple[int, int]]
    violations: Sequence[tuple[int, int, int | None]]
    """The day, the points, and the day on which it was overturned, if it ever was."""
    states: Sequence[Mapping[str, Any]]

    def case(self, shop: str = "s") -> Case:
        """Return it as a case; what never happened is an empty table."""
        return policy().case(
            {
                "shop": {"shop_id": shop},
                "chats": [
                    {
                        "chat_id": f"{shop}-{number}",
                        "started_at": noon(day),
                        "rated_at": noon(day),
                        "rating": rating,
                    }
                    for number, (day, rating) in enumerate(self.chats)
                ],
                "violations": [
                    {
                        "violation_id": f"{shop}-{number}",
                        "issued_at": noon(day),
                        "kind": "late",
                        "points": points,
                        "status": "active" if over is None else "overturned",
                        "decided_at": None if over is None else noon(over),
                    }
                    for number, (day, points, over) in enumerate(self.violations)
                ],
                **({"shop_states": list(self.states)} if self.states else {}),
            }
        )


def on(day: int) -> str:
    return (FIRST + day * A_DAY).isoformat()


def noon(day: int) -> str:
    return f"{on(day)}T12:00:00-07:00"


def tries(examples: int) -> settings:
    """Return settings that try the same examples each time, and make none small: days are slow."""
    return settings(
        max_examples=examples, phases=[Phase.generate], derandomize=True, database=None, deadline=None
    )


@st.composite
def supplied_state(draw: st.DrawFn) -> dict[str, Any]:
    """Return a row of shop_states, some of them from within the replay or after it."""
    item = draw(st.sampled_from(ITEMS))
    since = draw(st.none() | st.integers(-30, -20))
    is_ladder = item == "payout_days"
    return {
        "item": item,
        "state": None if is_ladder else draw(st.sampled_from(["granted", "frozen", "locked"])),
        "value": draw(st.sampled_from([8, 5, 1])) if is_ladder else None,
        "since_on": None if since is None else on(since),
        "as_of_on": on(draw(st.integers(-6, DAYS + 1))),
        "streak": draw(st.none() | st.integers(0, 3)) if item in BENEFITS else None,
        "decided_by": draw(st.none() | st.sampled_from(["grant", "revoke", "start", "supplied"])),
    }


@st.composite
def told(draw: st.DrawFn) -> Told:
    days = st.integers(-3, DAYS)
    violation = st.tuples(days, st.integers(1, 3), st.none() | st.integers(0, 4)).map(
        lambda each: (each[0], each[1], None if each[2] is None else each[0] + each[2])
    )
    return Told(
        # Runs of one rating, so that assessments in a row happen.
        chats=[
            (day, rating)
            for begins, length, rating in draw(
                st.lists(st.tuples(days, st.integers(1, 4), st.integers(1, 5)), max_size=5)
            )
            for day in range(begins, begins + length)
        ],
        violations=draw(st.lists(violation, max_size=4)),
        states=draw(
            st.lists(supplied_state(), max_size=4, unique_by=lambda row: (row["item"], row["as_of_on"]))
        ),
    )


def at_once(case: Case, first: int = 0, last: int = DAYS - 1) -> list[Card]:
    found = policy().history(case, FIRST + first * A_DAY, FIRST + last * A_DAY)
    return [dict(card) for card in found]


def day_by_day(case: Case) -> Iterator[Card]:
    """Score each day by itself, the states of all days before written into shop_states."""
    stored: list[Row] = []
    for number in range(DAYS):
        known = storing(case, stored)
        binding = policy().bind_case(known, as_of=FIRST + number * A_DAY, replayed=known.events.supply)
        card = evaluate(binding, known.events).scorecard
        stored += states_of(card)
        yield card


def states_of(card: Card) -> list[Row]:
    """Return a scorecard's states as somebody would write them down, not as the engine carries them."""
    return [
        {
            "shop_id": card["subject"]["id"],
            "item": item,
            "state": now.get("state"),
            "value": now.get("value"),
            "since_on": None if now["since"] is None else to_day(now["since"]),
            "as_of_on": to_day(card["as_of"]),
            "streak": now.get("streak"),
            "decided_by": now["decided_by"],
        }
        for item, now in card["benefits"].items()
    ]


def assert_same(one: Sequence[Card], other: Sequence[Card], how: str) -> None:
    """Compare days; the warnings tell how a run came about."""
    assert len(one) == len(other)
    for before, after in zip(one, other, strict=True):
        found = [
            each for each in differences(dict(before), dict(after)) if not each[0].startswith("warnings")
        ]
        assert found == [], f"{how}: {before['as_of']} of {before['subject']['id']}"


@pytest.mark.parametrize("examples", EXAMPLES)
def test_at_once_day_by_day_and_continued_are_the_same(examples: int) -> None:
    @tries(examples)
    @given(told(), st.integers(1, DAYS - 1))
    def holds(happened: Told, middle: int) -> None:
        case = happened.case()
        days = at_once(case)
        assert_same(days, list(day_by_day(case)), "day by day")
        continued = at_once(storing(case, states_of(days[middle - 1])), middle)
        assert_same(days[middle:], continued, f"continued on day {middle}")

    holds()


@pytest.mark.parametrize(
    ("examples", "shops", "begins", "last"),
    [
        pytest.param(1, 12, (2,), 3, id="quick"),
        pytest.param(5, 30, (0, 1, 2, 4), DAYS - 1, id="heavy", marks=pytest.mark.heavy),
    ],
)
def test_in_duckdb_at_once_and_continued_are_the_same(
    examples: int, shops: int, begins: Sequence[int], last: int
) -> None:
    """Many shops as one data set, against what the reference engine says of each at once."""

    @tries(examples)
    @given(st.lists(told(), min_size=shops, max_size=shops))
    def holds(happened: Sequence[Told]) -> None:
        cases = [each.case(f"s{number:02}") for number, each in enumerate(happened)]
        days = [at_once(case, 0, last) for case in cases]
        for begin in begins:
            known = [
                storing(case, states_of(its[begin - 1])) if begin else case
                for case, its in zip(cases, days, strict=True)
            ]
            span = Span.of(FIRST + begin * A_DAY, FIRST + last * A_DAY)
            compare_in_duckdb(known, [its[begin:] for its in days], span)

    holds()


def compare_in_duckdb(cases: Sequence[Case], days: Sequence[Sequence[Card]], span: Span) -> None:
    with tempfile.TemporaryDirectory() as folder, open_together(policy(), alike(cases), Path(folder)) as data:
        for number, (binding, rows) in enumerate(replay_in_duckdb(policy(), data, span)):
            found = [from_row(binding.layout, row) for row in rows.read_all().to_pylist()]
            assert_same([each[number] for each in days], found, "in DuckDB")


def alike(cases: Sequence[Case]) -> list[Case]:
    """Let all cases supply what any of them does, as they do in one data set."""
    columns: dict[str, frozenset[str]] = {}
    for case in cases:
        for table, its in case.events.supply.tables.items():
            columns[table] = columns.get(table, frozenset()) | its
    return [replace(case, events=replace(case.events, supply=Supply(columns))) for case in cases]


# The second version, which knows new_one in place of old_one, is in force on 5 June alone.
BETWEEN = date(2026, 6, 5)
ACROSS = Span.of(BETWEEN - A_DAY, BETWEEN + A_DAY)
BEFORE = {"state": "granted", "as_of_on": "2026-06-03"}
STORY = {
    "shop": {"shop_id": "s"},
    "supplied_metrics": [{"metric": "rating", "value": 2.0}],
    "shop_states": [
        {"item": "old_one", "since_on": "2026-02-01", "streak": 1, **BEFORE},
        {"item": "new_one", "since_on": "2026-01-01", "streak": None, **BEFORE},
    ],
}


def version_on(day: date) -> Policy:
    return policy("follow@2" if day == BETWEEN else "follow@1")


def across_versions() -> list[Card]:
    history = replay_subject(version_on, CaseSubject(STORY), ACROSS)
    return [dict(result.scorecard) for _, result in history]


def test_a_state_waits_for_the_version_that_knows_its_item() -> None:
    """old_one has missed once: the 4th is the second miss, the 5th does not ask, the 6th is the third: lost.

    new_one is first asked on the 5th, where 2.0 is between its lines and what was supplied stands.
    """
    fourth, fifth, sixth = (card["benefits"] for card in across_versions())
    keys = ("state", "since", "decided_by", "streak")
    assert fourth.keys() == sixth.keys() == {"old_one"} and fifth.keys() == {"new_one"}
    second_miss = [fourth["old_one"][key] for key in keys]
    assert second_miss == ["granted", date(2026, 2, 1), "supplied", 2]
    assert [fifth["new_one"][key] for key in keys[:3]] == ["granted", date(2026, 1, 1), "supplied"]
    third_miss = [sixth["old_one"][key] for key in keys]
    assert third_miss == ["locked", date(2026, 6, 6), "revoke", 3]


def test_in_duckdb_a_state_waits_as_well(tmp_path: Path) -> None:
    states, found = None, []
    for number, day in enumerate(ACROSS.days()):
        folder = tmp_path / str(number)
        folder.mkdir()
        version = version_on(day)
        with (
            open_together(version, [version.case(STORY)], folder) as data,
            DuckDbReplay(version, data, states=states) as replay,
        ):
            for binding, rows in replay.days([day]):
                found += [from_row(binding.layout, row) for row in rows.read_all().to_pylist()]
            states = replay.states()
    assert_same(across_versions(), found, "in DuckDB")


def test_what_is_shown_may_begin_later_than_the_replay(tmp_path: Path) -> None:
    version = policy("follow@1")
    whole = [dict(card) for card in version.history(STORY, "2026-06-04", "2026-06-06")]
    shown = version.history(STORY, "2026-06-06", "2026-06-06", replay_from="2026-06-04")
    assert_same(whole[2:], [dict(card) for card in shown], "shown later")
    span = Span.of(date(2026, 6, 6), date(2026, 6, 6), date(2026, 6, 4))
    with open_together(version, [version.case(STORY)], tmp_path) as data:
        in_duckdb = [
            from_row(binding.layout, row)
            for binding, rows in replay_in_duckdb(version, data, span)
            for row in rows.read_all().to_pylist()
        ]
    assert_same(whole[2:], in_duckdb, "in DuckDB")


def test_items_are_not_needed_to_replay(tmp_path: Path) -> None:
    """A policy of ledgers alone carries nothing."""
    without = policy("nothing-kept@1")
    case = without.case({"shop": {"shop_id": "s"}, "violations": []})
    span = Span.of(FIRST, FIRST + A_DAY)
    with open_together(without, [case], tmp_path) as data:
        found = [
            from_row(binding.layout, row)
            for binding, rows in replay_in_duckdb(without, data, span)
            for row in rows.read_all().to_pylist()
        ]
    assert_same([dict(card) for card in without.history(case, span.first, span.last)], found, "in DuckDB")
