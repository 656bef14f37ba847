"""Why a record counts on one side only, metric by metric: what reviews, returns and times of it say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from shopscore.engines.reference.membership import Member
from shopscore_plugins.json_values import seconds
from shopscore_plugins.performance_api.model import Problem
from shopscore_plugins.performance_api.subject import MICROS, Reason, Subject, shown

_REJECTED = ("rejected", "cancelled")
_POOR = 2
"""Stars up to which a review or rating is negative."""


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
        yield Reason("later_review", f"its negative review came later, {shown(poor[0]['posted_at'])}")
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
        yield Reason("later_return", f"its return was requested later, {shown(rows[0]['requested_at'])}")
    elif not live:
        yield Reason("return_refused", f"its return was {known[0]['status']}")
    elif not member.hit:
        row = live[0]
        why = f" ({row['reason']})" if row.get("reason") else ""
        yield Reason("other_fault", f"our data has the fault {row.get('fault') or 'unknown'}{why}")


def _deliveries(subject: Subject, member: Member, problem: Problem) -> Iterator[Reason]:
    expected = round(seconds(problem.fields.get("expect_deliver_time")))
    ours = member.row.get("deliver_by")
    if member.hit and expected and isinstance(ours, int) and expected * MICROS != ours:
        theirs = shown(expected * MICROS)
        yield Reason("other_deadline", f"due {shown(ours)} here, {theirs} there")
    elif member.hit:
        yield Reason(
            "on_time", f"delivered {shown(member.row.get('delivered_at'))} here, before its deadline"
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


ONLY_THEIRS: Mapping[str, Callable[[Subject, Member, Problem], Iterable[Reason]]] = {
    "NRR": _reviews,
    "NBFR": _returns,
    "OTDR": _deliveries,
    "IM_DSAT": _ratings,
}
"""Why a row that is in the population is no problem by our reading."""
ONLY_OURS: Mapping[str, Callable[[Subject, Member], Iterable[Reason]]] = {
    "NRR": _first_review_changed,
    "OTDR": _undelivered,
}
"""Why a problem of ours is none by theirs."""
