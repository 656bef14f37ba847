"""A policy with a data set, a day and how they are asked: what the engines are compared on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from tests.differential.calendars import ZONES, Calendar, calendar
from tests.differential.choices import Choices
from tests.differential.event_rows import SUBJECTS, Data, Rows
from tests.differential.ledger_rows import COLUMNS as LEDGER_COLUMNS
from tests.differential.ledger_rows import told
from tests.differential.policies import Bundle, policy
from tests.differential.sketch import WORDS
from tests.differential.supplied_rows import add_supplied

_WORD = re.compile(r"[a-z_]+")
PARENTS_FIRST = (
    "orders", "reviews", "returns", "complaints", "chats", "after_sales_rounds", "violations", "point_events",
    "appeals",
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """One example.

    Attributes:
        category: what `--category` would give.
        as_text: tables whose values are written as texts, as CSV files do.
    """

    bundle: Bundle
    calendar: Calendar
    tables: Mapping[str, Data]
    category: str | None
    as_text: frozenset[str]

    def __repr__(self) -> str:
        return f"<World {self.bundle.timezone} {self.calendar.as_of}, {len(self.tables)} tables>"

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        # Hypothesis would print every field, and warn that this is long.
        printer.text(repr(self))

    def text(self) -> str:
        """Return all of it: the policy as written, what was asked, the rows."""
        asked = f"as_of {self.calendar.as_of}, category {self.category!r}, as text: {sorted(self.as_text)}"
        lines = [self.bundle.text(), asked]
        for name, data in self.tables.items():
            lines += [f"{name} ({len(data.rows)} rows): {', '.join(data.columns)}"]
            lines += [f"  {list(row.values())}" for row in data.rows]
        return "\n".join(lines)


def worlds(zones: tuple[str, ...] = ZONES, most_rows: int = 40) -> st.SearchStrategy[World]:
    """Return the strategy of policies with data sets that suit them."""
    return st.randoms(use_true_random=True).map(lambda random: world(Choices(random), zones, most_rows))


def world(choices: Choices, zones: tuple[str, ...] = ZONES, most_rows: int = 40) -> World:
    """Draw a policy and a data set that suits it."""
    bundle = policy(choices, zones)
    names = told(bundle.document)
    clock = calendar(choices, bundle.timezone, bundle.windows, names.spans, names.resets)
    used = frozenset(_WORD.findall(bundle.text())) | {"market", "state", "category"}
    if "ledgers" in bundle.document:
        used |= LEDGER_COLUMNS
    if choices.chance(65):
        used |= {"appeals", "ticket_id"}
    subjects = choices.some(SUBJECTS, 1, choices.pick([1, 2, 3, 6]))
    rows = Rows(choices, bundle.tables, clock, subjects, used, names)
    if not choices.chance(10):
        rows.shops()
    for name in PARENTS_FIRST:
        is_used = name in used
        if choices.chance(96 if is_used else 2):
            rows.add(name, most_rows)
    add_supplied(rows, bundle.document)
    if not rows.made:
        rows.shops()
    category = choices.pick(WORDS) if choices.chance(10) else None
    as_text = frozenset(name for name in rows.made if choices.chance(8))
    return World(bundle, clock, rows.made, category, as_text)
