"""What ledgers, appeals and streaks came to: each rule by what would be different without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from tests.differential.bits import bits

from shopscore.bundle.model import Ledger
from shopscore.engines.contract import Binding
from shopscore.engines.reference.appeals import granted
from shopscore.engines.reference.engine import Result, evaluate
from shopscore.engines.reference.facts import Formulas
from shopscore.engines.reference.ledgers import Standing, standing
from shopscore.engines.reference.rows import Row, as_known
from shopscore.events.rows import Events
from shopscore.events.tables import catalog
from shopscore.plan.layout import is_supplied
from shopscore.plan.model import LedgerPlan

Tables = Mapping[str, Sequence[Row]]


def in_ledgers(binding: Binding, events: Events, result: Result) -> Iterator[str]:
    """Yield what one subject's ledgers, appeals and streaks met."""
    model, cutoff = catalog(binding.plan.bundle.subject), binding.cutoff(binding.as_of)
    tables = {
        name: as_known(model[name], events.tables[name], cutoff)
        for name in ("violations", "point_events", "appeals")
    }
    for plan in binding.plan.ledgers:
        card = result.scorecard["ledgers"][plan.id]
        yield f"ledger {card['state']}"
        if is_supplied(plan, binding.supply):
            yield from _rules(binding, plan, tables)
            yield from _restrictions(plan.ledger, card)
            yield from _rows(plan, tables)
    yield from _streaks(binding, result)
    metrics = {metric.id for metric in binding.plan.metrics}
    if any(about in metrics for about, _ in granted(tables["appeals"])):
        before = evaluate(binding, replace(events, tables={**events.tables, "appeals": ()})).cells
        for metric in binding.plan.metrics:
            for side in ("numerator", "denominator"):
                name = f"raw.{metric.id}.{side}_rows"
                if result.cells[name] != before[name]:
                    yield f"appeal removes a row of a {side}"
    for row in events.tables["appeals"]:
        yield _decided("appeal", row["status"], row["decided_at"], cutoff)
    for row in events.tables["violations"]:
        yield _decided("violation", row["status"], row["decided_at"], cutoff)


def _rules(binding: Binding, plan: LedgerPlan, tables: Tables) -> Iterator[str]:
    """Yield the rules of a ledger that change how it stands."""
    ledger, appealed = plan.ledger, granted(tables["appeals"])

    def stands(
        other: Ledger = ledger, rows: Tables = tables, taken: frozenset[tuple[str, str]] = appealed
    ) -> Standing:
        formulas = Formulas(binding.plan.functions, binding.zone.day_of)
        return standing(replace(plan, ledger=other), rows, taken, binding.as_of, binding.zone, formulas)

    now = bits(_told(stands()))

    def matters(other: Standing) -> bool:
        return bits(_told(other)) != now

    if ledger.never_expires_after is not None:
        kept = matters(stands(replace(ledger, never_expires_after=None)))
        yield "cap keeps points" if kept else "cap changes nothing"
    if ledger.resets is not None and matters(stands(replace(ledger, resets=None))):
        yield f"points go {ledger.resets}"
    if ledger.expires_after_days is not None:
        for more, word in ((1, "gone on the first day without them"), (-1, "there on their last day")):
            other = stands(replace(ledger, expires_after_days=ledger.expires_after_days + more or None))
            if other.fields["balance"] != stands().fields["balance"]:
                yield f"points {word}"
    if matters(stands(replace(ledger, limits=(None, None)))):
        yield "balance clipped"
    if matters(stands(taken=frozenset())):
        yield "appeal removes a violation"
    for status in ("overturned", "pending"):
        changed = _changed(tables, "violations", {"status": status}, {"status": "active"})
        if matters(stands(rows=changed)):
            yield f"{status} violation does not count"
    if matters(stands(rows=_changed(tables, "violations", {"status": "pending"}, {"effective_at": None}))):
        yield "pending violation counts from its day"
    if matters(stands(rows=_changed(tables, "violations", {"status": "active"}, {"effective_at": None}))):
        yield "violation counts from another day than its issue"
    unquizzed = [row for row in tables["point_events"] if row["kind"] != "milestone_quiz"]
    if matters(stands(rows={**tables, "point_events": unquizzed})):
        yield "quiz sets a length"
    if matters(stands(rows={**tables, "point_events": ()})):
        yield "point events move a ledger"


def _told(stands: Standing) -> list[Any]:
    return [stands.fields, stands.restrictions, stands.expiring]


def _changed(tables: Tables, name: str, which: Row, change: Row) -> Tables:
    rows = [
        {**row, **change} if all(row[key] == value for key, value in which.items()) else row
        for row in tables[name]
    ]
    return {**tables, name: rows}


def _restrictions(ledger: Ledger, card: Mapping[str, Any]) -> Iterator[str]:
    found, balance = card["restrictions"], card["balance"]
    times = Counter(each["milestone"] for each in found)
    yield f"restrictions: {min(len(found), 3)}"
    if max(times.values(), default=0) > 1:
        yield "a milestone twice"
    if len({each["from"] for each in found}) < len({(each["from"], each["milestone"]) for each in found}):
        yield "several milestones together"
    for milestone in ledger.milestones:
        is_reached = balance >= milestone.at if ledger.goes_up else balance <= milestone.at
        runs = times[milestone.id] > 0
        if is_reached != runs:
            yield "restriction outlives points" if runs else "points outlive a restriction"
    if any(each["until"] is None for each in found):
        yield "permanent restriction"
    yield f"ledger {'up' if ledger.goes_up else 'down'} {'restricts' if found else 'is free'}"
    yield "points expire" if card["expiring"] else "no points expire"
    yield "next milestone" if card["next_milestone"]["id"] is not None else "no next milestone"


def _rows(plan: LedgerPlan, tables: Tables) -> Iterator[str]:
    rows = tables["violations"]
    yield "violations" if rows else "no violations"
    if any(count.within_days for count in plan.counts):
        yield "count of young violations"
    if any(row["points"] > 1e9 for row in rows):
        yield "points beyond 1e9"


def _streaks(binding: Binding, result: Result) -> Iterator[str]:
    for item in binding.plan.bundle.items.values():
        if item.streak is None:
            continue
        stem = f"item.{item.id}"
        now, before = result.cells[f"{stem}.streak"], result.cells[f"state.{item.id}.streak"]
        is_true = result.cells[f"{stem}.{item.streak.part}"] is True
        assert isinstance(now, float)
        if result.cells.get(f"state.{item.id}.stands") is True:
            yield "streak stands"
        elif is_true:
            yield "streak met" if now >= item.streak.length else "streak not met yet"
            if now == item.streak.length:
                yield "streak met just now"
        else:
            yield "streak broken" if before else "no streak"


def _decided(what: str, status: object, decided_at: object, cutoff: int) -> str:
    if not isinstance(decided_at, int):
        return f"{what} {status} at no known time"
    side = "before" if decided_at < cutoff else "at" if decided_at == cutoff else "after"
    return f"{what} {status} {side} D"
