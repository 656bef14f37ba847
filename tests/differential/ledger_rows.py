"""Data of ledgers and appeals: events whose days and points make milestones fire, appeals that name rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.differential.calendars import Calendar
from tests.differential.choices import Choices
from tests.differential.ledger_rules import resets_of, spans_of
from tests.differential.sketch import Document

from shopscore.events.tables import Table
from shopscore.events.time import DAY
from shopscore.formula.tree import Value

Row = dict[str, Value]

COLUMNS = frozenset(
    {"points", "status", "effective_at", "decided_at", "kind", "milestone", "days", "ticket_id"}
)
"""What ledgers read without naming it."""
POINTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 0.5, 2.5, 0.1, 0.0, 0.3, 0.0000005)
HUGE = (1e15, 999_999_999_999_999.9, 9_007_199_254.740993, 123_456_789_012.3)
QUIZ_DAYS = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Told:
    """What rows of ledgers can name: milestones, and for appeals what they can be about.

    Attributes:
        about: ledger or metric -> the tables that hold its records; nothing where they are unknown.
    """

    milestones: Sequence[str]
    about: Mapping[str, Sequence[str]]
    spans: Sequence[int]
    resets: bool


def told(document: Document) -> Told:
    """Return what rows can name of a policy."""
    ledgers, metrics, populations = (_part(document, name) for name in ("ledgers", "metrics", "populations"))
    tables = {name: str(each["of"]) for name, each in populations.items()}
    about: dict[str, Sequence[str]] = dict.fromkeys(ledgers, ("violations",))
    for name, metric in metrics.items():
        about[name] = [tables[word] for word in _texts(metric) if word in tables]
    milestones = [each["id"] for ledger in ledgers.values() for each in ledger["milestones"]]
    return Told(sorted(set(milestones)), about, spans_of(document), resets_of(document))


def shaped(
    choices: Choices,
    told: Told,
    table: Table,
    row: Row,
    made: Mapping[str, Sequence[Row]],
    clock: Calendar,
    key: str,
) -> None:
    """Change a drawn row of a ledger's table into one that matters more often."""
    match table.name:
        case "violations":
            _set(row, "points", choices.pick(HUGE if choices.chance(3) else POINTS))
            if choices.chance(50):
                _set(row, "status", choices.pick([None, "active", "appealing"]))
            if choices.chance(60):
                _set(row, "effective_at", None)
            _decide(choices, row, clock)
        case "point_events":
            _set(row, "points", choices.pick(HUGE if choices.chance(3) else POINTS))
            if told.milestones and choices.chance(85):
                _set(row, "milestone", choices.pick(told.milestones))
            _set(row, "days", choices.pick(QUIZ_DAYS))
        case "appeals":
            _appeal(choices, told, row, made, key)
            if choices.chance(65):
                _set(row, "status", "granted")
            _decide(choices, row, clock)
        case _:
            pass


def _appeal(choices: Choices, told: Told, row: Row, made: Mapping[str, Sequence[Row]], key: str) -> None:
    """Let an appeal name a row that is there, of its own subject as a rule."""
    about = choices.pick([*told.about, *told.about, *told.about, "of_another_policy"])
    row["about"] = about
    named = [(table, each) for table in told.about.get(about, ()) for each in made.get(table, ())]
    if not named or choices.chance(8):
        return
    table, record = choices.pick(named)
    row["record_id"] = record[IDS[table]]
    if not choices.chance(5):
        row[key] = record[key]
    issued = record.get("issued_at")
    if isinstance(issued, int) and choices.chance(60):
        row["filed_at"] = issued + choices.pick([0, 0, 1, 1, 2, 3, 5, 6]) * DAY
    if choices.chance(60):
        _set(row, "ticket_id", choices.pick(["ticket1", "ticket2"]))


IDS = {
    "orders": "order_id", "reviews": "review_id", "returns": "return_id", "complaints": "ticket_id",
    "chats": "chat_id", "after_sales_rounds": "round_id", "violations": "violation_id",
    "point_events": "event_id", "appeals": "appeal_id",
}  # fmt: skip


def _decide(choices: Choices, row: Row, clock: Calendar) -> None:
    """Let what is decided be decided before D as a rule, and else at it, after it or at no known time."""
    cutoff = clock.cutoff
    if choices.chance(75):
        earlier = choices.pick([each for each in clock.story if each < cutoff])
        when = [earlier, earlier, earlier, cutoff - 1, cutoff, cutoff, cutoff + DAY, None]
        _set(row, "decided_at", choices.pick(when))


def _set(row: Row, name: str, value: Value) -> None:
    if name in row:
        row[name] = value


def _part(document: Document, name: str) -> dict[str, Document]:
    part = document.get(name, {})
    assert isinstance(part, dict)
    return part


def _texts(value: object) -> Collection[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [word for part in value.values() for word in _texts(part)]
        case _:
            return []
