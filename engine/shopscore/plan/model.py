"""The plan: what a bundle means, engine-neutral, ordered and immutable.

Way of a subject through it: event tables -> facts (derived columns) -> metrics (integers) -> inputs
-> sheet (named cells) -> scorecard. Facts and metrics are carried out by each engine; the sheet is
the same formulas for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from shopscore.bundle.model import Bundle, Label, Ledger, Schedule, Window
from shopscore.errors import Mark
from shopscore.events.tables import Table
from shopscore.formula.functions import Function
from shopscore.formula.tree import Node, Type
from shopscore.hookspecs import MetricKind


class ColumnFact(Struct, frozen=True):
    """A derived column: one formula over the row's columns and earlier facts."""

    name: str
    tree: Node
    type: Type
    mark: Mark


class ChildFact(Struct, frozen=True):
    """A derived column read from the child rows that hang on each row.

    how: `first` takes `column` of the row with the smallest `order_by`, ties by the smallest row
    id in code points, rows without order_by left out; `any` tells whether there is a row; `count`
    how many. Only child rows whose `where` is true take part.
    """

    name: str
    how: str
    child: str
    column: str | None
    where: Node | None
    order_by: str | None
    type: Type
    mark: Mark


class TablePlan(Struct, frozen=True):
    """One event table as the metrics need it."""

    table: Table
    columns: tuple[str, ...]
    """Columns of the event model that anything reads, keys and clock included; in model order."""
    facts: tuple[ColumnFact | ChildFact, ...]
    """In an order in which each reads only earlier ones."""


class ExclusionPlan(Struct, frozen=True):
    """A named condition that removes rows from a population."""

    id: str
    when: Node
    label: Label


class PopulationPlan(Struct, frozen=True):
    """Rows of one table that meet a condition and no exclusion, dated by `at`."""

    id: str
    table: str
    where: Node | None
    at: str
    due: str | None
    """What must lie before D for a row to count."""
    exclusions: tuple[ExclusionPlan, ...]
    span: tuple[Window, ...]
    """The windows of the metrics on it: exclusions are counted from the first day any of them
    covers to the last."""
    mark: Mark


class Scale(StrEnum):
    """What one unit of an integer numerator stands for, beside the weight's millionths."""

    ROWS = "rows"
    SECONDS = "seconds"  # of a value in hours
    DAY_SECONDS = "day_seconds"  # of a value in days
    MILLIONTHS = "millionths"


class MetricPlan(Struct, frozen=True):
    """One metric computed from events, as integers.

    With w the row's weight (1 without decay, else millionths) and v its value as an integer:
    share_of: numerator sum of w where `where` is true, denominator sum of w.
    ratio: numerator sum of w over the first population, denominator over the second.
    mean_of: sum of w * v over rows with a known v, sum of w over the same rows.
    sum_of: sum of w * v. count_of: sum of w. distinct_of: number of different known values.
    A plugin's kind makes its own pair of integers from the rows.
    Row counts (numerator_count, denominator_count) count rows without weights.
    """

    id: str
    kind: str
    population: PopulationPlan
    denominator: PopulationPlan | None
    where: Node | None
    value: Node | None
    scale: Scale
    window: Window
    weights: tuple[int, ...]
    """Millionths by step of age, (a - 1) div every_days; empty without decay."""
    every_days: int
    plugin: MetricKind | None
    parameters: Mapping[str, object]
    needs: frozenset[tuple[str, str]]
    """(table, column) without which the metric is not supplied; column "" is the table itself."""
    absences: frozenset[tuple[str, str]]
    """(table, column) read whose absence has a meaning but is worth a warning (cancelled_at)."""
    unit: Type
    mark: Mark


class MetricInfo(Struct, frozen=True):
    """What people see of a metric, whatever its kind."""

    id: str
    label: Label
    help: Label
    better: str | None
    unit: Type
    kind: str
    scored: bool
    window: Window | None
    depends: tuple[str, ...]
    """Metrics a formula metric reads."""
    mark: Mark


class CategoryPlan(Struct, frozen=True):
    """The category with most rows of a population in a window; ties by the smallest text."""

    population: PopulationPlan
    column: str
    window: Window
    needs: frozenset[tuple[str, str]]
    absences: frozenset[tuple[str, str]]
    """(table, column) read whose absence has a meaning."""


