"""The SQL of the built-in functions: CASE, comparisons and plain arithmetic, the same on every engine.

Operands come in as names, literals or bracketed expressions; each builder copies what it uses again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlglot import exp

from shopscore.formula.arithmetic import MICROSECONDS_PER_HOUR, QUANTA, WHOLE_FROM

_FEW_DIGITS = 15


def double(value: float) -> exp.Expr:
    """Return a constant that is a double in every dialect, to the last bit."""
    text = repr(abs(value))
    # Longer decimals would pass through an integer that no double holds: with an exponent they do not.
    if "e" not in text and len(text) > _FEW_DIGITS:
        text += "e0"
    number = _as_double(exp.Literal.number(text))
    return negative(number) if str(value).startswith("-") else number


def null(kind: str) -> exp.Expr:
    """Return the null of an SQL type."""
    return cast(exp.Null(), kind)


def cast(term: exp.Expr, kind: str) -> exp.Cast:
    """Return a term as a type without parameters, named as sqlglot names it."""
    return exp.Cast(this=term, to=exp.DataType(this=_type(kind)))


@cache
def _type(kind: str) -> exp.DType:
    # Kept: sqlglot parses the name each time, and a statement has thousands of casts.
    found = exp.DataType.build(kind).this
    assert isinstance(found, exp.DType)
    return found


def negative(x: exp.Expr) -> exp.Expr:
    """Return the value with its sign turned, in brackets: two signs in a row start a comment."""
    return exp.Paren(this=exp.Neg(this=x))


def known(x: exp.Expr) -> exp.Expr:
    """Return whether a value is there."""
    return exp.Paren(this=exp.Not(this=exp.Paren(this=exp.Is(this=x, expression=exp.Null()))))


def missing(x: exp.Expr) -> exp.Expr:
    """Return whether a value is not there."""
    return exp.Paren(this=exp.Is(this=x, expression=exp.Null()))


def choose(branches: Iterable[tuple[exp.Expr, exp.Expr]], otherwise: exp.Expr) -> exp.Expr:
    """Return the value of the first branch whose test is true, else the other one."""
    ifs = [exp.If(this=test, true=value) for test, value in branches]
    return exp.Case(ifs=ifs, default=otherwise)


def any_null(*values: exp.Expr) -> exp.Expr:
    """Return whether one of the values is not there; literals are."""
    tests = [exp.Is(this=value.copy(), expression=exp.Null()) for value in values if not _is_literal(value)]
    return exp.or_(*tests, copy=False) if tests else exp.false()


def minimum(*values: exp.Expr) -> exp.Expr:
    """Return the least value, null if one is; LEAST skips nulls on some engines."""
    return _extreme(exp.LTE, values)


def maximum(*values: exp.Expr) -> exp.Expr:
    """Return the greatest value, null if one is."""
    return _extreme(exp.GTE, values)


def clip(x: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """Return low below it, high above it, else the value; null if one is."""
    null = (any_null(x, low, high), exp.Null())
    below = (_pair(exp.LT, x, low), low.copy())
    above = (_pair(exp.GT, x, high), high.copy())
    return choose((null, below, above), x.copy())


def absolute(x: exp.Expr) -> exp.Expr:
    """Return the value without its sign."""
    return exp.Abs(this=x)


def round_half_away(x: exp.Expr, digits: int) -> exp.Expr:
    """Round to decimals in the order the reference does; the sign comes back as a factor."""
    sign = choose([(_pair(exp.LT, x, double(0.0)), double(-1.0))], double(1.0))
    return exp.Mul(this=sign, expression=_rounded(exp.Abs(this=x), 10.0**digits))


def quantise(x: exp.Expr) -> exp.Expr:
    """Round to 9 decimals, halves up."""
    return _rounded(x, QUANTA)


def coalesce(*values: exp.Expr) -> exp.Expr:
    """Return the first value that is known."""
    return exp.Coalesce(this=values[0], expressions=list(values[1:]))


def days_between(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Return the days between two day numbers."""
    return _as_double(exp.Sub(this=end, expression=start))


def hours_between(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Return the hours between two instants in microseconds."""
    elapsed = _as_double(exp.Sub(this=end, expression=start))
    return exp.Paren(this=exp.Div(this=elapsed, expression=double(MICROSECONDS_PER_HOUR)))


def min_known(*values: exp.Expr) -> exp.Expr:
    """Return the least of the known values."""
    return _extreme_known(exp.LTE, values)


def max_known(*values: exp.Expr) -> exp.Expr:
    """Return the greatest of the known values."""
    return _extreme_known(exp.GTE, values)


def finite_quantise(x: exp.Expr) -> exp.Expr:
    """Return `quantise` with what overflows on the way as null: that is seen once x is multiplied."""
    scaled = exp.Paren(this=exp.Mul(this=x.copy(), expression=double(QUANTA)))
    return _where_finite(scaled, quantise(x))


def finite(x: exp.Expr) -> exp.Expr:
    """Turn NaN and the infinities into null; x is used twice."""
    return _where_finite(x, x.copy())


def _where_finite(tested: exp.Expr, value: exp.Expr) -> exp.Expr:
    largest = double(1.7976931348623157e308)
    return choose([(exp.LTE(this=exp.Abs(this=tested.copy()), expression=largest), value)], exp.Null())


def _is_literal(x: exp.Expr) -> bool:
    return isinstance(x, exp.Cast) and isinstance(x.this, exp.Literal)


def _as_double(x: exp.Expr) -> exp.Expr:
    return cast(x, "DOUBLE")


def _pair(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return kind(this=left.copy(), expression=right.copy())


def _extreme(kind: type[exp.Binary], values: tuple[exp.Expr, ...]) -> exp.Expr:
    """Return the first value that no later one beats: every earlier one is beaten by then."""
    branches: list[tuple[exp.Expr, exp.Expr]] = [(any_null(*values), exp.Null())]
    for place, value in enumerate(values[:-1]):
        unbeaten = [_pair(kind, value, other) for other in values[place + 1 :]]
        branches.append((exp.and_(*unbeaten, copy=False), value.copy()))
    return choose(branches, values[-1].copy())


def _extreme_known(kind: type[exp.Binary], values: tuple[exp.Expr, ...]) -> exp.Expr:
    branches = []
    for place, value in enumerate(values[:-1]):
        unbeaten = [
            exp.Paren(this=exp.or_(missing(other.copy()), _pair(kind, value, other), copy=False))
            for other in values[place + 1 :]
        ]
        branches.append((exp.and_(known(value.copy()), *unbeaten, copy=False), value.copy()))
    return choose(branches, values[-1].copy())


def _rounded(x: exp.Expr, power: float) -> exp.Expr:
    scaled = exp.Paren(this=exp.Mul(this=x.copy(), expression=double(power)))
    raised = exp.Paren(this=exp.Add(this=scaled, expression=double(0.5)))
    return exp.Paren(this=exp.Div(this=_floor(raised), expression=double(power)))


def _floor(x: exp.Expr) -> exp.Expr:
    """Return the whole double at or below.

    Some engines' FLOOR gives a 64-bit integer: doubles that have no fraction keep away from it.
    """
    inside = exp.and_(_pair(exp.GT, x, double(-WHOLE_FROM)), _pair(exp.LT, x, double(WHOLE_FROM)), copy=False)
    return choose([(inside, _as_double(exp.Floor(this=x.copy())))], x.copy())
