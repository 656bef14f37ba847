"""Written columns to their canonical form in SQL, with the same meaning as values.py.

Canonical: text VARCHAR, flag BOOLEAN, number and count DOUBLE, instant and deadline BIGINT microseconds
since the epoch, day INTEGER days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from shopscore.events import grammar
from shopscore.events.expressions import (
    NULL,
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    double,
    groups,
    is_null,
    matches,
    part,
    text,
    texts,
    try_cast,
    whole,
)
from shopscore.events.rules import Test
from shopscore.events.sql_zone import end_of_day, moved, placed
from shopscore.events.tables import Column, Kind
from shopscore.events.time import DAY, FIRST, LAST
from shopscore.events.values import MILLISECONDS_FROM, Zones


class Form(StrEnum):
    """What a database says a column is, as far as reading differs."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    FRACTION = "fraction"
    AWARE = "aware"  # timestamp with time zone
    AWARE_NS = "aware_ns"
    NAIVE = "naive"  # timestamp without one
    NAIVE_NS = "naive_ns"
    DATE = "date"
    OTHER = "other"


class Physical(StrEnum):
    """How a column an engine reads is stored; MICROS and DAYS are already canonical."""

    VARCHAR = "varchar"
    BOOLEAN = "boolean"
    NUMERIC = "numeric"
    TIMESTAMPTZ = "timestamptz"
    DATE = "date"
    MICROS = "micros"
    DAYS = "days"


_FORMS = {
    "BOOLEAN": Form.FLAG,
    "DATE": Form.DATE,
    "TIMESTAMP WITH TIME ZONE": Form.AWARE,
    "TIMESTAMPTZ_NS": Form.AWARE_NS,
    "TIMESTAMP": Form.NAIVE,
    "TIMESTAMP_S": Form.NAIVE,
    "TIMESTAMP_MS": Form.NAIVE,
    "TIMESTAMP_NS": Form.NAIVE_NS,
    **dict.fromkeys(("VARCHAR", "UUID", "JSON"), Form.TEXT),
    **dict.fromkeys(("FLOAT", "DOUBLE"), Form.FRACTION),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), Form.WHOLE),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), Form.WHOLE),
}

_PLAIN: dict[Kind, dict[Form, Physical]] = {
    Kind.ID: {Form.TEXT: Physical.VARCHAR, Form.WHOLE: Physical.NUMERIC},
    Kind.TEXT: {Form.TEXT: Physical.VARCHAR, Form.WHOLE: Physical.NUMERIC},
    Kind.FLAG: {Form.FLAG: Physical.BOOLEAN},
    Kind.NUMBER: {Form.WHOLE: Physical.NUMERIC, Form.FRACTION: Physical.NUMERIC},
    Kind.COUNT: {Form.WHOLE: Physical.NUMERIC, Form.FRACTION: Physical.NUMERIC},
    Kind.INSTANT: {Form.AWARE: Physical.TIMESTAMPTZ},
    Kind.DEADLINE: {Form.AWARE: Physical.TIMESTAMPTZ},
    Kind.DAY: {Form.DATE: Physical.DATE},
}

CANONICAL: dict[Kind, Physical] = {
    Kind.ID: Physical.VARCHAR,
    Kind.TEXT: Physical.VARCHAR,
    Kind.FLAG: Physical.BOOLEAN,
    Kind.NUMBER: Physical.NUMERIC,
    Kind.COUNT: Physical.NUMERIC,
    Kind.INSTANT: Physical.MICROS,
    Kind.DEADLINE: Physical.MICROS,
    Kind.DAY: Physical.DAYS,
}
"""How columns are stored once they were converted."""

PROBLEMS = {Test.TYPE: 1, Test.NAIVE: 2, Test.YEAR: 3}
"""What `Reading.problem` says."""


def form_of(type_name: str) -> Form:
    """Return what a DuckDB type means for reading."""
    if type_name.startswith("DECIMAL"):
        return Form.FRACTION
    return Form.TEXT if type_name.startswith("ENUM") else _FORMS.get(type_name, Form.OTHER)


def physical_of(column: Column, form: Form) -> Physical | None:
    """Return how a column is stored where an engine can read it in place, else None."""
    return _PLAIN[column.kind].get(form)


