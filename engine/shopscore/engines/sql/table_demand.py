"""What one event table must yield: columns, facts, conditions and sums, as of each day.

Demands run from parents to children: a fact read from child rows asks the child table for columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from msgspec import Struct, field

from shopscore.engines.sql.demand import at_day
from shopscore.engines.sql.slices import Aggregate, Slice, WholeValue
from shopscore.events.tables import Kind
from shopscore.formula.tree import Name, Node, names, rewrite
from shopscore.plan.model import ChildFact, ColumnFact, TablePlan

T = TypeVar("T")


class TableDemand(Struct):
    """One table's work; columns that differ between days carry the day in their name."""

    plan: TablePlan
    as_of: int
    varying: frozenset[str]
    """Columns and facts that may differ between days."""
    reads: dict[int, set[str]] = field(default_factory=dict)
    """Columns and facts needed as of each day."""
    formulas: dict[str, Node] = field(default_factory=dict)
    """Conditions and values over the row by column, reading columns as of their day."""
    values: dict[str, WholeValue] = field(default_factory=dict)
    """Integer values by column."""
    slices: dict[Slice, None] = field(default_factory=dict)
    aggregates: dict[Aggregate, str] = field(default_factory=dict)
    """The column of each sum."""
    categories: dict[int, tuple[str, Aggregate]] = field(default_factory=dict)
    """Day -> the column of categories and the rows counted for them."""
    child_facts: list[tuple[ChildFact, int]] = field(default_factory=list)
    served: dict[tuple[str, int], str] = field(default_factory=dict)
    """Fact and day -> the child's column that tells which rows could meet a test of it; see `served`."""
    appealed: dict[int, dict[str, str]] = field(default_factory=dict)
    """Day -> the metric of each column that tells whether an appeal about it removes the row."""
    kept: dict[str, None] = field(default_factory=dict)
    """Columns of a row that parents and plugins read."""
    is_child: bool = False
    """True where a parent's facts read these rows, whatever their time."""

    @property
    def days(self) -> tuple[int, ...]:
        """Return the days anything is needed as of, the latest first."""
        return tuple(sorted(self.reads, reverse=True))

    def name(self, name: str, day: int) -> str:
        """Return the column of a name as of a day."""
        return at_day(name, day) if day != self.as_of and name in self.varying else name

    def stored(self, column: str) -> str:
        """Return the name in the model of a column as of some day."""
        return column.partition("@")[0]

    def fact(self, name: str) -> ColumnFact | ChildFact | None:
        """Return a fact by name; None for a column."""
        return next((fact for fact in self.plan.facts if fact.name == name), None)

    def dating(self, name: str) -> tuple[str, ...]:
        """Return the instants that date a column."""
        return _dating(self.plan, name)

    def read(self, name: str, day: int) -> str:
        """Ask for a column or fact as of a day, and for all it reads; return its column."""
        reads = self.reads.setdefault(day, set())
        if name not in reads:
            reads.add(name)
            match self.fact(name):
                case ColumnFact(tree=tree):
                    for each in names(tree):
                        self.read(each, day)
                case ChildFact() as fact:
                    self.child_facts.append((fact, day))
                case None:
                    for instant in self.dating(name):
                        self.read(instant, day)
        return self.name(name, day)

    def formula(self, name: str, node: Node, day: int) -> str:
        """Ask for a formula as of a day and return its column; the same formula is worked out once."""
        for each in names(node):
            self.read(each, day)
        renamed = self.as_of_day(node, day)
        if isinstance(renamed, Name):
            return renamed.name
        for column, known in self.formulas.items():
            if known == renamed:
                return column
        return _register(self.formulas, name, day, renamed)

    def as_of_day(self, node: Node, day: int) -> Node:
        """Return a formula over the columns of a day."""

        def change(part: Node) -> Node:
            return replace(part, name=self.name(part.name, day)) if isinstance(part, Name) else part

        return rewrite(node, change)

    def value(self, name: str, value: WholeValue, day: int) -> str:
        """Ask for an integer value and return its column."""
        for column, known in self.values.items():
            if known == value:
                return column
        return _register(self.values, name, day, value)

    def appealed_about(self, metric: str, day: int) -> str | None:
        """Ask whether an appeal about a metric removes a row; return the column."""
        row_id = self.plan.table.row_id
        if row_id is None:
            return None
        self.read(row_id, day)
        column = at_day(f"appealed.{metric}", day) if day != self.as_of else f"appealed.{metric}"
        self.appealed.setdefault(day, {})[column] = metric
        return column

    def keep(self, name: str, day: int) -> str:
        """Ask for a column or fact that later stages read, and return its column."""
        column = self.read(name, day)
        self.kept[column] = None
        return column

    def read_later(self) -> Iterator[str]:
        """Yield the columns of a row that stages after the facts read, some of them twice."""
        yield from self.read_with_weights()
        for part in self.slices:
            yield part.at
            if part.due is not None:
                yield part.due
            yield from part.conditions
            yield from part.barred
        for value in self.values.values():
            yield from value.source

    def read_as_values(self) -> Iterator[str]:
        """Yield the columns of which more matters than whether they are true."""
        yield from self.kept
        yield from (part.at for part in self.slices)
        yield from (part.due for part in self.slices if part.due is not None)
        yield from (aggregate.value for aggregate in self.aggregates if aggregate.value is not None)
        yield from (each for value in self.values.values() for each in value.source)
        yield from (column for column, _ in self.categories.values())

    def read_with_weights(self) -> Iterator[str]:
        """Yield the columns of a row that stages after the weights read, some of them twice."""
        yield from self.kept
        for aggregate in self.aggregates:
            for each in (aggregate.test, aggregate.value):
                if each is not None and each not in self.values:
                    yield each
        for column, _ in self.categories.values():
            yield column

    def total(self, name: str, aggregate: Aggregate) -> str:
        """Ask for a sum and return its column; `name` is used if it is new."""
        self.use(aggregate.slice)
        return self.aggregates.setdefault(aggregate, name)

    def weights(self) -> Mapping[Slice, str]:
        """Return the column of each slice's weights, null where a row is outside.

        Where rows are weighed anyway, their weights also tell that they are there.
        """
        of_rows = {part.unweighted: part for part in self.slices if part.weights}
        own = {part: f"slice {place}" for place, part in enumerate(self.slices, 1)}
        return {part: own[part if part.weights else of_rows.get(part, part)] for part in self.slices}

    def use(self, part: Slice) -> None:
        """Ask for a slice."""
        self.slices[part] = None
        if part.day != self.as_of and self.plan.table.clock is not None:
            self.keep(self.plan.table.clock, part.day)


def table_demand(plan: TablePlan, as_of: int) -> TableDemand:
    """Return an empty demand on a table."""
    return TableDemand(plan, as_of, _varying(plan))


def _register(columns: dict[str, T], name: str, day: int, value: T) -> str:
    column = name if name not in columns else at_day(name, day)
    columns[column] = value
    return column


def _dating(plan: TablePlan, column: str) -> tuple[str, ...]:
    """Return the instants that date a column."""
    dates: Mapping[str, Mapping[str, str | None]] = plan.table.dates
    return tuple(instant for instant, dated in dates.items() if column in dated and instant in plan.columns)


def _varying(plan: TablePlan) -> frozenset[str]:
    table = plan.table
    found = {
        name
        for name in plan.columns
        if (table.columns[name].kind is Kind.INSTANT and name != table.clock) or _dating(plan, name)
    }
    for fact in plan.facts:
        if isinstance(fact, ChildFact) or not found.isdisjoint(names(fact.tree)):
            found.add(fact.name)
    return frozenset(found)
