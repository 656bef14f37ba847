"""Bundle to plan: every formula typed, every cell in order; all findings at once."""

from __future__ import annotations

from msgspec import Struct

from shopscore.bundle.model import Bundle, NamedValue
from shopscore.errors import Finding, has_errors
from shopscore.events.tables import Kind
from shopscore.formula.functions import FUNCTIONS
from shopscore.formula.tree import Name, Node, Type
from shopscore.hooks import Plugins
from shopscore.plan.draft import Draft, in_order, words
from shopscore.plan.facts import plan_facts, plan_populations, table_plans
from shopscore.plan.item_cells import item_cells
from shopscore.plan.ledgers import ledger_cells, ledger_inputs, plan_ledgers
from shopscore.plan.metric_cells import floor_cells, metric_cells, same_unit
from shopscore.plan.metrics import plan_category, plan_metrics, with_spans
from shopscore.plan.model import (
    AdjustmentPlan,
    CategoryPlan,
    DimensionPlan,
    ExclusionPlan,
    FloorPlan,
    ListedPlan,
    MetricPlan,
    Plan,
    PopulationPlan,
    TargetPlan,
)
from shopscore.plan.names import excluded
from shopscore.plan.plugin_versions import check_plugins
from shopscore.plan.score_cells import score_cells
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import cases, compare, null, number, text

_SIGNS = {"at_most": "<=", "at_least": ">=", "below": "<", "above": ">"}


