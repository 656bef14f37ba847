"""What a bundle says of ledgers and appeals, as rows: a topic and what holds for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shopscore.bundle.model import AppealRules, Ledger, Milestone
from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore_cli.render.numbers import as_points, in_points
from shopscore_cli.render.words import actions_text, count_of, said

Star = Callable[[str], str]
"""From the path of a value to the mark of an assumed one."""


def ledger_rules(ledger: Ledger, language: str, star: Star) -> Iterator[list[str]]:
    """Yield what a ledger counts, when points go, and what its milestones bring."""
    path = f"ledgers.{ledger.id}"
    yield ["label", said(ledger.label, language)]
    yield ["balance", f"{in_points(ledger.starts_at)} at the start{_limits(ledger)}; {events_text(ledger)}"]
    if expiry := _expiry(ledger):
        yield ["expiry", expiry + star(f"{path}.expires_after_days")]
    for kind in ledger.kinds.values():
        yield [f"kind {kind.id}{star(f'{path}.kinds.{kind.id}')}", _range(kind.points or ledger.points)]
    if ledger.points is not None:
        yield ["other kinds" if ledger.kinds else "violations", _range(ledger.points)]
    for count in ledger.counts.values():
        within = f" within {count_of(count.within_days, 'day')}" if count.within_days is not None else ""
        where = f"violations where {count.where.text}{within}"
        yield [f"count {count.id}{star(f'{path}.counts.{count.id}')}", where]
    for each in ledger.milestones:
        mark = star(f"{path}.milestones.{each.id}.days")
        yield [f"milestone {each.id}{mark}", _milestone(each, language)]
    if ledger.warn_within is not None:
        yield ["warning", f"within {in_points(ledger.warn_within)} of a milestone"]
    if ledger.appeal_days is not None:
        yield [f"appeals{star(f'{path}.appeals')}", _appeal_days(ledger)]


def appeal_rules(rules: AppealRules, language: str, star: Star) -> Iterator[list[str]]:
    """Yield the rules of appeals about metrics."""
    if rules.records_per_ticket is not None:
        yield ["records per ticket" + star("appeals.records_per_ticket"), f"{rules.records_per_ticket:,}"]
    if rules.times_per_record is not None:
        yield ["times per record" + star("appeals.times_per_record"), f"{rules.times_per_record:,}"]
    if rules.notes:
        yield ["notes", said(rules.notes, language)]


def events_text(ledger: Ledger) -> str:
    """Return what adds to a balance and what subtracts from it: `violations subtract; gain adds`."""
    signs: dict[int, list[str]] = {1: [], -1: []}
    for kind, sign in ledger.signs.items():
        signs[sign].append(kind)
    parts = [(signs[1], "add"), (signs[-1], "subtract")]
    return "; ".join(f"{', '.join(kinds)} {_verb(kinds, verb)}" for kinds, verb in parts if kinds)


def _verb(kinds: list[str], verb: str) -> str:
    return verb if len(kinds) > 1 or kinds == [VIOLATIONS] else f"{verb}s"


def _limits(ledger: Ledger) -> str:
    least, most = ledger.limits
    if least is not None and most is not None:
        return f", kept from {as_points(least)} to {as_points(most)}"
    if least is not None:
        return f", never below {as_points(least)}"
    return "" if most is None else f", never above {as_points(most)}"


def _expiry(ledger: Ledger) -> str:
    parts = []
    if ledger.expires_after_days is not None:
        parts.append(f"after {count_of(ledger.expires_after_days, 'day')}")
    if ledger.resets is not None:
        parts.append(f"all {ledger.resets}")
    if ledger.never_expires_after is not None:
        parts.append(f"never once {in_points(ledger.never_expires_after)} were reached")
    return ", ".join(parts)


def _milestone(milestone: Milestone, language: str) -> str:
    long = "permanently" if milestone.days is None else f"for {count_of(milestone.days, 'day')}"
    actions = actions_text(milestone.actions, milestone.label, language)
    return f"at {in_points(milestone.at)}: {actions} {long}"


def _range(points: tuple[float, float] | None) -> str:
    if points is None:
        return "any points"
    least, most = points
    return in_points(least) if least == most else f"{as_points(least)} to {in_points(most)}"


def _appeal_days(ledger: Ledger) -> str:
    assert ledger.appeal_days is not None
    first = f"within {count_of(ledger.appeal_days, 'day')} of issue"
    second = ledger.second_appeal_days
    return (
        f"{first}, once more within {count_of(second, 'day')} of a rejection" if second else f"{first}, once"
    )
