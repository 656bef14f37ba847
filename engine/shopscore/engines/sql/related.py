"""Facts read from child rows: one aggregation of the child table per parent, however many facts."""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.stages import filtered, grouped, relation, select
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import (
    below,
    both,
    cast,
    coalesced,
    column,
    compared,
    either,
    integer,
    known,
    named,
    where,
)
from shopscore.events.time import Zone
from shopscore.formula.sql import to_sql
from shopscore.formula.tree import Const
from shopscore.plan.model import ChildFact


def children_of(parent: TableDemand) -> tuple[str, ...]:
    """Return the child tables a table's facts read, in a fixed order."""
    return tuple(sorted({fact.child for fact, _ in parent.child_facts}))


def related(
    parent: TableDemand, child: TableDemand, rows: str, zone: Zone, dialect: Dialect
) -> exp.Select:
    """Return the facts read from one child table, by the parent's key."""
    facts = {
        parent.name(fact.name, day): (fact, day)
        for fact, day in parent.child_facts
        if fact.child == child.plan.table.name
    }
    keys = parent.plan.table.key
    terms = [named(column(key), key) for key in keys]
    tests = {name: _takes_part(parent, child, fact, day, zone) for name, (fact, day) in facts.items()}
    for name, (fact, day) in facts.items():
        aggregate = _aggregate(child, fact, day, dialect)
        test = tests[name]
        terms.append(named(aggregate if test is None else where(aggregate, test), name))
    query = select(terms, relation(rows))
    if None not in tests.values():
        # Rows that serve no fact need no place in the hash table.
        query = filtered(query, either([test.copy() for test in tests.values() if test is not None]))
    return grouped(query, *(column(key) for key in keys))


def of_children(parent: TableDemand, fact: ChildFact, day: int, of: str | None) -> exp.Expr:
    """Return a fact on the parent's row, joined to `of`; without child rows it is false, 0 or null."""
    found = column(parent.name(fact.name, day), of)
    match fact.how:
        case "any":
            return coalesced(compared(found, exp.GT, integer(0)), exp.false()) if of else exp.false()
        case "count":
            counted = coalesced(found, integer(0)) if of else integer(0)
            return cast(counted, "DOUBLE")
        case _:
            return found if of else to_sql(Const(None, fact.type), {})


def _takes_part(
    parent: TableDemand, child: TableDemand, fact: ChildFact, day: int, zone: Zone
) -> exp.Expr | None:
    model = child.plan.table
    tests = []
    if day != max(child.days) and model.clock is not None:
        tests.append(below(column(model.clock), integer(zone.start_of(day))))
    if fact.where is not None:
        tests.append(column(child.formula(f"{parent.plan.table.name}.{fact.name}", fact.where, day)))
    if fact.how == "first" and fact.order_by != model.clock:
        tests.append(known(column(child.name(str(fact.order_by), day))))
    return both(tests) if tests else None


def _aggregate(child: TableDemand, fact: ChildFact, day: int, dialect: Dialect) -> exp.Expr:
    if fact.how != "first":
        return exp.Count(this=exp.Star())
    order = [child.name(str(fact.order_by), day), child.name(str(child.plan.table.row_id), day)]
    value = column(child.name(str(fact.column), day))
    return dialect.first(value, [column(each) for each in order])