class Planned(Struct, frozen=True):
    """A plan, or the findings that stand in its way."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def build_plan(bundle: Bundle, plugins: Plugins) -> Planned:
    """Return the plan of a resolved bundle."""
    draft = Draft.start(bundle, plugins)
    check_plugins(draft)
    facts = plan_facts(draft)
    populations = plan_populations(draft, facts)
    metrics = with_spans(plan_metrics(draft, facts, populations))
    category = plan_category(draft, facts, populations)

    ledgers = plan_ledgers(draft)
    sheet = Sheet(draft)
    _common_inputs(sheet)
    ledger_inputs(sheet, ledgers)
    infos = metric_cells(sheet, {metric.id: metric for metric in metrics})
    score = bundle.score
    dimensions: tuple[DimensionPlan, ...] = ()
    adjustments: tuple[AdjustmentPlan, ...] = ()
    floors: tuple[FloorPlan, ...] = ()
    if score is not None:
        for dimension in score.dimensions:
            sheet.public(dimension, Type.POINTS)
        for cell, kind in (("score", Type.POINTS), ("state", Type.TEXT), ("band", Type.TEXT)):
            sheet.public(cell, kind)
    _value_cells(sheet)
    if score is not None:
        floors = floor_cells(sheet, score)
        dimensions, adjustments = score_cells(sheet, score)
    items = item_cells(sheet)
    ledger_cells(sheet, ledgers)
    advisories = _advisories(sheet)
    targets = _targets(sheet)
    exclusions = _exclusions(sheet, metrics)
    cells = sheet.ordered(bundle.mark)
    if has_errors(draft.findings):
        return Planned(None, tuple(draft.findings))

    roots = _row_formulas(metrics, category)
    used = frozenset(
        {pair for metric in metrics for pair in metric.needs | metric.absences}
        | (category.needs | category.absences if category else frozenset())
    )
    plan = Plan(
        bundle=bundle,
        tables=table_plans(draft, facts, used, roots),
        metrics=metrics,
        metric_infos=infos,
        category=category,
        exclusions=exclusions,
        inputs=tuple(sheet.inputs.values()),
        sheet=cells,
        dimensions=dimensions,
        floors=floors,
        adjustments=adjustments,
        items=items,
        ledgers=ledgers,
        warnings=tuple(sheet.warnings),
        advisories=advisories,
        targets=targets,
        functions={**FUNCTIONS, **plugins.functions},
    )
    return Planned(plan, tuple(draft.findings))


def _common_inputs(sheet: Sheet) -> None:
    bundle = sheet.draft.bundle
    sheet.input("as_of", Type.DAY, "as_of")
    sheet.public("as_of", Type.DAY)
    for field in ("category", "category.given", "category.counted"):
        sheet.input(field, Type.TEXT, "category", field_=field.rpartition(".")[2])
    sheet.public("category", Type.TEXT)
    for column in sheet.draft.tables["shops"].columns.values():
        if column.kind is not Kind.ID:
            name = f"{bundle.subject}.{column.name}"
            sheet.input(name, column.type, "shop", field_=column.name, absent=column.default)
            sheet.public(name, column.type)
    given, counted = (Name(f"category.{field}", Type.TEXT) for field in ("given", "counted"))
    sheet.warn(
        "category_differs",
        compare("!=", given, counted),
        "the category given is not the one most orders are in; the one given is used",
    )


def _value_cells(sheet: Sheet) -> None:
    """Add the named values in an order in which each can be typed."""
    values = sheet.draft.bundle.values
    needs = {name: words(value.formula) | words(value.by) for name, value in values.items()}
    marks = {name: value.mark for name, value in values.items()}
    for name in in_order(sheet.draft, needs, marks, "value"):
        tree = _value_tree(sheet, values[name])
        if tree is not None:
            value = values[name]
            sheet.cell(name, tree, value.formula.mark if value.formula else value.mark, "value")
            sheet.public(name, tree.type)


def _value_tree(sheet: Sheet, value: NamedValue) -> Node | None:
    if value.formula is not None:
        return sheet.draft.parse(value.formula, sheet.scope, value.unit)
    unit = value.unit or Type.NUMBER
    default: Node = null(unit) if value.default is None else number(value.default, unit)
    if value.by is None:
        return default
    chooser = sheet.draft.parse(value.by, sheet.scope, Type.TEXT)
    if chooser is None:
        return None
    return cases(
        [(compare("==", chooser, text(key)), number(each, unit)) for key, each in value.values.items()],
        default,
    )


def _advisories(sheet: Sheet) -> tuple[ListedPlan, ...]:
    plans = []
    for advisory in sheet.draft.bundle.advisories:
        when = sheet.draft.condition(advisory.when, sheet.scope)
        if when is not None:
            cell = f"advisory.{advisory.id}"
            sheet.cell(cell, when, advisory.when.mark, "advice applies")
            plans.append(ListedPlan(advisory.id, cell, advisory.text))
    return tuple(plans)


def _targets(sheet: Sheet) -> tuple[TargetPlan, ...]:
    plans = []
    for place, target in enumerate(sheet.draft.bundle.targets, 1):
        unit = sheet.scope.get(f"{target.metric}.value")
        if unit is None or not same_unit(sheet.draft, target.written_unit, unit, target.metric, target.mark):
            continue
        cell = f"target.{place}.met"
        sheet.cell(
            cell,
            compare(_SIGNS[target.op], Name(f"{target.metric}.value", unit), number(target.value, unit)),
            target.mark,
            "target met",
        )
        plans.append(TargetPlan(target.metric, target.op, target.value, cell))
    return tuple(plans)


def _exclusions(
    sheet: Sheet, metrics: tuple[MetricPlan, ...]
) -> tuple[tuple[ExclusionPlan, PopulationPlan], ...]:
    """Return the exclusions of populations that metrics use, with an input for the rows removed."""
    populations = {
        population.id: population
        for metric in metrics
        for population in (metric.population, metric.denominator)
        if population is not None
    }
    found = []
    for exclusion in sheet.draft.bundle.exclusions:
        population = populations.get(exclusion.of)
        for plan in population.exclusions if population else ():
            if plan.id == exclusion.id and population is not None:
                found.append((plan, population))
                sheet.input(excluded(plan.id), Type.COUNT, "excluded", plan.id, "rows")
    return tuple(found)


def _row_formulas(metrics: tuple[MetricPlan, ...], category: CategoryPlan | None) -> list[tuple[str, Node]]:
    """Return the formulas evaluated on rows, with their tables."""
    roots: list[tuple[str, Node | None]] = []
    populations = [metric.population for metric in metrics]
    populations += [metric.denominator for metric in metrics if metric.denominator]
    populations += [category.population] if category else []
    for population in populations:
        roots.append((population.table, population.where))
        roots += [(population.table, exclusion.when) for exclusion in population.exclusions]
    for metric in metrics:
        roots += [(metric.population.table, metric.where), (metric.population.table, metric.value)]
    if category:
        roots.append((category.population.table, Name(category.column, Type.TEXT)))
    return [(table, node) for table, node in roots if node is not None]
