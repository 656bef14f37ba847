"""The stages of one table up to its facts: border, as known, child facts, facts and conditions."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from shopscore.engines.sql.appeals import Appeals
from shopscore.engines.sql.border import Narrow, border, in_a_window
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.known import known
from shopscore.engines.sql.layers import Formulas, add_layers
from shopscore.engines.sql.related import Related, children_of, without_children
from shopscore.engines.sql.stages import (
    Stages,
    filtered,
    full_join,
    left_join,
    relation,
    select,
    supplied,
)
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import both, column, equals, named
from shopscore.events.physical import Source
from shopscore.events.time import Zone
from shopscore.formula.tree import Node
from shopscore.plan.model import ColumnFact


def add_rows(
    stages: Stages,
    table: TableDemand,
    source: Source,
    children: dict[str, tuple[TableDemand, str]],
    subject: str,
    zone: Zone,
    dialect: Dialect,
    formulas: Formulas,
    narrow: Narrow | None = None,
    parents: exp.Select | None = None,
    appeals: Appeals | None = None,
    whenever: bool = False,
) -> str:
    """Add a table's stages and return the name of the last, one row per event.

    `children` are the child tables with the stages that hold their rows; `whenever` keeps rows outside
    every window.
    """
    name = table.plan.table.name
    rows = stages.add(f"{name}_border", border(table, source, subject, zone, narrow, parents, whenever))
    rows = stages.add(f"{name}_known", known(table, rows, subject, zone))
    available = _columns(table, subject)
    if table.child_facts:
        hanging = {
            child: Related(table, children[child][0], zone, dialect)
            for child in children_of(table)
            if child in children
        }
        found = [
            stages.add(f"{name}_{child}", facts.query(children[child][1])) for child, facts in hanging.items()
        ]
        together = _together(stages, table, found)
        rows = stages.add(f"{name}_joined", _joined(table, rows, available, hanging, together))
        available += [table.name(fact.name, day) for fact, day in table.child_facts]
    wanted = wanted_of(table, subject)
    rows = add_layers(stages, f"{name}_facts", rows, available, _cells(table), wanted, formulas)
    return rows if appeals is None else appeals.add_flags(table, rows, wanted)


def add_settled_rows(stages: Stages, table: TableDemand, settled: str, subject: str, zone: Zone) -> str:
    """Add the stage with rows that were worked out before and lie in a window; no appeal is about them."""
    terms = [column(each) for each in wanted_of(table, subject)]
    terms += [named(exp.false(), each) for each in _flags(table)]
    query = filtered(select(terms, supplied(settled)), in_a_window(table, zone))
    return stages.add(f"{table.plan.table.name}_settled", query)


def _columns(table: TableDemand, subject: str) -> list[str]:
    found = {subject: None}
    for day in table.days:
        for name in table.plan.columns:
            if name in table.reads[day]:
                found[table.name(name, day)] = None
    return list(found)


def _together(stages: Stages, table: TableDemand, found: list[str]) -> str | None:
    """Return the stage with the facts of all children: one join to the few rows that have any."""
    if len(found) < 2:
        return found[0] if found else None
    keys = table.plan.table.key
    names = [name for stage in found for name in stages.queries[stage].named_selects if name not in keys]
    query = select([column(name) for name in (*keys, *names)], relation(found[0]))
    for stage in found[1:]:
        full_join(query, relation(stage), keys)
    return stages.add(f"{table.plan.table.name}_children", query)


def _joined(
    table: TableDemand, rows: str, available: list[str], hanging: dict[str, Related], together: str | None
) -> exp.Select:
    terms = [column(name, rows) for name in available]
    for fact, day in table.child_facts:
        if fact.child in hanging and together is not None:
            term = hanging[fact.child].term(fact, day, together)
        else:
            term = without_children(fact)
        terms.append(named(term, table.name(fact.name, day)))
    query = select(terms, relation(rows))
    if together is not None:
        key = [equals(column(each, rows), column(each, together)) for each in table.plan.table.key]
        left_join(query, relation(together), both(key))
    return query


def _cells(table: TableDemand) -> Iterator[tuple[str, Node]]:
    done: set[str] = set()
    for fact in table.plan.facts:
        if isinstance(fact, ColumnFact):
            for day in table.days:
                name = table.name(fact.name, day)
                if fact.name in table.reads[day] and name not in done:
                    done.add(name)
                    yield name, table.as_of_day(fact.tree, day)
    yield from table.formulas.items()


def wanted_of(table: TableDemand, subject: str) -> tuple[str, ...]:
    """Return the columns of a table's rows that later stages read."""
    flags = _flags(table)
    record = [str(table.plan.table.row_id)] if flags else []
    return tuple(name for name in dict.fromkeys((subject, *record, *table.read_later())) if name not in flags)


def _flags(table: TableDemand) -> tuple[str, ...]:
    """Return the columns that tell whether an appeal removes a row."""
    return tuple(column for of_day in table.appealed.values() for column in of_day)
