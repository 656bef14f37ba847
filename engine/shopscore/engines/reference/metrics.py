"""Metrics as integers over rows: weights, values, numerators and denominators (2.2 to 2.4)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shopscore import hookspecs
from shopscore.engines.reference.facts import Formulas
from shopscore.engines.reference.rows import Row
from shopscore.events.tables import catalog
from shopscore.events.time import Zone
from shopscore.formula.tree import Call, Node
from shopscore.hookspecs import Fraction
from shopscore.plan.model import CategoryPlan, MetricPlan, PopulationPlan, Scale
from shopscore.plan.windows import days_of

_UNITS = {Scale.SECONDS: 3600.0, Scale.DAY_SECONDS: 86400.0, Scale.MILLIONTHS: 1e6}
_MICROS = 1_000_000

Tables = Mapping[str, Sequence[Row]]


def raw_metric(
    metric: MetricPlan,
    tables: Tables,
    as_of: int,
    zone: Zone,
    formulas: Formulas,
    appealed: frozenset[str] = frozenset(),
) -> Fraction:
    """Return one subject's numerator and denominator as of a local day.

    Records `appealed` with success are in neither (2.8).
    """
    days = days_of(metric.window, as_of)

    def inside(population: PopulationPlan) -> list[tuple[Row, int]]:
        record = catalog()[population.table].row_id
        return [
            (row, _weight(metric, as_of - zone.day_of(row[population.at])))
            for row in members(population, tables[population.table], days, as_of, zone, formulas)
            if record is None or row[record] not in appealed
        ]

    rows = inside(metric.population)
    if metric.plugin is not None:
        return metric.plugin.reference(_plugin_rows(metric, rows, zone, formulas), metric.parameters)
    match metric.kind:
        case "share_of":
            hits = [(row, weight) for row, weight in rows if formulas.holds(metric.where, row)]
            return Fraction(_sum(hits), _sum(rows), len(hits), len(rows))
        case "ratio":
            assert metric.denominator is not None
            below = inside(metric.denominator)
            return Fraction(_sum(rows), _sum(below), len(rows), len(below))
        case "count_of":
            return Fraction(_sum(rows), 0, len(rows), 0)
        case "distinct_of":
            assert metric.value is not None
            different = {formulas.value(metric.value, row) for row, _ in rows} - {None}
            return Fraction(len(different), 0, len(different), 0)
        case "mean_of" | "sum_of":
            valued = [
                (value, weight)
                for row, weight in rows
                if (value := whole_value(metric, row, formulas)) is not None
            ]
            numerator = sum(value * weight for value, weight in valued)
            denominator = sum(weight for _, weight in valued) if metric.kind == "mean_of" else 0
            return Fraction(numerator, denominator, len(valued), len(valued))
        case kind:
            raise AssertionError(f"unknown metric kind {kind!r}")


def members(
    population: PopulationPlan,
    rows: Iterable[Row],
    days: tuple[int, int],
    as_of: int,
    zone: Zone,
    formulas: Formulas,
) -> Iterator[Row]:
    """Yield a population's rows dated inside a window of local days, exclusions left out."""
    for row in candidates(population, rows, days, as_of, zone, formulas):
        if not any(formulas.holds(exclusion.when, row) for exclusion in population.exclusions):
            yield row


def candidates(
    population: PopulationPlan,
    rows: Iterable[Row],
    days: tuple[int, int],
    as_of: int,
    zone: Zone,
    formulas: Formulas,
) -> Iterator[Row]:
    """Yield the rows a population would have without its exclusions."""
    first, last = days
    for row in rows:
        at = row[population.at]
        if at is None or not first <= zone.day_of(at) <= last or not is_due(population, row, as_of, zone):
            continue
        if formulas.holds(population.where, row):
            yield row


def is_due(population: PopulationPlan, row: Row, as_of: int, zone: Zone) -> bool:
    """Tell whether what must lie before D does."""
    due = None if population.due is None else row[population.due]
    return population.due is None or (due is not None and zone.day_of(due) < as_of)


def excluded_rows(
    population: PopulationPlan, tables: Tables, as_of: int, zone: Zone, formulas: Formulas
) -> Counter[str]:
    """Count the rows each exclusion removed; a row counts for the first that fits."""
    spans = [days_of(window, as_of) for window in population.span]
    days = min(first for first, _ in spans), max(last for _, last in spans)
    found: Counter[str] = Counter()
    for row in candidates(population, tables[population.table], days, as_of, zone, formulas):
        for exclusion in population.exclusions:
            if formulas.holds(exclusion.when, row):
                found[exclusion.id] += 1
                break
    return found


def counted_category(
    category: CategoryPlan, tables: Tables, as_of: int, zone: Zone, formulas: Formulas
) -> str | None:
    """Return the category with most rows, ties by the smallest text; null never counts."""
    days = days_of(category.window, as_of)
    rows = members(category.population, tables[category.population.table], days, as_of, zone, formulas)
    counts = Counter(row[category.column] for row in rows if row[category.column] is not None)
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def whole_value(metric: MetricPlan, row: Row, formulas: Formulas) -> int | None:
    """Return a row's value in whole seconds or millionths, halves to even."""
    assert metric.value is not None
    exact = _exact_seconds(metric.value, row) if metric.scale is Scale.SECONDS else None
    if exact is not None:
        return exact
    value = formulas.value(metric.value, row)
    if not isinstance(value, float) or not math.isfinite(value * _UNITS[metric.scale]):
        return None
    return round(value * _UNITS[metric.scale])


def _exact_seconds(tree: Node, row: Row) -> int | None:
    """Return the whole seconds between two instants without a detour through doubles."""
    match tree:
        case Call(function="hours_between", args=(start, end)):
            names = [getattr(part, "name", None) for part in (start, end)]
            begins, ends = (row.get(name) if name else None for name in names)
            if begins is None or ends is None:
                return None
            seconds, rest = divmod(ends - begins, _MICROS)
            up = rest * 2 > _MICROS or (rest * 2 == _MICROS and seconds % 2 == 1)
            return int(seconds + up)
    return None


def _weight(metric: MetricPlan, age: int) -> int:
    return metric.weights[(age - 1) // metric.every_days] if metric.weights else 1


def _sum(rows: Iterable[tuple[Row, int]]) -> int:
    return sum(weight for _, weight in rows)


def _plugin_rows(
    metric: MetricPlan, rows: Sequence[tuple[Row, int]], zone: Zone, formulas: Formulas
) -> list[hookspecs.Row]:
    at = metric.population.at
    return [
        hookspecs.Row(
            at=row[at],
            day=zone.day_of(row[at]),
            value=None if metric.value is None else whole_value(metric, row, formulas),
            hit=formulas.holds(metric.where, row),
        )
        for row, _ in sorted(rows, key=lambda pair: pair[0][at])  # rows come by row id; sorting is stable
    ]
