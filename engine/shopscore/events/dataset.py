"""A data set: checked event tables of many subjects in one DuckDB connection (3.1)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import asdict
from sqlglot import exp

from shopscore.errors import Finding
from shopscore.events import manifest
from shopscore.events.check import BAD, TableReport, notes_of
from shopscore.events.expressions import column, is_null, sql, text
from shopscore.events.manifest import Checked
from shopscore.events.physical import Source
from shopscore.events.references import SUBJECT_ID, SUBJECTS, Subjects, value
from shopscore.events.rows import Events, Note, Supply
from shopscore.events.staging import write_parquet
from shopscore.events.subject_rows import SubjectRows
from shopscore.events.tables import Table
from shopscore.events.timeline import timeline_notes
from shopscore.events.values import Zones
from shopscore.events.wording import counted, orphan_note

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BAD_ROWS = ("table", "file", "row", "column", "reason", "message", "original")
"""The columns of the bad rows that were set aside."""


@dataclass(frozen=True)
class DataSet:
    """Checked tables, ready for an engine; close it to remove its temporary files.

    Attributes:
        tables: the event model: every table and column there can be.
        sources: the supplied tables as engines read them, by name.
        supply: what was supplied.
        zone: the policy's zone.
        subjects_relation: a relation whose column `subject_id` has every subject of the run.
        reports: what the check pass found, by table.
        findings: warnings about the input's form, such as unknown columns.
        files: what was read.
    """

    connection: duckdb.DuckDBPyConnection
    tables: Mapping[str, Table]
    read_tables: Mapping[str, Table]
    sources: Mapping[str, Source]
    supply: Supply
    zones: Zones
    checked: Checked
    subject_counts: Subjects
    findings: tuple[Finding, ...]
    input_notes: tuple[Note, ...]
    files: tuple[Path, ...]
    temp: Path
    place: Path | None
    """Where a manifest of this input belongs; None for what a reader made."""
    subjects_relation: str = field(default=SUBJECTS, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove the temporary files."""
        self.connection.close()
        shutil.rmtree(self.temp, ignore_errors=True)

    @property
    def reports(self) -> Mapping[str, TableReport]:
        """Return what the check pass found, by table."""
        return self.checked.tables

    def subjects(self) -> Iterator[str]:
        """Yield every subject of the run by id, in order of code points."""
        cursor = self.connection.cursor()
        cursor.execute(sql(exp.select(SUBJECT_ID).from_(SUBJECTS).order_by(SUBJECT_ID)))
        while rows := cursor.fetchmany(10_000):
            yield from (subject for (subject,) in rows)

    def subject_events(self, subject: str) -> Events:
        """Return one subject's rows in canonical form, in the order of the input."""
        return self._by_subject.of(subject)

    def events(self) -> Iterator[Events]:
        """Yield the rows of every subject of the run, by subject id; each table is read once."""
        return self._by_subject.of_each(self.subjects())

    @property
    def _by_subject(self) -> SubjectRows:
        return SubjectRows(self.connection, self.tables, self.sources, self.supply)

    def names(self, table: str, column_: str) -> list[str]:
        """Return the different texts of a column; none where it was not supplied."""
        source = self.sources.get(table)
        if source is None or column_ not in source.columns:
            return []
        each = value(self.tables, source, column_)
        query = exp.select(each).distinct().from_(source.relation).where(is_null(each).not_())
        with self.connection.cursor() as cursor:  # a replay asks beside who reads from the connection
            return [text for (text,) in cursor.execute(sql(query)).fetchall()]

    def notes(self, as_of: date) -> list[Note]:
        """Return the warnings of a run as of a day: they end in every scorecard."""
        notes = [*self.input_notes, *self.subject_counts.notes()]
        zone = self.zones.naive.name if self.zones.naive else None
        for name, report in self.reports.items():
            notes += notes_of(self.tables[name], report, zone)
        for name, rows in self.checked.orphans.items():
            parent = self.tables[name].parent
            assert parent is not None
            notes += orphan_note(name, parent, rows)
        for name, rows in self.checked.strangers.items():
            if rows:
                said = f"{counted(rows, 'row')} of {name} {'is' if rows == 1 else 'are'} of nobody in shops"
                notes.append(("subjects_unknown", f"{said}: not scored"))
        return [*notes, *timeline_notes(as_of, self.zones.dates, self.tables, self.sources, self.reports)]

    def bad_rows(self) -> pa.Table:
        """Return the rows that were set aside with their reasons; columns are BAD_ROWS."""
        return self.connection.sql(sql(self._bad())).to_arrow_table()

    def write_bad_rows(self, path: Path) -> int:
        """Write the rows that were set aside to a Parquet file in an output folder; return their number."""
        write_parquet(self.connection, self._bad(), path.resolve())
        return sum(rows for report in self.reports.values() for rows in report.bad.values())

    def write_manifest(self) -> Path | None:
        """Write beside the input that it was checked; None where there is no place, or there are bad rows."""
        if self.place is None or any(report.bad for report in self.reports.values()):
            return None
        model = manifest.model_of(self.read_tables, self.zones)
        manifest.write(self.place, self.files, model, self.checked)
        return self.place

    def summary(self) -> dict[str, Any]:
        """Return what was read and counted, for a run's manifest, as JSON can say it."""
        return {
            "files": [
                {"path": str(path), "bytes": path.stat().st_size, "modified_ns": path.stat().st_mtime_ns}
                for path in self.files
            ],
            "tables": {name: asdict(report) for name, report in self.reports.items()},
            "orphans": dict(self.checked.orphans),
            "subjects_unknown": dict(self.checked.strangers),
            "subjects": asdict(self.subject_counts),
        }

    def _bad(self) -> exp.Expression:
        parts = [
            exp.select(text(name).as_("table"), *(column(each) for each in BAD_ROWS[1:])).from_(
                f"{BAD}.{name}"
            )
            for name, report in self.reports.items()
            if report.bad
        ]
        if not parts:
            nothing = [
                exp.cast(exp.null(), "BIGINT" if each == "row" else "VARCHAR").as_(each, quoted=True)
                for each in BAD_ROWS
            ]
            return exp.select(*nothing).where(exp.false())
        together = parts[0].subquery() if len(parts) == 1 else exp.union(*parts, distinct=False).subquery()
        return exp.select("*").from_(together).order_by("table", "file", column("row"))
