"""One metric of one shop on both sides, and what a reason about its records is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from msgspec import Struct

from shopscore.engines.contract import Binding
from shopscore.engines.reference.membership import Member, Membership
from shopscore.events.rows import Events
from shopscore.plan.model import MetricPlan
from shopscore_plugins.performance_api.model import Measured

MICROS = 1_000_000

Row = Mapping[str, Any]


class Reason(Struct, frozen=True):
    """A reason by its id, and in words with the values behind it."""

    id: str
    text: str


@dataclass(frozen=True)
class Subject:
    """One metric of one shop on both sides."""

    binding: Binding
    events: Events
    plan: MetricPlan
    rows: Membership
    measured: Measured
    is_cut: bool
    """Whether their list was not saved to its end."""

    @property
    def bad_members(self) -> list[Member]:
        """Return the rows that count against the shop by our reading."""
        better = self.binding.plan.metric_infos[self.plan.id].better
        if better == "higher":
            return [member for member in self.rows.denominator if member.counts and not member.hit]
        return [member for member in self.rows.numerator if member.hit]

    @property
    def rows_at(self) -> str:
        """Return the column that dates our rows."""
        return self.plan.population.at

    @cached_property
    def _by_order(self) -> Mapping[str, Mapping[str, list[Row]]]:
        found: dict[str, defaultdict[str, list[Row]]] = {}
        for table in ("reviews", "returns"):
            found[table] = defaultdict(list)
            for row in self.events.tables.get(table, ()):
                found[table][str(row.get("order_id"))].append(row)
        return found

    @cached_property
    def by_id(self) -> Mapping[str, Member]:
        """Return the rows a problem could be, by id."""
        return {member.id: member for member in self.rows.numerator}

    def children(self, table: str, order_id: str) -> list[Row]:
        """Return the rows of a table that hang on an order."""
        return self._by_order[table].get(order_id, [])

    def is_inside(self, at: int) -> bool:
        """Tell whether their window has an instant; without a window nothing is."""
        window = self.measured.window
        return window is not None and window.start * MICROS <= at < window.end * MICROS


def shown(at: object) -> str:
    """Return an instant of ours as a date and a time by UTC."""
    if not isinstance(at, int):
        return "at no known time"
    return datetime.fromtimestamp(at / MICROS, UTC).strftime("%Y-%m-%d %H:%M")
