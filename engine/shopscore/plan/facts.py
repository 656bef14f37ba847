"""Facts and populations: event tables with the columns a bundle derives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from shopscore.bundle.model import Fact, FormulaFact, RelatedFact
from shopscore.errors import Mark, near_match
from shopscore.events.tables import Kind, Table, parent_of
from shopscore.formula.tree import Node, Type, names
from shopscore.plan.draft import Draft, in_order, words
from shopscore.plan.findings import AT_COLUMN, CHILD_FACT
from shopscore.plan.model import ChildFact, ColumnFact, ExclusionPlan, PopulationPlan, TablePlan

Needs = frozenset[tuple[str, str]]


class Facts(Struct, frozen=True):
    """Every table with its typed facts, and what each name of a table needs."""

    scopes: Mapping[str, Mapping[str, Type]]
    facts: Mapping[str, tuple[ColumnFact | ChildFact, ...]]
    reads: Mapping[tuple[str, str], Needs]
    """(table, fact) -> the (table, column) pairs it reads in the end."""

    def needs(self, table: str, *nodes: Node | None) -> Needs:
        """Return the (table, column) pairs that formulas on a table read in the end."""
        found: set[tuple[str, str]] = set()
        for node in nodes:
            for name in names(node) if node is not None else ():
                found |= self.reads.get((table, name), frozenset({(table, name)}))
        return frozenset(found)

    def used(self, roots: Iterable[tuple[str, Node]]) -> frozenset[tuple[str, str]]:
        """Return the (table, fact) pairs that formulas on rows read, directly or through facts."""
        found: set[tuple[str, str]] = set()
        open_ = [(table, name) for table, node in roots for name in names(node)]
        by_name = {(table, fact.name): fact for table, facts in self.facts.items() for fact in facts}
        while open_:
            pair = open_.pop()
            fact = by_name.get(pair)
            if fact is None or pair in found:
                continue
            found.add(pair)
            if isinstance(fact, ColumnFact):
                open_ += [(pair[0], name) for name in names(fact.tree)]
            else:
                columns = {fact.column, fact.order_by} - {None}
                below = columns | (names(fact.where) if fact.where is not None else set())
                open_ += [(fact.child, str(name)) for name in below]
        return frozenset(found)


def plan_facts(draft: Draft) -> Facts:
    """Return the facts of every table, typed and in order."""
    scopes: dict[str, dict[str, Type]] = {
        table.name: {column.name: column.type for column in table.columns.values()}
        for table in draft.tables.values()
    }
    facts: dict[str, tuple[ColumnFact | ChildFact, ...]] = {}
    reads: dict[tuple[str, str], Needs] = {}
    view = Facts(scopes, facts, reads)
    for table in _children_first(draft):
        own = draft.bundle.facts.get(table, {})
        marks = {name: fact.mark for name, fact in own.items()}
        ordered = in_order(draft, {name: _words(fact) for name, fact in own.items()}, marks, "fact")
        done: list[ColumnFact | ChildFact] = []
        for name in ordered:
            fact = _plan_fact(draft, view, own[name])
            if fact is None:
                continue
            done.append(fact)
            scopes[table][name] = fact.type
            reads[table, name] = _reads(draft, view, table, fact)
        facts[table] = tuple(done)
    return view


def plan_populations(draft: Draft, facts: Facts) -> Mapping[str, PopulationPlan]:
    """Return the populations with their exclusions; spans are still empty."""
    plans: dict[str, PopulationPlan] = {}
    for population in draft.bundle.populations.values():
        table = draft.tables[population.table]
        is_dated = _is_instant(draft, table, "at", population.at, population.at_mark)
        if population.due is not None:
            is_dated &= _is_instant(draft, table, "due", population.due, population.due_mark)
        if not is_dated:
            continue
        scope = facts.scopes[population.table]
        exclusions = []
        for exclusion in draft.bundle.exclusions:
            if exclusion.of == population.id:
                when = draft.condition(exclusion.when, scope)
                if when is not None:
                    exclusions.append(ExclusionPlan(exclusion.id, when, exclusion.label))
        plans[population.id] = PopulationPlan(
            id=population.id,
            table=population.table,
            where=draft.condition(population.where, scope),
            at=population.at,
            due=population.due,
            exclusions=tuple(exclusions),
            span=(),
            mark=population.mark,
        )
    return plans


def _is_instant(draft: Draft, table: Table, key: str, name: str, mark: Mark) -> bool:
    column = table.columns.get(name)
    if column is not None and column.kind in (Kind.INSTANT, Kind.DEADLINE):
        return True
    fitting = [each.name for each in table.columns.values() if each.type is Type.INSTANT]
    draft.report(
        AT_COLUMN,
        mark,
        f"`{key}: {name}` is no instant of {table.name}"
        f"{near_match(name, fitting)} (instants: {', '.join(fitting)})",
    )
    return False


def population_needs(draft: Draft, facts: Facts, population: PopulationPlan) -> Needs:
    """Return what must be supplied for a population's rows to be known."""
    needs = {(population.table, name) for name in ("", population.at, population.due) if name is not None}
    parent = parent_of(draft.tables, draft.tables[population.table])
    if parent is not None:
        # Without its parent's row a row counts for nothing, so it cannot be known what counts.
        needs |= {(parent.name, ""), *((parent.name, column) for column in parent.key)}
    return frozenset(
        needs
        | facts.needs(population.table, population.where)
        | facts.needs(population.table, *(exclusion.when for exclusion in population.exclusions))
    )


