"""Event tables made by hand, for both engines alike: canonical rows, and DuckDB tables of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from sqlglot import exp

from shopscore.engines.sql.inputs import Subjects
from shopscore.events.physical import SQL_TYPES, Physical, Source
from shopscore.events.rows import Events, Supply
from shopscore.events.tables import Column, Kind, Table, catalog
from shopscore.events.values import canonical

Row = Mapping[str, Any]

ZONE = ZoneInfo("America/Los_Angeles")
_STORED = {
    Kind.ID: Physical.VARCHAR,
    Kind.TEXT: Physical.VARCHAR,
    Kind.FLAG: Physical.BOOLEAN,
    Kind.NUMBER: Physical.NUMERIC,
    Kind.COUNT: Physical.NUMERIC,
    Kind.INSTANT: Physical.TIMESTAMPTZ,
    Kind.DEADLINE: Physical.MICROS,
    Kind.DAY: Physical.DAYS,
}


def at(text: str, zone: ZoneInfo = ZONE, fold: int = 0) -> int:
    """Return microseconds since the epoch of a local time such as `2026-06-01 10:00`."""
    local = datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)
    return round(local.timestamp()) * 1_000_000 + local.microsecond


@dataclass
class World:
    """A data set in one connection, with what both engines need of it.

    `tables` holds rows as dictionaries; a column no row of a table names was not supplied. A table
    that is not named was not supplied, an empty list was.
    """

    tables: Mapping[str, Sequence[Row]]
    subjects: Sequence[str] = ()
    subject: str = "shop_id"
    models: Mapping[str, Table] = field(default_factory=catalog)
    threads: int = 2
    shuffle: int | None = None
    """Seed by which rows are put in another order."""

    def __post_init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {self.threads}")
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("CREATE SCHEMA events")
        self.sources = {name: self._store(name, rows) for name, rows in self.tables.items()}
        if not self.subjects:
            seen = {
                row[self.subject] for rows in self.tables.values() for row in rows if row.get(self.subject)
            }
            self.subjects = sorted(seen)
        self.connection.execute("CREATE TABLE events.subjects (id VARCHAR)")
        self.connection.executemany(
            "INSERT INTO events.subjects VALUES (?)", [[each] for each in self.subjects]
        )

    @property
    def subjects_relation(self) -> Subjects:
        """Return the subjects as the compiler takes them."""
        return Subjects(exp.to_table("events.subjects"), "id")

    @property
    def supply(self) -> Supply:
        """Return what was supplied."""
        columns = {name: self._columns(name, rows) for name, rows in self.tables.items()}
        return Supply.of(columns, {name: len(rows) for name, rows in self.tables.items()})

    def events(self) -> Iterator[Events]:
        """Yield each subject's rows for the reference engine."""
        for subject in self.subjects:
            tables = {
                name: tuple(
                    self._canonical(model, row)
                    for row in self.tables.get(name, ())
                    if row.get(self.subject) in (subject, None)
                )
                for name, model in self.models.items()
            }
            yield Events(subject, tables, self.supply, {})

    def _columns(self, name: str, rows: Sequence[Row]) -> list[str]:
        model = self.models[name]
        return [each for each in model.columns if not rows or any(each in row for row in rows)]

    def _canonical(self, model: Table, row: Row) -> Row:
        return {name: canonical(column, row.get(name)) for name, column in model.columns.items()}

    def _store(self, name: str, rows: Sequence[Row]) -> Source:
        model = self.models[name]
        columns = [model.columns[each] for each in self._columns(name, rows)]
        types = ", ".join(f'"{each.name}" {_type(each)}' for each in columns)
        self.connection.execute(f'CREATE TABLE events."{name}" ({types})')
        values = [[row.get(each.name) for each in columns] for row in rows]
        if self.shuffle is not None:
            random.Random(self.shuffle).shuffle(values)
        marks = ", ".join(
            "make_timestamptz(?)" if _STORED[each.kind] is Physical.TIMESTAMPTZ else "?" for each in columns
        )
        if values:
            self.connection.executemany(f'INSERT INTO events."{name}" VALUES ({marks})', values)
        stored = {each.name: _STORED[each.kind] for each in columns}
        return Source(name, f"events.{name}", stored, len(rows), in_place=True)


def _type(column: Column) -> str:
    return "TIMESTAMPTZ" if _STORED[column.kind] is Physical.TIMESTAMPTZ else SQL_TYPES[column.kind]
