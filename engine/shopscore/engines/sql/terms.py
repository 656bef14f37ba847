"""Small SQL terms: names, integer literals, connectives that bracket what needs it.

sqlglot builds and prints; it decides no meaning. Terms are made once and used once: a term that
stands in two places is copied by whoever puts it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlglot import exp

from shopscore.formula.sql_functions import cast

# A word with an underscore is a keyword in no dialect, but for a few such as CURRENT_DATE.
_PLAIN = re.compile(r"(?!current_|session_|system_|local_)[a-z]+(?:_[a-z0-9]+)+")


def identifier(name: str) -> exp.Identifier:
    """Return a name, quoted unless it is plainly no keyword."""
    return exp.Identifier(this=name, quoted=_PLAIN.fullmatch(name) is None)


def column(name: str, of: str | None = None) -> exp.Expr:
    """Return a column, of a named relation where one is given."""
    return exp.Column(this=identifier(name), table=identifier(of) if of else None)


def named(term: exp.Expr, name: str) -> exp.Expr:
    """Return a term under a name; a column that is called so already stays as it is."""
    if isinstance(term, exp.Column) and term.name == name:
        return term
    return exp.Alias(this=term, alias=identifier(name))


def integer(value: int) -> exp.Expression:
    """Return a whole-number literal."""
    return exp.Literal.number(value)


def string(value: str) -> exp.Expr:
    """Return a text literal."""
    return exp.Literal.string(value)


def boolean(value: bool) -> exp.Expr:
    """Return a truth value."""
    return exp.Boolean(this=value)


def null() -> exp.Expr:
    """Return NULL without a type."""
    return exp.Null()


def instant(micros: int) -> exp.Expr:
    """Return the literal of an instant, for comparing with columns of the engine's own instant type."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return cast(string(at.isoformat(sep=" ")), "TIMESTAMPTZ")


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Return the conjunction of at least one condition."""
    return exp.and_(*conditions, copy=False)


def either(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Return the disjunction of at least one condition."""
    return exp.or_(*conditions, copy=False)


def negated(condition: exp.Expr) -> exp.Expr:
    """Return the negation."""
    return exp.not_(condition, copy=False)


def met(condition: exp.Expr) -> exp.Expr:
    """Return a condition with null as not met."""
    return coalesced(condition, boolean(False))


def known(term: exp.Expr) -> exp.Expr:
    """Return whether a term is not null."""
    return negated(missing(term))


def missing(term: exp.Expr) -> exp.Expr:
    """Return whether a term is null."""
    return exp.Is(this=_operand(term), expression=null())


def coalesced(term: exp.Expr, *others: exp.Expr) -> exp.Expr:
    """Return the first known term."""
    return exp.Coalesce(this=term, expressions=list(others))


def compared(left: exp.Expr, sign: type[exp.Binary], right: exp.Expr) -> exp.Expr:
    """Return a comparison or an arithmetic operation, operands bracketed where they need it."""
    return sign(this=_operand(left), expression=_operand(right))


def at_least(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left >= right."""
    return compared(left, exp.GTE, right)


def below(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left < right."""
    return compared(left, exp.LT, right)


def equals(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left = right."""
    return compared(left, exp.EQ, right)


def plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left + right."""
    return compared(left, exp.Add, right)


def times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left * right."""
    return compared(left, exp.Mul, right)


def case(pairs: Sequence[tuple[exp.Expr, exp.Expr]], default: exp.Expr | None = None) -> exp.Case:
    """Return the value of the first condition that is true, else the default, else null."""
    return exp.Case(ifs=[exp.If(this=test, true=value) for test, value in pairs], default=default)


def where(term: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """Return an aggregate over the rows for which a condition is true."""
    return exp.Filter(this=term, expression=exp.Where(this=condition))


def _operand(term: exp.Expr) -> exp.Expr:
    return exp.Paren(this=term) if isinstance(term, exp.Binary | exp.Not) else term
