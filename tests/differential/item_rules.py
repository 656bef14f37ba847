"""Policies, last part: benefits, gates, badges, ladders, advice, and values that read the score."""

from __future__ import annotations

from tests.differential.choices import Choices
from tests.differential.formulas import UNITS, Formulas
from tests.differential.metric_rules import number, values
from tests.differential.score_rules import LIMITS
from tests.differential.sketch import Document, Sketch

SCHEDULES = (
    "daily", "daily", "monthly on 1", "quarterly", "weekly on monday", "weekly on sunday", "monthly on 15",
    "monthly on 28",
)  # fmt: skip


def item_rules(sketch: Sketch) -> Document:
    """Draw what a score opens and closes."""
    choices = sketch.choices
    late = values(sketch, "late", sketch.result, sketch.points, sketch.dimensions, sketch.result)
    formulas = sketch.on_sheet(sketch.points, sketch.dimensions, sketch.result, limits=LIMITS)
    document: Document = {
        "benefits": {f"benefit{place}": _benefit(formulas) for place in range(choices.pick([0, 1, 2]))},
        "gates": {f"gate{place}": _gate(formulas) for place in range(choices.pick([0, 1]))},
        "badges": {f"badge{place}": _gate(formulas) for place in range(choices.pick([0, 1]))},
        "ladders": {f"ladder{place}": _ladder(formulas) for place in range(choices.pick([0, 1]))},
        "advisories": [
            {"id": f"advice-{place}", "when": _condition(formulas), "text": "advice"}
            for place in range(choices.pick([0, 1, 2]))
        ],
        "values": late,
    }
    return {name: part for name, part in document.items() if part}


def _condition(formulas: Formulas) -> str:
    choices = formulas.choices
    if choices.chance(45) and "score" in formulas.scope:
        test = f"score {choices.pick(['>=', '<', '>', '<=', '=='])} {choices.pick(LIMITS)}"
        return f"{test} and ({formulas.condition(1)})" if choices.chance(30) else test
    return formulas.condition(choices.whole(0, 2))


def _assessed(choices: Choices) -> Document:
    schedule = choices.pick(SCHEDULES)
    return {} if schedule == "daily" and choices.chance(50) else {"assessed": schedule}


def _benefit(formulas: Formulas) -> Document:
    choices = formulas.choices
    found: Document = {"grant": _condition(formulas)}
    if choices.chance(40) and "score" in formulas.scope:  # a dead band, as programmes write them
        line = choices.pick(LIMITS)
        found = {"grant": f"score >= {line}", "freeze": f"score < {line}", "revoke": "score < 0.5"}
        return {**found, "unscored": choices.pick(["locked", "granted", "keep"]), **_assessed(choices)}
    for part in ("freeze", "revoke"):
        if choices.chance(60):
            found[part] = _condition(formulas)
    return {**found, "unscored": choices.pick(["locked", "granted", "keep"]), **_assessed(choices)}


def _gate(formulas: Formulas) -> Document:
    return {"when": _condition(formulas), **_assessed(formulas.choices)}


def _ladder(formulas: Formulas) -> Document:
    choices = formulas.choices
    unit = {"unit": choices.pick(UNITS).value} if choices.chance(50) else {}
    steps = [{"when": _condition(formulas), "value": number(choices)} for _ in range(choices.whole(1, 3))]
    return {**unit, "default": number(choices), "steps": steps, **_assessed(choices)}
