"""Replay: daily scorecards between two days, each day's states carried to the next (2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from shopscore.engines.reference.engine import compiled_sheet, evaluate
from shopscore.errors import UsageError
from shopscore.events.rows import Events, Row, Supply
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


class Span(Struct, frozen=True):
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


class Subject(Protocol):
    """One subject's events as each policy reads them."""

    def events(self, policy: Policy) -> Events:
        """Return the subject's rows."""

    def bind(self, policy: Policy, day: date, supply: Supply) -> Binding:
        """Return a day's run; `supply` tells what is known on it, states included."""


class CaseSubject(Struct, frozen=True):
    """The subject of a case."""

    source: CaseSource
    category: str | None = None
    _read: dict[str, Case] = field(default_factory=dict)

    def events(self, policy: Policy) -> Events:
        """Return the case's rows."""
        return self._case(policy).events

    def bind(self, policy: Policy, day: date, supply: Supply) -> Binding:
        """Return a day's run."""
        return policy.bind_case(self._case(policy), as_of=day, category=self.category, replayed=supply)

    def _case(self, policy: Policy) -> Case:
        if policy.name not in self._read:
            self._read[policy.name] = policy.case(self.source)
        return self._read[policy.name]


class DataSubject(Struct, frozen=True):
    """One subject of a data set, opened for each policy."""

    opened: Mapping[str, DataSet]
    subject: str
    category: str | None = None
    _read: dict[str, Events] = field(default_factory=dict)

    def events(self, policy: Policy) -> Events:
        """Return the subject's rows."""
        if policy.name not in self._read:
            self._read[policy.name] = self.opened[policy.name].subject_events(self.subject)
        return self._read[policy.name]

    def bind(self, policy: Policy, day: date, supply: Supply) -> Binding:
        """Return a day's run."""
        data = self.opened[policy.name]
        return policy.bind_data(data, day, category=self.category, replayed=supply)


def replay_subject(policy_on: PolicyOn, subject: Subject, span: Span) -> Iterator[tuple[Policy, Result]]:
    """Yield a subject's result on each day of a span, with the policy of the day."""
    carried: Carried = {}
    for day in span.days():
        policy = policy_on(day)
        events = subject.events(policy)
        if day != span.replay_from:
            events = with_states(events, carried.values(), day)
        result = evaluate(subject.bind(policy, day, events.supply), events)
        carried |= state_rows(policy.plan, result.scorecard)
        if day >= span.first:
            yield policy, result


def replay_data(
    policy: Policy, data: DataSet, span: Span, category: str | None = None
) -> Iterator[tuple[Binding, Iterator[Scorecard]]]:
    """Yield each day's run with the scorecards of every subject, by subject id, by the reference engine.

    A day's scorecards must be taken before the next day is asked for.
    """
    replay = ReferenceReplay(policy, data, category)
    for day in span.days():
        binding, cards = replay.run(day)
        if day >= span.first:
            yield binding, cards
        for _ in cards:
            pass  # what nobody took is still needed for the states


class ReferenceReplay:
    """The replay of one policy over a data set by the reference engine, day by day."""

    def __init__(
        self,
        policy: Policy,
        data: DataSet,
        category: str | None = None,
        states: dict[str, Carried] | None = None,
    ) -> None:
        """Begin a replay; `states` are those another replay left, by subject, which is then continued."""
        self._policy, self._data, self._category = policy, data, category
        self._goes_on = states is not None
        self.states: dict[str, Carried] = states if states is not None else {}

    def run(self, day: date) -> tuple[Binding, Iterator[Scorecard]]:
        """Return the run of the next day and its scorecards by subject id, all of them to be taken."""
        supply = with_table(self._data.supply, STATES) if self._goes_on else self._data.supply
        binding = self._policy.bind_data(self._data, day, category=self._category, replayed=supply)
        goes_on, self._goes_on = self._goes_on, True
        return binding, self._scored(binding, day if goes_on else None)

    def _scored(self, binding: Binding, day: date | None) -> Iterator[Scorecard]:
        run_sheet = compiled_sheet(binding)
        for events in self._data.events():
            own = self.states.setdefault(events.subject, {})
            known = events if day is None else with_states(events, own.values(), day)
            card = evaluate(binding, known, run_sheet).scorecard
            own |= state_rows(self._policy.plan, card)
            yield card
