"""Ledgers: what they read of events, what they give the sheet, and what they warn of (2.7, 2.8)."""

from __future__ import annotations

from shopscore.bundle.model import AppealRules, Ledger
from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore.formula.tree import Name, Node, Type
from shopscore.formula.tree import names as names_in
from shopscore.plan import names
from shopscore.plan.draft import Draft
from shopscore.plan.model import CountPlan, LedgerPlan
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import both, call, cases, compare, null, number, op, text

_READ = ("violation_id", "issued_at", "kind", "points", "status", "effective_at", "decided_at")
_ZERO = number(0, Type.COUNT)


def plan_ledgers(draft: Draft) -> tuple[LedgerPlan, ...]:
    """Return the ledgers with their conditions on violations typed."""
    violations = draft.tables[VIOLATIONS]
    scope = {column.name: column.type for column in violations.columns.values()}
    plans = []
    for ledger in draft.bundle.ledgers.values():
        counts = []
        read = set(_READ)
        for count in ledger.counts.values():
            where = draft.condition(count.where, scope)
            if where is not None:
                counts.append(CountPlan(count.id, where, count.within_days))
                read |= names_in(where)
        plans.append(
            LedgerPlan(
                ledger=ledger,
                counts=tuple(counts),
                columns=tuple(name for name in violations.columns if name in read),
                needs=_needs(ledger),
            )
        )
    return tuple(plans)


def _needs(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """Return what a ledger cannot do without: its events and their points."""
    if VIOLATIONS in ledger.signs:
        return frozenset({(VIOLATIONS, ""), (VIOLATIONS, "points")})
    return frozenset({("point_events", ""), ("point_events", "points")})


def ledger_inputs(sheet: Sheet, plans: tuple[LedgerPlan, ...]) -> None:
    """Declare what formulas read of each ledger."""
    for plan in plans:
        fields = [(names.balance(plan.id), Type.POINTS, "balance")]
        fields += [
            (names.restricted(plan.id, each.id), Type.BOOLEAN, f"restricted.{each.id}")
            for each in plan.ledger.milestones
        ]
        fields += [(names.counted(plan.id, each.id), Type.COUNT, f"count.{each.id}") for each in plan.counts]
        for name, kind, field in fields:
            sheet.input(name, kind, "ledger", plan.id, field)
            sheet.public(name, kind)


def ledger_cells(sheet: Sheet, plans: tuple[LedgerPlan, ...]) -> None:
    """Add each ledger's next milestone, and its warnings."""
    for plan in plans:
        _next_milestone(sheet, plan.ledger)
        _ledger_warnings(sheet, plan.ledger)
    if sheet.draft.bundle.appeals is not None:
        _appeal_warnings(sheet, sheet.draft.bundle.appeals)


def _next_milestone(sheet: Sheet, ledger: Ledger) -> None:
    """Add the first milestone the balance has not reached, how far it is, and a warning near it."""
    balance = Name(names.balance(ledger.id), Type.POINTS)
    ahead = "<" if ledger.goes_up else ">"
    tests = [(compare(ahead, balance, number(each.at, Type.POINTS)), each) for each in ledger.milestones]

    def first(values: list[Node], nothing: Node) -> Node:
        return cases([(test, value) for (test, _), value in zip(tests, values, strict=True)], nothing)

    stem = names.ledger(ledger.id, "next")
    which = sheet.cell(
        f"{stem}.id", first([text(each.id) for _, each in tests], null(Type.TEXT)), ledger.mark
    )
    at = sheet.cell(
        f"{stem}.at",
        first([number(each.at, Type.POINTS) for _, each in tests], null(Type.POINTS)),
        ledger.mark,
    )
    gap = call("abs", op("-", at, balance, Type.POINTS), kind=Type.POINTS)
    distance = sheet.cell(f"{stem}.distance", gap, ledger.mark)
    if ledger.warn_within is not None:
        near = compare("<=", distance, number(ledger.warn_within, Type.POINTS))
        for _, milestone in tests:
            sheet.warn(
                f"{ledger.id}_near_{milestone.id}",
                both(near, compare("==", which, text(milestone.id))),
                f"{ledger.label['en']}: within {ledger.warn_within:g} of the milestone at {milestone.at:g}",
            )


def _ledger_warnings(sheet: Sheet, ledger: Ledger) -> None:
    label = ledger.label["en"]

    def warn(field: str, said: str) -> None:
        found = sheet.input(names.ledger(ledger.id, field), Type.COUNT, "ledger", ledger.id, field)
        sheet.warn(f"{ledger.id}_{field}", compare(">", found, _ZERO), said)

    if VIOLATIONS in ledger.signs and ledger.kinds:
        warn("unknown_kinds", f"{label}: violations of a kind the ledger does not name count all the same")
    if VIOLATIONS in ledger.signs and (ledger.points or any(each.points for each in ledger.kinds.values())):
        warn("out_of_range", f"{label}: violations have points outside the range of their kind")
    if ledger.appeal_days is not None:
        second = ledger.second_appeal_days
        again = (
            f", a second within {second} days of the rejection" if second is not None else ", and once only"
        )
        warn(
            "broken_appeals",
            f"{label}: appeals too late; a first is due within {ledger.appeal_days} days of issue{again}",
        )


def _appeal_warnings(sheet: Sheet, rules: AppealRules) -> None:
    def warn(field: str, said: str) -> None:
        found = sheet.input(names.appeals(field), Type.COUNT, "appeals", "", field)
        sheet.warn(f"appeals_{field}", compare(">", found, _ZERO), said)

    if rules.records_per_ticket is not None:
        warn("crowded_tickets", f"a ticket of appeals names more than {rules.records_per_ticket} records")
    if rules.times_per_record is not None:
        warn(
            "repeated_records",
            f"a record was appealed more than {rules.times_per_record} times about one metric",
        )
