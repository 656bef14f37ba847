"""What DuckDB says in its own way."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from sqlglot import exp

from shopscore.engines.sql.dialect import Entry
from shopscore.engines.sql.terms import case, identifier, string
from shopscore.formula.sql_functions import cast


class DuckDbDialect:
    """DuckDB 1.5 and later."""

    name = "duckdb"
    wide = "INT128"
    keeps_order = True
    keeps_order_of_kept = duckdb.__version__.startswith("2.0.")  # 1.5 does not; of later ones, who knows

    def upper_bits(self, number: exp.Expr, bits: int) -> exp.Expr:
        """Return the upper bits; shifting is many times as fast as dividing 128 bits."""
        return exp.BitwiseRightShift(this=number, expression=exp.Literal.number(bits))

    def lower_bits(self, number: exp.Expr, bits: int) -> exp.Expr:
        """Return the lower bits."""
        return exp.BitwiseAnd(this=number, expression=exp.Literal.number(2**bits - 1))

    def date(self, day: exp.Expr) -> exp.Expr:
        """Return the date of a day number."""
        epoch = cast(string("1970-01-01"), "DATE")
        return exp.Add(this=epoch, expression=cast(day, "INT"))

    def first(self, value: exp.Expr, order: Sequence[exp.Expr]) -> exp.Expr:
        """Return the value of the first row; plain ARG_MIN would pass over a null value."""
        return _call("ARG_MIN_NULL", value, _call("ROW", *order))

    def different(self, value: exp.Expr) -> exp.Expr:
        """Return the list of different values."""
        return _call("LIST", exp.Distinct(expressions=[value]))

    def count_different(self, gathered: exp.Expr) -> exp.Expr:
        """Return how many different values several lists hold."""
        return _call("LEN", _call("LIST_DISTINCT", _call("FLATTEN", _call("LIST", gathered))))

    def struct(self, fields: Sequence[tuple[str, exp.Expr]]) -> exp.Expr:
        """Return named fields as one value."""
        parts = [exp.PropertyEQ(this=identifier(name), expression=term) for name, term in fields]
        return exp.Anonymous(this="STRUCT_PACK", expressions=parts)

    def array(self, entries: Sequence[Entry], shape: exp.DataType) -> exp.Expr:
        """Return the entries as a list; an entry left out is an empty list among lists."""
        if all(guard is None for guard, _ in entries):
            plain: exp.Expr = exp.Array(expressions=[entry for _, entry in entries])
        else:
            plain = _call("FLATTEN", exp.Array(expressions=[_alone(*entry) for entry in entries]))
        return exp.Cast(this=plain, to=_list_of(shape))

    def gathered(self, entry: exp.Expr, order: Sequence[exp.Expr]) -> exp.Expr:
        """Return the entries of a group as a list in an order of whole numbers."""
        by = [exp.Ordered(this=each, nulls_first=False) for each in order]
        return exp.ArrayAgg(this=exp.Order(this=entry, expressions=by))

    def empty(self, shape: exp.DataType) -> exp.Expr:
        """Return the list without entries."""
        return exp.Cast(this=exp.Array(expressions=[]), to=_list_of(shape))

    def struct_type(self, fields: Sequence[tuple[str, exp.DataType]]) -> exp.DataType:
        """Return the type of named fields."""
        parts = [exp.ColumnDef(this=identifier(name), kind=kind) for name, kind in fields]
        return exp.DataType(this=exp.DType.STRUCT, expressions=parts, nested=True)


def _list_of(shape: exp.DataType) -> exp.DataType:
    return exp.DataType(this=exp.DType.ARRAY, expressions=[shape], nested=True)


def _alone(guard: exp.Expr | None, entry: exp.Expr) -> exp.Expr:
    single = exp.Array(expressions=[entry])
    return single if guard is None else case([(guard, single)])


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
