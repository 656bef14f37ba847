"""Cells of each metric: value, state, counts, points, floors."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.model import Benchmark, Metric, Score
from shopscore.errors import Mark
from shopscore.formula.tree import Curve, Name, Node, Type
from shopscore.formula.tree import names as names_in
from shopscore.plan import names
from shopscore.plan.draft import Draft, in_order, words
from shopscore.plan.findings import METRIC_UNIT
from shopscore.plan.metrics import metric_unit
from shopscore.plan.model import FloorPlan, MetricInfo, MetricPlan, Scale
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import (
    both,
    call,
    cases,
    choose,
    compare,
    is_true,
    known,
    negated,
    null,
    number,
    op,
    quantise,
    retyped,
    text,
)

_SECONDS = {Scale.SECONDS: 3600.0, Scale.DAY_SECONDS: 86400.0, Scale.MILLIONTHS: 1e6, Scale.ROWS: 1.0}
_WEIGHT = 1e6
_QUOTIENTS = frozenset({"share_of", "ratio", "mean_of"})
POOR_POINTS = 1.0
EXCELLENT_POINTS = 4.0


def declare(sheet: Sheet, metric: Metric, unit: Type) -> None:
    """Let formulas read a metric's fields before its cells are written."""
    fields = {"value": unit, "state": Type.TEXT}
    if metric.kind not in ("formula",):
        fields |= {
            "numerator": Type.NUMBER,
            "denominator": Type.NUMBER,
            "numerator_count": Type.COUNT,
            "denominator_count": Type.COUNT,
        }
    score = sheet.draft.bundle.score
    if score is not None and metric.id in score.benchmarks:
        fields |= {"points": Type.POINTS, "average": unit}
    for each, kind in fields.items():
        sheet.public(f"{metric.id}.{each}", kind)


def metric_cells(sheet: Sheet, plans: Mapping[str, MetricPlan]) -> Mapping[str, MetricInfo]:
    """Add the cells of every metric and return what people see of each."""
    bundle = sheet.draft.bundle
    score = bundle.score
    scored = {metric for each in score.dimensions.values() for metric in each.metrics} if score else set()
    formulas = {each.id: each for each in bundle.metrics.values() if each.kind == "formula"}
    units = {
        each.id: plans[each.id].unit if each.id in plans else metric_unit(each, None)
        for each in bundle.metrics.values()
        if each.id not in formulas and (each.id in plans or each.kind == "supplied")
    }
    for id_, unit in units.items():
        declare(sheet, bundle.metrics[id_], unit)
    trees = _formula_metrics(sheet, formulas, units)
    infos = {}
    for metric in bundle.metrics.values():
        if metric.id not in units:
            continue
        depends = _value_cells(sheet, metric, units[metric.id], plans.get(metric.id), trees.get(metric.id))
        if score is not None and metric.id in score.benchmarks:
            _points(sheet, metric, units[metric.id], score)
        infos[metric.id] = MetricInfo(
            id=metric.id,
            label=metric.label,
            help=metric.help,
            better=metric.better,
            unit=units[metric.id],
            kind=metric.kind,
            scored=metric.id in scored,
            window=metric.window,
            depends=depends,
            mark=metric.mark,
        )
    return infos


def _formula_metrics(sheet: Sheet, formulas: Mapping[str, Metric], units: dict[str, Type]) -> dict[str, Node]:
    """Type the metrics that are formulas over others, in an order in which that is possible."""
    needs = {metric.id: {word.split(".")[0] for word in words(metric.value)} for metric in formulas.values()}
    marks = {metric.id: metric.mark for metric in formulas.values()}
    trees: dict[str, Node] = {}
    for id_ in in_order(sheet.draft, needs, marks, "metric"):
        metric = formulas[id_]
        tree = sheet.draft.parse(metric.value, sheet.scope, metric.unit) if metric.value else None
        if tree is not None:
            trees[id_] = tree
            units[id_] = metric_unit(metric, tree)
            declare(sheet, metric, units[id_])
    return trees


