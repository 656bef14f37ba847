"""The rows of single subjects: one by one where somebody asks for one, or all of them in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from sqlglot import exp

from shopscore.events.expressions import any_of, column, is_null, sql
from shopscore.events.memory import memory_told
from shopscore.events.physical import Physical, Source
from shopscore.events.reader import FILE, ROW
from shopscore.events.references import value
from shopscore.events.rows import Events, Row, Supply
from shopscore.events.tables import Table

if TYPE_CHECKING:
    import duckdb

_OF_ALL = "supplied_benchmarks"
"""The table in which rows without a subject concern all of them."""
_AT_ONCE = 10_000


class _Found(Struct, frozen=True):
    """A row, whose it is, and where it was written: file and row number."""

    row: Row
    subject: str | None
    place: tuple[str | None, int | None]

    @property
    def written(self) -> str:
        """Return the place as people read it."""
        file, number = self.place
        return f"{file}:row {number}"


class SubjectRows(Struct, frozen=True):
    """The checked tables of a data set, read by subject in canonical form."""

    connection: duckdb.DuckDBPyConnection
    tables: Mapping[str, Table]
    sources: Mapping[str, Source]
    supply: Supply

    def of(self, subject: str) -> Events:
        """Return one subject's rows, in the order of the input."""
        found = {name: self._of(source, subject) for name, source in self.sources.items()}
        return self._events(subject, found)

    def of_each(self, subjects: Iterable[str]) -> Iterator[Events]:
        """Yield the rows of subjects that come in order of code points; each table is read once."""
        with memory_told():
            keyed = {name: source for name, source in self.sources.items() if self._key in source.columns}
            streams = {name: _Stream(self._by_subject(source)) for name, source in keyed.items()}
            shared = self._of_all()
            for subject in subjects:
                found = {name: stream.take(subject) for name, stream in streams.items()}
                if shared:
                    found[_OF_ALL] = sorted([*shared, *found.get(_OF_ALL, [])], key=_in_order)
                yield self._events(subject, found)

    def _of(self, source: Source, subject: str) -> list[_Found]:
        # On the column itself where it is text: statistics of the files then leave whole parts out.
        is_text = source.columns.get(self._key) in (Physical.VARCHAR, Physical.TEXT)
        own = column(self._key) if is_text else self._value(source, self._key)
        chosen: exp.Expression = own.eq(exp.Placeholder())
        if source.table == _OF_ALL:
            chosen = any_of([chosen, is_null(self._value(source, self._key))])
        found = self.connection.execute(sql(self._rows(source).where(chosen)), [subject]).fetchall()
        return list(self._read(source, found))

    def _of_all(self) -> list[_Found]:
        source = self.sources.get(_OF_ALL)
        if source is None:
            return []
        nobody = is_null(self._value(source, self._key))
        return list(
            self._read(source, self.connection.execute(sql(self._rows(source).where(nobody))).fetchall())
        )

    def _by_subject(self, source: Source) -> Iterator[_Found]:
        key = self._value(source, self._key)
        query = (
            self._rows(source)
            .where(is_null(key).not_())
            .order_by(key, column(FILE), column(ROW), append=False)
        )
        with self.connection.cursor() as cursor:
            cursor.execute(sql(query))
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from self._read(source, rows)

    @property
    def _key(self) -> str:
        return self.tables["shops"].key[0]

    def _value(self, source: Source, name: str) -> exp.Expression:
        return value(self.tables, source, name)

    def _rows(self, source: Source) -> exp.Select:
        """Return the rows of a table with their subject and place, in the order of the input."""
        terms = [self._value(source, name).as_(name, quoted=True) for name in self._known(source)]
        extra = [self._value(source, self._key).as_("_subject"), column(FILE), column(ROW)]
        return exp.select(*terms, *extra).from_(source.relation).order_by(column(FILE), column(ROW))

    def _known(self, source: Source) -> list[str]:
        return [name for name in self.tables[source.table].columns if name in source.columns]

    def _read(self, source: Source, rows: Iterable[Sequence[Any]]) -> Iterator[_Found]:
        known = self._known(source)
        columns = self.tables[source.table].columns
        absent = {name: each.default for name, each in columns.items() if name not in source.columns}
        for *values, subject, file, number in rows:
            row = MappingProxyType({**dict(zip(known, values, strict=True)), **absent})
            yield _Found(row, subject, (file, number))

    def _events(self, subject: str, found: Mapping[str, Sequence[_Found]]) -> Events:
        rows = {name: tuple(each.row for each in found.get(name, ())) for name in self.tables}
        places = {
            name: tuple(
                f"{file}:row {number}" for file, number in (each.place for each in found.get(name, ()))
            )
            for name in self.tables
        }
        return Events(subject, rows, self.supply, places)


def _in_order(found: _Found) -> tuple[bool, str, bool, int]:
    """Return what rows are sorted by as the database does it: unknown places last."""
    file, number = found.place
    return file is None, file or "", number is None, number or 0


class _Stream:
    """Rows in order of their subjects, taken subject by subject; those of nobody are passed over."""

    def __init__(self, rows: Iterator[_Found]) -> None:
        self._groups = groupby(rows, key=lambda each: each.subject or "")
        self._next = next(self._groups, None)

    def take(self, subject: str) -> list[_Found]:
        """Return the rows of a subject that comes after those already taken."""
        while self._next is not None and self._next[0] < subject:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != subject:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows
