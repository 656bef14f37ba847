"""What the reference engine is given: the rows of one subject, and what was supplied at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from shopscore.errors import Mark
from shopscore.formula.tree import Value

Row = Mapping[str, Value]
"""A row in canonical form with every column of the model; nothing, or its default, where absent."""

Place = Mark | str
"""Where a row was written: a mark in a case file, or `file:row` in a data set."""

Note = tuple[str, str]
"""A warning of a whole run that ends in its scorecards: its id and its text."""


class Supply(Struct, frozen=True):
    """Which tables and columns were supplied; absence is not zero (2.3).

    Attributes:
        tables: the columns of each supplied table.
        empty: supplied tables without rows; they lack no column.
    """

    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()

    @classmethod
    def of(cls, tables: Mapping[str, Iterable[str]], rows: Mapping[str, int]) -> Supply:
        """Return the supply of tables with these columns and row counts."""
        columns = {table: frozenset(names) for table, names in tables.items()}
        return cls(columns, frozenset(table for table in columns if not rows.get(table)))

    def has(self, table: str, column: str = "") -> bool:
        """Tell whether a table, and a column of it, was supplied."""
        if table not in self.tables:
            return False
        return not column or table in self.empty or column in self.tables[table]


class Events(Struct, frozen=True):
    """One subject's rows.

    Attributes:
        tables: rows of every table of the model, in the order they were written in; those of a table
            that was not supplied are none. Supplied benchmarks include the categories' rows.
        places: where each of those rows was written.
    """

    subject: str
    tables: Mapping[str, tuple[Row, ...]]
    supply: Supply
    places: Mapping[str, tuple[Place, ...]]

    @property
    def shop(self) -> Row | None:
        """Return the subject's own row, where the table of shops was supplied and has it."""
        rows = self.tables["shops"]
        return rows[0] if rows else None
