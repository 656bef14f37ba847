"""Metrics: from what the bundle says to integers over rows."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from shopscore.bundle.model import Decay, Metric, Window
from shopscore.errors import near_match
from shopscore.formula.tree import Name, Node, Type
from shopscore.hookspecs import MetricKind
from shopscore.plan.draft import Draft
from shopscore.plan.facts import Facts, population_needs
from shopscore.plan.findings import FORMULA_METRIC, METRIC_UNIT, UNKNOWN_KIND
from shopscore.plan.model import CategoryPlan, MetricPlan, PopulationPlan, Scale
from shopscore.plan.parameters import check_parameters
from shopscore.yaml.scalars import decay_weights

FROM_ROWS = frozenset({"share_of", "ratio", "mean_of", "sum_of", "count_of", "distinct_of"})
FROM_SHEET = frozenset({"formula", "supplied"})
_TAKES_VALUE = frozenset({"mean_of", "sum_of", "distinct_of"})
_ROW_UNITS = {"share_of": Type.SHARE, "ratio": Type.SHARE, "count_of": Type.COUNT, "distinct_of": Type.COUNT}
_SCALES = {Type.HOURS: Scale.SECONDS, Type.DAYS: Scale.DAY_SECONDS}


def plan_metrics(
    draft: Draft, facts: Facts, populations: Mapping[str, PopulationPlan]
) -> tuple[MetricPlan, ...]:
    """Return the metrics computed from rows; formula and supplied ones live in the sheet."""
    plans = []
    for metric in draft.bundle.metrics.values():
        if metric.kind not in FROM_SHEET:
            plan = _plan_metric(draft, facts, populations, metric)
            if plan is not None:
                plans.append(plan)
    return tuple(plans)


def with_spans(metrics: tuple[MetricPlan, ...]) -> tuple[MetricPlan, ...]:
    """Give each population the windows of all metrics on it."""
    spans: dict[str, list[Window]] = {}
    for metric in metrics:
        for population in (metric.population, metric.denominator):
            if population is not None and metric.window not in spans.setdefault(population.id, []):
                spans[population.id].append(metric.window)

    def spanned(population: PopulationPlan) -> PopulationPlan:
        return replace(population, span=tuple(spans[population.id]))

    return tuple(
        replace(
            metric,
            population=spanned(metric.population),
            denominator=spanned(metric.denominator) if metric.denominator else None,
        )
        for metric in metrics
    )


def plan_category(
    draft: Draft, facts: Facts, populations: Mapping[str, PopulationPlan]
) -> CategoryPlan | None:
    """Return how a subject's category is counted."""
    rule = draft.bundle.category
    if rule is None or rule.population not in populations:
        return None
    population = populations[rule.population]
    column = Name(rule.column, Type.TEXT)
    needs = population_needs(draft, facts, population) | facts.needs(population.table, column)
    wanted = _wanting(draft, needs)
    return CategoryPlan(population, rule.column, rule.window, wanted, absences=needs - wanted)


def metric_unit(metric: Metric, value: Node | None) -> Type:
    """Return the unit a metric is read in."""
    if metric.unit is not None:
        return metric.unit
    if metric.kind in _ROW_UNITS:
        return _ROW_UNITS[metric.kind]
    return value.type if value is not None and value.type.is_numeric else Type.NUMBER


def _plan_metric(
    draft: Draft, facts: Facts, populations: Mapping[str, PopulationPlan], metric: Metric
) -> MetricPlan | None:
    kind = None if metric.kind in FROM_ROWS else draft.plugins.kinds.get(metric.kind)
    if metric.kind not in FROM_ROWS and kind is None:
        known = FROM_ROWS | FROM_SHEET | draft.plugins.kinds.keys()
        draft.report(
            UNKNOWN_KIND,
            metric.mark,
            f"no metric kind is called {metric.kind!r}{near_match(metric.kind, known)} "
            f"(known: {', '.join(sorted(known))})",
        )
        return None
    if kind is not None:
        draft.uses("metric kind", kind.name, metric.mark)
        check_parameters(draft, metric, kind)
    population = populations.get(metric.population or "")
    denominator = populations.get(metric.denominator or "")
    if population is None or (metric.denominator is not None and denominator is None):
        return None
    scope = facts.scopes[population.table]
    where = draft.condition(metric.where, scope)
    value = draft.parse(metric.value, scope) if metric.value is not None else None
    if metric.value is not None and value is None:
        return None
    if not _value_fits(draft, metric, kind, value) or metric.window is None:
        return None
    needs = population_needs(draft, facts, population) | facts.needs(population.table, where, value)
    if denominator is not None:
        needs |= population_needs(draft, facts, denominator)
    counts_rows = metric.kind in _ROW_UNITS or (kind is not None and kind.counts_rows)
    unit = kind.unit if kind is not None and kind.counts_rows else metric_unit(metric, value)
    return MetricPlan(
        id=metric.id,
        kind=metric.kind,
        population=population,
        denominator=denominator,
        where=where,
        value=value,
        scale=Scale.ROWS if counts_rows else _SCALES.get(unit, Scale.MILLIONTHS),
        window=metric.window,
        weights=_weights(metric.window, metric.decay),
        every_days=metric.decay.every_days if metric.decay else 0,
        plugin=kind,
        parameters=metric.parameters,
        needs=_wanting(draft, needs),
        absences=frozenset(needs - _wanting(draft, needs)),
        unit=unit,
        mark=metric.mark,
    )


def _value_fits(draft: Draft, metric: Metric, kind: MetricKind | None, value: Node | None) -> bool:
    takes_value = metric.kind in _TAKES_VALUE if kind is None else kind.takes_value
    if takes_value and value is None:
        draft.report(FORMULA_METRIC, metric.mark, f"{metric.kind} needs `value:`, a formula over the row")
        return False
    if value is not None and not takes_value:
        draft.report(FORMULA_METRIC, metric.mark, f"{metric.kind} takes no `value:`")
        return False
    if kind is not None and kind.counts_rows and metric.unit not in (None, kind.unit):
        draft.report(METRIC_UNIT, metric.mark, f"{kind.name} gives a {kind.unit.value}; leave the unit out")
        return False
    if kind is None and metric.where is None and metric.kind == "share_of":
        draft.report(
            FORMULA_METRIC, metric.mark, "share_of needs `where:`, which rows of the population count"
        )
        return False
    if value is not None and metric.kind != "distinct_of" and not value.type.is_numeric:
        draft.report(
            METRIC_UNIT, metric.mark, f"{metric.kind} needs a number, but its value is {value.type.value}"
        )
        return False
    times = (Type.HOURS, Type.DAYS)
    if value is not None and metric.unit is not None and metric.kind != "distinct_of":
        is_time = value.type in times or metric.unit in times
        if is_time and value.type is not metric.unit:
            draft.report(
                METRIC_UNIT,
                metric.mark,
                f"unit {metric.unit.value} does not fit a value in {value.type.value}",
            )
            return False
    return True


def _weights(window: Window, decay: Decay | None) -> tuple[int, ...]:
    if decay is None:
        return ()
    longest = {"days": window.lag + window.count, "months": 31 * (window.count + 1), "quarter": 31 * 6}
    oldest = longest.get(window.kind, 31 * 3)
    return decay_weights(decay.factor, (oldest - 1) // decay.every_days + 1)


def _wanting(draft: Draft, needs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Keep what has no meaning when it is absent."""
    return frozenset(
        (table, column)
        for table, column in needs
        if not column or not draft.tables[table].columns[column].has_default
    )
