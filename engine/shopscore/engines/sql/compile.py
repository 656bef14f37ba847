"""A plan bound to a day and a data set, as one statement of named stages.

Stages in order, each called after what it does: for each event table `<table>_border` (canonical
columns), `_known` (as of the day), `_children` and `_joined` (facts of child rows), `_facts` (derived
columns), `_members` (weights in each window), `_sums`; then `inputs`, `inputs_in_order`, `inputs_kept` and
`sheet`, and last the scorecards as nested columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import msgspec
from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.sql.appeals import Appeals
from shopscore.engines.sql.border import Narrow, keys_of
from shopscore.engines.sql.demand import Demand, demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.inputs import Gathered, Subjects, add_inputs
from shopscore.engines.sql.layers import Formulas, add_layers
from shopscore.engines.sql.ledger_events import LedgerRun
from shopscore.engines.sql.ledgers import LedgerStages
from shopscore.engines.sql.members import members
from shopscore.engines.sql.metric_demand import EventDemand, event_demand
from shopscore.engines.sql.plugin_kinds import StagedRows, add_plugin_metrics
from shopscore.engines.sql.result import in_order, make_result
from shopscore.engines.sql.rows import add_rows, add_settled_rows, wanted_of
from shopscore.engines.sql.stages import Stages, parsed, relation, select
from shopscore.engines.sql.sums import TableSums
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import column
from shopscore.engines.sql.zone_rules import local_day
from shopscore.events.physical import Source
from shopscore.events.tables import Table, parent_of
from shopscore.formula.tree import Name, Node, rewrite
from shopscore.plan.layout import SUBJECT_CELL, is_supplied
from shopscore.scorecard import Struct


class Compiled(msgspec.Struct, frozen=True):
    """A run as SQL.

    Attributes:
        query: the whole statement.
        staged: rows that Python must work through first, into tables the statement reads.
        stages: the stages behind it, for those rows.
    """

    query: exp.Query
    staged: tuple[StagedRows, ...]
    stages: Stages


class Settled(msgspec.Struct, frozen=True):
    """Tables of which a replay has worked out some rows for good.

    Attributes:
        moving: the other rows, by table.
        rows: relations with the rows worked out, by table with metrics.
    """

    moving: Mapping[str, Source]
    rows: Mapping[str, str]


class Inputs(msgspec.Struct, frozen=True):
    """What the sheet reads, as SQL: the stages up to it, and the last one's name and columns."""

    wanted: Demand
    stages: Stages
    staged: tuple[StagedRows, ...]
    stage: str
    columns: tuple[str, ...]
    carried: Mapping[str, str]
    """Columns that only the scorecards of the day before have, and the items' cells they show there."""


def compile_run(
    binding: Binding,
    sources: Mapping[str, Source],
    models: Mapping[str, Table],
    subjects: Subjects,
    dialect: Dialect,
    narrow: Narrow | None = None,
) -> Compiled:
    """Return the statement of a run; `narrow` may leave out rows that no window reaches."""
    inputs = compile_inputs(binding, sources, models, subjects, dialect, narrow)
    stages = inputs.stages
    source = add_order(stages, inputs.stage, inputs.columns, dialect, is_shared=True)
    last = add_scorecards(stages, source, inputs.columns, inputs, binding, binding.layout, dialect)
    return Compiled(stages.statement(last), inputs.staged, stages)


def compile_inputs(
    binding: Binding,
    sources: Mapping[str, Source],
    models: Mapping[str, Table],
    subjects: Subjects,
    dialect: Dialect,
    narrow: Narrow | None = None,
    goes_on: bool = False,
    settled: Settled | None = None,
) -> Inputs:
    """Return the stages of what the sheet reads; a run that `goes_on` has the day before's scorecards."""
    wanted = demand(binding)
    # Rows that were worked out before have what all items ask for as of their own day.
    events = event_demand(binding, wanted if settled is None else demand(binding, as_of_d=True))
    stages = Stages()
    formulas = _formulas(binding)
    subject = f"{binding.plan.bundle.subject}_id"
    appeals = None
    if "appeals" in sources:
        appeals = Appeals(stages, sources["appeals"], models["appeals"], subject, binding.zone, wanted)
    of_members: dict[str, str] = {}
    sums: dict[str, TableSums] = {}
    rows = _rows(stages, binding, events, sources, models, dialect, narrow, appeals, settled)
    for name, table, stage in rows:
        if table.slices:
            found: exp.Query = members(table, stage, subject, binding.zone, dialect)
            if settled is not None and name in settled.rows:
                # Weighed by themselves: of rows that all came before the day, an engine asks less.
                before = add_settled_rows(stages, table, settled.rows[name], subject, binding.zone)
                others = members(table, before, subject, binding.zone, dialect)
                found = exp.union(found, others, distinct=False, copy=False)
            of_members[name] = stages.add(f"{name}_members", found)
        if table.aggregates:
            sums[name] = TableSums(table, dialect).add(stages, of_members[name], subject, wanted)
    plugins, staged = add_plugin_metrics(stages, wanted, events, of_members, subject, binding.zone)
    ledgers = LedgerRun(stages, sources, models, subject, binding.zone, wanted, dialect, formulas, appeals)

    @cache
    def ledger(id_: str, day: int) -> LedgerStages | None:
        plan = next(each for each in binding.plan.ledgers if each.id == id_)
        return LedgerStages(ledgers, plan, day) if is_supplied(plan, binding.supply) else None

    gathered = Gathered(events, sums, plugins, sources, models, ledger, appeals, dialect, goes_on)
    stage, columns, carried = add_inputs(stages, binding, wanted, subjects, gathered)
    return Inputs(wanted, stages, tuple(staged), stage, tuple(columns), carried)


