"""The input's tables as they were supplied, each a view with the place of every row; nothing checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from msgspec import Struct
from sqlglot import exp

from shopscore.errors import BadInputError, Finding, Level, near_match
from shopscore.events.connection import ATTACHED
from shopscore.events.damage import of_database, parquet_fault
from shopscore.events.expressions import call, column, sql, text, texts, whole
from shopscore.events.files import Format, TableFiles
from shopscore.events.ndjson_files import stage_ndjson
from shopscore.events.reader import FILE, ROW
from shopscore.events.staging import BROKEN, MISTYPED, NTH, unreadable
from shopscore.events.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "raw"


class RawTable(Struct, frozen=True):
    """One supplied table before any check.

    Attributes:
        shown: what messages call it: `orders.csv`, `orders/*.parquet`, `shop.duckdb/orders`.
        types: DuckDB's name of each column's type, for the columns that are read.
        extras: which of the staging columns BROKEN, MISTYPED and NTH there are.
        unknown: columns the model does not have.
        staged: a copy of the run's own, so that reading it again costs little and prunes nothing.
    """

    table: Table
    shown: str
    types: Mapping[str, str]
    extras: frozenset[str]
    unknown: tuple[str, ...]
    staged: bool

    @property
    def relation(self) -> str:
        """Return what stands after FROM."""
        return f"{SCHEMA}.{self.table.name}"

    @property
    def identity(self) -> tuple[str, ...]:
        """Return the columns that tell each row from every other, in the order of the input."""
        return (NTH,) if NTH in self.extras else (FILE, ROW)

    def missing(self) -> Iterable[Finding]:
        """Yield an error for every required column that is not there."""
        for name, each in self.table.columns.items():
            if each.required and name not in self.types:
                hint = near_match(name, self.unknown)
                message = f"the column {name} is missing; {self.table.name} cannot be read without it{hint}"
                yield Finding("I322", Level.ERROR, self.shown, message)


class RawInput:
    """Opens supplied tables one by one and makes a view of each.

    Every method raises BadInputError where a table cannot be read, or lacks a required column.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        tables: Mapping[str, Table],
        known: Mapping[str, Table],
        temp: Path,
    ) -> None:
        """`tables` has what is read and its columns; `known` all columns there can be; `temp` is ours."""
        self._connection = connection
        self._tables = tables
        self._known = known
        self._temp = temp
        connection.execute(f"CREATE SCHEMA {SCHEMA}")

    def reads(self, name: str) -> bool:
        """Tell whether a table is read at all."""
        return name in self._tables

    def files(self, found: TableFiles, root: Path) -> RawTable:
        """Return a table of a folder: Parquet where it lies, text formats from a copy of our own."""
        names = [_relative(path, root) for path in found.paths]
        shown = names[0] if len(names) == 1 else f"{found.table}/*{found.format.value}"
        if found.format is not Format.PARQUET:
            return self._text_files(found, names, shown)
        for path, name in zip(found.paths, names, strict=True):
            if fault := parquet_fault(path):
                raise unreadable(name, fault)
        parquet = read_parquet(found.paths, exp.Kwarg(this=exp.var("file_row_number"), expression=exp.true()))
        file = call("replace", column(FILE), text(f"{root}/"), text(""))
        return self._view(found.table, shown, parquet, file, column("file_row_number") + whole(1))

    def attached(self, name: str, is_view: bool, database: Path) -> RawTable:
        """Return a table of the attached database; a view's rows are counted as they come."""
        shown = f"{database.name}/{name}"
        relation = exp.table_(name, db="main", catalog=ATTACHED, quoted=True)
        row = exp.Window(this=call("row_number")) if is_view else column("rowid") + whole(1)
        return self._view(name, shown, relation, text(shown), row)

    def arrow(self, name: str, data: pa.Table | pa.RecordBatchReader, reader: str) -> RawTable:
        """Return a table a reader made, from a copy of our own."""
        # Here and below: a run on Parquet files starts sooner where Arrow is not loaded.
        from shopscore.events.arrow_tables import stage_arrow

        target = self._target(name, 0)
        staged = stage_arrow(data, f"{reader}/{name}", self._tables[name], target)
        return self._copied(name, f"{reader}/{name}", [target], staged.unknown)

    def _text_files(self, found: TableFiles, names: Sequence[str], shown: str) -> RawTable:
        targets, unknown = [], set()
        for number, (path, name) in enumerate(zip(found.paths, names, strict=True)):
            target = self._target(found.table, number)
            table = self._tables[found.table]
            if found.format is Format.NDJSON:
                staged = stage_ndjson(self._connection, path, name, table, target)
            else:
                from shopscore.events.csv_files import stage_csv

                staged = stage_csv(path, name, table, target)
            targets.append(target)
            unknown |= set(staged.unknown)
        return self._copied(found.table, shown, targets, sorted(unknown))

    def _copied(self, name: str, shown: str, targets: Sequence[Path], unknown: Iterable[str]) -> RawTable:
        relation = read_parquet(targets)
        return self._view(name, shown, relation, column(FILE), column(ROW), not_staged=unknown)

    def _view(
        self,
        name: str,
        shown: str,
        relation: exp.Expression,
        file: exp.Expression,
        row: exp.Expression,
        not_staged: Iterable[str] | None = None,
    ) -> RawTable:
        """Make a table's view; `not_staged` are the columns a copy of our own left out."""
        table = self._tables[name]
        try:
            described = self._connection.execute(
                f"DESCRIBE {sql(exp.select('*').from_(relation))}"
            ).fetchall()
        except duckdb.Error as error:
            raise unreadable(shown, f"the file is damaged: {of_database(error)}") from error
        staged = not_staged is not None
        types = {column_name: str(type_name) for column_name, type_name, *_ in described}
        raw = RawTable(
            table=table,
            shown=shown,
            types={each: types[each] for each in table.columns if each in types},
            extras=frozenset({BROKEN, MISTYPED, NTH} & set(types)) if staged else frozenset(),
            unknown=self._not_known(name, types if not_staged is None else not_staged),
            staged=staged,
        )
        if missing := list(raw.missing()):
            raise BadInputError(missing)
        columns = [column(each) for each in (*raw.types, *sorted(raw.extras))]
        select = exp.select(*columns, file.as_(FILE), row.as_(ROW)).from_(relation)
        self._connection.execute(f"CREATE VIEW {raw.relation} AS {sql(select)}")
        return raw

    def _not_known(self, name: str, columns: Iterable[str]) -> tuple[str, ...]:
        ours = {*self._known[name].columns, FILE, ROW, BROKEN, MISTYPED, NTH, "file_row_number"}
        # What begins with an underscore is a reader's remark.
        return tuple(each for each in columns if each not in ours and not each.startswith("_"))

    def _target(self, name: str, number: int) -> Path:
        folder = self._temp / SCHEMA
        folder.mkdir(exist_ok=True)
        return folder / f"{name}-{number:05}.parquet"


