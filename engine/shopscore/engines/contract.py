"""What every engine is given: a plan bound to a day and to what was supplied."""

from __future__ import annotations

import msgspec

from shopscore.events.rows import Supply
from shopscore.events.time import Zone
from shopscore.plan.model import Input, ItemPlan, MetricPlan, Plan
from shopscore.plan.windows import assessment_day, days_of
from shopscore.scorecard import Struct


class Binding(msgspec.Struct, frozen=True):
    """One run: the plan, the local day D it is evaluated as of, and the data's shape.

    Attributes:
        as_of: D as days since 1970-01-01.
        category: a category that wins over the subjects' own, or None.
        layout: the scorecard's shape with everything fixed for the run filled in.
        is_replay: the run is a day of a replay, so that what changes changes on this day.
        carried: items that are as they were the day before, which an engine need not work out again.
    """

    plan: Plan
    as_of: int
    zone: Zone
    supply: Supply
    category: str | None
    layout: Struct
    is_replay: bool = False
    carried: frozenset[str] = frozenset()

    def cutoff(self, day: int) -> int:
        """Return the first instant that is unknown as of a day (its local midnight)."""
        return self.zone.start_of(day)

    def is_there(self, metric: MetricPlan) -> bool:
        """Tell whether all columns a metric needs were supplied."""
        return all(self.supply.has(table, column) for table, column in metric.needs)

    def span(self, metric: MetricPlan, as_of: int) -> tuple[int, int]:
        """Return the instants of a metric's window: first included, last excluded."""
        first, last = days_of(metric.window, as_of)
        return self.zone.start_of(first), self.zone.start_of(last + 1)

    def assessments(self) -> dict[int, tuple[ItemPlan, ...]]:
        """Return items by the day they are assessed on, D first."""
        found: dict[int, list[ItemPlan]] = {self.as_of: []}
        for item in self.plan.items:
            if item.id in self.carried:
                continue
            found.setdefault(assessment_day(item.schedule, self.as_of), []).append(item)
        return {day: tuple(items) for day, items in found.items()}

    def inputs(self, source: str) -> tuple[Input, ...]:
        """Return the plan's inputs of one source."""
        return tuple(each for each in self.plan.inputs if each.source == source)