def settle(
    binding: Binding,
    settling: Mapping[str, Source],
    sources: Mapping[str, Source],
    models: Mapping[str, Table],
    dialect: Dialect,
) -> dict[str, exp.Query]:
    """Return, by table with metrics, the query of the rows that nothing will change any more."""
    events = event_demand(binding, demand(binding, as_of_d=True))
    stages, subject = Stages(), f"{binding.plan.bundle.subject}_id"
    only = Settled(settling, {})
    rows = _rows(stages, binding, events, sources, models, dialect, settled=only, whenever=True)
    return {
        name: stages.statement(
            select([column(each) for each in wanted_of(table, subject)], relation(stage)), upto=stage
        )
        for name, table, stage in rows
        if table.slices
    }


def _rows(
    stages: Stages,
    binding: Binding,
    events: EventDemand,
    sources: Mapping[str, Source],
    models: Mapping[str, Table],
    dialect: Dialect,
    narrow: Narrow | None = None,
    appeals: Appeals | None = None,
    settled: Settled | None = None,
    whenever: bool = False,
) -> Iterator[tuple[str, TableDemand, str]]:
    """Add the stages of each table up to its facts; yield its name, its demand and its last stage."""
    settled = settled or Settled({}, {})
    subject, formulas = f"{binding.plan.bundle.subject}_id", _formulas(binding)
    rows: dict[str, tuple[TableDemand, str]] = {}
    for name, table in events.tables.items():  # children come before parents
        source = settled.moving.get(name) or sources.get(name)
        if source is None:
            continue
        stage = add_rows(
            stages,
            table,
            source,
            rows,
            subject,
            binding.zone,
            dialect,
            formulas,
            None if name in settled.moving else narrow,
            _parents(table, sources, models),
            appeals,
            whenever,
        )
        rows[name] = table, stage
        yield name, table, stage


def add_order(
    stages: Stages, source: str, columns: Sequence[str], dialect: Dialect, is_shared: bool = False
) -> str:
    """Sort what the sheet reads, which is narrower than what it makes, where an engine keeps the order.

    Where `is_shared`, all threads are to work on the sheet.
    """
    if not dialect.keeps_order:
        return source
    kept = is_shared and dialect.keeps_order_of_kept
    source = stages.add("inputs_in_order", in_order([column(each) for each in columns], source), kept)
    if not kept:
        return source
    # A sort hands its rows out in few large lots, and as few threads work on the sheet; what is kept comes
    # in small ones. It is kept because it is asked for twice.
    again = 'SELECT * FROM "inputs_in_order" WHERE (SELECT COUNT(*) FROM "inputs_in_order") >= 0'
    return stages.add("inputs_kept", parsed(again))


def add_scorecards(
    stages: Stages,
    source: str,
    columns: Sequence[str],
    inputs: Inputs,
    binding: Binding,
    layout: Struct,
    dialect: Dialect,
) -> exp.Select:
    """Add the stages of the sheet over its inputs; return the query of the scorecards."""
    wanted = inputs.wanted
    cells, shown = sheet_cells(wanted)
    result = make_result(layout, lambda cell: shown(wanted.shown(cell)), dialect)
    kept = (SUBJECT_CELL, *(part.name for part in result.parts))
    formulas = _formulas(binding)
    sheet = add_layers(stages, "sheet", source, columns, cells, kept, formulas, result.parts)
    return select(result.columns, relation(sheet)) if dialect.keeps_order else in_order(result.columns, sheet)


def _formulas(binding: Binding) -> Formulas:
    return Formulas(binding.plan.functions, lambda at: local_day(binding.zone, at))


def _parents(
    table: TableDemand, sources: Mapping[str, Source], models: Mapping[str, Table]
) -> exp.Select | None:
    """Return the keys that rows counted by themselves must hang on; facts find theirs by the key anyway."""
    parent = parent_of(models, table.plan.table) if table.slices else None
    return keys_of(parent, sources[parent.name]) if parent is not None and parent.name in sources else None


def sheet_cells(wanted: Demand) -> tuple[list[tuple[str, Node]], Callable[[str], str]]:
    """Return the cells of all days in order, and how their columns are called.

    A cell that only repeats another one has no column of its own.
    """
    same: dict[str, str] = {}
    cells: dict[str, Node] = {}

    def column_of(name: str) -> str:
        return same.get(name, name)

    def renamed(tree: Node, day: int) -> Node:
        def change(part: Node) -> Node:
            if not isinstance(part, Name):
                return part
            return replace(part, name=column_of(wanted.name(part.name, day)))

        return rewrite(tree, change)

    for asked in wanted.asked:
        for cell in asked.cells:
            name = wanted.name(cell.name, asked.day)
            tree = renamed(cell.tree, asked.day)
            if isinstance(tree, Name):
                same[name] = tree.name
            else:
                cells.setdefault(name, tree)
    return list(cells.items()), column_of