@dataclass(frozen=True, slots=True)
class Reading:
    """One column read from what was written.

    Attributes:
        parsed: what to work out first, referred to as `parsed_name`; None where nothing is.
        value: the canonical value, null where nothing or a problem was written.
        problem: a number of PROBLEMS or null; None where there cannot be one.
        is_nothing: whether nothing was written.
        moved: 1 where a local time was written twice, 2 where it does not exist; None where times are
            not local.
    """

    value: exp.Expression
    is_nothing: exp.Expression
    problem: exp.Expression | None = None
    parsed: exp.Expression | None = None
    moved: exp.Expression | None = None


def stored(column: Column, physical: Physical, ref: exp.Expression) -> exp.Expression:
    """Return the canonical value of a column that is stored in one of the plain ways, no default yet."""
    match physical:
        case Physical.VARCHAR:
            return exp.Nullif(this=cast(ref, "VARCHAR"), expression=text(""))
        case Physical.NUMERIC if column.kind in (Kind.ID, Kind.TEXT):
            return cast(ref, "VARCHAR")
        case Physical.NUMERIC:
            return cast(ref, "DOUBLE")
        case Physical.TIMESTAMPTZ:
            return call("epoch_us", ref)
        case Physical.DATE:
            return _days(ref)
        case Physical.BOOLEAN | Physical.MICROS | Physical.DAYS:
            return ref.copy()


def canonical_sql(column: Column, physical: Physical, ref: exp.Expression) -> exp.Expression:
    """Return the canonical value of a stored column, with its default for nothing (see `Source`)."""
    return with_default(column, stored(column, physical, ref))


def with_default(column: Column, value: exp.Expression) -> exp.Expression:
    """Return a value with the column's default for nothing, and its substitute for an unlisted text."""
    if column.unlisted is not None:
        listed = any_of([is_null(value), value.isin(*column.values)])
        value = case([(listed, value)], text(column.unlisted))
    if column.default is None:
        return value
    default = exp.Boolean(this=column.default) if isinstance(column.default, bool) else text(column.default)
    return exp.Coalesce(this=value, expressions=[default])


def reading(column: Column, form: Form, ref: exp.Expression, parsed: exp.Expression, zones: Zones) -> Reading:
    """Return how a column is read; `parsed` refers to the result of `Reading.parsed`."""
    nothing = is_null(ref)
    if form is Form.TEXT:
        written = cast(ref, "VARCHAR")
        nothing = is_null(exp.Nullif(this=written, expression=text("")))
        return _from_text(column, written, parsed, nothing, zones)
    plain = physical_of(column, form)
    if plain is not None:
        value = stored(column, plain, ref)
        return Reading(value, nothing, _plain_problem(column, plain, ref, value))
    times = column.kind in (Kind.INSTANT, Kind.DEADLINE)
    if times and form in (Form.NAIVE, Form.NAIVE_NS, Form.AWARE_NS):
        return _from_timestamp(form, ref, nothing, zones)
    if times and form in (Form.WHOLE, Form.FRACTION):
        value = _unix(cast(ref, "DOUBLE"))
        return Reading(_checked(value), nothing, _year_unless(_is_known(value), nothing))
    if column.kind is Kind.DEADLINE and form is Form.DATE:
        value = end_of_day(zones.naive or zones.dates, _days(ref))
        return Reading(value, nothing, _year_unless(_is_known_day(ref), nothing))
    if column.kind is Kind.DAY and form is Form.NAIVE:
        days = _floor_days(call("epoch_us", ref))
        is_midnight = call("epoch_us", ref).eq(days * whole(DAY))
        return Reading(cast(days, "INTEGER"), nothing, _type_unless(is_midnight, nothing))
    if column.kind is Kind.FLAG and form is Form.WHOLE:
        return Reading(ref.eq(whole(1)), nothing, _type_unless(ref.isin(whole(0), whole(1)), nothing))
    return Reading(cast(NULL, _SQL_TYPES[column.kind]), nothing, _type_unless(exp.false(), nothing))


_SQL_TYPES = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.NUMBER: "DOUBLE",
    Kind.COUNT: "DOUBLE",
    Kind.INSTANT: "BIGINT",
    Kind.DEADLINE: "BIGINT",
    Kind.DAY: "INTEGER",
}
