"""What moves a ledger: violations and point events with the days on which they count (2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from sqlglot import exp

from shopscore.bundle.model import Ledger
from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore.engines.sql.appeals import Appeals
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.known import as_known
from shopscore.engines.sql.layers import Formulas, add_layers
from shopscore.engines.sql.local_days import with_local_days
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
    integer,
    known,
    met,
    missing,
    named,
    negated,
    string,
    times,
)
from shopscore.events.physical import Source
from shopscore.events.tables import Table
from shopscore.events.time import Zone
from shopscore.formula.sql_functions import cast, double
from shopscore.formula.tree import Node
from shopscore.plan.model import LedgerPlan

MILLION = 1_000_000
NO_END = 10**9
"""Stands for the last day of what has no end."""

_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_MARCH_OF_YEAR_0 = 719468
"""Days from there to 1970-01-01."""
_DAYS = {VIOLATIONS: ("issued_day", "event_day"), "point_events": ("micros", "day")}
"""What is added to a table's own columns."""


class LedgerRun(Struct, frozen=True):
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

    def label(self, ledger: Ledger, name: str, day: int) -> str:
        """Return the name of one of a ledger's stages; the dots keep it apart from those of tables."""
        return self.demand.label(f"ledger.{ledger.id}.{name}", day)


def in_millionths(points: float) -> int:
    """Return points as whole millionths, halves to even."""
    return round(points * MILLION)


def add_entries(run: LedgerRun, plan: LedgerPlan, day: int) -> str:
    """Add the events known up to a day that can count in a ledger, and return their stage.

    One that was known only after its last day has its first after it, and counts if nothing expires.
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
            f"{names} FROM {quoted(_violations(run, plan, day))}"
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
    label = run.label(ledger, "entries", day)
    return run.stages.add(
        label,
        parsed(f"SELECT {columns} FROM ({union}) AS events WHERE first_day <= {day}"),
    )


def _violations(run: LedgerRun, plan: LedgerPlan, day: int) -> str:
    """Add the violations that count at some time; what was overturned or appealed never did."""
    ledger = plan.ledger
    read = tuple(dict.fromkeys((*plan.columns, run.subject, "issued_day", "event_day")))
    rows = known_rows(run, VIOLATIONS, day)
    status, effective_at = column("status", rows), column("effective_at", rows)
    waits = both([equals(status, string("pending")), missing(effective_at)])
    counts = [negated(met(equals(status.copy(), string("overturned")))), negated(met(waits))]
    query = select([column(name, rows) for name in read], relation(rows))
    if run.appeals is not None:
        found = _granted(run, ledger, day)
        own = [(run.subject, run.subject), ("violation_id", "record_id")]
        on = both([equals(column(mine, rows), column(theirs, found)) for mine, theirs in own])
        left_join(query, relation(found), on)
        counts.append(missing(column("record_id", found)))
    told = run.stages.add(run.label(ledger, "counting", day), filtered(query, both(counts)))
    cells: list[tuple[str, Node]] = [(f"where.{each.id}", each.where) for each in plan.counts]
    if cells:
        kept = [*read, *(name for name, _ in cells)]
        label = run.label(ledger, "told", day)
        told = add_layers(run.stages, label, told, list(read), cells, kept, run.formulas)
    terms = [column(name) for name in (run.subject, "issued_day", "event_day")]
    change = _change(run, ledger.signs[VIOLATIONS])
    terms += [named(_last_day(ledger), "last_day"), named(change, "change")]
    for each in plan.counts:
        test: list[exp.Expr] = [met(column(f"where.{each.id}"))]
        if each.within_days is not None:
            test.append(compared(column("event_day"), exp.GTE, integer(day - each.within_days)))
        terms.append(named(both(test), f"count.{each.id}"))
    terms += [
        named(_unknown_kind(ledger), "unknown_kinds"),
        named(_out_of_range(ledger), "out_of_range"),
    ]
    return run.stages.add(run.label(ledger, "violations", day), select(terms, relation(told)))


def _points(run: LedgerRun, plan: LedgerPlan, day: int) -> str:
    """Add the point events that count in a ledger."""
    ledger = plan.ledger
    kinds = {kind: sign for kind, sign in ledger.signs.items() if kind != VIOLATIONS}
    rows = known_rows(run, "point_events", day)
    changes = [(equals(column("kind"), string(kind)), _change(run, sign)) for kind, sign in kinds.items()]
    started = select(
        [column(run.subject), named(column("day"), "event_day"), named(case(changes), "change")],
        relation(rows),
    )
    known_kinds = [string(kind) for kind in kinds]
    filtered(started, exp.In(this=column("kind"), expressions=known_kinds))
    label = run.stages.add(run.label(ledger, "moved", day), started)
    terms = [
        column(run.subject),
        column("event_day"),
        named(_last_day(ledger), "last_day"),
        column("change"),
    ]
    return run.stages.add(run.label(ledger, "points", day), select(terms, relation(label)))


def known_rows(run: LedgerRun, table: str, day: int) -> str:
    """Add a table's rows as they are known on the morning of a day, with local days; once for all ledgers."""
    model = run.models[table]
    label = run.demand.label(f"{table}_of_ledgers", day)
    if label in run.stages.queries:
        return label
    border = _border(run, table)
    cutoff = run.zone.start_of(day)
    terms = [named(as_known(model, model.columns, name, cutoff), name) for name in model.columns]
    terms += [column(name) for name in _DAYS[table]]
    query = filtered(select(terms, relation(border)), below(column(str(model.clock)), integer(cutoff)))
    return run.stages.add(label, query)


