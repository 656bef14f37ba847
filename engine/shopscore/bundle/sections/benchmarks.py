"""Curves from a metric's value to points, and the weights beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from shopscore.bundle.cursor import SHARES, Cursor, build_each, hint
from shopscore.bundle.findings import CURVE, NO_CURVE, UNIT, UNKNOWN_NAME, WEIGHT
from shopscore.bundle.model import Benchmark, Knot, Metric
from shopscore.bundle.names import Known
from shopscore.bundle.sections.metrics import fitting_units, own_unit, written_unit
from shopscore.formula.tree import Type
from shopscore.yaml.scalars import MILLION, millionths


def read_benchmarks(
    places: Iterable[Cursor], known: Known, metrics: Mapping[str, Metric]
) -> Mapping[str, Benchmark]:
    """Return the curves and averages by metric."""
    built = build_each(places, lambda place: _benchmark(place, known, metrics))
    return {each.metric: each for each in built}


def read_weight(place: Cursor) -> int:
    """Return a weight as whole millionths."""
    exact = place.quantity(SHARES).decimal
    weight = millionths(exact)
    if weight < 0 or Fraction(weight, MILLION) != Fraction(exact):
        message = f"expected a weight from 0 on with at most 6 decimals, found {exact:f}"
        place.report(WEIGHT, message, place.tree.mark)
    return weight


def check_curves(dimensions: Iterable[Cursor], known: Known) -> None:
    """Report metrics of a dimension that no default curve turns into points."""
    for dimension in dimensions:
        for metric in dimension.below("metrics"):
            if metric.name in known.metrics and metric.name not in known.curves:
                message = f"no curve turns {metric.name} into points; add score.benchmarks.{metric.name}"
                metric.report(NO_CURVE, message)


def _benchmark(place: Cursor, known: Known, metrics: Mapping[str, Metric]) -> Benchmark:
    if place.name not in known.metrics:
        place.report(UNKNOWN_NAME, f"no metric is called {place.name!r}{hint(place.name, known.metrics)}")
    unit = own_unit(metrics.get(place.name))
    written: dict[Type, str] = {}
    average, curve = place.maybe("average"), place.maybe("curve")
    knots = tuple(build_each(curve.each(), lambda knot: _knot(knot, unit, written))) if curve else ()
    middle = _raw(average, unit, written) if average else None
    if unit is None and len(written) > 1:
        shown = " and ".join(repr(text) for text in written.values())
        place.report(UNIT, f"its raw values are in one unit; found {shown}")
    if curve is not None:
        _check_monotone(curve, knots)
    return Benchmark(place.name, knots, middle, place.mark, next(iter(written), None))


def _knot(place: Cursor, unit: Type | None, written: dict[Type, str]) -> Knot:
    return Knot(_raw(place.at("at"), unit, written), place.at("points").number(), place.tree.mark)


def _raw(place: Cursor, unit: Type | None, written: dict[Type, str]) -> float:
    quantity = place.quantity(fitting_units(unit))
    if (own := written_unit(quantity)) is not None:
        written.setdefault(own, place.text())
    return quantity.value


def _check_monotone(curve: Cursor, knots: tuple[Knot, ...]) -> None:
    """Report knots that turn back or stay where the one before them is."""
    if len(knots) < 2:
        return
    rising = knots[1].at > knots[0].at
    for before, knot in pairwise(knots):
        if knot.at == before.at:
            curve.report(CURVE, f"two knots are at {knot.at:g}", knot.mark)
        elif (knot.at > before.at) != rising:
            way = "rises" if rising else "falls"
            curve.report(CURVE, f"the curve {way} and turns back at {knot.at:g}", knot.mark)


def read_weights(places: Iterable[Cursor], known: frozenset[str], what: str) -> Mapping[str, int]:
    """Return weights by name; each name is one of the known ones."""
    weights: dict[str, int] = {}
    for place in places:
        if place.name not in known:
            place.report(UNKNOWN_NAME, f"no {what} is called {place.name!r}{hint(place.name, known)}")
        weights.update(build_each([place], lambda each: (each.name, read_weight(each))))
    return weights
