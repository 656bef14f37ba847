"""Local days of a market as integers, and how a season's orders spread over their hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shopscore_cli.sample.markets import Market

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1)

_WEEKDAYS = (104, 96, 94, 96, 100, 108, 116)  # percent of a plain day, from Monday
_HOURS = (18, 11, 7, 5, 5, 8, 16, 27, 38, 46, 52, 58, 64, 62, 58, 57, 60, 66, 76, 92, 104, 96, 66, 36)


@dataclass(frozen=True, slots=True)
class Slot:
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


def midnight_us(day: date, zone: ZoneInfo) -> int:
    """Return the first instant of a local day, in microseconds since 1970 UTC."""
    return int(datetime.combine(day, time.min, zone).timestamp()) * SECOND


def macros(zone: ZoneInfo, first: date, last: date) -> str:
    """Write the macros that turn local days into instants and back, exact from first to last.

    The zone's changes are baked in as whole microseconds, so no engine's own time arithmetic is used.
    """
    shifts: list[tuple[int, int, int]] = []  # last day that starts before the change, its instant, shift
    day = first
    while day < last:
        if _shift(day, zone) != _shift(day + timedelta(days=1), zone):
            shifts.append((day_number(day), _change_within(day, zone), _shift(day, zone)))
        day += timedelta(days=1)
    final = _shift(last, zone)
    shift_of_day = _steps("d <=", [(number, shift) for number, _, shift in shifts], final)
    shift_of_next = _steps("d <", [(number, shift) for number, _, shift in shifts], final)
    shift_at = _steps("us <", [(instant, shift) for _, instant, shift in shifts], final)
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
    zone = ZoneInfo(market.zone)
    holidays = {(month, day): percent for month, day, percent in market.holidays}
    hours: list[tuple[date, int, int, bool, bool]] = []  # day, start, weight, opens, closes
    for offset in range(days):
        day = first + timedelta(days=offset)
        start, end = midnight_us(day, zone), midnight_us(day + timedelta(days=1), zone)
        season = _WEEKDAYS[day.weekday()] * holidays.get((day.month, day.day), 100)
        for instant in range(start, end, HOUR):  # 23 or 25 of them where the clocks change
            wall = datetime.fromtimestamp(instant // SECOND, zone).hour
            hours.append((day, instant, season * _HOURS[wall], instant == start, instant + HOUR >= end))
    total = sum(weight for _, _, weight, _, _ in hours)
    shared: list[Slot] = []
    passed = 0
    for day, instant, weight, opens, closes in hours:
        before = passed * orders // total
        passed += weight
        here = passed * orders // total - before
        shared.append(Slot(f"{day:%Y-%m}", instant, before, here, opens, closes))
    return shared


def _steps(test: str, steps: list[tuple[int, int]], final: int) -> str:
    if not steps:
        return str(final)
    return (
        "CASE"
        + "".join(f" WHEN {test} {limit} THEN {shift}" for limit, shift in steps)
        + f" ELSE {final} END"
    )


def _shift(day: date, zone: ZoneInfo) -> int:
    """Return the microseconds from a day's UTC midnight to its local one."""
    return midnight_us(day, zone) - day_number(day) * DAY


def _change_within(day: date, zone: ZoneInfo) -> int:
    """Return the instant of the day's one clock change, to the second."""
    low, high = midnight_us(day, zone) // SECOND, midnight_us(day + timedelta(days=1), zone) // SECOND
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high * SECOND


def _offset(second: int, zone: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset() or timedelta()
