"""Metrics and their targets."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from shopscore.bundle.cursor import ANY_UNIT, Cursor, Malformed, build_each
from shopscore.bundle.findings import FORMS, KIND, KIND_KEYS, UNIT
from shopscore.bundle.model import Formula, Metric, Target
from shopscore.bundle.names import Known
from shopscore.bundle.sections.windows import read_decay, read_window
from shopscore.bundle.tree import Branch, Leaf, Series
from shopscore.formula.tree import Type
from shopscore.yaml.nodes import Kind
from shopscore.yaml.scalars import Quantity, quantity_of

UNITS = (Type.NUMBER, Type.SHARE, Type.HOURS, Type.DAYS, Type.POINTS, Type.COUNT)


class _Rule(Struct, frozen=True):
    """The keys a kind takes beside its own; `unit` is the unit it always has."""

    needs: frozenset[str]
    takes: frozenset[str]
    unit: Type | None = None


def _rule(needs: str, takes: str = "", unit: Type | None = None) -> _Rule:
    return _Rule(frozenset(needs.split()), frozenset(takes.split()), unit)


_RULES = {
    "share_of": _rule("where window", "decay unit", Type.SHARE),
    "ratio": _rule("window", "decay unit", Type.SHARE),
    "mean_of": _rule("value window", "decay unit"),
    "sum_of": _rule("value window", "decay unit"),
    "count_of": _rule("window", "decay unit", Type.COUNT),
    "distinct_of": _rule("value window", "unit", Type.COUNT),
    "formula": _rule("", "unit"),
    "supplied": _rule(""),
    "kind": _rule("of window", "with where value unit"),
}
_OPTIONAL = ("of", "with", "where", "value", "window", "decay", "unit")
_KEYS = frozenset({*_RULES, *_OPTIONAL, "label", "help", "where_shown", "better"})
_COMPARISONS = ("at_most", "at_least", "below", "above")


def read_metrics(root: Cursor, known: Known) -> Mapping[str, Metric]:
    """Return the metrics by id."""
    return {each.id: each for each in build_each(root.below("metrics"), lambda place: _metric(place, known))}


def read_targets(root: Cursor, known: Known, metrics: Mapping[str, Metric]) -> tuple[Target, ...]:
    """Return the published targets in written order."""
    return tuple(build_each(root.below("targets"), lambda place: _target(place, known, metrics)))


def own_unit(metric: Metric | None) -> Type | None:
    """Return the unit a metric says it has, or its kind always has; None where a formula decides."""
    if metric is None:
        return None
    rule = _RULES.get(metric.kind)
    return metric.unit or (rule.unit if rule else None)


def fitting_units(unit: Type | None) -> frozenset[Type]:
    """Return the units a literal may be written in beside values of a unit."""
    return ANY_UNIT if unit is None else frozenset({unit, Type.NUMBER})


def written_unit(quantity: Quantity) -> Type | None:
    """Return the unit a literal is written in, or None for a plain number."""
    return None if quantity.type is Type.NUMBER else quantity.type


def read_unit(place: Cursor) -> Type:
    """Return a unit of numbers."""
    return Type(place.word(UNITS))


def _metric(place: Cursor, known: Known) -> Metric:
    kind = _kind(place)
    _check_keys(place, kind)
    population, denominator = _populations(place, kind, known)
    label, help, better = place.maybe("label"), place.maybe("help"), place.maybe("better")
    where_shown = place.maybe("where_shown")
    window, decay, parameters = place.maybe("window"), place.maybe("decay"), place.maybe("with")
    return Metric(
        id=place.name,
        kind=place.at("kind").text() if kind == "kind" else kind,
        mark=place.mark,
        label=label.label() if label else {"en": place.name},
        help=help.label() if help else {},
        better=better.word(("higher", "lower")) if better else None,
        unit=_unit(place, kind),
        population=population.named(known.populations, "population") if population else None,
        denominator=denominator.named(known.populations, "population") if denominator else None,
        where=_formula(place, "where"),
        value=place.at("formula").formula() if kind == "formula" else _formula(place, "value"),
        window=read_window(window) if window else None,
        decay=read_decay(decay) if decay else None,
        parameters=_parameters(parameters) if parameters else {},
        population_mark=population.tree.mark if population else None,
        where_shown=where_shown.label() if where_shown else {},
    )


def _kind(place: Cursor) -> str:
    kinds = [key for key in _RULES if key in place]
    if len(kinds) > 1:
        both = f"{', '.join(kinds[:-1])} and {kinds[-1]}"
        place.report(KIND, f"{both} exclude each other; a metric has one kind")
        raise Malformed
    if not kinds:
        if not set(place.keys()) <= _KEYS:
            raise Malformed  # most likely the kind misspelt; the schema names the unknown key
        listed = list(_RULES)
        place.report(KIND, f"a metric says its kind by one of {', '.join(listed[:-1])} and {listed[-1]}")
        raise Malformed
    (kind,) = kinds
    if kind == "kind" and (built_in := place.at("kind").text()) in _RULES:
        message = f"{built_in} is a kind of the language; write {built_in}: in place of kind: and of:"
        place.report(KIND, message, place.at("kind").tree.mark)
        raise Malformed
    return kind


def _check_keys(place: Cursor, kind: str) -> None:
    rule = _RULES[kind]
    name = place.at("kind").text() if kind == "kind" else kind
    for key in _OPTIONAL:
        if key in place and key not in rule.needs | rule.takes:
            place.report(KIND_KEYS, f"{name} takes no {key}:", place.at(key).mark)
        if key not in place and key in rule.needs:
            place.report(KIND_KEYS, f"{name} needs {key}: beside it", place.at(kind).mark)


def _populations(place: Cursor, kind: str, known: Known) -> tuple[Cursor | None, Cursor | None]:
    """Return where the population is named, and the second one of a ratio."""
    match kind:
        case "formula" | "supplied":
            return None, None
        case "ratio":
            ratio = place.at("ratio")
            return ratio.at("numerator"), ratio.at("denominator")
        case "kind":
            return place.maybe("of"), None
        case _:
            return place.at(kind), None


def _unit(place: Cursor, kind: str) -> Type | None:
    if kind == "supplied":
        return read_unit(place.at("supplied"))
    written, rule = place.maybe("unit"), _RULES[kind]
    if written is None:
        return None
    unit = read_unit(written)
    if rule.unit is not None and unit is not rule.unit:
        place.report(UNIT, f"{kind} is always a {rule.unit.value}, not {unit.value}", written.tree.mark)
        return rule.unit
    return unit


def _formula(place: Cursor, key: str) -> Formula | None:
    found = place.maybe(key)
    return found.formula() if found else None


def _parameters(place: Cursor) -> Mapping[str, object]:
    """Return a plugin kind's parameters; their numbers need marks like all others."""
    return {each.name: _parameter(each) for each in place.each()}


def _parameter(place: Cursor) -> object:
    match place.tree:
        case Branch():
            return {each.name: _parameter(each) for each in place.each()}
        case Series():
            return [_parameter(each) for each in place.each()]
        case Leaf(scalar=scalar):
            if scalar.kind in (Kind.INTEGER, Kind.NUMBER):
                place.quantity(ANY_UNIT)
            elif scalar.kind is Kind.TEXT and scalar.plain and isinstance(quantity_of(scalar), Quantity):
                return place.quantity(ANY_UNIT).value
            return scalar.value


def _target(place: Cursor, known: Known, metrics: Mapping[str, Metric]) -> Target:
    metric = place.at("metric").named(known.metrics, "metric")
    ops = [key for key in _COMPARISONS if key in place]
    if len(ops) != 1:
        place.report(FORMS, "a target is one of at_most, at_least, below and above")
        raise Malformed
    limit = place.at(ops[0]).quantity(fitting_units(own_unit(metrics.get(metric))))
    return Target(metric, ops[0], limit.value, place.mark, written_unit(limit))