def _value_cells(
    sheet: Sheet, metric: Metric, unit: Type, plan: MetricPlan | None, tree: Node | None
) -> tuple[str, ...]:
    given = sheet.input(names.supplied(metric.id, "value"), unit, "supplied", metric.id, "value")
    computed = f"{metric.id}.computed_value"
    depends: tuple[str, ...] = ()
    if plan is not None:
        otherwise = _computed(sheet, metric, unit, plan)
    elif tree is not None:
        sheet.cell(computed, tree, metric.value.mark if metric.value else metric.mark)
        depends = _metrics_read(sheet, tree)
        absent = [compare("==", Name(f"{each}.state", Type.TEXT), text("not_supplied")) for each in depends]
        pairs: list[tuple[Node, Node]] = [(known(Name(computed, unit)), text("computed"))]
        pairs += [(test, text("not_supplied")) for test in absent]
        otherwise = cases(pairs, text("no_data"))
    else:
        sheet.cell(computed, null(unit))
        otherwise = text("not_supplied")
    sheet.cell(f"{metric.id}.state", choose(known(given), text("supplied"), otherwise))
    sheet.cell(f"{metric.id}.value", choose(known(given), given, Name(computed, unit)), metric.mark, "value")
    if plan is not None or metric.kind == "supplied":
        _count_cells(sheet, metric, unit, plan, given)
    return depends


def _computed(sheet: Sheet, metric: Metric, unit: Type, plan: MetricPlan) -> Node:
    """Add what the rows give and return the state where nothing was supplied."""
    raw = {
        field: sheet.input(names.raw(metric.id, field), Type.NUMBER, "raw", metric.id, field)
        for field in names.RAW_FIELDS
    }
    there = sheet.input(names.there(metric.id), Type.BOOLEAN, "there", metric.id)
    scale = _SECONDS[plan.scale]
    numerator: Node = raw["numerator"]
    if scale != 1.0:
        numerator = op("/", numerator, number(scale), Type.NUMBER)
    value = numerator
    quotient = is_quotient(plan)
    if quotient:
        value = op("/", numerator, raw["denominator"], unit)
    elif plan.weights:
        value = op("/", numerator, number(_WEIGHT), unit)
    weighted = bool(plan.weights)
    shown = op("/", numerator, number(_WEIGHT), Type.NUMBER) if weighted else numerator
    below: Node = raw["denominator"]
    if weighted:
        below = op("/", below, number(_WEIGHT), Type.NUMBER)
    sheet.cell(f"{metric.id}.computed_value", value, metric.mark)
    sheet.cell(f"{metric.id}.computed_numerator", shown, metric.mark)
    sheet.cell(f"{metric.id}.computed_denominator", below if quotient else null(Type.NUMBER), metric.mark)
    pairs: list[tuple[Node, Node]] = [(negated(there), text("not_supplied"))]
    if quotient:
        pairs.append((known(Name(f"{metric.id}.computed_value", unit)), text("computed")))
        pairs.append((compare("!=", raw["numerator"], number(0)), text("undefined")))
        sheet.warn(
            "undefined_metric",
            compare("==", Name(f"{metric.id}.state", Type.TEXT), text("undefined")),
            f"{metric.id} has a numerator but nothing to divide it by",
        )
        return cases(pairs, text("no_data"))
    return cases(pairs, text("computed"))


def is_quotient(plan: MetricPlan) -> bool:
    """Tell whether a metric's value is a numerator divided by a denominator."""
    return plan.kind in _QUOTIENTS or plan.plugin is not None


def _count_cells(sheet: Sheet, metric: Metric, unit: Type, plan: MetricPlan | None, given: Name) -> None:
    """Add numerator, denominator and row counts; supplied whole numbers stand for row counts.

    The numerator of a time is in hours, so that it counts nothing.
    """
    for field in ("numerator", "denominator"):
        of_row = sheet.input(names.supplied(metric.id, field), Type.NUMBER, "supplied", metric.id, field)
        computed: Node = Name(f"{metric.id}.computed_{field}", Type.NUMBER)
        rows: Node = Name(names.raw(metric.id, f"{field}_rows"), Type.NUMBER)
        if plan is None or (field == "denominator" and not is_quotient(plan)):
            computed, rows = null(Type.NUMBER), null(Type.NUMBER)
        sheet.cell(f"{metric.id}.{field}", choose(known(given), of_row, computed), metric.mark)
        counts: Node = null(Type.COUNT)
        if unit is Type.SHARE or (unit in (Type.HOURS, Type.DAYS) and field == "denominator"):
            whole = compare("==", call("round", of_row, number(0), kind=Type.NUMBER), of_row)
            counts = choose(whole, of_row, null(Type.NUMBER))
        sheet.cell(
            f"{metric.id}.{field}_count", retyped(choose(known(given), counts, rows), Type.COUNT), metric.mark
        )


