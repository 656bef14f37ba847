"""What operators and functions do to plain values: doubles, ordered and rounded as in every engine.

NaN is the greatest double and equal to itself; -0.0 equals 0.0. Only the functions that are there for
null accept it; operators and strict functions are never called with one.
"""

from __future__ import annotations

import math
from typing import Any

from shopscore.formula.tree import Value

WHOLE_FROM = 4503599627370496.0
"""2^52: doubles of this size and above have no fraction."""

QUANTA = 1e9
MICROSECONDS_PER_HOUR = 3600000000.0


def finite(value: Value) -> Value:
    """Turn NaN and the infinities into null; engines apply it to every cell."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def less(left: Any, right: Any) -> bool:
    """Tell whether left comes before right, NaN last."""
    return bool(left < right) or (right != right and left == left)


def equal(left: Any, right: Any) -> bool:
    """Tell whether two values are the same, NaN included."""
    return bool(left == right) or (left != left and right != right)


def divide(left: float, right: float) -> float | None:
    """Return the quotient; null when dividing by zero."""
    return None if right == 0.0 else left / right


def floor(value: float) -> float:
    """Return the whole double at or below; values without a fraction, NaN and infinities stay."""
    return float(math.floor(value)) if -WHOLE_FROM < value < WHOLE_FROM else value


def minimum(first: Any, *others: Any) -> Any:
    """Return the least value, the earlier of two equal ones (min(0.0, -0.0) is 0.0)."""
    for other in others:
        first = other if less(other, first) else first
    return first


def maximum(first: Any, *others: Any) -> Any:
    """Return the greatest value, the earlier of two equal ones."""
    for other in others:
        first = other if less(first, other) else first
    return first


def clip(value: Any, low: Any, high: Any) -> Any:
    """Return low where value is below it, else high where value is above it, else the value."""
    if less(value, low):
        return low
    return high if less(high, value) else value


def absolute(value: float) -> float:
    """Return the value without its sign."""
    return abs(value)


def round_half_away(value: float, digits: int) -> float:
    """Round to decimals, halves away from zero.

    In this order: the absolute value × 10^digits, + 0.5, floor, ÷ 10^digits, and the sign back.
    """
    power = 10.0**digits
    rounded = floor(abs(value) * power + 0.5) / power
    return -rounded if value < 0.0 else rounded


def quantise(value: float) -> float:
    """Round half up to 9 decimals, as points, dimensions and the score are when they are made."""
    return floor(value * QUANTA + 0.5) / QUANTA


def days_between(start: int, end: int) -> float:
    """Return the days from one local day to another."""
    return float(end - start)


def hours_between(start: int, end: int) -> float:
    """Return the hours from one instant to another."""
    return float(end - start) / MICROSECONDS_PER_HOUR


def coalesce(*values: Value) -> Value:
    """Return the first value that is known."""
    return next((value for value in values if value is not None), None)


def known(value: Value) -> bool:
    """Tell whether a value is there."""
    return value is not None


def missing(value: Value) -> bool:
    """Tell whether a value is not there."""
    return value is None


def min_known(*values: Value) -> Value:
    """Return the least of the known values; null when none is known."""
    present = [value for value in values if value is not None]
    return minimum(*present) if present else None


def max_known(*values: Value) -> Value:
    """Return the greatest of the known values; null when none is known."""
    present = [value for value in values if value is not None]
    return maximum(*present) if present else None