def _border(run: LedgerRun, table: str) -> str:
    """Add a table in canonical form with the local days of its instants, whatever the day of the run."""
    model, source = run.models[table], run.sources[table]
    name = f"{table}_dated"
    if name in run.stages.queries:
        return name
    terms = [named(canonical(each, source.columns), each.name) for each in model.columns.values()]
    plain = run.stages.add(f"{table}_of_ledgers_border", select(terms, supplied(source.relation)))
    if table != VIOLATIONS:
        days = with_local_days(run.stages, f"{table}_days", plain, run.zone, {"day": "at"})
        terms = [column(each) for each in (*model.columns, "day")]
        return run.stages.add(name, select([*terms, named(column("at"), "micros")], relation(days)))
    instants = {"issued_day": "issued_at", "effective_day": "effective_at"}
    days = with_local_days(run.stages, f"{table}_days", plain, run.zone, instants)
    own = case([(known(column("effective_day")), column("effective_day"))], column("issued_day"))
    terms = [*(column(each) for each in (*model.columns, "issued_day")), named(own, "event_day")]
    return run.stages.add(name, select(terms, relation(days)))


def _granted(run: LedgerRun, ledger: Ledger, day: int) -> str:
    """Add the violations that an appeal took out of a ledger."""
    assert run.appeals is not None
    s, about = quoted(run.subject), string(ledger.id).sql()
    text = (
        f"SELECT DISTINCT {s}, record_id FROM {quoted(run.appeals.known(day))} "
        f"WHERE about = {about} AND status = 'granted'"
    )
    return run.stages.add(run.label(ledger, "appealed", day), parsed(text))


def _change(run: LedgerRun, sign: int) -> exp.Expr:
    whole = cast(half_even(exp.Paren(this=times(column("points"), double(1e6)))), run.dialect.wide)
    return whole if sign > 0 else exp.Neg(this=whole)


def _last_day(ledger: Ledger) -> exp.Expr:
    """Return the last day as of which an event counts: by its age, and by the calendar."""
    ends = []
    if ledger.expires_after_days is not None:
        ends.append(f"event_day + {ledger.expires_after_days}")
    if ledger.resets is not None:
        ends.append(_next_period(_MONTHS[ledger.resets]))
    if not ends:
        return integer(NO_END)
    earlier = (
        ends[0] if len(ends) == 1 else f"CASE WHEN {ends[0]} < {ends[1]} THEN {ends[0]} ELSE {ends[1]} END"
    )
    return exp.maybe_parse(earlier, dialect="duckdb")


def _next_period(months: int) -> str:
    """Return the first day of the period of so many months after an event's, in whole numbers alone.

    Years begin in March here, which makes the leap day the last of a year: 146097 days are 400 years,
    1461 are four, and from March on 153 are five months.
    """
    since = f"(4 * (event_day + {_MARCH_OF_YEAR_0}) + 3)"
    of_century = f"({since} % 146097 // 4 * 4 + 3)"
    years = f"1200 * ({since} // 146097) + 12 * ({of_century} // 1461)"
    month = f"({years} + ({of_century} % 1461 // 4 * 5 + 2) // 153)"
    next_ = f"((({month} + 2) // {months} + 1) * {months} - 2)"
    year = f"({next_} // 12)"
    start = f"1461 * {year} // 4 - {year} // 100 + {year} // 400 + (153 * ({next_} % 12) + 2) // 5"
    return f"{start} - {_MARCH_OF_YEAR_0}"


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
