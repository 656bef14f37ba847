"""Policies, second part: metrics of every kind, targets, and values known before points."""

from __future__ import annotations

from tests.differential.choices import Choices
from tests.differential.formulas import UNITS
from tests.differential.sketch import WORDS, Document, Number, Sketch

from shopscore.formula.tree import Type
from shopscore.formula.typerules import unify

KINDS = (
    "share_of", "ratio", "mean_of", "sum_of", "count_of", "distinct_of", "formula", "supplied",
    "percentile_of", "peak_of",
)  # fmt: skip
TIMES = (Type.HOURS, Type.DAYS)


def metric_rules(sketch: Sketch, most: int) -> tuple[Document, dict[str, Type]]:
    """Draw up to so many metrics, targets and values; return with them the metrics' units."""
    choices = sketch.choices
    metrics: Document = {}
    units: dict[str, Type] = {}
    for place in range(choices.whole(1, most)):
        kind = choices.pick(KINDS if place else KINDS[:6])
        name = f"m{place}_{kind}"
        metrics[name], units[name] = _METRICS[kind](sketch)
        _declare(sketch, name, kind, units[name])
    order = choices.shuffled(list(metrics))
    document: Document = {"metrics": {name: metrics[name] for name in order}}
    document["targets"] = [_target(choices, list(metrics)) for _ in range(choices.pick([0, 0, 1, 2]))]
    document["values"] = values(sketch, "early", sketch.known)
    return {key: part for key, part in document.items() if part}, units


def values(sketch: Sketch, prefix: str, into: dict[str, Type], *scopes: dict[str, Type]) -> Document:
    """Draw named values over what is known and some scopes; later parts can read them."""
    choices = sketch.choices
    found: Document = {}
    for place in range(choices.pick([0, 0, 1, 2])):
        name, formulas = f"{prefix}{place}", sketch.on_sheet(*scopes)
        match choices.pick(["formula", "formula", "by", "value"]):
            case "formula" if choices.chance(50):
                found[name], kind = {"formula": formulas.condition(2)}, Type.BOOLEAN
            case "formula":
                text, kind = formulas.numeric(2)
                found[name] = {"formula": text}
            case "by":
                kind, chosen = Type.NUMBER, choices.some(WORDS, 1, 3)
                found[name] = {
                    "by": formulas.text(),
                    "values": {word: number(choices) for word in chosen},
                    **({"default": number(choices)} if choices.chance(50) else {}),
                }
            case _:
                found[name], kind = {"value": number(choices)}, Type.NUMBER
        into[name] = kind
    return found


def number(choices: Choices) -> Number:
    """Draw a number as a policy writes it."""
    return Number(
        choices.pick(["1", "0", "0.5", "2", "3.5", "0.1", "-1", "1e-9", "1e15", "0.30000000000000004"])
    )


def _declare(sketch: Sketch, name: str, kind: str, unit: Type) -> None:
    sketch.known[f"{name}.value"] = unit
    sketch.known[f"{name}.state"] = Type.TEXT
    if kind != "formula":
        for field in ("numerator", "denominator"):
            sketch.known[f"{name}.{field}"] = Type.NUMBER
            sketch.known[f"{name}.{field}_count"] = Type.COUNT


def _population(sketch: Sketch) -> tuple[str, str]:
    name = sketch.choices.pick(list(sketch.populations))
    return name, sketch.populations[name]


def _windowed(sketch: Sketch, decays: bool = True) -> Document:
    choices = sketch.choices
    found: Document = {"window": sketch.window()}
    if decays and choices.chance(40):
        factor = choices.pick(["0.7", "0.5", "1", "0.333333", "0.1", "1e-3", "85 %"])
        found["decay"] = {"factor": Number(factor), "every_days": choices.pick([15, 1, 7, 30])}
    return found


def _share_of(sketch: Sketch) -> tuple[Document, Type]:
    population, table = _population(sketch)
    where = sketch.on_rows(table).condition(sketch.choices.whole(0, 2))
    return {"share_of": population, "where": where, **_windowed(sketch)}, Type.SHARE


