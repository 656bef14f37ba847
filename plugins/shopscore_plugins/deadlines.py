"""Deadlines by a market's rule, for orders whose export or payload names none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from msgspec import Struct, field

from shopscore.events.rows import Note
from shopscore.events.wording import counted
from shopscore_plugins.tables import table

FOLDER = "deadlines"
MARK = "_computed"
"""The column in which readers name the deadlines of a row that a rule made."""
UNKNOWN = "unknown"
"""The type of an order whose word for it is in no list."""
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Workdays(Struct, frozen=True):
    """Which days count in a market.

    Attributes:
        weekend: days of the week that do not count, Monday is 0.
        holidays: the country whose public holidays do not count.
    """

    weekend: frozenset[int]
    holidays: str | None = None

    def after(self, day: date, number: int) -> date:
        """Return the day that is so many counting days after another.

        >>> Workdays(frozenset({5, 6}), "US").after(date(2026, 7, 1), 2)  # Friday the 3rd: 4 July observed
        datetime.date(2026, 7, 6)
        """
        while number > 0:
            day += timedelta(days=1)
            number -= self.counts(day)
        return day

    def counts(self, day: date) -> bool:
        """Tell whether a day counts."""
        return day.weekday() not in self.weekend and day not in _holidays(self.holidays, day.year)


class Rule(Struct, frozen=True):
    """How one deadline of one type of order comes about.

    Attributes:
        start: the event that days are counted from.
        workdays: how many counting days after it the deadline is.
        handling: whether the order's own handling days come on top.
    """

    start: Literal["placed", "release"]
    workdays: int
    handling: bool = False


class Deadlines(Struct, frozen=True):
    """The rules of one market, by column and type of order, in its days."""

    market: str
    zone: str
    calendar: Workdays
    rules: Mapping[str, Mapping[str, Rule]]

    @classmethod
    def of(cls, market: str) -> Deadlines | None:
        """Return a market's rules; None where it has none."""
        return _of(market)

    @property
    def columns(self) -> Collection[str]:
        """Return the deadlines that can be computed."""
        return self.rules.keys()

    def day(
        self,
        column: str,
        order_type: str,
        placed: date,
        handling_days: int | None = None,
        release: date | None = None,
    ) -> date | None:
        """Return the local day a deadline ends with; None where no rule or not enough is known."""
        rule = self.rules[column].get(order_type)
        start = release if rule and rule.start == "release" else placed
        if rule is None or start is None or (rule.handling and handling_days is None):
            return None
        return self.calendar.after(start, rule.workdays + (handling_days or 0 if rule.handling else 0))


class Count(Struct):
    """How many orders got a deadline by the rules of a market, and how many none.

    Attributes:
        silent: what does not say all that a rule needs: `the answers do`.
    """

    rules: Deadlines
    silent: str
    _computed: Counter[str] = field(default_factory=Counter)
    _without: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, column: str, order_type: str, by: date | None, orders: int = 1) -> None:
        """Count orders of a type by the deadline they got."""
        if by is None:
            self._without[column, order_type] += orders
        else:
            self._computed[column] += orders

    def notes(self) -> list[Note]:
        """Say what was counted, and why orders have no deadline."""
        market = self.rules.market
        rule = f"computed by the rule of {market} ({FOLDER}/{market}.yaml)"
        notes = [
            ("deadlines_computed", f"{column} of {counted(orders, 'order')} {rule}")
            for column, orders in self._computed.items()
        ]
        for (column, type_), orders in self._without.items():
            is_ruled = type_ == UNKNOWN or type_ in self.rules.rules[column]
            why = f"{self.silent} not say what the rule needs" if is_ruled else "the rule has no such type"
            text = f"no {column} for {counted(orders, 'order')} of type {type_}: {why}"
            notes.append(("deadlines_unknown", text))
        return notes


@cache
def _of(market: str) -> Deadlines | None:
    content = table(FOLDER, market)
    if content is None:
        return None
    said = content["workdays"]
    weekend = frozenset(_WEEK.index(each) for each in said["weekend"])
    rules = {
        column: {type_: _rule(each) for type_, each in types.items()}
        for column, types in content["deadlines"].items()
    }
    return Deadlines(market, content["timezone"], Workdays(weekend, said.get("holidays")), rules)


def _rule(said: Mapping[str, Any]) -> Rule:
    return Rule(said["from"], said["workdays"], said.get("handling", False))


@cache
def _holidays(country: str | None, year: int) -> Collection[date]:
    if country is None:
        return ()
    import holidays  # takes a while to load, and most runs have their deadlines

    return frozenset(holidays.country_holidays(country, years=year))
