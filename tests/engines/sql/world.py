"""Small data sets in a connection of their own: how rows are stored, in which order, on how many threads."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from shopscore.api import Workspace
from shopscore.engines.bind import bind
from shopscore.engines.contract import Binding
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.engines.reference.engine import evaluate
from shopscore.events.physical import SQL_TYPES, Physical, Source
from shopscore.events.rows import Events, Supply
from shopscore.events.tables import Column, Kind, Table
from shopscore.events.values import canonical
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard

Row = Mapping[str, Any]

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
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


def at(text: str, zone: ZoneInfo = LOS_ANGELES, fold: int = 0) -> int:
    """Return microseconds since the epoch of a local time such as `2026-06-01 10:00`."""
    local = datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)
    return int(local.replace(microsecond=0).timestamp()) * 1_000_000 + local.microsecond


def policy(folder: Path, **files: str) -> Policy:
    """Return a policy made of texts by file name; what every bundle needs is added."""
    place = folder / "mini" / "1"
    place.mkdir(parents=True, exist_ok=True)
    head = 'id: mini\nversion: "1"\ntitle: {en: Mini}\nprogram: mini\nsubject: shop\n'
    for name, text in {"bundle": "timezone: America/Los_Angeles\n", **files}.items():
        (place / f"{name}.yaml").write_text((head if name == "bundle" else "") + text, encoding="utf-8")
    return Workspace([folder]).policy("mini@1")


@dataclass
class World:
    """A data set of canonical rows, as much of one as engines look at.

    `rows` holds the tables; a column no row of a table names was not supplied. A table that is not
    named was not supplied, an empty list was. `shuffle` is a seed by which rows change places.
    """

    policy: Policy
    rows: Mapping[str, Sequence[Row]]
    subjects: Sequence[str] = ()
    threads: int = 2
    shuffle: int | None = None
    files: tuple[Path, ...] = ()
    subjects_relation: str = "events.subjects"
    tables: Mapping[str, Table] = field(init=False)

    def __post_init__(self) -> None:
        self.tables = self.policy.tables
        self.connection = duckdb.connect()
        self.connection.execute(f"SET threads = {self.threads}")
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("CREATE SCHEMA events")
        self.sources = {name: self._store(name, rows) for name, rows in self.rows.items()}
        if not self.subjects:
            seen = {row["shop_id"] for rows in self.rows.values() for row in rows if row.get("shop_id")}
            self.subjects = sorted(seen)
        self.connection.execute("CREATE TABLE events.subjects (subject_id VARCHAR)")
        for subject in self.subjects:
            self.connection.execute("INSERT INTO events.subjects VALUES (?)", [subject])

    @property
    def supply(self) -> Supply:
        """Return what was supplied."""
        columns = {name: self._columns(name, rows) for name, rows in self.rows.items()}
        return Supply.of(columns, {name: len(rows) for name, rows in self.rows.items()})

    def bound(self, as_of: str, category: str | None = None) -> Binding:
        """Return a run as of a day."""
        return bind(self.policy.plan, date.fromisoformat(as_of), self.supply, category=category)

    def by_duckdb(self, as_of: str, category: str | None = None) -> dict[str, Scorecard]:
        """Return the DuckDB engine's scorecards by subject, in its order."""
        cards = DuckDbEngine().scorecards(self.bound(as_of, category), self)  # type: ignore[arg-type]
        return {card["subject"]["id"]: card for card in cards}

    def by_reference(self, as_of: str, category: str | None = None) -> dict[str, Scorecard]:
        """Return the reference engine's scorecards by subject."""
        binding = self.bound(as_of, category)
        return {events.subject: evaluate(binding, events).scorecard for events in self._events()}

    def metric(self, name: str, as_of: str, subject: str = "S1") -> Mapping[str, Any]:
        """Return one metric of one subject."""
        return self.by_duckdb(as_of)[subject]["metrics"][name]  # type: ignore[no-any-return]

    def _events(self) -> Iterator[Events]:
        for subject in self.subjects:
            tables = {
                name: tuple(
                    {each: canonical(column, row.get(each)) for each, column in model.columns.items()}
                    for row in self.rows.get(name, ())
                    if row.get("shop_id") in (subject, None)
                )
                for name, model in self.tables.items()
            }
            yield Events(subject, tables, self.supply, {})

    def _columns(self, name: str, rows: Sequence[Row]) -> list[str]:
        return [each for each in self.tables[name].columns if not rows or any(each in row for row in rows)]

    def _store(self, name: str, rows: Sequence[Row]) -> Source:
        columns = [self.tables[name].columns[each] for each in self._columns(name, rows)]
        types = ", ".join(f'"{each.name}" {_type(each)}' for each in columns)
        self.connection.execute(f'CREATE TABLE events."{name}" ({types})')
        values = [[row.get(each.name) for each in columns] for row in rows]
        if self.shuffle is not None:
            random.Random(self.shuffle).shuffle(values)
        if values:
            by_column = zip(*values, strict=True)
            given = pa.table({each.name: list(part) for each, part in zip(columns, by_column, strict=True)})
            read = ", ".join(
                f'make_timestamptz("{each.name}")' if _type(each) == "TIMESTAMPTZ" else f'"{each.name}"'
                for each in columns
            )
            self.connection.register("given", given)
            self.connection.execute(f'INSERT INTO events."{name}" SELECT {read} FROM given')
            self.connection.unregister("given")
        stored = {each.name: _STORED[each.kind] for each in columns}
        return Source(name, f"events.{name}", stored, len(rows), in_place=False)


def _type(column: Column) -> str:
    return "TIMESTAMPTZ" if _STORED[column.kind] is Physical.TIMESTAMPTZ else SQL_TYPES[column.kind]
