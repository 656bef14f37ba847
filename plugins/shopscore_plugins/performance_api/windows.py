"""The days an official number is about, from the two ends the API gives."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec import Struct

_DAY = 86_400
_SHIFTS = (-3600, 0, 3600)
"""What a change of the clock adds to a number of local days."""
_LAST = 253_370_764_800
"""The year 9999 ends calendars, and with it windows."""


class Window(Struct, frozen=True):
    """Evaluated instants in Unix seconds, first included, last excluded.

    Attributes:
        as_of: the first day after the window, the day whose morning knows it: of the midnights by UTC the
            nearest to its end, which may be a midnight of the shop's.
        how: how the end was read.
    """

    start: int
    end: int
    as_of: date
    how: str

    @property
    def text(self) -> str:
        """Return the window as dates and times, the end excluded."""
        return f"{_shown(self.start)} to {_shown(self.end)} UTC"


def read_window(start: int, end: int, days: int | None) -> Window | None:
    """Return the window of an answer; None where its ends make none.

    The overview's end is the beginning of its last day, that of a metric is the end of it: the length
    in days tells which.
    """
    if not 0 < start < end < _LAST:
        return None
    how = "its end is excluded"
    if days is not None and _lasts(end - start, days - 1):
        end += _DAY
        how = "its end is the beginning of the last day, which is included"
    elif days is not None and _lasts(end + 1 - start, days):
        end += 1
        how = "its end is the last second, which is included"
    elif days is None or not _lasts(end - start, days):
        whole = (end - start) / _DAY
        how = f"its ends are {whole:g} days apart, not {days}; its end is taken as excluded"
    return Window(start, end, datetime.fromtimestamp(end + _DAY // 2, UTC).date(), how)


def _lasts(seconds: int, days: int) -> bool:
    return seconds - days * _DAY in _SHIFTS


def _shown(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")
