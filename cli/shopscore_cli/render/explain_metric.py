"""One metric's branch: its points on the curve, its value, the rows behind it and what counts."""

from __future__ import annotations

from shopscore.formula.tree import Type
from shopscore.plan.model import MetricInfo, MetricPlan, PopulationPlan
from shopscore_cli.render.branches import Branch
from shopscore_cli.render.formulas import formula_text, formula_with_values
from shopscore_cli.render.metric_lines import STATE_WORDS
from shopscore_cli.render.numbers import as_written, quantity
from shopscore_cli.render.view import View
from shopscore_cli.render.words import count_of, days

MILLIONTHS = 1e6


def metric_branch(view: View, metric: MetricInfo) -> Branch:
    """Return the branch of a metric."""
    card = view.card["metrics"][metric.id]
    text, mark, path = metric.id, metric.mark, f"metrics.{metric.id}"
    score = view.policy.bundle.score
    if score is not None and metric.scored:
        text += f" {view.points(card['points'], f'{metric.id}.points')}{_on_curve(view, metric)}"
        mark, path = score.benchmarks[metric.id].mark, f"score.benchmarks.{metric.id}"
    branch = Branch(text, mark, source_of(view, path))
    branch.notes.append(Branch(_made_of(view, metric), metric.mark, source_of(view, f"metrics.{metric.id}")))
    if card["state"] == "supplied" and card["computed_value"] is not None:
        branch.notes.append(
            Branch(f"computed from the events: {view.amount(metric, card['computed_value'])}")
        )
    plan = next((each for each in view.policy.plan.metrics if each.id == metric.id), None)
    branch.notes += _rows(view, plan) if plan is not None else []
    branch.notes += _floors(view, metric.id)
    return branch


def _on_curve(view: View, metric: MetricInfo) -> str:
    """Return the stretch of the curve that the value lies on."""
    value = view.cells[f"{metric.id}.value"]
    curve = view.curves.get(metric.id)
    if not isinstance(value, float) or curve is None:
        return ""
    knots = curve.knots
    rising = knots[-1][0] > knots[0][0]
    past = [knot for knot in knots if (knot[0] <= value if rising else knot[0] >= value)]
    around = (
        knots[:1]
        if not past
        else knots[-1:]
        if len(past) == len(knots)
        else knots[len(past) - 1 : len(past) + 1]
    )
    steps = (f"{as_written(raw, metric.unit)} → {as_written(points, Type.NUMBER)}" for raw, points in around)
    return f" on the curve {', '.join(steps)}"


def _made_of(view: View, metric: MetricInfo) -> str:
    card = view.card["metrics"][metric.id]
    window = days(card["window"]["from"], card["window"]["to"], view.card["as_of"], " to ")
    if card["value"] is None:
        return f"{STATE_WORDS[card['state']]}{f', {window}' if window else ''}"
    parts = [view.amount(metric, card["value"])]
    if card["state"] == "supplied":
        parts[0] += " as supplied"
    elif card["numerator"] is not None and card["denominator"] is not None:
        parts[0] += f" = {_plain(card['numerator'])} / {_plain(card['denominator'])}"
    elif metric.kind == "formula":
        parts[0] += f" = {_formula(view, metric.id)}"
    above, below = card["numerator_count"], card["denominator_count"]
    if above is not None and below is not None:
        parts.append(f"{above:,} of {count_of(below, 'row')}")
    elif above is not None and float(above) != card["value"]:
        parts.append(count_of(above, "row"))
    return "; ".join([", ".join(parts), window] if window else [", ".join(parts)])


def _plain(value: float) -> str:
    return quantity(value, Type.NUMBER)


def _formula(view: View, metric: str) -> str:
    tree = next(cell.tree for cell in view.policy.plan.sheet if cell.name == f"{metric}.computed_value")
    return f"{formula_text(tree)} = {formula_with_values(tree, view.cells)}"


def _rows(view: View, metric: MetricPlan) -> list[Branch]:
    """Return which rows count, how they are dated and how they are weighted."""
    rule = view.policy.bundle.metrics[metric.id]
    of = "rows of" if metric.denominator is None else "numerator: rows of"
    notes = [_population(of, metric.population)]
    if rule.where is not None:
        notes.append(Branch(f"counted where {rule.where.text}", rule.where.mark))
    if rule.value is not None:
        notes.append(Branch(f"each worth {rule.value.text}", rule.value.mark))
    if metric.denominator is not None:
        notes.append(_population("denominator: rows of", metric.denominator))
    if rule.decay is not None:
        weights = ", ".join(f"{weight / MILLIONTHS:.6g}" for weight in metric.weights)
        notes.append(Branch(f"weights {weights}, a step every {metric.every_days} days", rule.decay.mark))
    return notes


def _population(of: str, population: PopulationPlan) -> Branch:
    where = f" where {formula_text(population.where)}" if population.where is not None else ""
    due = f", {population.due} before the day" if population.due is not None else ""
    return Branch(f"{of} {population.table}{where}, by {population.at}{due}", population.mark)


def _floors(view: View, metric: str) -> list[Branch]:
    score = view.policy.bundle.score
    marks = {floor.id: floor.mark for floor in score.floors} if score is not None else {}
    notes = []
    for each in view.card["floors"]:
        if each["metric"] == metric:
            change = f"raised from {view.points(each['before'], '')} to {view.points(each['after'], '')}"
            source = source_of(view, f"score.floors.{each['id']}")
            notes.append(Branch(f"{change} by floor {each['id']}", marks[each["id"]], source))
    return notes


def source_of(view: View, path: str) -> str:
    """Return the source of the rule at a path, or that it is assumed."""
    claim = view.claims.nearest(path)
    if claim is None:
        return ""
    return claim.source if claim.source is not None else "assumed"
