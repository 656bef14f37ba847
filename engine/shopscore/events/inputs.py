"""The three things event tables come from: a folder, a database file, a reader's result."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Protocol

import duckdb
from msgspec import Struct

from shopscore.errors import UsageError, near_match
from shopscore.events.files import Folder, find_tables, is_database
from shopscore.events.manifest import place_of
from shopscore.events.origin import Origin, read_origin
from shopscore.events.raw import RawInput, RawTable, attached_names, gather
from shopscore.events.reader import ReadResult
from shopscore.events.rows import Note


class Supplied(Struct, frozen=True):
    """The tables of an input, and the names in it that are no table."""

    tables: list[RawTable]
    unknown: tuple[str, ...] = ()


class Input(Protocol):
    """Something event tables come from."""

    @property
    def shown(self) -> str:
        """Return what messages call it."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Return what is read."""

    @property
    def database(self) -> Path | None:
        """Return the database to attach, if it is one."""

    @property
    def manifest(self) -> Path | None:
        """Return where its manifest is kept, if it can have one."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what was assumed or dropped in reading it."""

    def supplied(self, raw: RawInput, connection: duckdb.DuckDBPyConnection) -> Supplied:
        """Make a view of every table that is read."""


class FolderInput(Struct, frozen=True):
    """A folder with one file, or one folder of files, per table."""

    path: Path
    folder: Folder
    origin: Origin | None = None
    database: Path | None = None

    @property
    def shown(self) -> str:
        """Return the folder's path."""
        return str(self.path)

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the tables' files."""
        return tuple(path for table in self.folder.tables for path in table.paths)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what a reader assumed and dropped, where one wrote the folder."""
        return self.origin.notes if self.origin is not None else ()

    @property
    def zone(self) -> str | None:
        """Return the zone of times without one, where a reader wrote the folder."""
        return self.origin.zone if self.origin is not None else None

    @property
    def manifest(self) -> Path | None:
        """Return the manifest's place in the folder."""
        return place_of(self.path)

    def supplied(self, raw: RawInput, connection: duckdb.DuckDBPyConnection) -> Supplied:
        """Make a view of every table that is read."""
        wanted = [each for each in self.folder.tables if raw.reads(each.table)]
        root = self.path.resolve()
        return Supplied(gather(partial(raw.files, each, root) for each in wanted), self.folder.unknown)


class DatabaseInput(Struct, frozen=True):
    """A DuckDB file with one table or view per table."""

    path: Path
    known: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    @property
    def shown(self) -> str:
        """Return the file's path."""
        return str(self.path)

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the file."""
        return (self.path.resolve(),)

    @property
    def database(self) -> Path | None:
        """Return the file."""
        return self.path.resolve()

    @property
    def manifest(self) -> Path | None:
        """Return the manifest's place beside the file."""
        return place_of(self.path)

    def supplied(self, raw: RawInput, connection: duckdb.DuckDBPyConnection) -> Supplied:
        """Make a view of every table that is read."""
        names = attached_names(connection)
        unknown = tuple(name for name in names if name not in self.known)
        if len(unknown) == len(names):
            found = f"found {', '.join(unknown[:4])}" if unknown else "it is empty"
            raise UsageError(
                f"{self.path} has no table: {found}; expected tables such as {', '.join(self.known)}"
            )
        calls = (partial(raw.attached, name, names[name], self.path) for name in names if raw.reads(name))
        return Supplied(gather(calls), unknown)


class ReaderInput(Struct, frozen=True):
    """What a reader made of foreign files."""

    result: ReadResult
    known: tuple[str, ...]
    database: Path | None = None
    manifest: Path | None = None

    @property
    def shown(self) -> str:
        """Return the reader's name."""
        return self.result.reader

    @property
    def files(self) -> tuple[Path, ...]:
        """Return what the reader read."""
        return self.result.files

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what the reader assumed, and what it dropped."""
        return self.result.all_notes

    def supplied(self, raw: RawInput, connection: duckdb.DuckDBPyConnection) -> Supplied:
        """Make a view of every table that is read."""
        for name in self.result.tables:
            if name not in self.known:
                hint = near_match(name, self.known)
                raise UsageError(
                    f"the reader {self.shown} gave a table {name!r} that no event model has{hint}"
                )
        wanted = {name: data for name, data in self.result.tables.items() if raw.reads(name)}
        return Supplied(gather(partial(raw.arrow, name, data, self.shown) for name, data in wanted.items()))


def look_at(path: Path, known: Collection[str]) -> Input:
    """Return what is at a path; raises UsageError where it is no data set."""
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}")
    if path.is_dir():
        return FolderInput(path, find_tables(path, known), read_origin(path))
    try:
        if is_database(path):
            return DatabaseInput(path, tuple(known))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    expected = "expected a folder with one file per table, a DuckDB file, or a path with --reader"
    raise UsageError(f"{path} is no data set; {expected}")
