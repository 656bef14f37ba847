"""The check pass over one table: rows counted, bad rows kept with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct, field
from msgspec.structs import replace
from sqlglot import exp

from shopscore.errors import Finding
from shopscore.events.expressions import call, column, sql, whole
from shopscore.events.physical import CONVERTED, Physical, Source
from shopscore.events.raw import read_parquet
from shopscore.events.rows import Note
from shopscore.events.rules import Check, Test
from shopscore.events.sql_checks import TableSql
from shopscore.events.staging import write_parquet
from shopscore.events.tables import Table
from shopscore.events.wording import SHOWN, and_more, counted, fault, unlisted_notes

BAD = "bad"
"""The schema of the bad rows' tables."""
EVENTS = "events"
"""The schema of the relations that engines read."""


class TableReport(Struct, frozen=True):
    """What the check pass found in one table.

    Attributes:
        rows: good rows.
        bad: bad rows by rule and column: `I307 stars`.
        first, last: the earliest and latest clock of good rows, microseconds; None without a clock.
        folds, gaps: local times that the clock shows twice, or never.
        unlisted: texts outside a list, by column, that were read as another word.
        empty: empty texts, by column, which are nothing; only columns that have any.
    """

    rows: int
    bad: Mapping[str, int] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    folds: int = 0
    gaps: int = 0
    unlisted: Mapping[str, int] = field(default_factory=dict)
    empty: Mapping[str, int] = field(default_factory=dict)

    def stored(self, plain: Mapping[str, Physical]) -> dict[str, Physical]:
        """Return how columns read in place are stored, now that it is known what their texts are."""
        return {
            name: Physical.TEXT
            if physical is Physical.VARCHAR and not self.unlisted.get(name) and not self.empty.get(name)
            else physical
            for name, physical in plain.items()
        }


