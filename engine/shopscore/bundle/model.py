"""The frozen model of one resolved bundle: what a policy says, before anyone asks what it means.

Formulas are still text here; the plan gives them types and meaning. Every part that can be wrong
carries the mark of where it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct, field

from shopscore.errors import Mark
from shopscore.formula.tree import Type

Label = Mapping[str, str]
"""A text by language code; `en` is always there."""


class Formula(Struct, frozen=True):
    """A formula's text and where its first character stands."""

    text: str
    mark: Mark


class Provenance(Struct, frozen=True):
    """Where a value comes from: one of the bundle's sources, or an assumption with its reason."""

    path: str
    """Dotted path of the value that carries the mark: `score.benchmarks.x.curve[0]`; items of a list
    that have an id are named by it: `score.floors.young`. What a whole file says has the path `bundle`."""
    mark: Mark
    source: str | None = None
    assumed: str | None = None


class Source(Struct, frozen=True):
    """A text the bundle quotes."""

    id: str
    title: str
    url: str | None
    date: str | None
    mark: Mark


class Conflict(Struct, frozen=True):
    """Two readings of one value: the one used and the other."""

    id: str
    about: tuple[str, ...]
    """Paths in the resolved bundle that the conflict is about."""
    used: str
    other: str
    mark: Mark


class FormulaFact(Struct, frozen=True):
    """A derived column of one table."""

    id: str
    table: str
    formula: Formula
    mark: Mark


class RelatedFact(Struct, frozen=True):
    """A derived column of one table, read from the rows of a child table that hang on each row.

    how: `first` (a column of the first row by order_by, ties by smallest row id), `any` (is there
    a row) or `count` (how many).
    """

    id: str
    table: str
    how: str
    of: str
    column: str | None
    where: Formula | None
    order_by: str | None
    mark: Mark


Fact = FormulaFact | RelatedFact


class Population(Struct, frozen=True):
    """Rows of one table that meet a condition, dated by one instant column.

    `due` names another one, which must lie before D for a row to count.
    """

    id: str
    table: str
    where: Formula | None
    at: str
    due: str | None
    mark: Mark
    at_mark: Mark
    due_mark: Mark


class Exclusion(Struct, frozen=True):
    """A named condition that removes rows from a population."""

    id: str
    of: str
    when: Formula
    label: Label
    mark: Mark


class Window(Struct, frozen=True):
    """Which local days before D count.

    kind `days`: ages lag+1..lag+count. `months`: the last `count` complete calendar months.
    `quarter`: the last complete quarter. `from_day`: the last complete run from that day of a month
    to the day before it in the next.
    """

    kind: str
    count: int
    lag: int
    mark: Mark


class Decay(Struct, frozen=True):
    """Stepped decay: an event of age a weighs factor ** ((a - 1) div every_days)."""

    factor: Decimal
    every_days: int
    mark: Mark


class Metric(Struct, frozen=True):
    """One number about a subject.

    kind: share_of, ratio, mean_of, sum_of, count_of, distinct_of, formula, supplied, or a kind
    that a plugin registered.
    """

    id: str
    kind: str
    mark: Mark
    label: Label
    help: Label
    better: str | None
    """`higher`, `lower` or None where neither is better."""
    unit: Type | None
    """None: the kind's own (share_of and ratio share, count_of and distinct_of count, else typed)."""
    population: str | None = None
    """The population of every kind but formula and supplied; the numerator's of a ratio."""
    denominator: str | None = None
    """The second population of a ratio."""
    where: Formula | None = None
    value: Formula | None = None
    window: Window | None = None
    decay: Decay | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    population_mark: Mark | None = None
    where_shown: Label = field(default_factory=dict)
    """Where a person finds it on the platform's screens; it changes no score."""


class CategoryRule(Struct, frozen=True):
    """How a subject gets its category: the one with most rows of a population."""

    population: str
    column: str
    window: Window
    mark: Mark


class Knot(Struct, frozen=True):
    """One point of a curve."""

    at: float
    points: float
    mark: Mark


class Benchmark(Struct, frozen=True):
    """A metric's curve to points and, where known, the average others are measured against."""

    metric: str
    curve: tuple[Knot, ...]
    """Empty in a category override that keeps the default curve."""
    average: float | None
    mark: Mark
    written_unit: Type | None = None
    """The unit its raw values are written in, to be that of the metric; None for plain numbers."""


class Dimension(Struct, frozen=True):
    """A group of metrics with weights (integer millionths)."""

    id: str
    label: Label
    combine: str
    """`mean` or `minimum`."""
    weight: int
    metrics: Mapping[str, int]
    mark: Mark
    metric_marks: Mapping[str, Mark]


class CategoryOverride(Struct, frozen=True):
    """What one category replaces: benchmarks by metric, weights by metric or dimension."""

    category: str
    benchmarks: Mapping[str, Benchmark]
    weights: Mapping[str, int]
    mark: Mark


class NamedValue(Struct, frozen=True):
    """A named value of the sheet: a formula, or a constant chosen by a text cell."""

    id: str
    formula: Formula | None
    by: Formula | None
    values: Mapping[str, float]
    default: float | None
    unit: Type | None
    mark: Mark


class Floor(Struct, frozen=True):
    """Points a metric has at least while a condition holds."""

    id: str
    metric: str
    points: float
    when: Formula
    label: Label
    mark: Mark


class Adjustment(Struct, frozen=True):
    """A change of the score while a condition holds."""

    id: str
    when: Formula
    set: Formula
    label: Label
    mark: Mark


