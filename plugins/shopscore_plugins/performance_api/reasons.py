"""Why a problem record is on one list only, as far as the data tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from shopscore.engines.reference.membership import Member, Out
from shopscore.events.tables import Kind, catalog
from shopscore_plugins.performance_api.by_metric import ONLY_OURS, ONLY_THEIRS
from shopscore_plugins.performance_api.model import Problem
from shopscore_plugins.performance_api.subject import Reason, Row, Subject, shown


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
    if window is not None and member.at is not None and not subject.is_inside(member.at):
        text = f"{subject.rows_at} {shown(member.at)} is outside their window, {window.text}"
        found.append(Reason("window_edge", text))
    check = ONLY_OURS.get(subject.measured.code)
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
            case Out.NOT_DUE if member.row.get(reason.detail) is not None:
                due = f"{reason.detail} {shown(member.row[reason.detail])}"
                yield Reason("not_due", f"it is not due by that morning: {due}")
            case Out.NOT_DUE:
                yield Reason("missing_deadline", f"our data has no {reason.detail} for it")
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
            case _:
                assert_never(reason.out)


def _edge(subject: Subject, member: Member) -> Reason:
    first, last = (shown(at) for at in subject.rows.span)
    text = f"{subject.rows_at} {shown(member.at)} is outside our window, {first} to {last} UTC"
    inside = member.at is not None and subject.is_inside(member.at)
    return Reason("window_edge" if inside else "outside_window", text)


def _conditions(subject: Subject, member: Member) -> Iterator[Reason]:
    """Say which of the usual conditions an order does not meet."""
    row, code = member.row, subject.measured.code
    flags = [name for name in ("is_sample", "is_gift", "is_fake") if row.get(name)]
    if flags:
        yield Reason("not_counted", f"it does not count: {', '.join(flags)}")
    if code == "SFCR":
        yield from _cancellation(row)
    elif row.get("cancelled_at") is not None:
        yield Reason("cancelled", f"it was cancelled {shown(row['cancelled_at'])}")
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
    check = ONLY_THEIRS.get(subject.measured.code)
    return () if check is None else check(subject, member, problem)


def _is_deadline(table: str, column: str) -> bool:
    found = catalog()[table].columns.get(column)
    return found is not None and found.kind is Kind.DEADLINE