class TableCheck:
    """Checks one table and makes the relation that engines read."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: TableSql, temp: Path) -> None:
        """`temp` is the run's own folder."""
        self._connection = connection
        self._raw = table.raw
        self._unmeasured = table
        self._temp = temp
        self._bad = f"{BAD}.{self._raw.table.name}"
        self._repeated = f"{BAD}.{self._raw.table.name}_repeated"
        self._has_repeated = False

    @cached_property
    def _table(self) -> TableSql:
        """Return the table's SQL with its views made; a trusted table read in place never needs them."""
        table = self._unmeasured
        for name, view in table.views():
            self._make_view(name, view)
        measure = table.measure()
        if measure is not None:
            table = table.measured(self._rows(measure)[0])
        values = table.values()
        if table.plain is None:
            # Written down: the checks and the copy that engines read would work them out again each time.
            values = exp.select("*").from_(read_parquet([self._write("values", values)]))
        self._make_view(table.values_view, values)
        self._make_view(table.judged_view, table.judged())
        return table

    def run(self) -> TableReport:
        """Return what is in the table; bad rows are in `bad.<table>` afterwards, if there are any."""
        summary = self._rows(self._table.summary())
        report = self._report(summary)
        faults = sorted(index for index, *_ in summary if index is not None)
        if faults:
            self._connection.execute(f"CREATE TABLE {self._bad} AS {sql(self._table.bad(faults))}")
        repeated = self._find_repeated(good_only=bool(faults))
        if not repeated:
            return report
        rows = sql(self._table.repeated(self._repeated))
        into = f"INSERT INTO {self._bad} {rows}" if faults else f"CREATE TABLE {self._bad} AS {rows}"
        self._connection.execute(into)
        key = next(check for check in self._table.checks if check.test is Test.KEY)
        # Anew, for the times and texts of rows set aside are not among those that are read.
        report = self._report(self._rows(self._table.summary(except_at=self._repeated)))
        return replace(report, bad=dict(sorted({**report.bad, _label(key): repeated}.items())))

    def findings(self) -> list[Finding]:
        """Return the first bad rows of each kind, and how many more there are."""
        rows = exp.select("file", "row", "fault", column("column"), "message").from_(self._bad)
        number = exp.Window(
            this=call("row_number"),
            partition_by=[exp.column("fault")],
            order=exp.Order(expressions=[exp.column("file"), exp.column("row")]),
        )
        total = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[exp.column("fault")])
        first = exp.select("*", number.as_("number"), total.as_("total")).from_(rows.subquery())
        told = exp.select("*").from_(first.subquery()).where(exp.column("number") <= whole(SHOWN))
        findings = []
        for file, row, index, name, message, place, all_rows in self._rows(told):
            check = self._table.checks[index]
            where = f"{file}:row {row}:{name}" if name else f"{file}:row {row}"
            findings.append(fault(check, where, message, self._raw.table))
            if place == SHOWN:
                findings += and_more(check, self._raw.shown, self._raw.table.name, all_rows)
        return findings

    def source(self, report: TableReport) -> Source:
        """Make the relation that engines read, in place where its columns need no conversion."""
        name, columns = self._raw.table.name, self._raw.table.columns
        relation, stored = f"{EVENTS}.{name}", self._unmeasured.plain
        if stored is not None and not report.bad:
            stored = report.stored(stored)
            view = exp.select("*").from_(self._raw.relation)
        else:
            stored = {each: CONVERTED[columns[each].kind] for each in self._raw.types}
            repeated = self._repeated if self._has_repeated else None
            good = self._table.good(not report.bad, repeated)
            view = exp.select("*").from_(read_parquet([self._write(EVENTS, good)]))
        self._make_view(relation, view)
        in_place = not (self._raw.staged or report.bad or self._unmeasured.plain is None)
        return Source(name, relation, stored, report.rows, in_place)

    def _write(self, folder: str, rows: exp.Expression) -> Path:
        target = self._temp / folder / f"{self._raw.table.name}.parquet"
        target.parent.mkdir(exist_ok=True)
        write_parquet(self._connection, rows, target)
        return target

    def _report(self, faults: Iterable[tuple[Any, ...]]) -> TableReport:
        report = TableReport(rows=0)
        replaced, emptied = self._table.replaced, self._table.emptied
        for index, rows, first, last, folds, gaps, *texts in faults:
            if index is None:
                unlisted = dict(zip(replaced, texts[: len(replaced)], strict=True))
                empty = dict(zip(emptied, texts[len(replaced) :], strict=True))
                report = replace(
                    report,
                    rows=rows,
                    first=first,
                    last=last,
                    folds=folds,
                    gaps=gaps,
                    unlisted=unlisted,
                    empty={name: count for name, count in empty.items() if count},
                )
            else:
                label = _label(self._table.checks[index])
                report = replace(
                    report, bad=dict(sorted({**report.bad, label: report.bad.get(label, 0) + rows}.items()))
                )
        return report

    def _find_repeated(self, good_only: bool) -> int:
        """Note the rows whose key came before in `bad.<table>_repeated`; return how many there are."""
        hashes = f"{BAD}.hashes"
        keys = self._table.keys(good_only)
        # Hashes first: eight bytes a row, and hardly ever a row to look at again.
        rows, different = self._rows(_counts(keys))[0]
        if rows == different:
            return 0
        several = exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1))
        twice = exp.select("_hash").from_(keys.subquery()).group_by("_hash").having(several)
        self._connection.execute(f"CREATE OR REPLACE TABLE {hashes} AS {sql(twice)}")
        identity = [column(name) for name in self._raw.identity]
        suspects = exp.column("_hash").isin(query=exp.select("_hash").from_(hashes).subquery())
        number = exp.Window(
            this=call("row_number"),
            partition_by=[exp.column(f"key{index}") for index in range(len(self._raw.table.key))],
            order=exp.Order(expressions=identity),
        )
        numbered = exp.select(*identity, number.as_("number")).from_(keys.subquery()).where(suspects)
        again = exp.select(*identity).from_(numbered.subquery())
        later = again.where(exp.column("number") > whole(1))
        self._connection.execute(f"CREATE TABLE {self._repeated} AS {sql(later)}")
        ((rows,),) = self._rows(exp.select(exp.Count(this=exp.Star())).from_(self._repeated))
        self._has_repeated = bool(rows)
        return int(rows)

    def _make_view(self, name: str, definition: exp.Expression) -> None:
        self._connection.execute(f"CREATE VIEW {name} AS {sql(definition)}")

    def _rows(self, query: exp.Expression) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql(query)).fetchall()


def _counts(keys: exp.Select) -> exp.Select:
    """Return the number of rows and of different hashes; counting is cheaper than grouping."""
    different = exp.Count(this=exp.Distinct(expressions=[exp.column("_hash")]))
    return exp.select(exp.Count(this=exp.Star()), different).from_(keys.subquery())


def _label(check: Check) -> str:
    return f"{check.rule} {check.column}".strip()


def notes_of(table: Table, report: TableReport, zone: str | None) -> list[Note]:
    """Return what a run has to say about a table: texts read as others, local times that moved."""
    notes = unlisted_notes(table, report.unlisted)
    if report.folds:
        text = f"{table.name} has {counted(report.folds, 'time')} that {zone} shows twice: the first is taken"
        notes.append(("times_in_fold", text))
    if report.gaps:
        text = f"{table.name} has {counted(report.gaps, 'time')} that {zone} skips: moved forward"
        notes.append(("times_in_gap", text))
    if report.bad:
        reasons = ", ".join(f"{rows:,} {label}" for label, rows in sorted(report.bad.items()))
        text = f"{counted(sum(report.bad.values()), 'bad row')} of {table.name} set aside: {reasons}"
        notes.append(("rows_set_aside", text))
    return notes
