"""One written value to its canonical form, in Python; the SQL of the same meaning is in sql_values.

Canonical: text str, flag bool, number and count float, instant and deadline int microseconds since
the epoch, day int days since 1970-01-01, nothing None. An empty text is nothing.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from msgspec import Struct

from shopscore.events import grammar
from shopscore.events.rules import Test
from shopscore.events.tables import Column, Kind
from shopscore.events.time import DAY, FIRST, LAST, SECOND, Zone
from shopscore.formula.tree import Value

_MOMENT = re.compile(grammar.MOMENT)
_NUMBER = re.compile(grammar.NUMBER)
_NOT_FINITE = re.compile(grammar.NOT_FINITE)
_WHOLE = re.compile(grammar.WHOLE)
_TRUE = re.compile(grammar.TRUE)
_FALSE = re.compile(grammar.FALSE)

MILLISECONDS_FROM = 1e11
"""Unix times above this are milliseconds; as seconds it is the year 5138."""

_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Problem(Struct, frozen=True):
    """Why a text is no value of its column; the checks turn it into a message."""

    test: Test


class Zones(Struct, frozen=True):
    """Which zone a bare date of a deadline is in, and which a time without a zone, if any."""

    dates: Zone
    naive: Zone | None = None


Written = None | bool | int | float | str
_TYPE = Problem(Test.TYPE)
_YEAR = Problem(Test.YEAR)


def read(column: Column, written: Written, zones: Zones, text: str | None = None) -> Value | Problem:
    """Return the canonical value of what was written in a column, or why there is none.

    `text` is how a number was written, where that is known: an id keeps it. Defaults are not applied.
    """
    if written is None or written == "":
        return None
    match column.kind:
        case Kind.ID | Kind.TEXT:
            return _text(written, text)
        case Kind.FLAG:
            return _flag(written)
        case Kind.NUMBER | Kind.COUNT:
            return _number(written, column)
        case Kind.INSTANT:
            return parse_instant(written, zones.naive)
        case Kind.DEADLINE:
            return parse_deadline(written, zones)
        case Kind.DAY:
            return parse_day(written)


def canonical(column: Column, value: Value) -> Value:
    """Return a value with the column's default for nothing, and its substitute for an unlisted text."""
    if value is None:
        return column.default
    if column.unlisted is not None and value not in column.values:
        return column.unlisted
    return value


def parse_instant(written: Written, naive: Zone | None = None) -> int | Problem:
    """Return the microseconds since the epoch of ISO 8601 or of a Unix time.

    Unix times are seconds, above 1e11 milliseconds, rounded to the microsecond. Of a fraction with more
    than six digits the rest is cut off. A time without a zone is a problem unless `naive` is given.
    """
    match written:
        case bool() | None:
            return _TYPE
        case int() | float():
            return _unix(float(written)) if abs(written) <= 1e18 else _YEAR
        case str():
            found = _MOMENT.fullmatch(written)
            if found and found[4]:
                return _iso(found, naive)
            if _NUMBER.fullmatch(written):
                return _unix(float(written))
            return _TYPE


def parse_deadline(written: Written, zones: Zones) -> int | Problem:
    """Return the microseconds of an instant, or the last microsecond of a bare date's local day."""
    found = _MOMENT.fullmatch(written) if isinstance(written, str) else None
    if found is None or found[4]:
        return parse_instant(written, zones.naive)
    day = parse_day(written)
    return day if isinstance(day, Problem) else (zones.naive or zones.dates).end_of_date(day)


def parse_day(written: Written) -> int | Problem:
    """Return the days since 1970-01-01 of a date, which may carry a midnight without a zone."""
    found = _MOMENT.fullmatch(written) if isinstance(written, str) else None
    if found is None or found[8] or any((part or "").strip("0") for part in found.groups()[3:7]):
        return _TYPE
    if _is_outside(found[1]):
        return _YEAR
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).toordinal() - _EPOCH_DAY
    except ValueError:
        return _TYPE


def _iso(found: re.Match[str], naive: Zone | None) -> int | Problem:
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if _is_outside(year):
        return _YEAR
    try:
        wall = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0)) - _EPOCH
    except ValueError:
        return _TYPE
    micros = wall.days * DAY + wall.seconds * SECOND + int((fraction or "").ljust(6, "0")[:6])
    if offset:
        return _checked(micros - _offset(offset))
    if naive is None:
        return Problem(Test.NAIVE)
    return _checked(naive.place(micros)[0])


def _offset(written: str) -> int:
    if written in "Zz":
        return 0
    digits = written[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (-minutes if written[0] == "-" else minutes) * 60 * SECOND


def _unix(number: float) -> int | Problem:
    scaled = number * 1e3 if number > MILLISECONDS_FROM else number * 1e6
    return _checked(math.floor(scaled + 0.5)) if abs(scaled) < 1e18 else _YEAR


def _checked(at: int) -> int | Problem:
    return at if FIRST <= at <= LAST else _YEAR


def _is_outside(year: str) -> bool:
    return len(year) > 4 or year == "0000"


def _text(written: Written, text: str | None) -> str | Problem:
    match written:
        case str():
            return written
        case bool() | float() | None:
            return _TYPE
        case int():
            return text if text is not None and _WHOLE.fullmatch(text) else str(written)


def _flag(written: Written) -> bool | Problem:
    match written:
        case bool():
            return written
        case str():
            return True if _TRUE.fullmatch(written) else False if _FALSE.fullmatch(written) else _TYPE
        case 0 | 1:
            return bool(written)
        case _:
            return _TYPE


def _number(written: Written, column: Column) -> float | Problem:
    value: float
    match written:
        case bool() | None:
            return _TYPE
        case int() | float():
            value = float(written) if abs(written) < 1e300 else math.inf
        case str():
            parsed = _number_of(written, column.units)
            if parsed is None:
                return _TYPE
            value = parsed
    if column.kind is Kind.COUNT and math.isfinite(value) and value != math.floor(value):
        return _TYPE
    return value


def _number_of(text: str, units: str) -> float | None:
    if _NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(text)
    if units and (found := re.fullmatch(grammar.quantity(units), text)):
        # A share is the decimal with its point moved, not the double divided.
        return float(f"{found[1]}e-2") if found[2] == "%" else float(found[1])
    return None