class Band(Struct, frozen=True):
    """A name for a range of scores; the first whose condition holds."""

    id: str
    when: Formula
    label: Label
    mark: Mark


class Score(Struct, frozen=True):
    """How metrics become one number."""

    scale: tuple[float, float]
    combine: str
    """`mean` or `minimum`, over dimensions."""
    eligible: Formula | None
    excluded: Formula | None
    benchmarks: Mapping[str, Benchmark]
    dimensions: Mapping[str, Dimension]
    categories: Mapping[str, CategoryOverride]
    floors: tuple[Floor, ...]
    adjustments: tuple[Adjustment, ...]
    bands: tuple[Band, ...]
    decimals: int
    """Decimals shown; conditions always use the unrounded score."""
    mark: Mark


class Schedule(Struct, frozen=True):
    """On which days an item is assessed.

    kind: `daily`, `monthly` (day 1-28), `weekly` (day 1 = Monday .. 7), `quarterly` (first day).
    """

    kind: str
    day: int = 1


class Streak(Struct, frozen=True):
    """The condition of an item that is met only after several assessments in a row."""

    part: str
    """grant, freeze or revoke."""
    length: int


class Step(Struct, frozen=True):
    """One step of a ladder."""

    when: Formula
    value: float
    mark: Mark


class Item(Struct, frozen=True):
    """Anything a score opens or closes.

    kind: `benefit` (grant, freeze, revoke, remembers), `gate` and `badge` (when, no memory),
    `ladder` (default and steps).
    """

    id: str
    kind: str
    label: Label
    notes: Label
    visible_on: Label
    state_labels: Mapping[str, Label]
    """Display names of granted, frozen, locked where the programme has its own."""
    schedule: Schedule
    mark: Mark
    grant: Formula | None = None
    freeze: Formula | None = None
    revoke: Formula | None = None
    streak: Streak | None = None
    unscored: str | None = None
    """granted, locked or keep."""
    when: Formula | None = None
    unit: Type | None = None
    default: float | None = None
    steps: tuple[Step, ...] = ()


class Milestone(Struct, frozen=True):
    """What happens when a ledger's balance reaches a number of points."""

    id: str
    at: float
    days: int | None
    """How long its actions hold; None has no end."""
    actions: tuple[str, ...]
    label: Label
    mark: Mark


class ViolationKind(Struct, frozen=True):
    """A kind of violation a ledger names."""

    id: str
    label: Label
    points: tuple[float, float] | None
    """The least and the most one of them may cost."""


class LedgerCount(Struct, frozen=True):
    """How many of the violations that count meet a condition."""

    id: str
    where: Formula
    within_days: int | None
    mark: Mark


class Ledger(Struct, frozen=True):
    """Points that come with events, expire, and restrict a subject at milestones (2.7).

    signs: by kind of event what its points do, 1 or -1; the kinds are `violations` and those of point
    events.
    """

    id: str
    label: Label
    notes: Label
    starts_at: float
    limits: tuple[float | None, float | None]
    goes_up: bool
    signs: Mapping[str, int]
    expires_after_days: int | None
    never_expires_after: float | None
    resets: str | None
    """monthly, quarterly or yearly."""
    warn_within: float | None
    points: tuple[float, float] | None
    kinds: Mapping[str, ViolationKind]
    counts: Mapping[str, LedgerCount]
    milestones: tuple[Milestone, ...]
    appeal_days: int | None
    """Days after issue in which a violation can be appealed."""
    second_appeal_days: int | None
    """Days after a rejection in which it can be appealed once more."""
    mark: Mark


class AppealRules(Struct, frozen=True):
    """What appeals about metrics must keep to."""

    records_per_ticket: int | None
    times_per_record: int | None
    notes: Label
    mark: Mark


class Advisory(Struct, frozen=True):
    """Advice shown beside the score; opens and closes nothing."""

    id: str
    when: Formula
    text: Label
    mark: Mark


class Target(Struct, frozen=True):
    """A published target of a plain metric; shown, never scored."""

    metric: str
    op: str
    """at_most, at_least, below or above."""
    value: float
    mark: Mark
    written_unit: Type | None = None
    """The unit its value is written in, to be that of the metric; None for a plain number."""


class Bundle(Struct, frozen=True):
    """One resolved version of one programme."""

    id: str
    version: str
    title: Label
    abstract: bool
    program: str
    market: str | None
    timezone: str
    subject: str
    effective_from: date | None
    effective_until: date | None
    preview: bool
    parent: str | None
    sources: Mapping[str, Source]
    conflicts: tuple[Conflict, ...]
    provenance: tuple[Provenance, ...]
    """Every mark, in the order of the resolved text."""
    plugins: Mapping[str, str]
    """Needed plugins by name, with a version condition such as `>=1.2`."""
    shop_columns: Mapping[str, Type]
    category: CategoryRule | None
    facts: Mapping[str, Mapping[str, Fact]]
    populations: Mapping[str, Population]
    exclusions: tuple[Exclusion, ...]
    metrics: Mapping[str, Metric]
    targets: tuple[Target, ...]
    values: Mapping[str, NamedValue]
    score: Score | None
    items: Mapping[str, Item]
    ledgers: Mapping[str, Ledger]
    appeals: AppealRules | None
    advisories: tuple[Advisory, ...]
    digest: str
    mark: Mark
    origins: Mapping[str, Provenance] = field(default_factory=dict)
    """By path of a number, or of a formula that holds one: the mark that applies to it."""

    @property
    def name(self) -> str:
        """Return `id@version`."""
        return f"{self.id}@{self.version}"
