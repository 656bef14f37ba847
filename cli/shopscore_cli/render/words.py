"""Labels in the reader's language, and days as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from shopscore.bundle.model import Label

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def said(label: Label, language: str) -> str:
    """Return a label in a language, in English where it has no other."""
    return label.get(language) or label["en"]


def days(first: date | None, last: date | None, near: date, to: str = " – ") -> str:
    """Return a range of days, years only where they are not the year of `near`.

    >>> days(date(2026, 4, 23), date(2026, 6, 21), date(2026, 6, 22))
    '23 Apr – 21 Jun'
    >>> days(date(2025, 12, 23), date(2026, 2, 20), date(2026, 2, 21), " to ")
    '23 Dec 2025 to 20 Feb 2026'
    """
    if first is None or last is None:
        return ""
    with_year = first.year != near.year or last.year != near.year
    return f"{_day(first, with_year)}{to}{_day(last, with_year)}"


def count_of(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 order`, `3 orders`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def actions_text(actions: Iterable[str], label: Label, language: str) -> str:
    """Return a milestone's actions in words; in a language of their own the label says them.

    >>> actions_text(["no_new_listings", "closed"], {"en": "at 12"}, "en")
    'no new listings, closed'
    >>> actions_text(["closed"], {"en": "closed", "id": "ditutup"}, "id")
    'ditutup (closed)'
    """
    words = ", ".join(action.replace("_", " ") for action in actions)
    own = label.get(language) if language != "en" else None
    return f"{own} ({words})" if own else words


def _day(day: date, with_year: bool) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}{f' {day.year}' if with_year else ''}"
