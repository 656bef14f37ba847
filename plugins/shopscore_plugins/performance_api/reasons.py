"""Why a problem record is on one list only, as far as the data tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from shopscore.engines.contract import Binding
from shopscore.engines.reference.membership import Member, Membership, Out
from shopscore.events.rows import Events
from shopscore.events.tables import Kind, catalog
from shopscore.plan.model import MetricPlan
from shopscore_plugins.json_values import seconds
from shopscore_plugins.performance_api.model import Measured, Problem

_MICROS = 1_000_000
_REJECTED = ("rejected", "cancelled")
_POOR = 2
"""Stars up to which a review or rating is negative."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason by its id, and in words with the values behind it."""

    id: str
    text: str


@dataclass(frozen=True)
class Subject:
    """One metric of one shop on both sides."""

    binding: Binding
    events: Events
    plan: MetricPlan
    rows: Membership
    measured: Measured
    is_cut: bool
    """Whether their list was not saved to its end."""

    @property
    def bad_members(self) -> list[Member]:
        """Return the rows that count against the shop by our reading."""
        better = self.binding.plan.metric_infos[self.plan.id].better
        if better == "higher":
            return [member for member in self.rows.denominator if member.counts and not member.hit]
        return [member for member in self.rows.numerator if member.hit]

    @property
    def rows_at(self) -> str:
        """Return the column that dates our rows."""
        return self.plan.population.at

    @cached_property
    def _by_order(self) -> Mapping[str, Mapping[str, list[Row]]]:
        found: dict[str, defaultdict[str, list[Row]]] = {}
        for table in ("reviews", "returns"):
            found[table] = defaultdict(list)
            for row in self.events.tables.get(table, ()):
                found[table][str(row.get("order_id"))].append(row)
        return found

    @cached_property
    def by_id(self) -> Mapping[str, Member]:
        """Return the rows a problem could be, by id."""
        return {member.id: member for member in self.rows.numerator}

    def children(self, table: str, order_id: str) -> list[Row]:
        """Return the rows of a table that hang on an order."""
        return self._by_order[table].get(order_id, [])


def why_only_theirs(
    subject: Subject, problem: Problem, rows: Iterable[Member] | None = None
) -> tuple[Reason, ...]:
    """Return why a record they count is not among ours."""
    if rows is None:
        own = subject.by_id.get(problem.record_id)
        rows = () if own is None else (own,)
    members = list(rows)
    if not members:
        return (Reason("not_in_data", f"{problem.record_id} is not in our data"),)
    found: dict[str, Reason] = {}
    for member in members:
        for reason in (*_outside(subject, member), *_by_metric(subject, member, problem)):
            found.setdefault(reason.id, reason)
    return tuple(found.values())


def why_only_ours(subject: Subject, member: Member) -> tuple[Reason, ...]:
    """Return why a record we count is not among theirs."""
    found = []
    window = subject.measured.window
    if window is not None and member.at is not None and not _is_inside(subject, member.at):
        text = f"{subject.rows_at} {_shown(member.at)} is outside their window, {window.text}"
        found.append(Reason("window_edge", text))
    check = _ONLY_OURS.get(subject.measured.code)
    if check is not None:
        found += check(subject, member)
    if subject.is_cut:
        found.append(Reason("list_incomplete", "their list was not saved to its end"))
    return tuple(found)


def _outside(subject: Subject, member: Member) -> Iterator[Reason]:
    """Say why a row is not in our population; the same reasons, in the order of their weight."""
    plan, exclusions = subject.plan, subject.binding.plan.exclusions
    labels = {rule.id: rule.label["en"] for _, population in exclusions for rule in population.exclusions}
    for reason in member.reasons:
        match reason.out:
            case Out.NOT_YET:
                yield Reason(
                    "not_yet", "it begins on the day of the score or later; its morning does not know it"
                )
            case Out.APPEALED:
                yield Reason("appealed", "an appeal about it was granted")
            case Out.EXCLUDED:
                yield Reason("exempt_type", f"exempt: {labels.get(reason.detail, reason.detail)}")
            case Out.UNDATED if _is_deadline(plan.population.table, reason.detail):
                yield Reason("missing_deadline", f"our data has no {reason.detail} for it")
            case Out.UNDATED:
                yield Reason("undated", f"our data has no {reason.detail} for it by that morning")
            case Out.BEFORE | Out.AFTER:
                yield _edge(subject, member)
            case Out.NO_VALUE:
                yield Reason("no_value", "it has no value: an end of it is missing")
            case Out.WHERE:
                yield from _conditions(subject, member)


def _edge(subject: Subject, member: Member) -> Reason:
    first, last = (_shown(at) for at in subject.rows.span)
    text = f"{subject.rows_at} {_shown(member.at)} is outside our window, {first} to {last} UTC"
    inside = member.at is not None and _is_inside(subject, member.at)
    return Reason("window_edge" if inside else "outside_window", text)


def _is_inside(subject: Subject, at: int) -> bool:
    """Tell whether their window has an instant; without a window nothing is."""
    window = subject.measured.window
    return window is not None and window.start * _MICROS <= at < window.end * _MICROS