def _ratio(sketch: Sketch) -> tuple[Document, Type]:
    names = sketch.choices.shuffled(list(sketch.populations))
    pair = {"numerator": names[0], "denominator": names[-1]}
    return {"ratio": pair, **_windowed(sketch)}, Type.SHARE


def _valued(kind: str) -> object:
    def draw(sketch: Sketch) -> tuple[Document, Type]:
        choices = sketch.choices
        population, table = _population(sketch)
        formulas = sketch.on_rows(table)
        wanted = choices.pick([None, Type.HOURS, Type.NUMBER])
        value, own = formulas.numeric(choices.whole(0, 2), wanted)
        if wanted is Type.NUMBER and "amount" in formulas.scope and choices.chance(60):
            value, own = "amount", Type.NUMBER
        moments = [name for name, each in formulas.scope.items() if each is Type.INSTANT]
        if wanted is Type.HOURS and choices.chance(60):
            start, end = (choices.pick(moments) for _ in range(2))
            value, own = f"hours_between({start}, {end})", Type.HOURS
        fitting = [own] if own in TIMES else [each for each in UNITS if each not in TIMES]
        unit = choices.pick(fitting) if choices.chance(40) else None
        found: Document = {kind: population, "value": value, **_windowed(sketch)}
        return found | ({"unit": unit.value} if unit else {}), unit or own

    return draw


def _count_of(sketch: Sketch) -> tuple[Document, Type]:
    return {"count_of": _population(sketch)[0], **_windowed(sketch)}, Type.COUNT


def _distinct_of(sketch: Sketch) -> tuple[Document, Type]:
    population, table = _population(sketch)
    value = sketch.on_rows(table).anything()
    return {"distinct_of": population, "value": value, **_windowed(sketch, decays=False)}, Type.COUNT


def _formula(sketch: Sketch) -> tuple[Document, Type]:
    value, own = sketch.on_sheet().numeric(2)
    fitting = [unit for unit in UNITS if unify(unit, own) is not None]
    unit = sketch.choices.pick(fitting) if sketch.choices.chance(40) else None
    return {"formula": value, **({"unit": unit.value} if unit else {})}, unit or own


def _supplied(sketch: Sketch) -> tuple[Document, Type]:
    unit = sketch.choices.pick([Type.SHARE, *UNITS])
    return {"supplied": unit.value}, unit


def _percentile_of(sketch: Sketch) -> tuple[Document, Type]:
    metric, unit = _METRICS["mean_of"](sketch)
    share = Number(sketch.choices.pick(["0.9", "0.5", "1", "0.000001"]))
    kept = {key: metric[key] for key in ("value", "window", "unit") if key in metric}
    where = {}
    if sketch.choices.chance(50):
        table = sketch.populations[str(metric["mean_of"])]
        where = {"where": sketch.on_rows(table).condition(1)}
    return {"kind": "percentile_of", "of": metric["mean_of"], "with": {"share": share}, **kept, **where}, unit


def _peak_of(sketch: Sketch) -> tuple[Document, Type]:
    population, table = _population(sketch)
    found: Document = {"kind": "peak_of", "of": population, "with": {"days": sketch.choices.pick([1, 3, 7])}}
    if sketch.choices.chance(70):
        found["where"] = sketch.on_rows(table).condition(1)
    return found | _windowed(sketch, decays=False), Type.COUNT


_METRICS = {
    "share_of": _share_of,
    "ratio": _ratio,
    "mean_of": _valued("mean_of"),
    "sum_of": _valued("sum_of"),
    "count_of": _count_of,
    "distinct_of": _distinct_of,
    "formula": _formula,
    "supplied": _supplied,
    "percentile_of": _percentile_of,
    "peak_of": _peak_of,
}


def _target(choices: Choices, metrics: list[str]) -> Document:
    limit = choices.pick(["at_most", "at_least", "below", "above"])
    return {"metric": choices.pick(metrics), limit: number(choices)}
