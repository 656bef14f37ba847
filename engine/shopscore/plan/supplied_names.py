"""Names in supplied tables that the policy does not have: nothing would be done with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from shopscore.errors import near_match
from shopscore.events.rows import Note
from shopscore.plan.model import Plan

_NAMING = (
    ("supplied_metrics", "metric", "metric"),
    ("supplied_benchmarks", "metric", "metric"),
    ("supplied_benchmarks", "dimension", "dimension"),
    ("shop_states", "item", "item"),
    ("point_events", "milestone", "milestone"),
    ("appeals", "about", "metric or ledger"),
)
"""Table, its column that names something of the policy, and what it names."""


def notes_on_names(plan: Plan, names: Callable[[str, str], Iterable[str]]) -> Iterator[Note]:
    """Yield a warning for each name that a plan does not know; `names` gives those of a table's column."""
    ledgers = plan.bundle.ledgers
    known = {
        "metric": list(plan.bundle.metrics),
        "dimension": [each.id for each in plan.dimensions],
        "item": [item.id for item in plan.items],
        "milestone": [milestone.id for ledger in ledgers.values() for milestone in ledger.milestones],
        "metric or ledger": [*plan.bundle.metrics, *ledgers],
    }
    for table, column, what in _NAMING:
        for name in sorted(set(names(table, column)) - set(known[what])):
            said = f"{table} names the {what} {name!r}, which {plan.bundle.name} does not have"
            yield "unknown_name", f"{said}{near_match(name, known[what])}"