def _metrics_read(sheet: Sheet, tree: Node) -> tuple[str, ...]:
    read = {name.split(".")[0] for name in names_in(tree)}
    return tuple(metric for metric in sheet.draft.bundle.metrics if metric in read)


def _points(sheet: Sheet, metric: Metric, unit: Type, score: Score) -> None:
    """Add the points on the curve, by category where the policy has overrides."""
    owner = metric.id
    supplied = {
        field: sheet.input(names.benchmark(owner, field), kind, "benchmark", owner, field)
        for field, kind in (("poor", unit), ("excellent", unit), ("average", unit), ("weight", Type.NUMBER))
    }
    default = score.benchmarks[owner]
    for each in (
        default,
        *(own.benchmarks[owner] for own in score.categories.values() if owner in own.benchmarks),
    ):
        same_unit(sheet.draft, each.written_unit, unit, owner, each.mark)
    category = Name("category", Type.TEXT)
    value = Name(f"{owner}.value", unit)
    curves: list[tuple[Node, Node]] = []
    averages: list[tuple[Node, Node]] = []
    for override in score.categories.values():
        own = override.benchmarks.get(owner)
        if own is not None:
            test = compare("==", category, text(override.category))
            if own.curve:
                curves.append((test, _curve(own, value, unit, supplied)))
            if own.average is not None:
                averages.append((test, number(own.average, unit)))
    usual = number(default.average, unit) if default.average is not None else null(unit)
    sheet.cell(
        f"{owner}.average",
        choose(known(supplied["average"]), supplied["average"], cases(averages, usual)),
        default.mark,
    )
    sheet.cell(
        f"{owner}.points_before_floor",
        quantise(cases(curves, _curve(default, value, unit, supplied))),
        default.mark,
        "points on the curve",
    )


def same_unit(draft: Draft, written: Type | None, unit: Type, metric: str, mark: Mark) -> bool:
    """Report literals written in another unit than the metric they are compared with."""
    if written is None or written is unit or unit is Type.NUMBER:
        return True
    draft.report(
        METRIC_UNIT, mark, f"{metric} is in {unit.value}, but the values are written in {written.value}"
    )
    return False


def _curve(benchmark: Benchmark, value: Name, unit: Type, supplied: Mapping[str, Name]) -> Curve:
    replaced = {POOR_POINTS: "poor", EXCELLENT_POINTS: "excellent"}
    knots: list[tuple[Node, float]] = []
    for knot in benchmark.curve:
        raw: Node = number(knot.at, unit)
        if knot.points in replaced:
            own = supplied[replaced[knot.points]]
            raw = choose(known(own), own, raw)
        knots.append((raw, knot.points))
    return Curve(value, tuple(knots), rising=benchmark.curve[-1].at > benchmark.curve[0].at)


def floor_cells(sheet: Sheet, score: Score) -> tuple[FloorPlan, ...]:
    """Add the floors in order, and with them each metric's final points."""
    current = {metric: f"{metric}.points_before_floor" for metric in score.benchmarks}
    plans = []
    for floor in score.floors:
        if floor.metric not in current:
            continue
        when = sheet.draft.condition(floor.when, sheet.scope)
        if when is None:
            continue
        stem = f"floor.{floor.id}"
        before = Name(current[floor.metric], Type.POINTS)
        test = sheet.cell(f"{stem}.when", when, floor.when.mark, "floor applies")
        raised = call("max", before, number(floor.points, Type.POINTS), kind=Type.POINTS)
        after = sheet.cell(
            f"{stem}.after", choose(test, raised, before), floor.mark, "points after the floor"
        )
        sheet.cell(f"{stem}.before", before, floor.mark)
        sheet.cell(f"{stem}.applied", is_true(both(test, compare("!=", before, after))), floor.mark)
        current[floor.metric] = f"{stem}.after"
        plans.append(FloorPlan(floor.id, floor.metric, floor.label))
    for metric, cell in current.items():
        sheet.cell(f"{metric}.points", Name(cell, Type.POINTS), score.benchmarks[metric].mark, "points")
    return tuple(plans)
