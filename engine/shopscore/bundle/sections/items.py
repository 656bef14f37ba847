"""What a score opens and closes: benefits, gates, badges, ladders; and advice beside it."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, Malformed, build_each
from shopscore.bundle.findings import FORMS
from shopscore.bundle.model import Advisory, Formula, Item, Label, Schedule, Step, Streak
from shopscore.bundle.names import ITEM_SECTIONS
from shopscore.bundle.sections.metrics import fitting_units, read_unit
from shopscore.bundle.sections.score import label_of
from shopscore.bundle.tree import Branch
from shopscore.formula.tree import Type

_PARTS = ("revoke", "grant", "freeze")
_UNSCORED = ("granted", "locked", "keep")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_items(root: Cursor) -> Mapping[str, Item]:
    """Return all items by id: benefits first, then gates, badges and ladders."""
    items: dict[str, Item] = {}
    for section, kind in ITEM_SECTIONS.items():
        for item in build_each(root.below(section), lambda place, kind=kind: _item(place, kind)):  # type: ignore[misc]
            items.setdefault(item.id, item)
    return items


def read_advisories(root: Cursor) -> tuple[Advisory, ...]:
    """Return the advice in written order."""
    return tuple(build_each(root.below("advisories"), _advisory))


def _item(place: Cursor, kind: str) -> Item:
    unscored, unit = place.maybe("unscored"), place.maybe("unit")
    default = place.maybe("default")
    ladder_unit = read_unit(unit) if unit else None
    units = fitting_units(ladder_unit)
    return Item(
        id=place.name,
        kind=kind,
        label=label_of(place, place.name),
        notes=_texts(place, "notes"),
        visible_on=_texts(place, "visible_on"),
        state_labels={state.name: state.label() for state in place.below("state_labels")},
        schedule=_schedule(place.maybe("assessed")),
        mark=place.mark,
        grant=_condition(place, "grant", needed=kind == "benefit"),
        freeze=_condition(place, "freeze"),
        revoke=_condition(place, "revoke"),
        streak=_streak(place),
        unscored=unscored.word(_UNSCORED) if unscored else None,
        when=_formula(place, "when", needed=kind in ("gate", "badge")),
        unit=ladder_unit,
        default=default.number(units) if default else None,
        steps=tuple(build_each(place.below("steps"), lambda step: _step(step, units))),
    )


def _step(place: Cursor, units: frozenset[Type]) -> Step:
    return Step(place.at("when").formula(), place.at("value").number(units), place.tree.mark)


def _advisory(place: Cursor) -> Advisory:
    return Advisory(
        id=place.at("id").text(),
        when=place.at("when").formula(),
        text=place.at("text").label(),
        mark=place.mark,
    )


def _condition(place: Cursor, key: str, *, needed: bool = False) -> Formula | None:
    """Return the formula of a benefit's condition, written alone or beside `consecutive`."""
    found = place.at(key) if needed else place.maybe(key)
    if found is None or not isinstance(found.tree, Branch):
        return found.formula() if found else None
    if "when" not in found or "value" in found:
        found.report(FORMS, "a condition is a formula, or when: with a formula and consecutive:")
        raise Malformed
    return found.at("when").formula()


def _streak(place: Cursor) -> Streak | None:
    """Return the one condition that asks for several assessments in a row."""
    found: list[Streak] = []
    for key in _PARTS:
        condition = place.maybe(key)
        length = condition.maybe("consecutive") if condition and condition.keys() else None
        if length is None:
            continue
        if found:
            length.report(
                FORMS, f"{found[0].part} counts assessments already; one condition of a benefit can"
            )
            raise Malformed
        found.append(Streak(key, length.whole(2)))
    return found[0] if found else None


def _formula(place: Cursor, key: str, *, needed: bool = False) -> Formula | None:
    found = place.at(key) if needed else place.maybe(key)
    return found.formula() if found else None


def _texts(place: Cursor, key: str) -> Label:
    found = place.maybe(key)
    return found.label() if found else {}


def _schedule(place: Cursor | None) -> Schedule:
    if place is None:
        return Schedule("daily")
    text = place.text()
    place.stated(text)
    match text.split():
        case ["daily" | "quarterly" as kind]:
            return Schedule(kind)
        case ["monthly", "on", day] if day.isdecimal() and 1 <= int(day) <= 28:
            return Schedule("monthly", int(day))
        case ["weekly", "on", day] if day in _WEEKDAYS:
            return Schedule("weekly", _WEEKDAYS.index(day) + 1)
        case _:
            raise Malformed
