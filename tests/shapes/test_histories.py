"""Shapes with a memory, told day by day: what each day says was worked out by hand, in the story's note.

A story is a shop's events and what items and ledgers are on every day of a replay, named `2026-06-01` or
`2026-06-03 to 2026-06-06`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.shapes.batches import open_together, storing

from shopscore.api import Workspace
from shopscore.engines.duckdb_history import replay_in_duckdb
from shopscore.engines.shared import from_row
from shopscore.events.cases import Case
from shopscore.policy import Policy
from shopscore.replay import Span
from shopscore.scorecard import Scorecard
from shopscore.states import state_rows
from shopscore.testing import check_expectations
from shopscore.testing.run import differences
from shopscore.yaml.compose import load_file
from shopscore.yaml.nodes import MapNode, to_plain

POLICIES = Path(__file__).parent / "policies"
STORIES = Path(__file__).parent / "stories"
FILES = sorted(STORIES.glob("*/*.yaml"))
BUNDLES = sorted({f"{path.parent.name}@1" for path in FILES})
A_DAY = timedelta(days=1)
QUICK = ("misses-in-a-row@1", "assessed-with-memory@1")
QUICK_DAYS = 3
"""A day on DuckDB is a statement of its own, so a quick run replays the last days of a story only, and only
where more is carried than the states that the cases of test_shapes begin with."""


@dataclass(frozen=True, slots=True)
class Story:
    """A case and what is expected of it on each day, in order."""

    path: Path
    case: Case
    days: Mapping[date, MapNode]

    @property
    def span(self) -> Span:
        """Return all days of the story."""
        return Span.of(min(self.days), max(self.days))

    def cards(self, policy: Policy) -> dict[date, Scorecard]:
        """Return the scorecards of its days by the reference engine."""
        history = policy.history(self.case, self.span.first, self.span.last)
        return dict(zip(self.days, history, strict=True))


def read_story(path: Path, policy: Policy) -> Story:
    """Return a story; a day it leaves out is our mistake."""
    root, findings = load_file(path)
    assert isinstance(root, MapNode) and not findings, [str(each) for each in findings]
    assert [key for key, _ in root.items()] == ["note", "case", "days"], path
    case, told = root.get("case"), root.get("days")
    assert isinstance(case, MapNode) and isinstance(told, MapNode), path
    days: dict[date, MapNode] = {}
    for key, expected in told.items():
        assert isinstance(expected, MapNode), f"{path}: {key}"
        first, _, last = key.partition(" to ")
        days |= dict.fromkeys(Span.of(*map(date.fromisoformat, (first, last or first))).days(), expected)
    assert all(after - before == A_DAY for before, after in pairwise(days)), f"{path}: a day is missing"
    return Story(path, policy.case({key: to_plain(value) for key, value in case.items()}), days)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_day_is_as_worked_out_by_hand(path: Path, workspace: Workspace) -> None:
    policy = workspace.policy(f"{path.parent.name}@1")
    story = read_story(path, policy)
    wrong = [
        f"{day}: {found}"
        for day, card in story.cards(policy).items()
        for found in check_expectations(story.days[day], {**card["benefits"], **card["ledgers"]})
    ]
    assert wrong == []


@pytest.mark.parametrize("bundle", QUICK)
def test_the_last_days_are_the_same_in_duckdb(bundle: str, workspace: Workspace, tmp_path: Path) -> None:
    """A replay that goes on from the states of the day before, as the reference engine left them."""
    policy = workspace.policy(bundle)
    told = {}
    going_on = []
    for story in stories_of(bundle, policy):
        cards = told[story.case.events.subject] = story.cards(policy)
        first = story.span.last - (QUICK_DAYS - 1) * A_DAY
        before = state_rows(policy.plan, cards[first - A_DAY]).values()
        going_on.append((storing(story.case, list(before)), Span.of(first, story.span.last)))
    assert differences_in_duckdb(policy, going_on, told, tmp_path) == []


@pytest.mark.heavy
@pytest.mark.parametrize("bundle", BUNDLES)
def test_every_day_is_the_same_in_duckdb(bundle: str, workspace: Workspace, tmp_path: Path) -> None:
    policy = workspace.policy(bundle)
    stories = stories_of(bundle, policy)
    told = {story.case.events.subject: story.cards(policy) for story in stories}
    whole = [(story.case, story.span) for story in stories]
    assert differences_in_duckdb(policy, whole, told, tmp_path) == []


def stories_of(bundle: str, policy: Policy) -> list[Story]:
    return [read_story(path, policy) for path in FILES if f"{path.parent.name}@1" == bundle]


def differences_in_duckdb(
    policy: Policy,
    cases: Sequence[tuple[Case, Span]],
    told: Mapping[str, Mapping[date, Scorecard]],
    folder: Path,
) -> list[str]:
    """Replay cases in DuckDB, those that go together as one data set; return what is not as told."""
    groups: dict[Any, list[Case]] = {}
    for case, span in cases:
        supply = case.events.supply
        groups.setdefault((span, frozenset(supply.tables.items()), supply.empty), []).append(case)
    wrong = []
    for number, ((span, *_), together) in enumerate(groups.items()):
        place = folder / str(number)
        place.mkdir()
        for day, card in replayed(policy, together, span, place):
            subject = card["subject"]["id"]
            for path, one, other in differences(dict(told[subject][day]), dict(card)):
                if not path.startswith("warnings"):  # those of a data set are worded for a data set
                    wrong.append(f"{subject} on {day}: {path} is {one} on reference and {other} on duckdb")
    return wrong


def replayed(
    policy: Policy, cases: Sequence[Case], span: Span, folder: Path
) -> Iterator[tuple[date, Scorecard]]:
    """Yield the scorecards of each day; there is one for every case."""
    with open_together(policy, cases, folder) as data:
        days = replay_in_duckdb(policy, data, span)
        for day, (binding, rows) in zip(span.days(), days, strict=True):
            cards = [Scorecard(from_row(binding.layout, row)) for row in rows.read_all().to_pylist()]
            assert len(cards) == len(cases)
            for card in cards:
                yield day, card
