"""What moves a ledger: violations and point events with the days on which they count (2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from shopscore.bundle.model import Ledger
from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore.engines.sql.appeals import Appeals
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.known import as_known
from shopscore.engines.sql.layers import Formulas, add_layers
from shopscore.engines.sql.rounding import half_even
from shopscore.engines.sql.stages import (
    Stages,
    filtered,
    left_join,
    parsed,
    quoted,
    relation,
    select,
    supplied,
)
from shopscore.engines.sql.terms import (
    below,
    both,
    case,
    column,
    compared,
    equals,
    identifier,
    integer,
    known,
    met,
    missing,
    named,
    negated,
    plus,
    string,
    times,
)
from shopscore.engines.sql.zone_rules import local_day
from shopscore.events.physical import Source
from shopscore.events.sql_zone import stepped
from shopscore.events.tables import Table
from shopscore.events.time import Zone
from shopscore.formula.sql_functions import cast, double
from shopscore.formula.tree import Node
from shopscore.plan.model import LedgerPlan
from shopscore.plan.windows import next_period

MILLION = 1_000_000
NO_END = 10**9
"""Stands for the last day of what has no end."""

_DAYS = {"issued_at": "issued_day", "effective_at": "effective_day", "at": "day"}


@dataclass(frozen=True, slots=True)
class LedgerRun:
    """What the ledgers of a run share."""

    stages: Stages
    sources: Mapping[str, Source]
    models: Mapping[str, Table]
    subject: str
    zone: Zone
    demand: Demand
    dialect: Dialect
    formulas: Formulas
    appeals: Appeals | None


def in_millionths(points: float) -> int:
    """Return points as whole millionths, halves to even."""
    return round(points * MILLION)


def add_entries(run: LedgerRun, plan: LedgerPlan, day: int) -> str:
    """Add the events that count in a ledger at some time up to a day, and return their stage.

    Columns: subject, event_day, first_day, last_day (NO_END where there is none), change in millionths,
    and flags of violations: those of the counts, unknown_kinds, out_of_range.
    """
    ledger, s = plan.ledger, quoted(run.subject)
    flags = [f"count.{each.id}" for each in plan.counts] + ["unknown_kinds", "out_of_range"]
    parts = []
    if VIOLATIONS in ledger.signs:
        names = ", ".join(quoted(name) for name in flags)
        parts.append(
            f"SELECT {s}, event_day, CASE WHEN issued_day > event_day THEN issued_day ELSE event_day END + 1 "
            "AS first_day, last_day, change, "
            f"{names} FROM {quoted(_violations(run, plan, day, flags))}"
        )
    if len(ledger.signs) > (VIOLATIONS in ledger.signs) and "point_events" in run.sources:
        none = ", ".join(f"FALSE AS {quoted(name)}" for name in flags)
        parts.append(
            f"SELECT {s}, event_day, event_day + 1 AS first_day, last_day, change, {none} "
            f"FROM {quoted(_points(run, plan, day))}"
        )
    union = " UNION ALL ".join(parts)
    all_columns = (run.subject, "event_day", "first_day", "last_day", "change", *flags)
    columns = ", ".join(quoted(name) for name in all_columns)
    label = run.demand.label(f"{plan.id}_entries", day)
    return run.stages.add(
        label,
        parsed(
            f"SELECT {columns} FROM ({union}) AS events WHERE first_day <= {day} AND first_day <= last_day"
        ),
    )


def point_events(run: LedgerRun, day: int) -> str:
    """Add the point events before a day, with their local day, and return the stage; made once."""
    label = run.demand.label("point_events_dated", day)
    if label not in run.stages.queries:
        model = run.models["point_events"]
        known_ = _known(run, "point_events", day)
        terms = [column(name) for name in model.columns if name != "at"]
        terms += [named(column("at"), "micros"), named(local_day(run.zone, column("at")), "day")]
        run.stages.add(label, select(terms, relation(known_)))
    return label


def violations_issued(run: LedgerRun, day: int) -> str:
    """Add the local day on which each violation known on a day was issued; made once."""
    label = run.demand.label("violations_issued", day)
    if label not in run.stages.queries:
        rows = _known(run, VIOLATIONS, day)
        terms = [column(run.subject), column("violation_id")]
        terms.append(named(local_day(run.zone, column("issued_at")), "issued_day"))
        run.stages.add(label, select(terms, relation(rows)))
    return label


def _violations(run: LedgerRun, plan: LedgerPlan, day: int, flags: list[str]) -> str:
    """Add the violations that count at some time; what was overturned or appealed never did."""
    ledger = plan.ledger
    read = tuple(dict.fromkeys((*plan.columns, run.subject)))
    rows = _known(run, VIOLATIONS, day)
    terms = [column(name, rows) for name in run.models[VIOLATIONS].columns if name in read]
    issued = local_day(run.zone, column("issued_at", rows))
    effective = local_day(run.zone, column("effective_at", rows))
    terms += [named(issued, "issued_day"), named(effective, "effective_day")]
    status, effective_at = column("status", rows), column("effective_at", rows)
    waits = both([equals(status, string("pending")), missing(effective_at)])
    counts = [negated(met(equals(status.copy(), string("overturned")))), negated(met(waits))]
    query = select(terms, relation(rows))
    if run.appeals is not None:
        found = _granted(run, ledger, day)
        own = [(run.subject, run.subject), ("violation_id", "record_id")]
        on = both([equals(column(mine, rows), column(theirs, found)) for mine, theirs in own])
        left_join(query, relation(found), on)
        counts.append(missing(column("record_id", found)))
    dated = run.stages.add(run.demand.label(f"{ledger.id}_dated", day), filtered(query, both(counts)))
    own_day = case([(known(column("effective_day")), column("effective_day"))], column("issued_day"))
    started = run.stages.add(
        run.demand.label(f"{ledger.id}_started", day),
        select(
            [*(column(name) for name in (*read, "issued_day")), named(own_day, "event_day")], relation(dated)
        ),
    )
    available = [*read, "issued_day", "event_day"]
    cells: list[tuple[str, Node]] = [(f"where.{each.id}", each.where) for each in plan.counts]
    told = started
    if cells:
        kept = [*available, *(name for name, _ in cells)]
        label = run.demand.label(f"{ledger.id}_told", day)
        told = add_layers(run.stages, label, started, available, cells, kept, run.formulas)
    terms = [column(name) for name in (run.subject, "issued_day", "event_day")]
    terms += [
        named(_last_day(ledger, day), "last_day"),
        named(_change(run, ledger.signs[VIOLATIONS]), "change"),
    ]
    for each in plan.counts:
        test: list[exp.Expr] = [met(column(f"where.{each.id}"))]
        if each.within_days is not None:
            test.append(compared(column("event_day"), exp.GTE, integer(day - each.within_days)))
        terms.append(named(both(test), f"count.{each.id}"))
    terms += [
        named(_unknown_kind(ledger), "unknown_kinds"),
        named(_out_of_range(ledger), "out_of_range"),
    ]
    return run.stages.add(run.demand.label(f"{ledger.id}_violations", day), select(terms, relation(told)))


def _points(run: LedgerRun, plan: LedgerPlan, day: int) -> str:
    """Add the point events that count in a ledger."""
    ledger = plan.ledger
    kinds = {kind: sign for kind, sign in ledger.signs.items() if kind != VIOLATIONS}
    dated = point_events(run, day)
    changes = [(equals(column("kind"), string(kind)), _change(run, sign)) for kind, sign in kinds.items()]
    started = select(
        [column(run.subject), named(column("day"), "event_day"), named(case(changes), "change")],
        relation(dated),
    )
    known_kinds = [string(kind) for kind in kinds]
    filtered(started, exp.In(this=column("kind"), expressions=known_kinds))
    label = run.stages.add(run.demand.label(f"{ledger.id}_moved", day), started)
    terms = [
        column(run.subject),
        column("event_day"),
        named(_last_day(ledger, day), "last_day"),
        column("change"),
    ]
    return run.stages.add(run.demand.label(f"{ledger.id}_points", day), select(terms, relation(label)))


def _known(run: LedgerRun, table: str, day: int) -> str:
    """Add a table's rows as they are known on the morning of a day; made once for all ledgers."""
    model, source = run.models[table], run.sources[table]
    label = run.demand.label(f"{table}_of_ledgers", day)
    if label in run.stages.queries:
        return label
    border = f"{table}_of_ledgers_border"
    if border not in run.stages.queries:
        columns = [named(canonical(each, source.columns), each.name) for each in model.columns.values()]
        run.stages.add(border, select(columns, supplied(source.relation)))
    cutoff = run.zone.start_of(day)
    terms = [named(as_known(model, model.columns, name, cutoff), name) for name in model.columns]
    query = select(terms, relation(border))
    return run.stages.add(label, filtered(query, below(column(str(model.clock)), integer(cutoff))))


