"""Our numbers and problem records beside the platform's, metric by metric and record by record."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import evaluate
from shopscore.engines.reference.membership import Member, Membership, membership
from shopscore.events.rows import Events
from shopscore.formula.tree import Type
from shopscore.plan.model import MetricPlan
from shopscore_plugins.performance_api.model import Measured, Official, Problem
from shopscore_plugins.performance_api.reasons import why_only_ours, why_only_theirs
from shopscore_plugins.performance_api.scales import Reading, decimal, read_value, step_of
from shopscore_plugins.performance_api.subject import Reason, Subject

_MICROS = 1_000_000
_HOUR = 3600 * _MICROS
_SAME = 1e-9
_NEAR_HOURS = Decimal("0.05")
"""Their hours have one decimal."""


class Match(StrEnum):
    """What two lists say about one record."""

    AGREE = "agree"
    DIFFER = "differ"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"


class Record(Struct, frozen=True):
    """One problem record and who counts it; reasons are the likeliest first, none where nothing tells."""

    id: str
    match: Match
    reasons: tuple[Reason, ...] = ()
    theirs: Mapping[str, str] | None = None


class Numbers(Struct, frozen=True):
    """One side's numbers; rows are counted without weights."""

    value: float | None
    numerator: float | None
    denominator: float | None


class Compared(Struct, frozen=True):
    """One metric on both sides.

    Attributes:
        theirs: None where they give no number.
        reading: how their number was read.
        lacking: columns without which ours cannot be computed.
        has_list: whether their problem records were saved at all.
        unlisted: how many of the problem records they speak of were not saved.
        weighted: whether our value weighs rows by age, which counts do not show.
    """

    metric: str
    unit: Type
    measured: Measured
    reading: Reading | None
    ours: Numbers
    theirs: Numbers
    span: tuple[int, int]
    lacking: tuple[str, ...]
    has_list: bool
    unlisted: int
    weighted: bool
    records: tuple[Record, ...]

    @property
    def counts(self) -> Counter[str]:
        """Count the records by who has them."""
        return Counter(record.match.value for record in self.records)

    def agrees(self, name: str) -> bool | None:
        """Tell whether value, numerator or denominator is the same; None where a side has none.

        Values are compared as far as theirs is written out, or exactly where its parts give it.
        """
        ours, theirs = getattr(self.ours, name), getattr(self.theirs, name)
        if ours is None or theirs is None:
            return None
        if name != "value" or self.reading is None:
            return bool(ours == theirs)
        if self.reading.parts_agree:
            return math.isclose(ours, theirs, rel_tol=_SAME)
        return abs(Decimal(repr(float(ours))) - self.reading.value) < step_of(self.reading.value)


def compare(binding: Binding, events: Events, official: Official) -> tuple[list[Compared], list[str]]:
    """Return every metric of theirs that the policy has, and the codes of the others.

    Ours is made of events alone: supplied numbers may be theirs.
    """
    events = replace(events, tables={**events.tables, "supplied_metrics": ()})
    plans = {metric.id: metric for metric in binding.plan.metrics}
    card = evaluate(binding, events).scorecard
    found: list[Compared] = []
    unknown: list[str] = []
    for code, measured in official.metrics.items():
        plan = plans.get(measured.metric)
        if plan is None:
            unknown.append(code)
        else:
            found.append(_compare(binding, events, plan, measured, card["metrics"][plan.id]))
    return found, unknown


