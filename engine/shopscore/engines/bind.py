"""Binds a plan to one day and one shape of data: everything fixed for a run, decided once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from shopscore.bundle.model import Bundle
from shopscore.engines.contract import Binding
from shopscore.errors import UsageError
from shopscore.events.reach import beyond_reach
from shopscore.events.rows import Supply
from shopscore.events.time import Zone
from shopscore.plan.layout import Note, make_layout
from shopscore.plan.model import Plan
from shopscore.plan.windows import to_day


def bind(
    plan: Plan,
    as_of: date,
    supply: Supply,
    *,
    category: str | None = None,
    notes: Iterable[Note] = (),
    is_replay: bool = False,
) -> Binding:
    """Return a run of a plan as of a local day.

    `notes` are warnings of the whole run, such as those of a reader; they end in every scorecard.
    Raises UsageError for a day no score can be as of.
    """
    if expected := beyond_reach(as_of):
        raise UsageError(f"as_of is {as_of}; {expected}")
    day = to_day(as_of)
    said = [*notes, *outside_range(plan.bundle, as_of), *_run_warnings(plan, supply)]
    return Binding(
        plan=plan,
        as_of=day,
        zone=Zone(plan.bundle.timezone),
        supply=supply,
        category=category,
        layout=make_layout(plan, day, supply, said),
        is_replay=is_replay,
    )


def outside_range(bundle: Bundle, as_of: date) -> list[Note]:
    """Return a warning where a version is not in force on a day."""
    begins, ends = bundle.effective_from, bundle.effective_until
    if not ((begins and as_of < begins) or (ends and as_of > ends)):
        return []
    span = f"{begins or '...'} to {ends or '...'}"
    return [("outside_range", f"{bundle.name} is in force from {span}; {as_of} is outside")]


def _run_warnings(plan: Plan, supply: Supply) -> list[Note]:
    found: list[Note] = []
    absent = {
        (table, column)
        for metric in plan.metrics
        if all(supply.has(*pair) for pair in metric.needs)
        for table, column in metric.absences
        if column == "cancelled_at" and not supply.has(table, column)
    }
    for table, column in sorted(absent):
        found.append((f"{column}_absent", f"{table} has no {column}: no row counts as cancelled"))
    if any(item.kind == "benefit" for item in plan.items) and not supply.has("shop_states", ""):
        found.append(("no_earlier_state", "no earlier state was supplied: benefits start locked"))
    return found
