"""How metrics become one number: dimensions, floors, adjustments, bands."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, Malformed, build_each
from shopscore.bundle.findings import BACKWARDS, NAME_TWICE, UNKNOWN_NAME, WEIGHT
from shopscore.bundle.model import (
    Adjustment,
    Band,
    CategoryOverride,
    Dimension,
    Floor,
    Formula,
    Label,
    Metric,
    Score,
)
from shopscore.bundle.names import Known
from shopscore.bundle.sections.benchmarks import check_curves, read_benchmarks, read_weight, read_weights
from shopscore.yaml.scalars import MILLION

_COMBINE = ("mean", "minimum")
_DECIMALS = 2


def read_score(root: Cursor, known: Known, metrics: Mapping[str, Metric]) -> Score | None:
    """Return the score, or None in a bundle without one."""
    places = filter(None, [root.maybe("score")])
    return next(build_each(places, lambda place: _score(place, known, metrics)), None)


def label_of(place: Cursor, fallback: str) -> Label:
    """Return a place's label, or its name where it has none."""
    label = place.maybe("label")
    return label.label() if label else {"en": fallback}


def _score(place: Cursor, known: Known, metrics: Mapping[str, Metric]) -> Score:
    decimals = place.maybe("decimals")
    combine = _combine(place)
    check_curves(place.below("dimensions"), known)
    _check_once(place)
    dimensions = build_each(place.below("dimensions"), lambda each: _dimension(each, known, combine))
    score = Score(
        scale=_scale(place.at("scale")),
        combine=combine,
        eligible=_when(place, "eligible"),
        excluded=_when(place, "excluded"),
        benchmarks=read_benchmarks(place.below("benchmarks"), known, metrics),
        dimensions={each.id: each for each in dimensions},
        categories={
            each.category: each
            for each in build_each(place.below("categories"), lambda each: _category(each, known, metrics))
        },
        floors=tuple(build_each(place.below("floors"), lambda each: _floor(each, known))),
        adjustments=tuple(build_each(place.below("adjustments"), _adjustment)),
        bands=tuple(build_each(place.below("bands"), _band)),
        decimals=decimals.structural(0) if decimals else _DECIMALS,
        mark=place.mark,
    )
    if combine == "mean" and score.dimensions and not any(each.weight for each in score.dimensions.values()):
        place.report(WEIGHT, "every dimension weighs 0; one of them weighs more", place.at("dimensions").mark)
    return score


def _scale(place: Cursor) -> tuple[float, float]:
    limits = [each.number() for each in place.each()]
    if len(limits) != 2:
        raise Malformed
    low, high = limits
    if low >= high:
        place.report(BACKWARDS, f"expected the lower end first, found {low:g} and {high:g}", place.tree.mark)
    return low, high


def _combine(place: Cursor) -> str:
    combine = place.maybe("combine")
    return combine.word(_COMBINE) if combine else "mean"


def _when(place: Cursor, key: str) -> Formula | None:
    condition = place.maybe(key)
    return condition.at("when").formula() if condition else None


def _dimension(place: Cursor, known: Known, score_combine: str) -> Dimension:
    weight, combine = place.maybe("weight"), _combine(place)
    if weight is None and score_combine == "mean":
        place.report(WEIGHT, "the score is a mean of its dimensions, so each needs a weight:")
    metrics = read_weights(place.below("metrics"), known.metrics, "metric")
    if combine == "mean" and metrics and not any(metrics.values()):
        place.report(WEIGHT, "every metric weighs 0; one of them weighs more", place.at("metrics").mark)
    return Dimension(
        id=place.name,
        label=label_of(place, place.name),
        combine=combine,
        weight=read_weight(weight) if weight else MILLION,
        metrics=metrics,
        mark=place.mark,
        metric_marks={each.name: each.mark for each in place.below("metrics")},
    )


def _check_once(place: Cursor) -> None:
    """Report a metric of two dimensions: its points lost would belong to both."""
    first: dict[str, Cursor] = {}
    for dimension in place.below("dimensions"):
        for metric in dimension.below("metrics"):
            if metric.name in first:
                message = f"{metric.name} is already in a dimension, at {first[metric.name].mark}"
                metric.report(NAME_TWICE, message)
            first.setdefault(metric.name, metric)


def _category(place: Cursor, known: Known, metrics: Mapping[str, Metric]) -> CategoryOverride:
    for benchmark in place.below("benchmarks"):
        if benchmark.name in known.metrics and benchmark.name not in known.curves:
            message = f"no curve of score.benchmarks is called {benchmark.name!r}; a category replaces one"
            benchmark.report(UNKNOWN_NAME, message)
    weighed = known.scored | known.dimensions
    return CategoryOverride(
        category=place.name,
        benchmarks=read_benchmarks(place.below("benchmarks"), known, metrics),
        weights=read_weights(place.below("weights"), weighed, "metric of a dimension, or dimension,"),
        mark=place.mark,
    )


def _floor(place: Cursor, known: Known) -> Floor:
    return Floor(
        id=place.at("id").text(),
        metric=place.at("metric").named(known.scored, "metric of a dimension"),
        points=place.at("points").number(),
        when=place.at("when").formula(),
        label=label_of(place, place.at("id").text()),
        mark=place.mark,
    )


def _adjustment(place: Cursor) -> Adjustment:
    return Adjustment(
        id=place.at("id").text(),
        when=place.at("when").formula(),
        set=place.at("set").formula(),
        label=label_of(place, place.at("id").text()),
        mark=place.mark,
    )


def _band(place: Cursor) -> Band:
    id = place.at("id").text()
    return Band(id=id, when=place.at("when").formula(), label=label_of(place, id), mark=place.mark)