class Input(Struct, frozen=True):
    """A value the engine hands to the sheet.

    source says where it comes from and `of` whom it belongs to:
    as_of · shop (column) · category (effective, given or counted) · raw (a metric's numerator,
    denominator, numerator_rows, denominator_rows) · there (a metric's columns were supplied) ·
    supplied (a metric's value, numerator, denominator) · benchmark (poor, excellent, average,
    weight of a metric or dimension) · state (an item's before, since, by, streak, stands) ·
    excluded (rows an exclusion removed) · ledger (balance, restricted.<milestone>, count.<name>,
    unknown_kinds, out_of_range, broken_appeals) · appeals (crowded_tickets, repeated_records) ·
    replay (whether the run is a day of one).
    """

    name: str
    type: Type
    source: str
    of: str
    field: str
    absent: str | bool | None = None
    """What a shop column means for a subject without a row of its own."""


class Cell(Struct, frozen=True):
    """One named formula of the sheet over inputs and earlier cells."""

    name: str
    tree: Node
    type: Type
    mark: Mark | None
    """Where the policy states it; None for what the language adds."""
    title: str = ""


class DimensionPlan(Struct, frozen=True):
    """A dimension and the metrics it groups."""

    id: str
    label: Label
    metrics: tuple[str, ...]


class FloorPlan(Struct, frozen=True):
    """A floor; its cells are `floor.<id>.when`, `.before`, `.after`, `.applied`."""

    id: str
    metric: str
    label: Label


class AdjustmentPlan(Struct, frozen=True):
    """An adjustment; its cells are `adjustment.<id>.when`, `.before`, `.after`, `.applied`."""

    id: str
    label: Label


class ItemPlan(Struct, frozen=True):
    """A benefit, gate, badge or ladder; its cells are `item.<id>.state` or `.value`, `.since`,
    `.decided_by`, `.margin_cell`, `.margin_threshold`, `.margin_distance`."""

    id: str
    kind: str
    label: Label
    unit: Type | None
    schedule: Schedule
    cells: frozenset[str]
    """The item's own cells."""
    mark: Mark


class CountPlan(Struct, frozen=True):
    """How many of the violations that count in a ledger meet a condition."""

    id: str
    where: Node
    within_days: int | None


class LedgerPlan(Struct, frozen=True):
    """A ledger over violations and point events; what it gives the sheet are inputs."""

    ledger: Ledger
    counts: tuple[CountPlan, ...]
    columns: tuple[str, ...]
    """Columns of violations it reads, in model order."""
    needs: frozenset[tuple[str, str]]
    """(table, column) without which it is not supplied; column "" is the table itself."""

    @property
    def id(self) -> str:
        """Return the ledger's id."""
        return self.ledger.id


class WarningPlan(Struct, frozen=True):
    """A warning of one subject: shown where its cell is true."""

    id: str
    cell: str
    text: str


class ListedPlan(Struct, frozen=True):
    """An entry of a list of the scorecard, shown where its cell is true: advisories, targets."""

    id: str
    cell: str
    text: Label


class TargetPlan(Struct, frozen=True):
    """A published target of a metric; `target.<n>.met` is true, false or unknown."""

    metric: str
    op: str
    value: float
    cell: str


class Plan(Struct, frozen=True):
    """Everything an engine needs to score subjects of one bundle."""

    bundle: Bundle
    tables: Mapping[str, TablePlan]
    """Event tables that facts and metrics read, children before parents."""
    metrics: tuple[MetricPlan, ...]
    metric_infos: Mapping[str, MetricInfo]
    """All metrics in written order."""
    category: CategoryPlan | None
    exclusions: tuple[tuple[ExclusionPlan, PopulationPlan], ...]
    inputs: tuple[Input, ...]
    sheet: tuple[Cell, ...]
    dimensions: tuple[DimensionPlan, ...]
    floors: tuple[FloorPlan, ...]
    adjustments: tuple[AdjustmentPlan, ...]
    items: tuple[ItemPlan, ...]
    ledgers: tuple[LedgerPlan, ...]
    warnings: tuple[WarningPlan, ...]
    advisories: tuple[ListedPlan, ...]
    targets: tuple[TargetPlan, ...]
    functions: Mapping[str, Function]

    @property
    def name(self) -> str:
        """Return the bundle's `id@version`."""
        return self.bundle.name
