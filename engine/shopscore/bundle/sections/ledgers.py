"""Point ledgers, and what appeals must keep to."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, Malformed, build_each
from shopscore.bundle.findings import BACKWARDS, FORMS
from shopscore.bundle.model import AppealRules, Ledger, LedgerCount, Milestone, ViolationKind
from shopscore.bundle.sections.score import label_of
from shopscore.formula.tree import Type

VIOLATIONS = "violations"
"""The sign under which a ledger keeps what violations do; the others are kinds of point events."""

_SIGNS = {"add": 1, "subtract": -1}
_POINTS = frozenset({Type.NUMBER})
_RESETS = ("monthly", "quarterly", "yearly")
_POINT_EVENTS = ("gain", "quiz", "deduction")


def read_ledgers(root: Cursor) -> Mapping[str, Ledger]:
    """Return the ledgers by id."""
    return {each.id: each for each in build_each(root.below("ledgers"), _ledger)}


def read_appeals(root: Cursor) -> AppealRules | None:
    """Return the rules of appeals about metrics, or None where a bundle has none."""
    places = filter(None, [root.maybe("appeals")])
    return next(build_each(places, _appeals), None)


def _ledger(place: Cursor) -> Ledger:
    direction, resets, appeals = place.maybe("direction"), place.maybe("resets"), place.maybe("appeals")
    notes, points = place.maybe("notes"), place.maybe("points")
    goes_up = direction is None or direction.word(("up", "down")) == "up"
    milestones = tuple(build_each(place.below("milestones"), _milestone))
    ledger = Ledger(
        id=place.name,
        label=label_of(place, place.name),
        notes=notes.label() if notes else {},
        starts_at=place.at("starts_at").number(_POINTS),
        limits=_limits(place),
        goes_up=goes_up,
        signs=_signs(place.at("events")),
        expires_after_days=_days(place, "expires_after_days"),
        never_expires_after=_number(place, "never_expires_after"),
        resets=resets.word(_RESETS) if resets else None,
        warn_within=_number(place, "warn_within"),
        points=_range(points) if points else None,
        kinds={each.id: each for each in build_each(place.below("kinds"), _kind)},
        counts={each.id: each for each in build_each(place.below("counts"), _count)},
        milestones=milestones,
        appeal_days=_days(appeals, "within_days") if appeals else None,
        second_appeal_days=_days(appeals, "again_within_days") if appeals else None,
        mark=place.mark,
    )
    _check_order(place, ledger)
    _check_cap(place, ledger)
    return ledger


def _check_order(place: Cursor, ledger: Ledger) -> None:
    """Report milestones that do not come in the order in which they are reached."""
    steps = [each.at for each in ledger.milestones]
    if steps != sorted(steps, reverse=not ledger.goes_up):
        way = "from the lowest up" if ledger.goes_up else "from the highest down"
        place.report(
            BACKWARDS,
            f"expected the milestones {way}, as the ledger reaches them",
            place.at("milestones").mark,
        )


def _check_cap(place: Cursor, ledger: Ledger) -> None:
    """Report a `never_expires_after` that makes no difference, or that holds from the start."""
    cap, start = ledger.never_expires_after, ledger.starts_at
    if cap is None:
        return
    mark = place.at("never_expires_after").mark
    if ledger.expires_after_days is None and ledger.resets is None:
        said = "points expire neither by age nor by calendar, so never_expires_after: has no meaning"
        place.report(FORMS, said, mark)
    elif start >= cap if ledger.goes_up else start <= cap:
        said = f"the ledger starts at {start:g}, where {cap:g} is reached already: nothing would ever expire"
        place.report(FORMS, said, mark)


def _limits(place: Cursor) -> tuple[float | None, float | None]:
    limits = place.maybe("limits")
    if limits is None:
        return None, None
    ends = [None if each.is_null() else each.number(_POINTS) for each in limits.each()]
    if len(ends) != 2:
        raise Malformed
    low, high = ends
    if low is not None and high is not None and low >= high:
        limits.report(
            BACKWARDS, f"expected the lower end first, found {low:g} and {high:g}", limits.tree.mark
        )
    return low, high


def _signs(events: Cursor) -> Mapping[str, int]:
    signs = {}
    violations, kinds = events.maybe("violations"), events.maybe("point_events")
    if violations is not None:
        signs[VIOLATIONS] = _SIGNS[violations.word(_SIGNS)]
    for kind in kinds.each() if kinds else ():
        if kind.name in _POINT_EVENTS:
            signs[kind.name] = _SIGNS[kind.word(_SIGNS)]
    return signs


def _milestone(place: Cursor) -> Milestone:
    days, id_ = place.at("days"), place.at("id").text()
    return Milestone(
        id=id_,
        at=place.at("at").number(_POINTS),
        days=None if days.is_text("permanent") else days.whole(1),
        actions=tuple(each.text() for each in place.at("actions").each()),
        label=label_of(place, id_),
        mark=place.mark,
    )


def _kind(place: Cursor) -> ViolationKind:
    points = place.maybe("points")
    return ViolationKind(place.name, label_of(place, place.name), _range(points) if points else None)


def _count(place: Cursor) -> LedgerCount:
    return LedgerCount(place.name, place.at("where").formula(), _days(place, "within_days"), place.mark)


def _range(place: Cursor) -> tuple[float, float]:
    ends = [each.number(_POINTS) for each in place.each()]
    if len(ends) != 2:
        raise Malformed
    least, most = ends
    if least > most:
        place.report(BACKWARDS, f"expected the least first, found {least:g} and {most:g}", place.tree.mark)
    return least, most


def _days(place: Cursor, key: str) -> int | None:
    found = place.maybe(key)
    return found.whole(1) if found else None


def _number(place: Cursor, key: str) -> float | None:
    found = place.maybe(key)
    return found.number(_POINTS) if found else None


def _appeals(place: Cursor) -> AppealRules:
    notes = place.maybe("notes")
    return AppealRules(
        records_per_ticket=_days(place, "records_per_ticket"),
        times_per_record=_days(place, "times_per_record"),
        notes=notes.label() if notes else {},
        mark=place.mark,
    )
