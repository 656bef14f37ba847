"""Policies, last part: benefits, gates, badges, ladders, advice, and values that read the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
    """Draw what a score opens and closes, by few schedules: each works out the sheet once more."""
    choices = sketch.choices
    late = values(sketch, "late", sketch.result, sketch.points, sketch.dimensions, sketch.result)
    formulas = sketch.on_sheet(sketch.points, sketch.dimensions, sketch.result, limits=LIMITS)
    formulas.tests = sketch.ledger_tests
    schedules = choices.some(SCHEDULES, 1, 2)
    document: Document = {
        section: {
            f"{section[:-1]}{place}": {**draw(formulas), **_assessed(choices, schedules)}
            for place in range(choices.pick(counts))
        }
        for section, (draw, counts) in _SECTIONS.items()
    }
    document["advisories"] = [
        {"id": f"advice-{place}", "when": _condition(formulas), "text": "advice"}
        for place in range(choices.pick([0, 0, 1, 2]))
    ]
    document["values"] = late
    return {name: part for name, part in document.items() if part}


def _condition(formulas: Formulas) -> str:
    choices = formulas.choices
    if formulas.tests and choices.chance(45):
        test = choices.pick(formulas.tests)
        return f"not {test}" if ".restricted." in test and choices.chance(40) else test
    if choices.chance(45) and "score" in formulas.scope:
        test = f"score {choices.pick(['>=', '<', '>', '<=', '=='])} {choices.pick(LIMITS)}"
        return f"{test} and ({formulas.condition(1)})" if choices.chance(30) else test
    return formulas.condition(choices.whole(0, 2))


def _assessed(choices: Choices, schedules: Sequence[str]) -> Document:
    schedule = choices.pick(schedules)
    return {} if schedule == "daily" and choices.chance(50) else {"assessed": schedule}


def _benefit(formulas: Formulas) -> Document:
    choices, found = formulas.choices, _memory(formulas)
    if choices.chance(40):
        part = choices.pick([each for each in ("grant", "freeze", "revoke") if each in found])
        when = "known(as_of)" if choices.chance(30) else found[part]
        found[part] = {"when": when, "consecutive": choices.pick([2, 2, 3, 4])}
    return found


def _memory(formulas: Formulas) -> Document:
    choices = formulas.choices
    found: Document = {"grant": _condition(formulas)}
    if choices.chance(40) and "score" in formulas.scope:  # a dead band, as programmes write them
        line = choices.pick(LIMITS)
        found = {"grant": f"score >= {line}", "freeze": f"score < {line}", "revoke": "score < 0.5"}
        return {**found, "unscored": choices.pick(["locked", "granted", "keep"])}
    for part in ("freeze", "revoke"):
        if choices.chance(60):
            found[part] = _condition(formulas)
    return {**found, "unscored": choices.pick(["locked", "granted", "keep"])}


def _gate(formulas: Formulas) -> Document:
    return {"when": _condition(formulas)}


def _ladder(formulas: Formulas) -> Document:
    choices = formulas.choices
    unit = {"unit": choices.pick(UNITS).value} if choices.chance(50) else {}
    steps = [{"when": _condition(formulas), "value": number(choices)} for _ in range(choices.whole(1, 3))]
    return {**unit, "default": number(choices), "steps": steps}


_SECTIONS: Mapping[str, tuple[Callable[[Formulas], Document], Sequence[int]]] = {
    "benefits": (_benefit, (0, 1, 1, 2)),
    "gates": (_gate, (0, 0, 1)),
    "badges": (_gate, (0, 0, 1)),
    "ladders": (_ladder, (0, 0, 1)),
}
"""What draws an item of each section, and how many there may be."""
