"""Windows as local days: which days before D a window covers."""

from __future__ import annotations

from datetime import date, timedelta

from shopscore.bundle.model import Ledger, Schedule, Window

_EPOCH = date(1970, 1, 1)


def to_day(value: date) -> int:
    """Return days since 1970-01-01."""
    return (value - _EPOCH).days


def to_date(day: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=day)


def days_of(window: Window, as_of: int) -> tuple[int, int]:
    """Return the first and last local day a window covers as of D, both included.

    >>> from shopscore.errors import Mark
    >>> lagged = Window("days", 28, 7, Mark("x", 1, 1))
    >>> [to_date(day).isoformat() for day in days_of(lagged, to_day(date(2026, 12, 11)))]
    ['2026-11-06', '2026-12-03']
    """
    match window.kind:
        case "days":
            return as_of - window.lag - window.count, as_of - window.lag - 1
        case "months":
            end = to_date(as_of).replace(day=1)
            return to_day(_months_back(end, window.count)), to_day(end) - 1
        case "quarter":
            today = to_date(as_of)
            end = today.replace(month=today.month - (today.month - 1) % 3, day=1)
            return to_day(_months_back(end, 3)), to_day(end) - 1
        case "from_day":
            today = to_date(as_of)
            end = today.replace(day=window.count)
            if end > today:
                end = _months_back(end, 1)
            return to_day(_months_back(end, 1)), to_day(end) - 1
        case kind:
            raise AssertionError(f"unknown window kind {kind!r}")


def assessment_day(schedule: Schedule, as_of: int) -> int:
    """Return the latest day on or before D on which an item is assessed."""
    today = to_date(as_of)
    match schedule.kind:
        case "daily":
            return as_of
        case "weekly":
            return as_of - (today.isoweekday() - schedule.day) % 7
        case "monthly":
            day = today.replace(day=schedule.day)
            return to_day(day if day <= today else _months_back(day, 1))
        case "quarterly":
            return to_day(today.replace(month=today.month - (today.month - 1) % 3, day=1))
        case kind:
            raise AssertionError(f"unknown schedule {kind!r}")


def expires_on(ledger: Ledger, day: int) -> int | None:
    """Return the last day D as of which an event of a local day counts; None has no end.

    A calendar reset counts events while their day and the day before D lie in one period.
    """
    ends = []
    if ledger.expires_after_days is not None:
        ends.append(day + ledger.expires_after_days)
    if ledger.resets is not None:
        ends.append(next_period(ledger.resets, day))
    return min(ends, default=None)


def next_period(resets: str, day: int) -> int:
    """Return the first day of the calendar period after the one a day lies in."""
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[resets]
    date_ = to_date(day)
    begins = date_.replace(month=date_.month - (date_.month - 1) % months, day=1)
    return to_day(_months_back(begins, -months))


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return day.replace(year=index // 12, month=index % 12 + 1)
