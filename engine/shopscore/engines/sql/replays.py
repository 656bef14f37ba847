"""A day of a replay in two statements: what the sheet reads, and the sheet, the same for many days.

What differs between days is literal in the first only; the second is written once for all days that ask the
same of it. Only the second reads the scorecards of the day before, so that the first need not wait for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.sql.compile import Inputs, add_order, add_scorecards, sheet_cells
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.stages import Stages, left_join, parsed, quoted, relation, select
from shopscore.engines.sql.terms import column, equals, integer, named, string
from shopscore.formula.sql_functions import cast
from shopscore.formula.tree import Node
from shopscore.plan.layout import SUBJECT_CELL
from shopscore.scorecard import IN_METADATA, Entries, Fixed, Form, Layout, Leaf, Struct

_OF_THE_DAY = frozenset({Form.DAY, Form.TEXT})
_SHOWN = {
    "margin_cell": "margin.cell",
    "margin_threshold": "margin.threshold",
    "margin_distance": "margin.distance",
}
"""Cells of an item that a scorecard shows elsewhere than under their own name."""
_STATES, _ID = "states_of_yesterday", "states_of_yesterday.id"

YESTERDAY = "yesterday"
"""The relation in which a sheet finds the scorecards of the day before."""


class DayStatements(msgspec.Struct, frozen=True):
    """A day of a replay: its inputs, and what its sheet is made of.

    Attributes:
        inputs: the query of the inputs, with what is the same for all subjects of the day beside them.
        shape: equal for days whose sheets are one statement.
    """

    inputs: exp.Query
    shape: tuple[Struct, tuple[str, ...], tuple[tuple[str, str], ...], tuple[tuple[str, Node], ...]]
    _compiled: Inputs
    _binding: Binding

    def sheet(self, inputs: str, dialect: Dialect) -> exp.Query:
        """Return the statement of the scorecards; it reads a table of inputs and yesterday's scorecards."""
        layout, columns, carried, _ = self.shape
        stages = Stages()
        stage = stages.add("inputs_of_day", parsed(f"SELECT * FROM {inputs}"))
        if carried:
            stages.add(_STATES, _of_yesterday(dict(carried)))
            stage = stages.add("inputs_with_states", _with_states(stage, columns, dict(carried)))
        columns = *columns, *(name for name, _ in carried)
        stage = add_order(stages, stage, columns, dialect)
        last = add_scorecards(stages, stage, columns, self._compiled, self._binding, layout, dialect)
        return stages.statement(last)


def day_statements(binding: Binding, inputs: Inputs) -> DayStatements:
    """Return the two statements of a day."""
    fixed: dict[str, Fixed] = {}
    fields = tuple(
        (name, part if name in IN_METADATA else _without_days(part, fixed))
        for name, part in binding.layout.fields
    )
    terms = [column(name) for name in inputs.columns]
    terms += [named(_constant(each), name) for name, each in fixed.items()]
    query = inputs.stages.statement(select(terms, relation(inputs.stage)))
    cells, _ = sheet_cells(inputs.wanted)
    shape = Struct(fields), (*inputs.columns, *fixed), tuple(inputs.carried.items()), tuple(cells)
    return DayStatements(query, shape, inputs, binding)


def _of_yesterday(carried: Mapping[str, str]) -> exp.Query:
    """Return items' cells as scorecards show them, days as whole numbers."""
    terms = [f"subject.id AS {quoted(_ID)}"]
    for name, cell in carried.items():
        _, item, field = cell.split(".")
        found = f"benefits.{quoted(item)}.{_SHOWN.get(field, field)}"
        if field == "since":
            found = f"CAST({found} - CAST('1970-01-01' AS DATE) AS INT)"
        terms.append(f"{found} AS {quoted(name)}")
    return parsed(f"SELECT {', '.join(terms)} FROM {YESTERDAY}")


def _with_states(inputs: str, columns: Sequence[str], carried: Mapping[str, str]) -> exp.Query:
    terms = [column(name, inputs) for name in columns] + [column(name, _STATES) for name in carried]
    query = select(terms, relation(inputs))
    left_join(query, relation(_STATES), equals(column(SUBJECT_CELL, inputs), column(_ID, _STATES)))
    return query


def _without_days(layout: Layout, fixed: dict[str, Fixed]) -> Layout:
    """Return a part of the layout in which days, and texts of notes, are columns of the inputs."""
    match layout:
        case Fixed(form=form) if form in _OF_THE_DAY:
            name = f"of_the_day.{len(fixed)}"
            fixed[name] = layout
            return Leaf(name, form)
        case Struct(fields=fields):
            return Struct(tuple((name, _without_days(part, fixed)) for name, part in fields))
        case Entries(entries=entries, shape=shape):
            return Entries(tuple(_entries(entries, fixed)), shape)
        case _:
            return layout


def _entries(
    entries: tuple[tuple[str | None, Struct], ...], fixed: dict[str, Fixed]
) -> Iterator[tuple[str | None, Struct]]:
    for guard, entry in entries:
        changed = _without_days(entry, fixed) if guard is None else entry
        assert isinstance(changed, Struct)
        yield guard, changed


def _constant(fixed: Fixed) -> exp.Expr:
    if fixed.form is Form.TEXT:
        return cast(exp.Null() if fixed.value is None else string(str(fixed.value)), "TEXT")
    return cast(exp.Null() if fixed.value is None else integer(int(fixed.value)), "INT")
