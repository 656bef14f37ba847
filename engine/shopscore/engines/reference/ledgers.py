"""Ledgers: the events replayed day by day up to D, as they are known on its morning (2.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from shopscore.bundle.model import Ledger, Milestone
from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore.engines.reference.facts import Formulas
from shopscore.engines.reference.rows import Row
from shopscore.events.time import Zone
from shopscore.formula.tree import Value
from shopscore.plan.model import LedgerPlan
from shopscore.plan.windows import expires_on, to_date

MILLION = 1_000_000

Tables = Mapping[str, Sequence[Row]]
Granted = frozenset[tuple[str, str]]
"""What appeals were granted: (what it is about, id of the record)."""


class _Entry(Struct, frozen=True):
    """One event in a ledger: what it changes (millionths of points), on which days it counts."""

    day: int
    first: int
    last: int | None
    """The last day that counts it; None has no end."""
    change: int
    violation: Row | None = None

    def counts_on(self, day: int) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Standing(Struct, frozen=True):
    """A ledger as of a day: what the sheet reads, by field, and its lists."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    restrictions: tuple[Mapping[str, Any], ...] = ()
    expiring: tuple[Mapping[str, Any], ...] = ()


def standing(
    plan: LedgerPlan, tables: Tables, granted: Granted, as_of: int, zone: Zone, formulas: Formulas
) -> Standing:
    """Return how a ledger stands as of a local day."""
    ledger = plan.ledger
    entries = _kept_by_the_cap(ledger, list(_entries(ledger, tables, granted, as_of, zone)), as_of)
    live = [entry for entry in entries if entry.counts_on(as_of)]
    quizzes = [row for row in tables["point_events"] if row["kind"] == "milestone_quiz"]
    in_force = [
        (milestone, begins, ends)
        for milestone in ledger.milestones
        for begins, ends in _actions(ledger, milestone, entries, quizzes, as_of, zone)
        if ends is None or ends >= as_of
    ]
    fields: dict[str, Value] = {"balance": _points(_balance(ledger, entries, as_of))}
    for milestone in ledger.milestones:
        fields[f"restricted.{milestone.id}"] = any(each is milestone for each, _, _ in in_force)
    violations = [(entry, entry.violation) for entry in live if entry.violation is not None]
    for count in plan.counts:
        fields[f"count.{count.id}"] = float(
            sum(
                formulas.holds(count.where, row)
                for entry, row in violations
                if count.within_days is None or as_of - entry.day <= count.within_days
            )
        )
    rows = [row for _, row in violations]
    fields["unknown_kinds"] = float(sum(row["kind"] not in ledger.kinds for row in rows))
    fields["out_of_range"] = float(sum(not _in_range(ledger, row) for row in rows))
    fields["broken_appeals"] = float(_broken_appeals(ledger, tables, zone))
    return Standing(fields, _restrictions(ledger, in_force), _expiring(live))


def _entries(ledger: Ledger, tables: Tables, granted: Granted, as_of: int, zone: Zone) -> Iterator[_Entry]:
    """Yield the events that count at some time up to D; what was overturned or appealed never did."""
    for row in tables[VIOLATIONS] if VIOLATIONS in ledger.signs else ():
        effective = row["effective_at"]
        if row["status"] == "overturned" or (ledger.id, row["violation_id"]) in granted:
            continue
        if row["status"] == "pending" and effective is None:
            continue
        issued = zone.day_of(row["issued_at"])
        day = issued if effective is None else zone.day_of(effective)
        if day >= as_of:
            continue
        yield _entry(ledger, day, max(day, issued), row, VIOLATIONS)
    for row in tables["point_events"]:
        if row["kind"] in ledger.signs:
            day = zone.day_of(row["at"])
            yield _entry(ledger, day, day, row, row["kind"])


def _entry(ledger: Ledger, day: int, known: int, row: Row, sign: str) -> _Entry:
    change = ledger.signs[sign] * round(row["points"] * MILLION)
    return _Entry(day, known + 1, expires_on(ledger, day), change, row if sign == VIOLATIONS else None)


def _kept_by_the_cap(ledger: Ledger, entries: list[_Entry], as_of: int) -> list[_Entry]:
    """Let nothing expire from the day on which the balance reached `never_expires_after`."""
    if ledger.never_expires_after is None:
        return entries
    for day in _changes(entries, as_of):
        if _reached(ledger, _balance(ledger, entries, day), ledger.never_expires_after):
            return [
                replace(entry, last=None) if entry.last is None or entry.last >= day else entry
                for entry in entries
            ]
    return entries


