"""The last stage: a scorecard's layout as nested columns, one row per subject, by subject id."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from sqlglot import exp

from shopscore.engines.sql.demand import shown_cells
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.layers import Part
from shopscore.engines.sql.stages import relation, select
from shopscore.engines.sql.terms import column, named
from shopscore.formula.sql import to_sql
from shopscore.formula.sql_functions import cast
from shopscore.formula.tree import Const, Type
from shopscore.plan.layout import SUBJECT_CELL
from shopscore.scorecard import IN_METADATA, Entries, Fixed, Form, Layout, Leaf, Listed, Struct

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


class Result(msgspec.Struct, frozen=True):
    """A scorecard table over a sheet: parts made along the way, and columns made of them at the end."""

    parts: tuple[Part, ...]
    columns: tuple[exp.Expr, ...]


def make_result(layout: Struct, shown: Callable[[str], str], dialect: Dialect) -> Result:
    """Return how a layout is filled; `shown` names the column a cell is shown from.

    Maps become parts entry by entry (each metric, each benefit), all else field by field. What all
    scorecards share, and maps without keys, have no column.
    """
    writer = _Writer(shown, dialect)
    parts: list[Part] = []

    def part(name: str, layout: Layout) -> exp.Expr:
        reads = frozenset(shown(cell) for cell in shown_cells(layout))
        if not reads:
            return writer.term(layout)
        parts.append(Part(f"scorecard.{name}", reads, writer.term(layout)))
        return column(parts[-1].name)

    columns = []
    for name, field in layout.fields:
        if not has_column(name, field):
            continue
        match field:
            case Struct(fields=entries) if all(isinstance(entry, Struct) for _, entry in entries):
                term = dialect.struct([(each, part(f"{name}.{each}", entry)) for each, entry in entries])
            case _:
                term = part(name, field)
        columns.append(named(term, name))
    return Result(tuple(parts), tuple(columns))


def in_order(columns: Sequence[exp.Expr], stage: str) -> exp.Select:
    """Return columns of a stage by subject id."""
    query = select(columns, relation(stage))
    query.set("order", exp.Order(expressions=[exp.Ordered(this=column(SUBJECT_CELL))]))
    return query


def has_column(name: str, layout: Layout) -> bool:
    """Tell whether a field of a scorecard is a column of its table."""
    return name not in IN_METADATA and not _is_empty(layout)


class _Writer:
    def __init__(self, shown: Callable[[str], str], dialect: Dialect) -> None:
        self._shown = shown
        self._dialect = dialect

    def term(self, layout: Layout) -> exp.Expr:
        """Return a part of the layout over the columns of the sheet."""
        match layout:
            case Leaf(cell=cell, form=form):
                return self._in_form(column(self._shown(cell)), form)
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
            case Listed(cell=cell):
                return column(self._shown(cell))
            case Entries(entries=entries, shape=shape):
                made = [
                    (None if guard is None else column(self._shown(guard)), self.term(entry))
                    for guard, entry in entries
                ]
                return self._dialect.array(made, type_of(shape, self._dialect))

    def _in_form(self, term: exp.Expr, form: Form) -> exp.Expr:
        match form:
            case Form.COUNT:
                return cast(term, "BIGINT")
            case Form.DAY:
                return self._dialect.date(term)
            case _:
                return term


def type_of(layout: Layout, dialect: Dialect) -> exp.DataType:
    """Return the type of a part of a scorecard."""
    match layout:
        case Leaf(form=Form.TEXTS) | Fixed(form=Form.TEXTS):
            return exp.DataType.build("TEXT[]", dialect="duckdb")
        case Leaf(form=form) | Fixed(form=form):
            return exp.DataType.build(_TYPES[form])
        case Struct(fields=fields):
            return dialect.struct_type(
                [(name, type_of(part, dialect)) for name, part in fields if not _is_empty(part)]
            )
        case Entries() | Listed():
            raise AssertionError("no list of a scorecard holds another list")


def _is_empty(layout: Layout) -> bool:
    return isinstance(layout, Struct) and all(_is_empty(part) for _, part in layout.fields)
