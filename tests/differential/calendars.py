"""Days D and the instants around them where clocks, windows and midnights make trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.differential.choices import Choices

from shopscore.bundle.model import Window
from shopscore.errors import Mark
from shopscore.events.time import DAY, SECOND, Zone
from shopscore.plan.windows import days_of, to_date, to_day

HOUR = 3600 * SECOND

DAYS: Mapping[str, Sequence[date]] = {
    # Both DST days and their neighbours, a quarter's and a leap year's turn, a common day.
    "America/Los_Angeles": (
        date(2026, 6, 22), date(2026, 3, 9), date(2026, 3, 8), date(2025, 11, 2), date(2025, 11, 3),
        date(2026, 1, 1), date(2024, 3, 1), date(2026, 4, 1),
    ),
    # No clock ever changes, and local days begin at 17:00 UTC.
    "Asia/Jakarta": (date(2026, 6, 22), date(2026, 3, 1), date(2025, 12, 31), date(2026, 7, 1)),
    # The clock jumped over midnight: 4 November 2018 began at 01:00, 17 February 2019 had two midnights.
    "America/Sao_Paulo": (
        date(2018, 11, 4), date(2018, 11, 5), date(2019, 2, 17), date(2019, 2, 18), date(2019, 1, 1),
    ),
    # As in Cairo: 24 April 2026 begins at 01:00; 30 October 2026 follows a day of 25 hours.
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 4, 25), date(2026, 10, 30), date(2026, 5, 1)),
    # Half an hour of daylight saving; a quarter hour off the full ones; a day that never was.
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 4, 6), date(2025, 10, 5)),
    "Asia/Kathmandu": (date(2026, 6, 22), date(2026, 1, 1)),
    "Pacific/Apia": (date(2012, 1, 1), date(2011, 12, 31), date(2012, 1, 31)),
    "UTC": (date(2026, 6, 22), date(2026, 3, 31), date(1970, 1, 15)),
}  # fmt: skip
ZONES = tuple(DAYS)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One evaluation's clock.

    Attributes:
        as_of: D.
        instants: what events may be dated by, in order.
        days: what dates may be: D, its neighbours, window edges.
        story: instants of the last days before D, where ledgers change, and of the days whose points or
            actions end about D.
    """

    zone: Zone
    as_of: date
    instants: tuple[int, ...]
    days: tuple[int, ...]
    story: tuple[int, ...] = ()

    @property
    def day(self) -> int:
        """Return D as days since 1970-01-01."""
        return to_day(self.as_of)

    @property
    def cutoff(self) -> int:
        """Return the first instant that is unknown as of D."""
        return self.zone.start_of(self.day)

    @property
    def recent(self) -> tuple[int, ...]:
        """Return the instants of the month before D, which most windows hold."""
        since = self.zone.start_of(self.day - 30)
        return tuple(at for at in self.instants if since <= at < self.cutoff)


def calendar(
    choices: Choices,
    zone_name: str,
    windows: Sequence[Mapping[str, int]],
    spans: Sequence[int] = (),
    resets: bool = False,
) -> Calendar:
    """Draw D and gather the instants worth having around it, for a policy's windows and ledgers.

    Attributes:
        spans: how many days before D points expire and actions end.
        resets: whether points go with the calendar, so that D should stand at the turn of a quarter.
    """
    zone = Zone(zone_name)
    as_of = choices.pick(DAYS[zone_name])
    if resets and as_of.year > 1970 and choices.chance(60):
        as_of = to_date(_quarter(to_day(as_of)) + choices.pick([0, 0, 1, 1, 2, 4]))
    day = to_day(as_of)
    edges = {day, day - 1, day - 2, day - 7, day - 30, day + 1, day + 9}
    for window in windows:
        first, last = days_of(_window(window), day)
        edges |= {first, first - 1, last, last + 1, (first + last) // 2}
    instants: set[int] = set()
    for edge in edges:
        start = zone.start_of(edge)
        instants |= {start - 1, start, start + 1, start + 90 * 60 * SECOND, start + 12 * HOUR + SECOND // 2}
    for change in zone.transitions(zone.start_of(day - 40), zone.start_of(day + 2)):
        instants |= {change.at - 1, change.at, change.at - HOUR, change.at + HOUR, change.at + DAY}
    days = tuple(sorted(edges | {day - 180, day - 179}))
    return Calendar(zone, as_of, tuple(sorted(instants)), days, _story(zone, day, spans, resets))


def _story(zone: Zone, day: int, spans: Sequence[int], resets: bool) -> tuple[int, ...]:
    begins = _quarter(day)
    turns = [begins - 2, begins - 1, begins, begins + 1] if resets else []
    edges = [day - span - step for span in spans for step in (1, 0, -1)]
    instants: list[int] = []
    for each in (*range(day - 9, day), *turns, *edges):
        start = zone.start_of(each)
        instants += [start, start + 12 * HOUR, zone.start_of(each + 1) - 1]
    return tuple(instants)


def _quarter(day: int) -> int:
    return days_of(_window({"quarter": 1}), day)[1] + 1


def _window(written: Mapping[str, int]) -> Window:
    (kind, count), *lag = written.items()
    known = {"month": "months"}.get(kind, kind)
    return Window(known, count, lag[0][1] if lag else 0, Mark("", 1, 1))
