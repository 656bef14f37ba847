"""The metrics of a scorecard as lines: scored ones with their curve, the others, targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopscore.formula.tree import Type
from shopscore.plan.metric_cells import EXCELLENT_POINTS, POOR_POINTS
from shopscore.plan.model import MetricInfo, TargetPlan
from shopscore_cli.render.columns import columns
from shopscore_cli.render.numbers import NOTHING, as_written
from shopscore_cli.render.view import View
from shopscore_cli.render.words import days

STATE_WORDS = {"no_data": "no data", "undefined": "undefined", "not_supplied": "not supplied"}
"""What stands in a metric's place where it has no value; never a zero."""

_TARGET_WORDS = {"at_most": "at most", "at_least": "at least", "below": "below", "above": "above"}
_SHARES = frozenset({"share_of", "ratio"})


def scored_lines(view: View) -> list[str]:
    """Return the table of the scored metrics, in the order of their dimensions."""
    titles = ("metric", "value", "of", "window", "points", "lost", "4 points at ", "1 point at ")
    metrics = [metric for dimension in view.policy.plan.dimensions for metric in dimension.metrics]
    if not metrics:
        return []
    rows: list[list[str]] = [[view.paint(title, "dim") for title in titles]]
    rows += [_scored(view, view.policy.plan.metric_infos[metric]) for metric in metrics]
    return columns(rows, "<>><>>>>", indent="  ")


def other_lines(view: View) -> list[str]:
    """Return the metrics that are neither scored nor a target's."""
    plan = view.policy.plan
    named = {target.metric for target in plan.targets}
    others = [each for each in plan.metric_infos.values() if not each.scored and each.id not in named]
    rows = [_plainly(view, metric) for metric in others]
    return _headed("Beside the score", columns(rows, "<>><", indent="    "), view)


def supplied_lines(view: View) -> list[str]:
    """Return the supplied metrics with what the events would have given."""
    rows = []
    for metric in view.policy.plan.metric_infos.values():
        card = view.card["metrics"][metric.id]
        if card["state"] == "supplied" and card["computed_value"] is not None:
            given, ours = (view.amount(metric, card[key]) for key in ("value", "computed_value"))
            rows.append(["Supplied", f"{view.say(metric.label)} {given}, computed {ours}"])
    return columns(rows, indent="  ")


def target_lines(view: View) -> list[str]:
    """Return the published targets with what the shop has."""
    rows = []
    for place, (target, shown) in enumerate(zip(view.policy.plan.targets, view.card["targets"], strict=True)):
        metric = view.policy.plan.metric_infos[target.metric]
        name, *rest = _plainly(view, metric)
        wanted = _target(view, target, metric.unit) + view.star(f"targets[{place}]")
        rows.append([f"{_sign(view, shown['met'])} {name}", *rest, wanted])
    return _headed("Targets", columns(rows, "<>><<", indent="    "), view)


def _scored(view: View, metric: MetricInfo) -> list[str]:
    card = view.card["metrics"][metric.id]
    return [
        *_plainly(view, metric),
        view.points(card["points"], f"{metric.id}.points"),
        view.points(card["points_lost"], ""),
        _knot(view, metric, EXCELLENT_POINTS, "excellent"),
        _knot(view, metric, POOR_POINTS, "poor"),
    ]


def _plainly(view: View, metric: MetricInfo) -> list[str]:
    """Return a metric's name, value, rows and window."""
    card = view.card["metrics"][metric.id]
    name = view.say(metric.label) + view.star(f"metrics.{metric.id}")
    return [name, value_text(view, metric, card), counts_text(view, metric, card), window_text(view, card)]


def value_text(view: View, metric: MetricInfo, card: Mapping[str, Any], more: int = 0) -> str:
    """Return a metric's value with its unit and `more` decimals than usual, or why there is none."""
    if card["value"] is None:
        return view.paint(STATE_WORDS[card["state"]], "dim")
    return view.amount(metric, card["value"], more)


def counts_text(view: View, metric: MetricInfo, card: Mapping[str, Any]) -> str:
    """Return the rows behind a value, and that it was supplied."""
    above, below = card["numerator_count"], card["denominator_count"]
    text = ""
    if above is not None and below is not None:
        text = f"{above:,}/{below:,}" if _counts_rows(view, metric) else f"{below:,}"
    return f"{text} supplied".strip() if card["state"] == "supplied" else text


def _counts_rows(view: View, metric: MetricInfo) -> bool:
    """Tell whether a metric's numerator is a part of rows, not a sum of values."""
    plugin = next((each.plugin for each in view.policy.plan.metrics if each.id == metric.id), None)
    if metric.kind == "supplied":
        return metric.unit is Type.SHARE
    return metric.kind in _SHARES or (plugin is not None and plugin.counts_rows)


def window_text(view: View, card: Mapping[str, Any]) -> str:
    """Return the days a metric looks at."""
    return days(card["window"]["from"], card["window"]["to"], view.card["as_of"])


def _knot(view: View, metric: MetricInfo, points: float, supplied: str) -> str:
    """Return where a curve gives some points; the last sign is the mark of an assumed value, or blank."""
    curve = view.curves.get(metric.id)
    raw = curve.raw_at(points) if curve else None
    if raw is None:
        return f"{NOTHING} "
    own = view.cells.get(f"benchmark.{metric.id}.{supplied}") is not None
    return as_written(raw, metric.unit) + (" " if own else _knot_star(view, metric, points) or " ")


def _knot_star(view: View, metric: MetricInfo, points: float) -> str:
    """Mark a knot that the policy assumes: the category's own one where it has a curve of its own."""
    score = view.policy.bundle.score
    assert score is not None
    path, benchmark = f"score.benchmarks.{metric.id}", score.benchmarks[metric.id]
    override = score.categories.get(str(view.cells["category"]))
    own = override.benchmarks.get(metric.id) if override else None
    if override is not None and own is not None and own.curve:
        path, benchmark = f"score.categories.{override.category}.benchmarks.{metric.id}", own
    place = next(place for place, knot in enumerate(benchmark.curve) if knot.points == points)
    return view.star(f"{path}.curve[{place}]")


def _target(view: View, target: TargetPlan, unit: Type) -> str:
    return f"{_TARGET_WORDS[target.op]} {as_written(target.value, unit)}"


def _sign(view: View, met: bool | None) -> str:
    if met is None:
        return view.paint("·", "dim")
    return view.paint("✓", "green") if met else view.paint("✗", "red")


def _headed(title: str, lines: list[str], view: View) -> list[str]:
    return [f"  {view.paint(title, 'bold')}", *lines] if lines else []