def table_plans(
    draft: Draft, facts: Facts, used: Needs, roots: Iterable[tuple[str, Node]]
) -> Mapping[str, TablePlan]:
    """Return the tables that (table, column) pairs touch, children before parents.

    `roots` are the formulas on rows that metrics read; facts none of them needs are left out.
    """
    plans = {}
    touched = {table for table, _ in used}
    wanted_names = facts.used(roots)
    for name in _children_first(draft):
        if name not in touched or name == "shops":
            continue
        table = draft.tables[name]
        wanted = {column for each, column in used if each == name}
        wanted |= {*table.key, f"{draft.bundle.subject}_id", table.clock or "", table.row_id or ""}
        if table.parent:
            wanted |= set(draft.tables[table.parent].key)
        for instant, dated in table.dates.items():
            if wanted & dated.keys():
                wanted.add(instant)
        plans[name] = TablePlan(
            table=table,
            columns=tuple(column for column in table.columns if column in wanted),
            facts=tuple(fact for fact in facts.facts[name] if (name, fact.name) in wanted_names),
        )
    return plans


def _children_first(draft: Draft) -> tuple[str, ...]:
    children = [table.name for table in draft.tables.values() if table.parent]
    return (*children, *(name for name in draft.tables if name not in children))


def _words(fact: Fact) -> frozenset[str]:
    return words(fact.formula) if isinstance(fact, FormulaFact) else frozenset()


def _plan_fact(draft: Draft, facts: Facts, fact: Fact) -> ColumnFact | ChildFact | None:
    if isinstance(fact, FormulaFact):
        tree = draft.parse(fact.formula, facts.scopes[fact.table])
        return None if tree is None else ColumnFact(fact.id, tree, tree.type, fact.mark)
    return _plan_child(draft, facts, fact)


def _plan_child(draft: Draft, facts: Facts, fact: RelatedFact) -> ChildFact | None:
    child = draft.tables[fact.of]
    if child.parent != fact.table:
        fitting = sorted(each.name for each in draft.tables.values() if each.parent == fact.table)
        hint = f"; its child tables are {', '.join(fitting)}" if fitting else "; it has no child tables"
        draft.report(CHILD_FACT, fact.mark, f"{fact.of} rows do not hang on {fact.table}{hint}")
        return None
    scope = facts.scopes[fact.of]
    for column in (fact.column, fact.order_by):
        if column is not None and column not in scope:
            draft.report(CHILD_FACT, fact.mark, f"{fact.of} has no {column!r}{near_match(column, scope)}")
            return None
    types = {"first": scope.get(fact.column or ""), "any": Type.BOOLEAN, "count": Type.COUNT}
    return ChildFact(
        name=fact.id,
        how=fact.how,
        child=fact.of,
        column=fact.column,
        where=draft.condition(fact.where, scope),
        order_by=fact.order_by or child.clock if fact.how == "first" else None,
        type=types[fact.how] or Type.TEXT,
        mark=fact.mark,
    )


def _reads(draft: Draft, facts: Facts, table: str, fact: ColumnFact | ChildFact) -> Needs:
    if isinstance(fact, ColumnFact):
        return facts.needs(table, fact.tree)
    child = draft.tables[fact.child]
    keys = (*child.key, *draft.tables[table].key)
    found = {(fact.child, ""), *((fact.child, column) for column in keys)}
    for column in (fact.column, fact.order_by):
        if column is not None:
            found |= facts.reads.get((fact.child, column), frozenset({(fact.child, column)}))
    return frozenset(found | facts.needs(fact.child, fact.where))
