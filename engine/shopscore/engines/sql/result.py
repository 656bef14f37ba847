"""The last stage: a scorecard's layout as nested columns, one row per subject, by subject id."""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.demand import IN_METADATA, Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.stages import relation, select
from shopscore.engines.sql.terms import cast, column, named
from shopscore.formula.sql import to_sql
from shopscore.formula.tree import Const, Type
from shopscore.plan.layout import SUBJECT_CELL
from shopscore.scorecard import Entries, Fixed, Form, Layout, Leaf, Struct

_TYPES = {
    Form.TEXT: "TEXT",
    Form.NUMBER: "DOUBLE",
    Form.COUNT: "BIGINT",
    Form.FLAG: "BOOLEAN",
    Form.DAY: "DATE",
}
_CONSTANTS = {
    Form.TEXT: Type.TEXT,
    Form.NUMBER: Type.NUMBER,
    Form.COUNT: Type.NUMBER,
    Form.FLAG: Type.BOOLEAN,
    Form.DAY: Type.DAY,
}


def result(layout: Struct, sheet: str, demand: Demand, dialect: Dialect) -> exp.Select:
    """Return the scorecards; what all share, and maps without keys, have no column."""
    writer = _Writer(demand, dialect)
    fields = [(name, part) for name, part in layout.fields if has_column(name, part)]
    query = select([named(writer.term(part), name) for name, part in fields], relation(sheet))
    query.set("order", exp.Order(expressions=[exp.Ordered(this=column(SUBJECT_CELL))]))
    return query


def has_column(name: str, layout: Layout) -> bool:
    """Tell whether a field of a scorecard is a column of its table."""
    return name not in IN_METADATA and not _is_empty(layout)


class _Writer:
    def __init__(self, demand: Demand, dialect: Dialect) -> None:
        self._demand = demand
        self._dialect = dialect

    def term(self, layout: Layout) -> exp.Expr:
        """Return a part of the layout over the columns of the sheet."""
        match layout:
            case Leaf(cell=cell, form=form):
                return self._in_form(column(self._demand.shown(cell)), form)
            case Fixed(value=value, form=form):
                given = value if value is None or form in (Form.TEXT, Form.FLAG) else float(value)
                if form is Form.DAY and value is not None:
                    given = int(value)
                constant = to_sql(Const(given, _CONSTANTS[form]), {})
                return self._in_form(constant, form)
            case Struct(fields=fields):
                return self._dialect.struct(
                    [(name, self.term(part)) for name, part in fields if not _is_empty(part)]
                )
            case Entries(entries=entries, shape=shape):
                made = [
                    (None if guard is None else column(self._demand.shown(guard)), self.term(entry))
                    for guard, entry in entries
                ]
                return self._dialect.array(made, self._type(shape))

    def _in_form(self, term: exp.Expr, form: Form) -> exp.Expr:
        match form:
            case Form.COUNT:
                return cast(term, "BIGINT")
            case Form.DAY:
                return self._dialect.date(term)
            case _:
                return term

    def _type(self, layout: Layout) -> exp.DataType:
        match layout:
            case Leaf(form=form) | Fixed(form=form):
                return exp.DataType.build(_TYPES[form])
            case Struct(fields=fields):
                return self._dialect.struct_type(
                    [(name, self._type(part)) for name, part in fields if not _is_empty(part)]
                )
            case Entries():
                raise AssertionError("no list of a scorecard holds another list")


def _is_empty(layout: Layout) -> bool:
    return isinstance(layout, Struct) and all(_is_empty(part) for _, part in layout.fields)