def gather(calls: Iterable[Callable[[], RawTable]]) -> list[RawTable]:
    """Return all tables, or tell everything that is wrong with any of them at once."""
    found: list[RawTable] = []
    findings: list[Finding] = []
    for call_ in calls:
        try:
            found.append(call_())
        except BadInputError as error:
            findings += error.findings
    if findings:
        raise BadInputError(findings)
    return found


def attached_names(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Return the tables of the attached database, and whether each is a view."""
    query = """
        SELECT table_name, false FROM duckdb_tables() WHERE database_name = $1 AND schema_name = 'main'
        UNION ALL
        SELECT view_name, true FROM duckdb_views()
        WHERE database_name = $1 AND schema_name = 'main' AND NOT internal
        ORDER BY 1
    """
    return dict(connection.execute(query, [ATTACHED]).fetchall())


def read_parquet(paths: Iterable[Path], *more: exp.Expression) -> exp.Expression:
    """Return Parquet files as a relation; with more options, its rows know their file."""
    options = [
        exp.Kwarg(this=exp.var("union_by_name"), expression=exp.true()),
        # `year=2026` in a path is a folder's name here, not a column.
        exp.Kwarg(this=exp.var("hive_partitioning"), expression=exp.false()),
    ]
    if more:
        options.append(exp.Kwarg(this=exp.var("filename"), expression=text(FILE)))
    return call("read_parquet", texts(str(path) for path in paths), *options, *more)


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
