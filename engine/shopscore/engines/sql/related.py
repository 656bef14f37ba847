"""Facts read from child rows: one aggregation of the child table per parent, however many facts."""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.stages import filtered, grouped, relation, select, semi_join
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import (
    below,
    both,
    case,
    coalesced,
    column,
    compared,
    either,
    integer,
    known,
    met,
    named,
    where,
)
from shopscore.events.time import Zone
from shopscore.formula.sql import to_sql
from shopscore.formula.sql_functions import cast
from shopscore.formula.tree import Const, names
from shopscore.plan.model import ChildFact


def children_of(parent: TableDemand) -> tuple[str, ...]:
    """Return the child tables a table's facts read, in a fixed order."""
    return tuple(sorted({fact.child for fact, _ in parent.child_facts}))


class Related:
    """The facts of one child table on its parent's rows.

    A fact as of an earlier day is read off the latest one where only the rows that exist differ: the
    first row of all is also the first of those before a day, if it is one of them.
    """

    def __init__(self, parent: TableDemand, child: TableDemand, zone: Zone, dialect: Dialect) -> None:
        self._parent = parent
        self._child = child
        self._zone = zone
        self._dialect = dialect
        self._facts: dict[str, tuple[ChildFact, list[int]]] = {}
        for fact, day in parent.child_facts:
            if fact.child == child.plan.table.name:
                self._facts.setdefault(fact.name, (fact, []))[1].append(day)

    def query(self, rows: str) -> exp.Select:
        """Return the facts by the parent's key."""
        keys = self._parent.plan.table.key
        terms = [column(key) for key in keys]
        tests: list[exp.Expr | None] = []
        for name, (fact, days) in self._facts.items():
            latest = max(days)
            is_shared = len(days) > 1 and self._differs_by_rows_only(fact)
            for day in (latest,) if is_shared else days:
                test = self._takes_part(fact, day)
                tests.append(test)
                terms.append(named(_where(self._aggregate(fact, day), test), self._parent.name(name, day)))
            if is_shared:
                since = exp.Min(this=column(str(self._child.plan.table.clock)))
                terms.append(named(_where(since, self._takes_part(fact, latest)), f"{name}.since"))
        query = select(terms, relation(rows))
        served = self._served()
        if served is not None:
            found = filtered(select([column(key) for key in keys], relation(rows)), served)
            semi_join(query, found, "served", keys)
        if None not in tests:
            # Rows that serve no fact need no place in the hash table.
            query = filtered(query, either([test.copy() for test in tests if test is not None]))
        return grouped(query, *(column(key) for key in keys))

    def _served(self) -> exp.Expr | None:
        """Return which rows make their parent's other rows matter; None where all rows do anyway."""
        found: list[exp.Expr] = []
        is_narrow = False
        for name, (fact, days) in self._facts.items():
            for day in days:
                test = self._takes_part(fact, day)
                served = self._parent.served.get((name, day))
                is_narrow |= served is not None
                parts = [test, None if served is None else column(served)]
                if (fact.how == "first" and served is None) or parts == [None, None]:
                    return None
                found.append(both([part for part in parts if part is not None]))
        return either(found) if is_narrow else None

    def term(self, fact: ChildFact, day: int, of: str) -> exp.Expr:
        """Return a fact on the parent's row, joined to the stage `of`."""
        _, days = self._facts[fact.name]
        latest = max(days)
        if day == latest or not self._differs_by_rows_only(fact):
            return _on_parent(fact, column(self._parent.name(fact.name, day), of))
        in_time = below(column(f"{fact.name}.since", of), integer(self._zone.start_of(day)))
        if fact.how == "any":
            return met(in_time)
        return case([(in_time, column(self._parent.name(fact.name, latest), of))])

    def _differs_by_rows_only(self, fact: ChildFact) -> bool:
        clock = self._child.plan.table.clock
        reads = {fact.column} | (names(fact.where) if fact.where is not None else set())
        by_clock = fact.how == "any" or (fact.how == "first" and fact.order_by == clock)
        return clock is not None and by_clock and self._child.varying.isdisjoint(reads)

    def _takes_part(self, fact: ChildFact, day: int) -> exp.Expr | None:
        model = self._child.plan.table
        tests = []
        if day != max(self._child.days) and model.clock is not None:
            tests.append(below(column(model.clock), integer(self._zone.start_of(day))))
        if fact.where is not None:
            name = f"{self._parent.plan.table.name}.{fact.name}"
            tests.append(column(self._child.formula(name, fact.where, day)))
        if fact.how == "first" and fact.order_by != model.clock:
            tests.append(known(column(self._child.name(str(fact.order_by), day))))
        return both(tests) if tests else None

    def _aggregate(self, fact: ChildFact, day: int) -> exp.Expr:
        if fact.how != "first":
            return exp.Count(this=exp.Star())
        order = (fact.order_by, self._child.plan.table.row_id)
        value = column(self._child.name(str(fact.column), day))
        return self._dialect.first(value, [column(self._child.name(str(each), day)) for each in order])


def without_children(fact: ChildFact) -> exp.Expr:
    """Return what a fact is where its child table was not supplied: false, 0 or null."""
    match fact.how:
        case "any":
            return exp.false()
        case "count":
            return to_sql(Const(0.0, fact.type), {})
        case _:
            return to_sql(Const(None, fact.type), {})


def _on_parent(fact: ChildFact, found: exp.Expr) -> exp.Expr:
    """Return a fact of the join; a row without child rows has false, 0 or null."""
    match fact.how:
        case "any":
            return met(compared(found, exp.GT, integer(0)))
        case "count":
            return cast(coalesced(found, integer(0)), "DOUBLE")
        case _:
            return found


def _where(aggregate: exp.Expr, test: exp.Expr | None) -> exp.Expr:
    return aggregate if test is None else where(aggregate, test)
