"""Doubles to whole numbers and back; no engine's own ROUND is used, they disagree on halves."""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.terms import below, both, case, either, equals, integer, plus, times
from shopscore.formula.sql_functions import cast, double

EXACT_BELOW = 2**53


def half_even(number: exp.Expr) -> exp.Expr:
    """Return a double as the nearest whole double, halves to even."""
    floor = exp.Floor(this=number)
    rest = exp.Paren(this=exp.Sub(this=number.copy(), expression=floor))
    half = exp.Floor(this=times(floor.copy(), double(0.5)))
    is_even = equals(times(half, double(2.0)), floor.copy())
    down = either([below(rest, double(0.5)), both([equals(rest.copy(), double(0.5)), is_even])])
    return case([(down, floor.copy())], plus(floor.copy(), double(1.0)))


def to_double(whole: exp.Expr) -> exp.Expr:
    """Return a 128-bit whole number as the nearest double.

    DuckDB's own cast is off by one unit for some numbers from 2^53 on; reading decimal text is right.
    """
    small = below(exp.Abs(this=whole), integer(EXACT_BELOW))
    by_text = cast(cast(whole.copy(), "TEXT"), "DOUBLE")
    return case([(small, cast(whole.copy(), "DOUBLE"))], by_text)
