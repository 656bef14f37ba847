"""How columns are stored, which of them an engine can read in place, and what they then mean.

Canonical in SQL: text VARCHAR, flag BOOLEAN, number and count DOUBLE, instant and deadline BIGINT
microseconds since the epoch, day INTEGER days since 1970-01-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from sqlglot import exp

from shopscore.events.expressions import any_of, call, case, cast, is_null, text, whole
from shopscore.events.tables import Column, Kind
from shopscore.events.time import DAY


class Form(StrEnum):
    """What a database says a column is, as far as reading it differs."""

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
    """How a column an engine reads is stored; TEXT, MICROS and DAYS are already canonical."""

    VARCHAR = "varchar"
    TEXT = "text"  # never empty, and none outside a closed list
    BOOLEAN = "boolean"
    NUMERIC = "numeric"
    TIMESTAMPTZ = "timestamptz"
    DATE = "date"
    MICROS = "micros"
    DAYS = "days"


class Source(Struct, frozen=True):
    """One supplied table as an engine reads it.

    Attributes:
        relation: what stands after FROM in the data set's connection: `events.orders`.
        columns: how each supplied column is stored; `canonical_sql` says what it then means. Columns
            of the model that are not here were not supplied.
        rows: rows that passed the checks.
        in_place: read from the input itself, so that statistics of its files still prune.
    """

    table: str
    relation: str
    columns: Mapping[str, Physical]
    rows: int
    in_place: bool


_FORMS: Mapping[str, Form] = {
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

_TEXTS = {Form.TEXT: Physical.VARCHAR, Form.WHOLE: Physical.NUMERIC}
_NUMBERS = {Form.WHOLE: Physical.NUMERIC, Form.FRACTION: Physical.NUMERIC}
_PLAIN: Mapping[Kind, Mapping[Form, Physical]] = {
    Kind.ID: _TEXTS,
    Kind.TEXT: _TEXTS,
    Kind.FLAG: {Form.FLAG: Physical.BOOLEAN},
    Kind.NUMBER: _NUMBERS,
    Kind.COUNT: _NUMBERS,
    Kind.INSTANT: {Form.AWARE: Physical.TIMESTAMPTZ},
    Kind.DEADLINE: {Form.AWARE: Physical.TIMESTAMPTZ},
    Kind.DAY: {Form.DATE: Physical.DATE},
}

CONVERTED: Mapping[Kind, Physical] = {
    Kind.ID: Physical.TEXT,
    Kind.TEXT: Physical.TEXT,
    Kind.FLAG: Physical.BOOLEAN,
    Kind.NUMBER: Physical.NUMERIC,
    Kind.COUNT: Physical.NUMERIC,
    Kind.INSTANT: Physical.MICROS,
    Kind.DEADLINE: Physical.MICROS,
    Kind.DAY: Physical.DAYS,
}
"""How columns are stored once they were converted."""

SQL_TYPES: Mapping[Kind, str] = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.FLAG: "BOOLEAN",
    Kind.NUMBER: "DOUBLE",
    Kind.COUNT: "DOUBLE",
    Kind.INSTANT: "BIGINT",
    Kind.DEADLINE: "BIGINT",
    Kind.DAY: "INTEGER",
}
"""The type of canonical values in SQL."""


def form_of(type_name: str) -> Form:
    """Return what a DuckDB type means for reading."""
    if type_name.startswith("DECIMAL"):
        return Form.FRACTION
    return Form.TEXT if type_name.startswith("ENUM") else _FORMS.get(type_name, Form.OTHER)


def physical_of(kind: Kind, form: Form) -> Physical | None:
    """Return how a column is stored where an engine can read it in place, else None."""
    return _PLAIN[kind].get(form)


def canonical_sql(column: Column, physical: Physical, ref: exp.Expression) -> exp.Expression:
    """Return the canonical value of a checked column of a source, with its default for nothing."""
    if column.required and physical is Physical.VARCHAR:
        # Never empty, or the checks would have found it: keep keys bare, for joins and statistics.
        physical = Physical.TEXT
    value = stored(column.kind, physical, ref)
    return _or_default(column, value) if physical is Physical.TEXT else with_default(column, value)


def stored(kind: Kind, physical: Physical, ref: exp.Expression) -> exp.Expression:
    """Return the canonical value of a stored column, without a default."""
    match physical:
        case Physical.VARCHAR:
            return exp.Nullif(this=cast(ref, "VARCHAR"), expression=text(""))
        case Physical.TEXT | Physical.NUMERIC:
            return cast(ref, SQL_TYPES[kind])
        case Physical.TIMESTAMPTZ:
            return call("epoch_us", ref)
        case Physical.DATE:
            # Through microseconds: a database's own difference of dates is never used.
            return cast(
                exp.IntDiv(this=call("epoch_us", cast(ref, "TIMESTAMP")), expression=whole(DAY)), "INTEGER"
            )
        case Physical.BOOLEAN | Physical.MICROS | Physical.DAYS:
            return ref.copy()


def with_default(column: Column, value: exp.Expression) -> exp.Expression:
    """Return a value with the column's default for nothing, and its substitute for an unlisted text."""
    if column.unlisted is not None:
        kept = any_of([is_null(value), value.isin(*column.values)])
        value = case([(kept, value)], text(column.unlisted))
    return _or_default(column, value)


def _or_default(column: Column, value: exp.Expression) -> exp.Expression:
    if column.default is None:
        return value
    default = exp.Boolean(this=column.default) if isinstance(column.default, bool) else text(column.default)
    return exp.Coalesce(this=value, expressions=[default])