def _granted(run: LedgerRun, ledger: Ledger, day: int) -> str:
    """Add the violations that an appeal took out of a ledger."""
    assert run.appeals is not None
    s, about = quoted(run.subject), string(ledger.id).sql()
    text = (
        f"SELECT DISTINCT {s}, record_id FROM {quoted(run.appeals.known(day))} "
        f"WHERE about = {about} AND status = 'granted'"
    )
    return run.stages.add(run.demand.label(f"{ledger.id}_appealed", day), parsed(text))


def _change(run: LedgerRun, sign: int) -> exp.Expr:
    whole = cast(half_even(exp.Paren(this=times(column("points"), double(1e6)))), run.dialect.wide)
    return whole if sign > 0 else exp.Neg(this=whole)


def _last_day(ledger: Ledger, as_of: int) -> exp.Expr:
    """Return the last day as of which an event counts: by its age, and by the calendar."""
    ends: list[exp.Expr] = []
    if ledger.expires_after_days is not None:
        ends.append(plus(column("event_day"), integer(ledger.expires_after_days)))
    if ledger.resets is not None:
        ends.append(_next_period(ledger.resets, as_of))
    if not ends:
        return integer(NO_END)
    if len(ends) == 1:
        return ends[0]
    by_age, by_calendar = ends
    return case([(below(by_age, by_calendar), by_age.copy())], by_calendar.copy())


