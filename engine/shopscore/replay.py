"""Replay: daily scorecards between two days, each day's states carried to the next (2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from shopscore.engines.reference.engine import RunSheet, compiled_sheet, evaluate
from shopscore.errors import UsageError
from shopscore.events.rows import Row
from shopscore.scorecard import Scorecard
from shopscore.states import STATES, state_rows, with_states, with_table

if TYPE_CHECKING:
    from shopscore.engines.contract import Binding
    from shopscore.engines.reference.engine import Result
    from shopscore.events.cases import Case
    from shopscore.events.dataset import DataSet
    from shopscore.policy import CaseSource, Policy

PolicyOn = Callable[[date], "Policy"]
"""Which policy is in force on a day."""

Carried = dict[str, Row]
"""The newest state of each item by id; those of items another version knows are kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a history, both ends included, and the day from which states are replayed."""

    first: date
    last: date
    replay_from: date

    @classmethod
    def of(cls, first: date, last: date, replay_from: date | None = None) -> Span:
        """Return a span; without a day to replay from it is the first."""
        start = replay_from or first
        if last < first:
            raise UsageError(f"the last day {last} comes before the first, {first}")
        if start > first:
            raise UsageError(f"the replay starts on {start}, after the first day {first}; expected it before")
        return cls(first, last, start)

    def days(self) -> Iterator[date]:
        """Yield every day that is replayed."""
        day = self.replay_from
        while day <= self.last:
            yield day
            day += timedelta(days=1)


def replay_case(
    policy_on: PolicyOn, source: CaseSource, span: Span, category: str | None = None
) -> Iterator[tuple[Policy, Result]]:
    """Yield a case's result on each day of a span, with the policy of the day."""

    @cache
    def read(name: str) -> Case:
        return policies[name].case(source)

    policies: dict[str, Policy] = {}
    carried: Carried = {}
    for day in span.days():
        policy = policy_on(day)
        policies[policy.name] = policy
        case = read(policy.name)
        events = case.events if day == span.replay_from else with_states(case.events, carried.values(), day)
        binding = policy.bind_case(case, as_of=day, category=category, replayed=events.supply)
        result = evaluate(binding, events)
        carried |= state_rows(policy.plan, result.scorecard)
        if day >= span.first:
            yield policy, result


def replay_data(
    policy: Policy, data: DataSet, span: Span, category: str | None = None
) -> Iterator[tuple[Binding, Iterator[Scorecard]]]:
    """Yield each day's run with the scorecards of every subject, by subject id, by the reference engine.

    A day's scorecards must be taken before the next day is asked for.
    """
    carried: dict[str, Carried] = {}
    for day in span.days():
        is_first = day == span.replay_from
        supply = data.supply if is_first else with_table(data.supply, STATES)
        binding = policy.bind_data(data, day, category=category, replayed=supply)
        cards = _scored(policy, binding, data, carried, None if is_first else day)
        if day >= span.first:
            yield binding, cards
        for _ in cards:
            pass  # what nobody took is still needed for the states


def _scored(
    policy: Policy, binding: Binding, data: DataSet, carried: dict[str, Carried], day: date | None
) -> Iterator[Scorecard]:
    run_sheet: RunSheet = compiled_sheet(binding)
    for events in data.events():
        own = carried.setdefault(events.subject, {})
        known = events if day is None else with_states(events, own.values(), day)
        card = evaluate(binding, known, run_sheet).scorecard
        own |= state_rows(policy.plan, card)
        yield card
