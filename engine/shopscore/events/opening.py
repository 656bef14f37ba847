"""From a path or a reader's result to a checked data set; nothing is computed before all is checked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import duckdb
from msgspec import Struct

from shopscore.errors import BadInputError, Finding, Level, UsageError, near_match
from shopscore.events import manifest
from shopscore.events.check import BAD, EVENTS, TableCheck, TableReport
from shopscore.events.connection import Settings, connect
from shopscore.events.damage import of_database
from shopscore.events.dataset import DataSet
from shopscore.events.inputs import FolderInput, Input, ReaderInput, Supplied, look_at
from shopscore.events.manifest import Checked
from shopscore.events.raw import RawInput
from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.events.references import make_subjects, orphans, strangers
from shopscore.events.rows import Supply
from shopscore.events.sql_checks import TableSql
from shopscore.events.tables import Table, catalog, restricted
from shopscore.events.time import Zone
from shopscore.events.values import Zones
from shopscore.events.wording import counted

OnBadRows = Literal["fail", "set-aside"]

# What DuckDB says of damaged files and of too little memory; any other error would be our own fault.
_OF_THE_DATA = (duckdb.IOException, duckdb.InvalidInputException, duckdb.OutOfMemoryException)
_OF_ITS_FILES = ("Error while reading file", "Corrupt database file")

_NAMED = 6
"""How many unknown files or columns a note names."""


def open_dataset(
    source: Path | str | ReadResult,
    *,
    zone: Zone,
    subject: str = "shop",
    tables: Mapping[str, Table] | None = None,
    needs: Mapping[str, Iterable[str]] | None = None,
    market: str | None = None,
    reader: Reader | None = None,
    options: ReadOptions | None = None,
    naive_zone: Zone | None = None,
    on_bad_rows: OnBadRows = "fail",
    checked: bool = False,
    settings: Settings | None = None,
) -> DataSet:
    """Return the data set of a folder, a DuckDB file, or what a reader makes of a path.

    Args:
        source: a folder with one file per table, a DuckDB file, any path for a reader, or its result.
        zone: the policy's zone; a bare date of a deadline is its whole day, unless a reader has its own.
        tables: the event model with what a bundle declares; None is the catalog of `subject`.
        needs: the columns of each table that are read; None is all of them.
        market: shops of other markets are left out and counted; None leaves out none.
        naive_zone: the zone of times without one; without it they are bad rows.
        on_bad_rows: `fail` stops at the first look, `set-aside` leaves bad rows out and keeps them.
        checked: trust the manifest of a former run for unchanged files.

    Raises:
        BadInputError: with every finding, where rows are bad or a table cannot be read.
        UsageError: where there is no data set.
    """
    model = tables if tables is not None else catalog(subject)
    read = restricted(model, needs) if needs is not None else model
    settings = settings or Settings()
    if reader is not None and not isinstance(source, ReadResult):
        source = reader.read([Path(source)], options or ReadOptions())
    if isinstance(source, ReadResult) and source.zone is not None:
        naive_zone = Zone(source.zone)
    found = (
        ReaderInput(source, tuple(model)) if isinstance(source, ReadResult) else look_at(Path(source), model)
    )
    if naive_zone is None and isinstance(found, FolderInput) and found.zone is not None:
        naive_zone = Zone(found.zone)
    with ExitStack() as undo:
        temp = Path(tempfile.mkdtemp(prefix="shopscore-", dir=settings.temp)).resolve()
        undo.callback(shutil.rmtree, temp, ignore_errors=True)
        connection = connect(settings, temp, {path.parent for path in found.files}, found.database)
        undo.callback(connection.close)
        for schema in (BAD, EVENTS):
            connection.execute(f"CREATE SCHEMA {schema}")
        try:
            opening = _Opening(connection, model, read, Zones(zone, naive_zone), temp)
            data = opening.open(found, on_bad_rows, checked, market)
        except duckdb.Error as error:
            if not isinstance(error, _OF_THE_DATA) and not any(each in str(error) for each in _OF_ITS_FILES):
                raise
            raise UsageError(f"{found.shown} cannot be read: {of_database(error)}") from error
        undo.pop_all()
    return data


class _Opening(Struct, frozen=True):
    """One data set on its way: supplied, checked, ready."""

    connection: duckdb.DuckDBPyConnection
    model: Mapping[str, Table]
    read: Mapping[str, Table]
    zones: Zones
    temp: Path

    def open(self, found: Input, on_bad_rows: OnBadRows, trust: bool, market: str | None) -> DataSet:
        raw = RawInput(self.connection, self.read, self.model, self.temp)
        supplied = found.supplied(raw, self.connection)
        raw_tables = sorted(supplied.tables, key=lambda each: list(self.model).index(each.table.name))
        checks = {
            each.table.name: TableCheck(self.connection, TableSql(each, self.zones), self.temp)
            for each in raw_tables
        }
        findings = _notes_on_form(found, supplied, self.model)
        known = self._known(found, checks, findings) if trust else None
        reports = known.tables if known is not None else self._check(checks, on_bad_rows)
        sources = {name: check.source(reports[name]) for name, check in checks.items()}
        result = known or Checked(
            reports,
            orphans(self.connection, self.read, sources),
            strangers(self.connection, self.read, sources),
        )
        return DataSet(
            connection=self.connection,
            tables=self.model,
            read_tables=self.read,
            sources=sources,
            supply=Supply.of(
                {each.table.name: each.types for each in supplied.tables},
                {name: report.rows + sum(report.bad.values()) for name, report in reports.items()},
            ),
            zones=self.zones,
            checked=result,
            subject_counts=make_subjects(self.connection, self.read, sources, market),
            findings=tuple(findings),
            input_notes=found.notes,
            files=found.files,
            temp=self.temp,
            place=found.manifest,
        )

    def _check(self, checks: Mapping[str, TableCheck], on_bad_rows: OnBadRows) -> dict[str, TableReport]:
        reports = {name: check.run() for name, check in checks.items()}
        bad = [name for name, report in reports.items() if report.bad]
        if bad and on_bad_rows == "fail":
            raise BadInputError(finding for name in bad for finding in checks[name].findings())
        return reports

    def _known(
        self, found: Input, checks: Mapping[str, TableCheck], findings: list[Finding]
    ) -> Checked | None:
        """Return what a former pass found; where that does not hold, say why and check again."""
        if found.manifest is None:
            why = f"{found.shown} comes from a reader"
        else:
            # What a table that is not there would be checked for does not matter.
            there = manifest.model_of({name: self.read[name] for name in checks}, self.zones)
            read = manifest.read(found.manifest, found.files, there)
            if isinstance(read, Checked):
                tables = {name: read.tables[name] for name in checks}
                return Checked(tables, _only(read.orphans, checks), _only(read.strangers, checks))
            why = read
        findings.append(Finding("I350", Level.WARNING, found.shown, f"checked again: {why}"))
        return None


def _only(counts: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    return {name: counts[name] for name in names if name in counts}


def _notes_on_form(found: Input, supplied: Supplied, tables: Iterable[str]) -> list[Finding]:
    """Return one note on what is no table, and one on unknown columns for each table."""
    findings = []
    if supplied.unknown:
        missing = set(tables) - {each.table.name for each in supplied.tables}
        findings.append(_ignored("I342", "name", found.shown, supplied.unknown, missing))
    for each in supplied.tables:
        if each.unknown:
            findings.append(_ignored("I341", "column", each.shown, each.unknown, each.table.columns))
    return findings


def _ignored(id_: str, what: str, where: str, names: tuple[str, ...], known: Iterable[str]) -> Finding:
    known = sorted(known)
    hints = ((name, near_match(name.partition(".")[0].lower(), known)) for name in names)
    name, hint = next((each for each in hints if each[1]), ("", ""))
    if hint and len(names) > 1:
        hint = f"{hint.removesuffix('?')} by {name!r}?"
    message = f"{counted(len(names), what)} ignored, not in the event model: {_some(names)}{hint}"
    return Finding(id_, Level.WARNING, where, message)


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
