"""How values are written as text: one set of patterns, read alike by Python and by SQL.

The syntax is what Python's `re` and RE2 have in common; a pattern stands for a whole text. Digits are
spelled out because `\\d` takes every script's digits in one of the two.
"""

from __future__ import annotations

_DATE = r"([0-9]{4,6})-([0-9]{2})-([0-9]{2})"
_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]+))?)?"
_OFFSET = r"([Zz]|[-+](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"

MOMENT = rf"{_DATE}(?:[Tt ]{_TIME} ?{_OFFSET}?)?"
"""A date, alone or with a time. More than four digits are a year out of range, not another format."""
MOMENT_GROUPS = ("year", "month", "day", "hour", "minute", "second", "fraction", "offset")
DATE = _DATE
INSTANT = rf"{_DATE}[Tt ]{_TIME} ?{_OFFSET}"
"""A time with its zone, as the schemas show it."""

_DIGITS = r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)"
NUMBER = rf"{_DIGITS}(?:[eE][-+]?[0-9]+)?"
NOT_FINITE = r"[-+]?(?:[Nn][Aa][Nn]|[Ii][Nn][Ff](?:[Ii][Nn][Ii][Tt][Yy])?)"
WHOLE = r"[-+]?[0-9]+"

TRUE = r"[Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|1"
FALSE = r"[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|0"


def quantity(units: str) -> str:
    """Return the pattern of a number that carries one of the units; groups: number, unit."""
    return rf"({_DIGITS}) *([{units}])"
