"""The days a score can be as of."""

from __future__ import annotations

from datetime import date

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2200, 12, 31)
"""Windows and zones reach beyond them, and must stay within the calendar."""


def beyond_reach(day: date) -> str | None:
    """Return what was expected of a day no score can be as of, and None for any other.

    >>> beyond_reach(date(1, 1, 1))
    'expected a day from 1970-01-02 to 2200-12-31'
    """
    return None if FIRST_DAY <= day <= LAST_DAY else f"expected a day from {FIRST_DAY} to {LAST_DAY}"
