"""Which rows belong to which slice, with what weight: windows and decay as literal cut-offs.

Cut-offs are instants of local midnights; no engine's difference of dates is used, they disagree.
"""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.rounding import half_even
from shopscore.engines.sql.slices import Slice, WholeValue
from shopscore.engines.sql.stages import relation, select
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import (
    at_least,
    below,
    both,
    case,
    column,
    compared,
    either,
    equals,
    integer,
    met,
    named,
    negated,
    plus,
)
from shopscore.events.time import SECOND, Zone
from shopscore.formula.sql_functions import cast

ROW_BITS = 40
ROW_BASE = 2**ROW_BITS
"""A weighted row adds weight × 2^40 + 1 to its slice: weights and rows in one sum.

A weight is at most a million, so that this fits 64 bits, and no table has 2^40 rows.
"""


def members(table: TableDemand, rows: str, subject: str, zone: Zone, dialect: Dialect) -> exp.Select:
    """Return each row's weight in every slice, its tests and its integer values."""
    terms: dict[str, exp.Expr] = {subject: column(subject)}
    for part, name in table.weights().items():
        if part.weights or name not in terms:
            terms[name] = _weight(part, table, zone)
    for name, value in table.values.items():
        terms[name] = _whole(value, dialect)
    for name in table.read_with_weights():
        terms.setdefault(name, column(name))
    return select([named(term, name) for name, term in terms.items()], relation(rows))


def _weight(part: Slice, table: TableDemand, zone: Zone) -> exp.Expr:
    inside = [column(name) for name in part.conditions]
    inside += [negated(met(column(name))) for name in part.barred]
    inside.append(at_least(column(part.at), integer(zone.start_of(part.first))))
    inside.append(below(column(part.at), integer(zone.start_of(part.last + 1))))
    if part.due is not None:
        inside.append(below(column(part.due), integer(zone.start_of(part.day))))
    clock = table.plan.table.clock
    if part.day != table.as_of and clock is not None and clock != part.at:
        inside.append(below(column(clock), integer(zone.start_of(part.day))))
    return case([(both(inside), _by_age(part, zone))])


def _by_age(part: Slice, zone: Zone) -> exp.Expr:
    """Return the weight by the step of a row's age; the window is already known to hold it."""
    if not part.weights:
        return integer(1)
    every = part.every_days
    youngest, oldest = (part.day - part.last - 1) // every, (part.day - part.first - 1) // every
    steps = [
        (
            at_least(column(part.at), integer(zone.start_of(part.day - (step + 1) * every))),
            integer(part.weights[step] * ROW_BASE + 1),
        )
        for step in range(youngest, oldest)
    ]
    last = integer(part.weights[oldest] * ROW_BASE + 1)
    return case(steps, last) if steps else last


def _whole(value: WholeValue, dialect: Dialect) -> exp.Expr:
    if value.span is not None:
        start, end = value.span
        return _whole_seconds(exp.Paren(this=exp.Sub(this=column(end), expression=column(start))))
    return cast(half_even(column(str(value.scaled))), dialect.wide)


def _whole_seconds(micros: exp.Expr) -> exp.Expr:
    """Return microseconds as whole seconds. DIV and % cut towards zero; rounding is symmetric."""
    whole = exp.IntDiv(this=micros, expression=integer(SECOND))
    rest = exp.Abs(this=exp.Mod(this=micros.copy(), expression=integer(SECOND)))
    is_odd = compared(exp.Mod(this=exp.Paren(this=whole.copy()), expression=integer(2)), exp.NEQ, integer(0))
    up = either(
        [
            compared(rest, exp.GT, integer(SECOND // 2)),
            both([equals(rest.copy(), integer(SECOND // 2)), is_odd]),
        ]
    )
    step = case([(below(micros.copy(), integer(0)), integer(-1))], integer(1))
    return case([(up, plus(whole, step))], whole.copy())
