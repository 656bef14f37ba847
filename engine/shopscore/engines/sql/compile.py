"""A plan bound to a day and a data set, as one statement of named stages.

Stages in order, each called after what it does: for each event table `<table>_border` (canonical
columns), `_known` (as of the day), `_joined` and `_facts` (derived columns), `_members` (weights in each
window), `_sums`; then `inputs` and `sheet`, and last the scorecards as nested columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.sql.demand import Demand, demand, shown_cells
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.inputs import Gathered, Subjects, add_inputs
from shopscore.engines.sql.layers import Formulas, add_layers
from shopscore.engines.sql.members import members
from shopscore.engines.sql.metric_demand import event_demand
from shopscore.engines.sql.plugin_kinds import StagedRows, add_plugin_metrics
from shopscore.engines.sql.result import result
from shopscore.engines.sql.rows import add_rows
from shopscore.engines.sql.stages import Stages
from shopscore.engines.sql.sums import add_sums
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.zone_rules import local_day
from shopscore.events.physical import Source
from shopscore.events.tables import Table
from shopscore.formula.tree import Name, Node, rewrite
from shopscore.plan.layout import SUBJECT_CELL


@dataclass(frozen=True, slots=True)
class Compiled:
    """A run as SQL.

    Attributes:
        query: the whole statement.
        staged: rows that Python must work through first, into tables the statement reads.
        stages: the stages behind it, for those rows.
    """

    query: exp.Query
    staged: tuple[StagedRows, ...]
    stages: Stages


def compile_run(
    binding: Binding,
    sources: Mapping[str, Source],
    models: Mapping[str, Table],
    subjects: Subjects,
    dialect: Dialect,
    narrow: Mapping[str, exp.Expr] | None = None,
) -> Compiled:
    """Return the statement of a run.

    `narrow` holds further conditions on tables' stored columns that no row in a window fails.
    """
    wanted = demand(binding)
    events = event_demand(binding, wanted)
    stages = Stages()
    formulas = Formulas(binding.plan.functions, lambda at: local_day(binding.zone, at))
    subject = f"{binding.plan.bundle.subject}_id"
    rows: dict[str, tuple[TableDemand, str]] = {}
    of_members: dict[str, str] = {}
    sums: dict[str, tuple[str, ...]] = {}
    for name, table in events.tables.items():  # children come before parents
        source = sources.get(name)
        if source is None:
            continue
        extra = (narrow or {}).get(name)
        stage = add_rows(stages, table, source, rows, subject, binding.zone, dialect, formulas, extra)
        rows[name] = table, stage
        if table.slices:
            found = members(table, stage, subject, binding.zone, dialect)
            of_members[name] = stages.add(f"{name}_members", found)
        if table.aggregates:
            sums[name] = add_sums(stages, table, of_members[name], subject, wanted, dialect)
    plugins, staged = add_plugin_metrics(stages, wanted, events, of_members, subject, binding.zone)
    gathered = Gathered(events, sums, plugins, sources, models)
    source_stage, columns = add_inputs(stages, binding, wanted, subjects, gathered)
    sheet = _add_sheet(stages, binding, wanted, source_stage, columns, formulas)
    query = stages.statement(result(binding.layout, sheet, wanted, dialect))
    return Compiled(query, tuple(staged), stages)


def _add_sheet(
    stages: Stages, binding: Binding, wanted: Demand, source: str, columns: list[str], formulas: Formulas
) -> str:
    cells: dict[str, Node] = {}
    for asked in wanted.asked:
        for cell in asked.cells:
            cells.setdefault(wanted.name(cell.name, asked.day), _as_of(cell.tree, wanted, asked.day))
    shown = (SUBJECT_CELL, *(wanted.shown(cell) for cell in shown_cells(binding.layout)))
    return add_layers(stages, "sheet", source, columns, cells.items(), shown, formulas)


def _as_of(tree: Node, wanted: Demand, day: int) -> Node:
    def change(part: Node) -> Node:
        return replace(part, name=wanted.name(part.name, day)) if isinstance(part, Name) else part

    return rewrite(tree, change)