def _conditions(subject: Subject, member: Member) -> Iterator[Reason]:
    """Say which of the usual conditions an order does not meet."""
    row, code = member.row, subject.measured.code
    flags = [name for name in ("is_sample", "is_gift", "is_fake") if row.get(name)]
    if flags:
        yield Reason("not_counted", f"it does not count: {', '.join(flags)}")
    if code == "SFCR":
        yield from _cancellation(row)
    elif row.get("cancelled_at") is not None:
        yield Reason("cancelled", f"it was cancelled {_shown(row['cancelled_at'])}")
    elif code == "IM_DSAT" and row.get("rating") is None:
        yield Reason("not_rated", "our data has no rating of it by that morning")
    elif code == "IM_DSAT" and row.get("resolved_by") != "human":
        yield Reason("exempt_type", f"exempt: resolved by a {row.get('resolved_by')}")
    elif code == "AHT":
        yield Reason("exempt_type", f"exempt: handled by the {row.get('handled_by')}")


def _cancellation(row: Row) -> Iterator[Reason]:
    if row.get("cancelled_at") is None:
        yield Reason("not_cancelled", "in our data it is not cancelled by that morning")
    elif row.get("fulfillment") == "platform":
        yield Reason("exempt_type", "exempt: the platform ships it")
    elif row.get("cancel_fault") != "seller":
        fault, why = row.get("cancel_fault") or "unknown", row.get("cancel_reason")
        yield Reason("other_fault", f"our data has the fault {fault}{f' ({why})' if why else ''}")


def _by_metric(subject: Subject, member: Member, problem: Problem) -> Iterable[Reason]:
    """Say why a row that is in the population is no problem by our reading."""
    if not member.counts and subject.plan.denominator is not None:
        return ()
    check = _ONLY_THEIRS.get(subject.measured.code)
    return () if check is None else check(subject, member, problem)


def _reviews(subject: Subject, member: Member, problem: Problem) -> Iterator[Reason]:
    cutoff = subject.binding.cutoff(subject.binding.as_of)
    rows = sorted(
        (row for row in subject.children("reviews", member.id) if not row.get("is_edit")),
        key=lambda row: (row["posted_at"], row["review_id"]),
    )
    known = [row for row in rows if row["posted_at"] < cutoff]
    poor = [row for row in rows if row["stars"] is not None and row["stars"] <= _POOR]
    if not rows:
        yield Reason("no_review", "our data has no review of it")
    elif poor and poor[0] not in known:
        yield Reason("later_review", f"its negative review came later, {_shown(poor[0]['posted_at'])}")
    elif poor and poor[0] is not known[0]:
        stars = f"{known[0]['stars']:g} stars"
        yield Reason("later_review", f"its first review has {stars}; the negative one came later")
    elif not poor:
        yield Reason("other_rating", f"{_rated(problem, 'user_review_rating')}no negative review of it here")


def _returns(subject: Subject, member: Member, problem: Problem) -> Iterator[Reason]:
    cutoff = subject.binding.cutoff(subject.binding.as_of)
    rows = subject.children("returns", member.id)
    known = [row for row in rows if row["requested_at"] < cutoff]
    live = [row for row in known if row.get("status") not in _REJECTED]
    if not rows:
        yield Reason("no_return", "our data has no return of it")
    elif not known:
        yield Reason("later_return", f"its return was requested later, {_shown(rows[0]['requested_at'])}")
    elif not live:
        yield Reason("return_refused", f"its return was {known[0]['status']}")
    elif not member.hit:
        row = live[0]
        why = f" ({row['reason']})" if row.get("reason") else ""
        yield Reason("other_fault", f"our data has the fault {row.get('fault') or 'unknown'}{why}")


def _deliveries(subject: Subject, member: Member, problem: Problem) -> Iterator[Reason]:
    expected = round(seconds(problem.fields.get("expect_deliver_time")))
    ours = member.row.get("deliver_by")
    if member.hit and expected and isinstance(ours, int) and expected * _MICROS != ours:
        theirs = _shown(expected * _MICROS)
        yield Reason("other_deadline", f"due {_shown(ours)} here, {theirs} there")
    elif member.hit:
        yield Reason(
            "on_time", f"delivered {_shown(member.row.get('delivered_at'))} here, before its deadline"
        )


def _ratings(subject: Subject, member: Member, problem: Problem) -> Iterator[Reason]:
    if member.counts and not member.hit:
        ours = f"rated {member.row.get('rating'):g} here"
        yield Reason("other_rating", f"{_rated(problem, 'customer_rating')}{ours}")


def _rated(problem: Problem, field: str) -> str:
    theirs = problem.fields.get(field)
    return "" if theirs is None else f"rated {theirs} there; "


def _undelivered(subject: Subject, member: Member) -> Iterator[Reason]:
    if member.row.get("delivered_at") is None:
        yield Reason("not_delivered", "it is due and not delivered; they speak of delivered orders")


def _first_review_changed(subject: Subject, member: Member) -> Iterator[Reason]:
    """A better review after a negative first one is the last word there and not here."""
    later = [row for row in subject.children("reviews", member.id) if (row["stars"] or 0) > _POOR]
    if later:
        yield Reason("later_review", f"a review with {later[-1]['stars']:g} stars came later")


_ONLY_THEIRS: Mapping[str, Callable[[Subject, Member, Problem], Iterable[Reason]]] = {
    "NRR": _reviews,
    "NBFR": _returns,
    "OTDR": _deliveries,
    "IM_DSAT": _ratings,
}
_ONLY_OURS: Mapping[str, Callable[[Subject, Member], Iterable[Reason]]] = {
    "NRR": _first_review_changed,
    "OTDR": _undelivered,
}


def _is_deadline(table: str, column: str) -> bool:
    found = catalog()[table].columns.get(column)
    return found is not None and found.kind is Kind.DEADLINE


def _shown(at: object) -> str:
    if not isinstance(at, int):
        return "at no known time"
    return datetime.fromtimestamp(at / _MICROS, UTC).strftime("%Y-%m-%d %H:%M")
