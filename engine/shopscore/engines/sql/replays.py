"""A day of a replay in two statements: what the sheet reads, and the sheet, the same for many days.

What differs between days is literal in the first only. The second is planned once for all days that ask
the same of it, and planning it takes longer than carrying it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.sql.compile import Inputs, add_scorecards, sheet_cells
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.stages import Stages, parsed, relation, select
from shopscore.engines.sql.terms import column, integer, named, string
from shopscore.formula.sql_functions import cast
from shopscore.formula.tree import Node
from shopscore.scorecard import IN_METADATA, Entries, Fixed, Form, Layout, Leaf, Struct

_OF_THE_DAY = frozenset({Form.DAY, Form.TEXT})


@dataclass(frozen=True, slots=True)
class DayStatements:
    """A day of a replay: its inputs, and what its sheet is made of.

    Attributes:
        inputs: the query of the inputs, with what is the same for all subjects of the day beside them.
        shape: equal for days whose sheets are one statement.
    """

    inputs: exp.Query
    shape: tuple[Struct, tuple[str, ...], tuple[tuple[str, Node], ...]]
    _compiled: Inputs
    _binding: Binding

    def sheet(self, relation_: str, dialect: Dialect) -> exp.Query:
        """Return the statement of the scorecards over a table with the inputs."""
        layout, columns, _ = self.shape
        stages = Stages()
        stages.add("inputs_of_day", parsed(f"SELECT * FROM {relation_}"))
        inputs = replace(self._compiled, columns=columns)
        last = add_scorecards(stages, "inputs_of_day", inputs, self._binding, layout, dialect)
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
    shape = Struct(fields), (*inputs.columns, *fixed), tuple(cells)
    return DayStatements(query, shape, inputs, binding)


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