def _changes(entries: Sequence[_Entry], as_of: int) -> list[int]:
    """Return the days up to D on which something begins or ceases to count."""
    ever = [entry for entry in entries if entry.last is None or entry.first <= entry.last]
    days = {entry.first for entry in ever} | {entry.last + 1 for entry in ever if entry.last is not None}
    return sorted(day for day in days if day <= as_of)


def _balance(ledger: Ledger, entries: Sequence[_Entry], day: int) -> int:
    """Return the balance as of a day, in millionths of points."""
    total = round(ledger.starts_at * MILLION) + sum(each.change for each in entries if each.counts_on(day))
    least, most = ledger.limits
    if least is not None:
        total = max(total, round(least * MILLION))
    return total if most is None else min(total, round(most * MILLION))


def _points(millionths: int) -> float:
    """Return whole millionths as points: a double divided by a double, as every value is."""
    return float(millionths) / MILLION


def _reached(ledger: Ledger, balance: int, points: float) -> bool:
    line = round(points * MILLION)
    return balance >= line if ledger.goes_up else balance <= line


def _actions(
    ledger: Ledger,
    milestone: Milestone,
    entries: Sequence[_Entry],
    quizzes: Sequence[Row],
    as_of: int,
    zone: Zone,
) -> Iterator[tuple[int, int | None]]:
    """Yield the first and last day of each of a milestone's actions up to D."""
    fired = [
        day
        for day in _changes(entries, as_of)
        if _reached(ledger, _balance(ledger, entries, day), milestone.at)
        and not _reached(ledger, _balance(ledger, entries, day - 1), milestone.at)
    ]
    for day, again in pairwise([*fired, as_of + 1]):
        length = milestone.days
        if length is not None:
            taken = [
                quiz
                for quiz in quizzes
                if quiz["milestone"] == milestone.id and day <= zone.day_of(quiz["at"]) < again
            ]
            if taken:
                length = int(max(taken, key=lambda quiz: (quiz["at"], quiz["event_id"]))["days"])
        yield day, None if length is None else day + length - 1


def _restrictions(
    ledger: Ledger, in_force: Sequence[tuple[Milestone, int, int | None]]
) -> tuple[Mapping[str, Any], ...]:
    """Return the actions in force, the longest first."""
    order = {each.id: place for place, each in enumerate(ledger.milestones)}
    longest_first = sorted(
        in_force,
        key=lambda each: (each[2] is not None, -(each[2] or 0), each[1], order[each[0].id]),
    )
    return tuple(
        {
            "milestone": milestone.id,
            "from": to_date(begins),
            "until": None if ends is None else to_date(ends),
            "actions": list(milestone.actions),
        }
        for milestone, begins, ends in longest_first
    )


def _expiring(live: Sequence[_Entry]) -> tuple[Mapping[str, Any], ...]:
    """Return the points that stop counting, by the first day without them."""
    found: defaultdict[int, int] = defaultdict(int)
    for entry in live:
        if entry.last is not None:
            found[entry.last + 1] += entry.change
    return tuple({"on": to_date(day), "points": _points(found[day])} for day in sorted(found))


def _in_range(ledger: Ledger, row: Row) -> bool:
    kind = ledger.kinds.get(str(row["kind"]))
    limits = (kind.points if kind is not None else None) or ledger.points
    return limits is None or limits[0] <= row["points"] <= limits[1]


def _broken_appeals(ledger: Ledger, tables: Tables, zone: Zone) -> int:
    """Count the appeals that came too late after issue or rejection, or after the second."""
    if ledger.appeal_days is None:
        return 0
    issued = {row["violation_id"]: zone.day_of(row["issued_at"]) for row in tables[VIOLATIONS]}
    filed: defaultdict[str, list[Row]] = defaultdict(list)
    for row in tables["appeals"]:
        if row["about"] == ledger.id and row["record_id"] in issued:
            filed[row["record_id"]].append(row)
    broken = 0
    for record, appeals in filed.items():
        first, *later = sorted(appeals, key=lambda row: (row["filed_at"], row["appeal_id"]))
        broken += zone.day_of(first["filed_at"]) - issued[record] > ledger.appeal_days
        if later:
            broken += _second_is_broken(ledger, first, later[0], zone) + len(later) - 1
    return broken


def _second_is_broken(ledger: Ledger, first: Row, second: Row, zone: Zone) -> bool:
    if ledger.second_appeal_days is None:
        return True
    if first["decided_at"] is None or first["status"] != "rejected":
        return False
    waited = zone.day_of(second["filed_at"]) - zone.day_of(first["decided_at"])
    return waited > ledger.second_appeal_days
