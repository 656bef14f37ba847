"""A metric's value as a person types it: 0.58 %, 30.4h, 1d 6h; what could mean two things is refused."""

from __future__ import annotations

import re
from fractions import Fraction

from shopscore.events.quantities import Bounds, Quantity
from shopscore.events.rules import LARGEST
from shopscore.formula.tree import Type

SURELY_A_SHARE = Fraction(1, 100)
"""Screens show percentages with two decimals, so a smaller number without a sign is none of theirs."""

_LONGEST = 40
_SIGNS = str.maketrans({"\N{FULLWIDTH PERCENT SIGN}": "%", "\N{MINUS SIGN}": "-"})
_NUMBER = "[0-9]+[.]?[0-9]*|[.][0-9]+"
_DECIMAL = f"[-+]?(?:{_NUMBER})"
_HOURS = {
    Fraction(24): "d|days?",
    Fraction(1): "h|hrs?|hours?",
    Fraction(1, 60): "mins?|minutes?",
    Fraction(1, 3600): "s|secs?|seconds?",
}
_TIME = re.compile(
    "([-+]?)" + "".join(rf"(?:({_NUMBER}) *(?:{words}) *)?" for words in _HOURS.values()),
    re.IGNORECASE,
)
_CLOCK = re.compile(r"([0-9]+):([0-5][0-9])")


def read_typed(written: str, quantity: Quantity) -> float | str:
    """Return a metric's value from what a person typed, or in words what is wrong with it.

    Shares are read as shares (0.58 % is 0.0058), hours and days in the metric's unit.
    """
    text = " ".join(written.translate(_SIGNS).split())
    if not text:
        return f"nothing is written; expected {quantity.expected}"
    if len(text) > _LONGEST:
        return f"'{text[:_LONGEST]}…' is too long; expected {quantity.expected}"
    if re.search("[0-9],|,[0-9]", text):
        return f"{text!r} has a comma; write decimals with a point and thousands without a sign: 0.58, 1200"
    value = _read(text, quantity)
    if isinstance(value, str):
        return value
    return _outside(text, value, quantity) or float(value)


def _read(text: str, quantity: Quantity) -> Fraction | str:
    match quantity.unit:
        case Type.SHARE:
            return _share(text, quantity)
        case Type.HOURS | Type.DAYS:
            return _time(text, quantity)
    number = _decimal(text)
    # A count with a point, such as 1.200, is a thousand and more in half of the world.
    if number is None or (quantity.unit is Type.COUNT and "." in text):
        return _no_fit(text, quantity)
    return number


def _share(text: str, quantity: Quantity) -> Fraction | str:
    if text.endswith("%"):
        number = _decimal(text[:-1].rstrip())
        return _no_fit(text, quantity) if number is None else number / 100
    number = _decimal(text)
    if number is None:
        return _no_fit(text, quantity)
    if number < 0 and quantity.bounds is not Bounds.ANY:
        return number  # refused as such
    if abs(number) > 1:
        return f"{text!r} has no sign; a share needs one here: write {text}%"
    if number == 0 or abs(number) < SURELY_A_SHARE:
        return number
    return (
        f"{text!r} could mean {text} % or {_plain(number * 100)} %; write {text}% or {_plain(number * 100)}%"
    )


def _time(text: str, quantity: Quantity) -> Fraction | str:
    number = _decimal(text)
    if number is not None:
        return number
    if clock := _CLOCK.fullmatch(text):
        hours, minutes = clock.groups()
        return (
            f"{text!r} could mean hours and minutes or minutes and seconds; "
            f"write {hours}h {minutes}min or {hours}min {minutes}s"
        )
    found = _TIME.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return _no_fit(text, quantity)
    sign, *parts = found.groups()
    hours = sum(
        (length * Fraction(part) for length, part in zip(_HOURS, parts, strict=True) if part), Fraction(0)
    )
    unit = 24 if quantity.unit is Type.DAYS else 1
    return (-hours if sign == "-" else hours) / unit


def _outside(text: str, value: Fraction, quantity: Quantity) -> str | None:
    """Return what is wrong with a value that a metric cannot have."""
    if quantity.bounds is not Bounds.ANY and value < 0:
        return f"{text!r} is below 0; expected {quantity.expected}"
    if quantity.bounds in (Bounds.PART, Bounds.RATIO) and value > 1:
        return f"{text!r} is above 100 %; expected a share from 0 % to 100 %"
    if abs(value) > LARGEST:
        return f"{text!r} is beyond 1e15; expected {quantity.expected}"
    return None


def _no_fit(text: str, quantity: Quantity) -> str:
    more = ", 1d 6h or 30h 24min" if quantity.unit is Type.HOURS else ""
    return f"{text!r} does not fit; expected {quantity.expected}{more}"


def _decimal(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(_DECIMAL, text) else None


def _plain(number: Fraction) -> str:
    return f"{float(number):.10g}"
