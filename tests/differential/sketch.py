"""A policy in the making: what its parts have named so far, and so what later parts can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.differential.choices import Choices
from tests.differential.formulas import SMALL, Formulas

from shopscore.events.tables import Column, Kind, Table
from shopscore.formula.tree import Type

WORDS = ("a", "b", "A", "it's", "é", "\uffee", "\U0001d538")
"""Free texts. The last two sort one way by code points and the other way by UTF-16 units."""

ENDED = ("known", "computed", "supplied", "no_data", "undefined", "not_supplied")

OWN_COLUMNS = {
    "tier": "text",
    "bonus": "number",
    "joined_at": "instant",
    "vip": "boolean",
    "since": "day",
    "rate": "share",
}
"""Columns of shops that a bundle may declare."""

Document = dict[str, object]


class Number(str):
    """A number as it is written: `0.1`, `40 %`, `1e15`."""


@dataclass(slots=True)
class Sketch:
    """What there is to read: rows by table, and the sheet by how far it is worked out."""

    choices: Choices
    subject: str
    tables: Mapping[str, Table]
    rows: dict[str, dict[str, Type]]
    """Columns and facts by table."""
    populations: dict[str, str] = field(default_factory=dict)
    """Population -> table."""
    windows: list[dict[str, int]] = field(default_factory=list)
    known: dict[str, Type] = field(default_factory=dict)
    """What holds before points do: the day, the shop, the metrics and values of these."""
    points: dict[str, Type] = field(default_factory=dict)
    """Points of metrics."""
    dimensions: dict[str, Type] = field(default_factory=dict)
    result: dict[str, Type] = field(default_factory=dict)
    """Score, state and band, and values that read them."""
    bands: list[str] = field(default_factory=list)
    ledger_tests: list[str] = field(default_factory=list)
    """Conditions on ledgers as programmes write them."""

    def on_rows(self, table: str) -> Formulas:
        """Return formulas over the rows of a table."""
        columns = self.tables[table].columns
        texts = {name: _texts(column) for name, column in columns.items() if column.kind is Kind.TEXT}
        own = self.rows[table].keys() - columns.keys()
        dated = {
            name for each in self.tables[table].dates for name in (each, *self.tables[table].dates[each])
        }
        return Formulas(self.choices, self.rows[table], texts, WORDS, favourites=own | dated)

    def on_sheet(self, *scopes: Mapping[str, Type], limits: Sequence[str] = SMALL) -> Formulas:
        """Return formulas over cells of the sheet."""
        scope = {name: kind for each in (self.known, *scopes) for name, kind in each.items()}
        texts: dict[str, Sequence[str]] = {name: ENDED[1:] for name in scope if name.endswith(".state")}
        texts |= {
            "state": ("scored", "provisional", "not_enough_data", "excluded"),
            "band": self.bands or ("none",),
            f"{self.subject}.state": ("active", "suspended"),
        }
        of_subject = f"{self.subject}."
        own = {
            name
            for name in scope
            if not name.startswith(of_subject) or name.removeprefix(of_subject) in OWN_COLUMNS
        }
        return Formulas(self.choices, scope, texts, WORDS, limits, favourites=own)

    def window(self) -> dict[str, int]:
        """Draw a window and remember it."""
        choices = self.choices
        match choices.pick(["days", "days", "days", "lag", "month", "months", "quarter", "from_day"]):
            case "days":
                window = {"days": choices.pick([1, 30, 60, 90, 2, 7])}
            case "lag":
                window = {"days": choices.pick([1, 28, 60]), "lag": choices.pick([1, 7, 0])}
            case "months":
                window = {"months": choices.pick([3, 2, 12])}
            case "from_day":
                window = {"from_day": choices.pick([26, 1, 15, 28])}
            case kind:
                window = {kind: 1}
        if window not in self.windows:
            self.windows.append(window)
        return window


def start(choices: Choices, subject: str, tables: Mapping[str, Table]) -> Sketch:
    """Return a sketch that names nothing yet but what the language does."""
    rows = {
        name: {column.name: column.type for column in table.columns.values()}
        for name, table in tables.items()
        if table.clock is not None
    }
    own = {
        f"{subject}.{column.name}": column.type
        for column in tables["shops"].columns.values()
        if column.kind is not Kind.ID
    }
    sketch = Sketch(choices, subject, tables, rows)
    sketch.known = {"as_of": Type.DAY, "category": Type.TEXT, **own}
    return sketch


def _texts(column: Column) -> Sequence[str]:
    return (*column.values, "other") if column.values else WORDS
