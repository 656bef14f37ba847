"""Local days of a market as integers, and how a season's orders spread over their hours."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from shopscore.events.time import DAY, SECOND, Zone
from shopscore_cli.sample.markets import Market

HOUR = 3600 * SECOND
_EPOCH = date(1970, 1, 1)

_WEEKDAYS = (104, 96, 94, 96, 100, 108, 116)  # percent of a plain day, from Monday
_HOURS = (18, 11, 7, 5, 5, 8, 16, 27, 38, 46, 52, 58, 64, 62, 58, 57, 60, 66, 76, 92, 104, 96, 66, 36)


class Slot(Struct, frozen=True):
    """One local hour and the consecutive orders placed in it."""

    month: str
    starts_us: int
    first_order: int
    orders: int
    opens_day: bool
    closes_day: bool


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - _EPOCH).days


def macros(zone: Zone, first: date, last: date) -> str:
    """Write the macros that turn local days into instants and back, exact from first to last.

    The zone's changes are baked in as whole microseconds, so no engine's own time arithmetic is used.
    """
    low, high = zone.start_of(day_number(first)), zone.start_of(day_number(last))
    changes = zone.transitions(low, high)
    final = -zone.offset(high)
    before = [(zone.day_of(change.at - 1), -change.before) for change in changes]
    shift_of_day = _steps("d <=", before, final)
    shift_of_next = _steps("d <", before, final)
    shift_at = _steps("us <", [(change.at, -change.before) for change in changes], final)
    return f"""
CREATE MACRO midnight(d) AS d * {DAY} + {shift_of_day};
CREATE MACRO local_day(us) AS (us - {shift_at}) // {DAY};
CREATE MACRO day_end(d) AS d * {DAY} + {DAY - 1} + {shift_of_next};
CREATE MACRO whole_second(us) AS us - us % {SECOND};
CREATE MACRO days_us(days) AS floor(days * {DAY}.0)::BIGINT;
CREATE MACRO hours_us(hours) AS floor(hours * {HOUR}.0)::BIGINT;
CREATE MACRO between_us(low, high, share) AS low + floor((high - low) * share)::BIGINT;
CREATE MACRO weekday(d) AS (d + 3) % 7;
CREATE MACRO instant(us) AS make_timestamptz(us);
CREATE MACRO as_date(d) AS DATE '1970-01-01' + d::INTEGER;
"""


def slots(market: Market, first: date, days: int, orders: int) -> list[Slot]:
    """Share out the orders over every hour of the local days, in time order; the sum is exact."""
    zone = Zone(market.zone)
    holidays = {(month, day): percent for month, day, percent in market.holidays}
    hours: list[tuple[str, int, int, bool, bool]] = []  # month, start, weight, opens, closes
    for offset in range(days):
        day = first + timedelta(days=offset)
        start, end = zone.start_of(day_number(day)), zone.start_of(day_number(day) + 1)
        season = _WEEKDAYS[day.weekday()] * holidays.get((day.month, day.day), 100)
        for at in range(start, end, HOUR):  # 23 or 25 of them where the clocks change
            wall = (at + zone.offset(at)) % DAY // HOUR
            hours.append((f"{day:%Y-%m}", at, season * _HOURS[wall], at == start, at + HOUR >= end))
    total = sum(weight for _, _, weight, _, _ in hours)
    shared: list[Slot] = []
    passed = 0
    for month, at, weight, opens, closes in hours:
        before = passed * orders // total
        passed += weight
        shared.append(Slot(month, at, before, passed * orders // total - before, opens, closes))
    return shared


def _steps(test: str, steps: list[tuple[int, int]], final: int) -> str:
    if not steps:
        return str(final)
    cases = "".join(f" WHEN {test} {limit} THEN {shift}" for limit, shift in steps)
    return f"CASE{cases} ELSE {final} END"