def _next_period(resets: str, as_of: int) -> exp.Expr:
    """Return the first day of the period after an event's, as steps over the periods up to D."""
    starts = [0]
    while starts[-1] <= as_of:
        starts.append(next_period(resets, starts[-1]))
    steps = [(day, integer(after)) for day, after in pairwise(starts[1:])]
    return stepped(exp.Column(this=identifier("event_day")), integer(starts[1]), steps)


def _unknown_kind(ledger: Ledger) -> exp.Expr:
    if not ledger.kinds:
        return exp.true()
    named_ = exp.In(this=column("kind"), expressions=[string(kind) for kind in ledger.kinds])
    return negated(met(named_))


def _out_of_range(ledger: Ledger) -> exp.Expr:
    """Return whether a violation's points lie outside the range of its kind."""

    def outside(limits: tuple[float, float] | None) -> exp.Expr:
        if limits is None:
            return exp.false()
        least, most = (double(limit) for limit in limits)
        return negated(
            both([compared(column("points"), exp.GTE, least), compared(column("points"), exp.LTE, most)])
        )

    tests = [
        (equals(column("kind"), string(kind.id)), outside(kind.points or ledger.points))
        for kind in ledger.kinds.values()
    ]
    return case(tests, outside(ledger.points)) if tests else outside(ledger.points)
