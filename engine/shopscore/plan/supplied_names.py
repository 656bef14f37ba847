"""Names in supplied tables that the policy does not have: nothing would be done with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from shopscore.errors import near_match
from shopscore.events.rows import Note
from shopscore.plan.model import Plan

_NAMING: Mapping[str, tuple[str, ...]] = {
    "supplied_metrics": ("metric",),
    "supplied_benchmarks": ("metric", "dimension"),
    "shop_states": ("item",),
}
"""The columns of a table that name something of the policy."""


def notes_on_names(plan: Plan, names: Callable[[str, str], Iterable[str]]) -> Iterator[Note]:
    """Yield a warning for each name that a plan does not know; `names` gives those of a table's column."""
    known = {
        "metric": list(plan.bundle.metrics),
        "dimension": [each.id for each in plan.dimensions],
        "item": [item.id for item in plan.items],
    }
    for table, columns in _NAMING.items():
        for column in columns:
            for name in sorted(set(names(table, column)) - set(known[column])):
                said = f"{table} names the {column} {name!r}, which {plan.bundle.name} does not have"
                yield "unknown_name", f"{said}{near_match(name, known[column])}"
