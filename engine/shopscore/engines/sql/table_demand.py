"""What one event table must yield: columns, facts, conditions and values, as of each day.

Demands run from parents to children: a fact read from child rows asks the child table for columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shopscore.engines.sql.demand import Asked, Demand, at_day
from shopscore.events.tables import Kind
from shopscore.formula.tree import Call, Name, Node, Type, names
from shopscore.plan.model import ChildFact, ColumnFact, MetricPlan, PopulationPlan, Scale, TablePlan
from shopscore.plan.windows import days_of


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of a population inside a window of local days, each with its weight.

    Attributes:
        name: the column that holds a row's weight, null where the row is not in the slice.
        conditions: what must hold, and what must not.
    """

    name: str
    population: PopulationPlan
    day: int
    first: int
    last: int
    weights: tuple[int, ...]
    every_days: int
    conditions: tuple[str, ...]
    barred: tuple[str, ...]


@dataclass(slots=True)
class TableDemand:
    """One table's work; columns that differ between days carry the day in their name."""

    plan: TablePlan
    as_of: int
    varying: frozenset[str]
    """Columns and facts that may differ between days."""
    reads: dict[int, set[str]] = field(default_factory=dict)
    """Columns and facts needed as of each day."""
    formulas: dict[str, tuple[Node, str]] = field(default_factory=dict)
    """Conditions and values by column name, with names as of their day; and the formula's own name."""
    slices: dict[str, Slice] = field(default_factory=dict)
    child_facts: list[tuple[ChildFact, int]] = field(default_factory=list)
    is_child: bool = False
    """True where a parent's facts read these rows, whatever their time."""

    @property
    def days(self) -> tuple[int, ...]:
        """Return the days anything is needed as of, D first where it is."""
        return tuple(sorted(self.reads, reverse=True))

    def name(self, name: str, day: int) -> str:
        """Return the column of a name as of a day."""
        return at_day(name, day) if day != self.as_of and name in self.varying else name

    def read(self, name: str, day: int) -> None:
        """Ask for a column or fact as of a day, and for what it reads."""
        reads = self.reads.setdefault(day, set())
        if name in reads:
            return
        reads.add(name)
        fact = self.fact(name)
        if isinstance(fact, ColumnFact):
            for each in names(fact.tree):
                self.read(each, day)
        elif isinstance(fact, ChildFact):
            self.child_facts.append((fact, day))

    def fact(self, name: str) -> ColumnFact | ChildFact | None:
        """Return a fact by name; None for a column."""
        return next((fact for fact in self.plan.facts if fact.name == name), None)

    def formula(self, name: str, node: Node, day: int) -> str:
        """Ask for a formula as of a day and return its column; the same formula is worked out once."""
        for each in names(node):
            self.read(each, day)
        renamed = self.renamed(node, day)
        for known, (other, _) in self.formulas.items():
            if other == renamed:
                return known
        column = name if name not in self.formulas else at_day(name, day)
        self.formulas[column] = renamed, name
        return column

    def renamed(self, node: Node, day: int) -> Node:
        """Return a formula over the columns of a day."""
        return rename(node, lambda name: self.name(name, day))

    def slice(
        self,
        population: PopulationPlan,
        day: int,
        days: tuple[int, int],
        weights: tuple[int, ...] = (),
        every_days: int = 0,
        excluded: bool = True,
    ) -> Slice:
        """Ask for the rows of a population inside local days; equal demands share a slice."""
        self.read(population.at, day)
        where: tuple[str, ...] = ()
        if population.where is not None:
            where = (self.formula(f"{population.id}.where", population.where, day),)
        barred = tuple(
            self.formula(f"{population.id}.{rule.id}", rule.when, day)
            for rule in (population.exclusions if excluded else ())
        )
        wanted = (population.at, day, *days, weights, every_days, where, barred)
        for known in self.slices.values():
            same = (
                known.population.at, known.day, known.first, known.last, known.weights, known.every_days,
                known.conditions, known.barred,
            )  # fmt: skip
            if same == wanted:
                return known
        made = Slice(
            f"{population.id}.{len(self.slices) + 1}", population, day, *days, weights, every_days, where, barred
        )
        self.slices[made.name] = made
        return made

    def metric_slice(self, metric: MetricPlan, population: PopulationPlan, day: int) -> Slice:
        """Ask for the rows of a metric's population inside its window."""
        return self.slice(population, day, days_of(metric.window, day), metric.weights, metric.every_days)


def rename(node: Node, change: object) -> Node:
    """Return a tree with its names changed."""
    raise NotImplementedError


def varying(plan: TablePlan) -> frozenset[str]:
    raise NotImplementedError