def _compare(
    binding: Binding, events: Events, plan: MetricPlan, measured: Measured, own: Mapping[str, Any]
) -> Compared:
    rows = membership(binding, events, plan)
    reading = read_value(measured.written)
    unlisted = max((measured.listed or 0) - measured.lines, 0)
    lacking = [f"{table}.{column}" if column else table for table, column in plan.needs
               if not binding.supply.has(table, column)]  # fmt: skip
    subject = Subject(binding, events, plan, rows, measured, bool(unlisted))
    if measured.listed is None:
        records: Sequence[Record] = ()
    elif plan.value is not None:
        records = _cases(subject, measured.problems)
    else:
        records = _records(subject, measured.problems)
    return Compared(
        metric=plan.id,
        unit=plan.unit,
        measured=measured,
        reading=reading,
        ours=_ours(own, rows, plan),
        theirs=_theirs(measured, reading),
        span=rows.span,
        lacking=tuple(sorted(lacking)),
        has_list=measured.listed is not None,
        unlisted=unlisted,
        weighted=bool(plan.weights),
        records=tuple(records),
    )


def _ours(own: Mapping[str, Any], rows: Membership, plan: MetricPlan) -> Numbers:
    above, below = own["numerator_count"], own["denominator_count"]
    if plan.value is not None and below is not None:
        # Of a mean the numerator is what was summed up: hours, as theirs.
        above = own["numerator"]
    return Numbers(own["value"], above, below)


def _theirs(measured: Measured, reading: Reading | None) -> Numbers:
    above, below = decimal(measured.written.numerator), decimal(measured.written.denominator)
    value = None if reading is None else reading.value
    if reading is not None and reading.parts_agree and above is not None and below:
        value = above / below  # with all its decimals
    return Numbers(
        None if value is None else float(value),
        None if above is None else float(above),
        None if below is None else float(below),
    )


def _records(subject: Subject, problems: Sequence[Problem]) -> list[Record]:
    """Compare the records that count against the shop: of a rate better high those not in its numerator."""
    ours = {member.id: member for member in subject.bad_members}
    theirs = {problem.record_id: problem for problem in problems}
    found = []
    for id_ in sorted(ours.keys() | theirs.keys()):
        problem = theirs.get(id_)
        if problem is None:
            found.append(Record(id_, Match.ONLY_OURS, why_only_ours(subject, ours[id_])))
        elif id_ in ours:
            found.append(Record(id_, Match.AGREE, (), problem.fields))
        else:
            found.append(Record(id_, Match.ONLY_THEIRS, why_only_theirs(subject, problem), problem.fields))
    return found


def _cases(subject: Subject, problems: Iterable[Problem]) -> list[Record]:
    """Compare hours and rounds of the cases they list; they list slow ones only, so others are no finding."""
    rounds: defaultdict[str, list[Member]] = defaultdict(list)
    for member in subject.rows.numerator:
        rounds[str(member.row.get("case_id"))].append(member)
    found = []
    for problem in sorted(problems, key=lambda each: each.record_id):
        own = [member for member in rounds.get(problem.record_id, ()) if member.counts]
        if not own:
            reasons = why_only_theirs(subject, problem, rounds.get(problem.record_id, ()))
            found.append(Record(problem.record_id, Match.ONLY_THEIRS, reasons, problem.fields))
            continue
        hours, theirs = (
            sum(map(_hours, own), Decimal(0)),
            decimal(problem.fields.get("total_handle_duration_hours")),
        )
        count = problem.fields.get("review_count")
        same_hours = theirs is None or abs(hours - theirs) <= _NEAR_HOURS
        same_count = count is None or count == str(len(own))
        if same_hours and same_count:
            found.append(Record(problem.record_id, Match.AGREE, (), problem.fields))
            continue
        text = f"{_in_rounds(hours, len(own))} here, {_in_rounds(theirs, count)} there"
        found.append(Record(problem.record_id, Match.DIFFER, (Reason("other_rounds", text),), problem.fields))
    return found


def _hours(member: Member) -> Decimal:
    begins, ends = member.row.get("started_at"), member.row.get("finished_at")
    assert isinstance(begins, int) and isinstance(ends, int)
    return Decimal(ends - begins) / _HOUR


def _in_rounds(hours: Decimal | None, count: int | str | None) -> str:
    said = "no hours" if hours is None else f"{hours.quantize(Decimal('0.1'))} h"
    if count is None:
        return said
    return f"{said} in {count} {'round' if str(count) == '1' else 'rounds'}"
