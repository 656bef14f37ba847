"""Policies, third part: curves, dimensions, floors, adjustments, bands, who is scored at all."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from tests.differential.choices import Choices
from tests.differential.sketch import WORDS, Document, Number, Sketch

from shopscore.formula.tree import Type

RAW: Mapping[Type, tuple[str, ...]] = {
    Type.SHARE: ("0", "0.25", "0.5", "0.75", "1", "0.012", "40 %", "2.5 %"),
    Type.COUNT: ("0", "1", "2", "3", "5", "10", "1e15"),
    Type.HOURS: ("0", "1.5", "24", "26.5 h", "96 h", "1000", "-3"),
    Type.DAYS: ("0", "1", "7", "15 d", "60", "-2"),
}
ANY_RAW = ("0", "0.5", "1", "2", "10", "100", "-7", "1e9", "1e15", "0.1")
LIMITS = ("0", "1", "2", "2.5", "3", "3.5", "4", "5")
"""Where scores and points get to stand exactly, and what conditions compare them with."""
POINTS = ("5", "4", "1", "0", "2.5", "3.5", "3", "0.1", "2", "1.000000001", "-1")
SCALES = (("0", "5"), ("0", "5"), ("1", "5"), ("0", "100"), ("-2", "4"))
WEIGHTS = ("1", "2", "0.5", "3", "0.333333", "0", "50 %")


def score_rules(sketch: Sketch, units: Mapping[str, Type]) -> Document:
    """Draw a score over some of the metrics."""
    choices = sketch.choices
    scored = choices.some(list(units), 1, 4)
    curved = {metric: units[metric] for metric in scored + [m for m in units if choices.chance(10)]}
    benchmarks = {metric: _benchmark(choices, unit) for metric, unit in curved.items()}
    for metric, unit in curved.items():
        sketch.points[f"{metric}.points"] = Type.POINTS
        sketch.known[f"{metric}.average"] = unit
    dimensions = _dimensions(choices, scored)
    sketch.dimensions.update(dict.fromkeys(dimensions, Type.POINTS))
    low, high = choices.pick(SCALES)
    document: Document = {
        "scale": [Number(low), Number(high)],
        "combine": _combine(choices),
        "eligible": _when(sketch, 30),
        "excluded": _when(sketch, 15),
        "benchmarks": benchmarks,
        "dimensions": dimensions,
        "categories": _categories(choices, curved, [*scored, *dimensions]),
        "floors": [_floor(sketch, place, scored) for place in range(choices.pick([0, 1, 1, 2]))],
        "adjustments": [_adjustment(sketch, place) for place in range(choices.pick([0, 1, 1, 2]))],
        "bands": _bands(sketch),
    }
    sketch.result.update({"score": Type.POINTS, "state": Type.TEXT, "band": Type.TEXT})
    return {name: part for name, part in document.items() if part}


def raw_values(unit: Type) -> tuple[str, ...]:
    """Return literals in which raw values of a unit are written."""
    return RAW.get(unit, ANY_RAW)


def in_plain(written: str) -> float:
    """Return the double a literal means."""
    text, _, sign = written.partition(" ")
    return float(f"{text}e-2") if sign == "%" else float(text)


def _benchmark(choices: Choices, unit: Type) -> Document:
    found: Document = {"curve": _curve(choices, unit)}
    if choices.chance(40):
        found["average"] = Number(choices.pick(raw_values(unit)))
    return found


def _curve(choices: Choices, unit: Type) -> list[Document]:
    raws = sorted(choices.some(raw_values(unit), 2, 5), key=in_plain)
    points = [choices.pick(POINTS) for _ in raws]
    if choices.chance(60):  # the two knots that supplied benchmarks move
        first = choices.whole(0, len(raws) - 2)
        points[first], points[first + 1] = choices.pick([("1", "4"), ("4", "1")])
    knots: list[Document] = [
        {"at": Number(raw), "points": Number(each)} for raw, each in zip(raws, points, strict=True)
    ]
    return knots[:: choices.pick([1, -1])]


def _combine(choices: Choices) -> str:
    return choices.pick(["mean", "mean", "mean", "minimum"])


def _weights(choices: Choices, names: list[str]) -> dict[str, Number]:
    found = {name: Number(choices.pick(WEIGHTS)) for name in names}
    if all(weight == "0" for weight in found.values()):
        found[names[0]] = Number("1")
    return found


def _dimensions(choices: Choices, scored: list[str]) -> Document:
    cuts = sorted({0, len(scored), *(choices.whole(0, len(scored)) for _ in range(choices.whole(0, 2)))})
    groups = [scored[start:end] for start, end in itertools.pairwise(cuts)]
    weights = _weights(choices, [f"d{place}" for place in range(len(groups))])
    return {
        name: {"combine": _combine(choices), "weight": weight, "metrics": _weights(choices, group)}
        for (name, weight), group in zip(weights.items(), groups, strict=True)
    }


def _when(sketch: Sketch, percent: int) -> Document | None:
    if not sketch.choices.chance(percent):
        return None
    counts = [name for name in sketch.known if name.endswith("_count")]
    if counts and sketch.choices.chance(50):
        return {"when": f"{sketch.choices.pick(counts)} >= {sketch.choices.pick(['1', '0', '2'])}"}
    return {"when": sketch.on_sheet().condition(sketch.choices.whole(0, 1))}


def _categories(choices: Choices, curved: Mapping[str, Type], weighed: list[str]) -> Document:
    found: Document = {}
    for category in choices.some(WORDS, 0, choices.pick([0, 1, 2])):
        benchmarks = {
            metric: _benchmark(choices, unit)
            if choices.chance(60)
            else {"average": Number(choices.pick(raw_values(unit)))}
            for metric, unit in curved.items()
            if choices.chance(50)
        }
        weights = {name: Number(choices.pick(WEIGHTS)) for name in weighed if choices.chance(30)}
        parts = {"benchmarks": benchmarks, "weights": weights}
        if kept := {key: part for key, part in parts.items() if part}:
            found[category] = kept
    return found


def _floor(sketch: Sketch, place: int, scored: list[str]) -> Document:
    choices = sketch.choices
    when = sketch.on_sheet().condition(choices.whole(0, 1))
    points = Number(choices.pick(POINTS))
    return {"id": f"floor-{place}", "metric": choices.pick(scored), "points": points, "when": when}


def _adjustment(sketch: Sketch, place: int) -> Document:
    choices = sketch.choices
    formulas = sketch.on_sheet(sketch.points, sketch.dimensions, {"score": Type.POINTS}, limits=LIMITS)
    dimensions = list(sketch.dimensions)
    change, _ = formulas.numeric(2, Type.POINTS)
    match choices.pick(["any", "lower", "over", "over"]):
        case "lower":
            change = f"score - {choices.pick(['0.5', '0.1', '1e-9', '10'])}"
        case "over" if len(dimensions) > 1:
            change = f"{choices.pick(['min', 'max'])}({', '.join(dimensions)})"
        case _:
            pass
    return {"id": f"adjustment-{place}", "when": formulas.condition(1), "set": change}


def _bands(sketch: Sketch) -> list[Document]:
    choices = sketch.choices
    sketch.bands[:] = [f"band{place}" for place in range(choices.pick([0, 2, 3]))]
    formulas = sketch.on_sheet(
        sketch.points, sketch.dimensions, {"score": Type.POINTS, "state": Type.TEXT}, limits=LIMITS
    )
    found: list[Document] = []
    for band in sketch.bands:
        when = f"score >= {choices.pick(LIMITS)}" if choices.chance(60) else formulas.condition(1)
        found.append({"id": band, "when": when})
    return found
