"""Which rows of one subject are in a metric, and why each of the others is not.

What an audit asks: the numbers themselves come from `metrics`, of which this is the list behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from shopscore.engines.contract import Binding
from shopscore.engines.reference.appeals import granted
from shopscore.engines.reference.facts import Formulas, derived_tables
from shopscore.engines.reference.metrics import is_due, whole_value
from shopscore.engines.reference.rows import Row, as_known
from shopscore.events.rows import Events
from shopscore.events.tables import Table, catalog
from shopscore.plan.model import MetricPlan, PopulationPlan
from shopscore.plan.windows import days_of

_VALUED = ("mean_of", "sum_of")


class Out(StrEnum):
    """Why a row is not in a population."""

    NOT_YET = "not_yet"  # the row begins on or after D
    APPEALED = "appealed"
    EXCLUDED = "excluded"  # `detail` is the exclusion's id
    UNDATED = "undated"  # `detail` is the column that dates it
    NOT_DUE = "not_due"  # `detail` is the column that does not lie before D
    WHERE = "where"  # the population's condition does not hold
    BEFORE = "before"  # dated before the window
    AFTER = "after"  # dated after it
    NO_VALUE = "no_value"


class Reason(Struct, frozen=True):
    """One reason why a row is out, with what it is about."""

    out: Out
    detail: str = ""


class Member(Struct, frozen=True):
    """One row of a metric's table.

    Attributes:
        row: its columns as they were known on the morning of D, with the facts worked out.
        at: the instant that dates it in the population, or None.
        hit: whether it is in the numerator.
        reasons: why it is not in the population; none means that it is.
    """

    id: str
    row: Mapping[str, object]
    at: int | None
    hit: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def counts(self) -> bool:
        """Tell whether the row is in the population."""
        return not self.reasons


class Membership(Struct, frozen=True):
    """The rows behind one metric.

    Attributes:
        numerator: of a ratio the rows of its own population, else those of the denominator; `hit` tells
            which of them count.
        denominator: every row of the table the denominator is made of.
        span: the window's instants: first included, last excluded.
    """

    metric: str
    numerator: tuple[Member, ...]
    denominator: tuple[Member, ...]
    span: tuple[int, int]


def membership(binding: Binding, events: Events, metric: MetricPlan) -> Membership:
    """Return every row a metric could be made of, as of the day of the run."""
    formulas = Formulas(binding.plan.functions, binding.zone.day_of)
    cutoff = binding.cutoff(binding.as_of)
    tables = derived_tables(binding.plan, events, cutoff, formulas)
    appeals = as_known(
        catalog(binding.plan.bundle.subject)["appeals"], events.tables.get("appeals", ()), cutoff
    )
    left_out = frozenset(record for about, record in granted(appeals) if about == metric.id)

    def of(population: PopulationPlan) -> tuple[Member, ...]:
        rows = _rows(binding, metric, population, tables[population.table], formulas, left_out)
        return (*rows, *_not_yet(population, events, cutoff))

    above = of(metric.population)
    below = above if metric.denominator is None else of(metric.denominator)
    return Membership(metric.id, above, below, binding.span(metric, binding.as_of))


def _rows(
    binding: Binding,
    metric: MetricPlan,
    population: PopulationPlan,
    rows: list[Row],
    formulas: Formulas,
    left_out: frozenset[str],
) -> Iterator[Member]:
    days = days_of(metric.window, binding.as_of)
    table = catalog()[population.table]
    for row in rows:
        reasons = [*_reasons(binding, population, row, days, formulas)]
        id_ = _id(table, row)
        if id_ in left_out:
            reasons.insert(0, Reason(Out.APPEALED))
        if metric.kind in _VALUED and not reasons and whole_value(metric, row, formulas) is None:
            reasons.append(Reason(Out.NO_VALUE))
        hit = not reasons and formulas.holds(metric.where, row)
        yield Member(id_, row, row[population.at], hit, tuple(reasons))


def _reasons(
    binding: Binding, population: PopulationPlan, row: Row, days: tuple[int, int], formulas: Formulas
) -> Iterator[Reason]:
    at = row[population.at]
    if at is None:
        yield Reason(Out.UNDATED, population.at)
    elif (day := binding.zone.day_of(at)) < days[0]:
        yield Reason(Out.BEFORE)
    elif day > days[1]:
        yield Reason(Out.AFTER)
    if not is_due(population, row, binding.as_of, binding.zone):
        yield Reason(Out.NOT_DUE, population.due or "")
    if not formulas.holds(population.where, row):
        yield Reason(Out.WHERE, population.id)
    for exclusion in population.exclusions:
        if formulas.holds(exclusion.when, row):
            yield Reason(Out.EXCLUDED, exclusion.id)
            return


def _not_yet(population: PopulationPlan, events: Events, cutoff: int) -> Iterator[Member]:
    """Yield the rows that begin on D or later: on its morning nobody knows them."""
    table = catalog()[population.table]
    for row in events.tables.get(population.table, ()):
        begins = row[table.clock] if table.clock is not None else None
        if isinstance(begins, int) and begins >= cutoff:
            yield Member(_id(table, row), row, None, False, (Reason(Out.NOT_YET),))


def _id(table: Table, row: Mapping[str, object]) -> str:
    """Return a row's id, of a table without one its key."""
    columns = table.key if table.row_id is None else (table.row_id,)
    return " ".join(str(row[column]) for column in columns)
