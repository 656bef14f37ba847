"""Rows of all files in one database of our own on the disk: texts cleaned, times read, the rest counted."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopscore_plugins.seller_center.dates import parsed, style_of
from shopscore_plugins.seller_center.faults import NO_COLUMN, WRONG_KIND, fault
from shopscore_plugins.seller_center.files import open_rows
from shopscore_plugins.seller_center.layout import COLUMNS, ID, TIMES, Export, Layout, layout_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "768MiB"
"""What the database may use; it goes to the disk beyond that."""

_SMALL = 32 << 20

_DIGITS = "regexp_full_match({0}, '[0-9]+')"
# Of an id: rounded by a spreadsheet, or guarded against one, as `="5765…"` is; a sentence has letters.
_SPOILT = r"""CASE
    WHEN regexp_full_match({0}, '[0-9]([.,][0-9]+)?[eE]\+?[0-9]+|[0-9]{{15,}}[.,][0-9]*')
        THEN ', a number that a spreadsheet has rounded'
    WHEN regexp_full_match({0}, '[^\pL\pN]*[0-9]{{10,}}[^\pL\pN]*') THEN '' END"""


class Staging:
    """The rows that were read; `close` removes them, and so does the end of the object."""

    def __init__(self, size: int) -> None:
        """`size` is that of all files in bytes: few need no file of our own."""
        import duckdb

        folder = tempfile.mkdtemp(prefix="shopscore-read-")
        self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        config: dict[str, Any] = {
            "memory_limit": MEMORY,
            "temp_directory": folder,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            str(Path(folder) / "rows.duckdb") if size > _SMALL else ":memory:", config=config
        )
        self.connection.execute("SET enable_progress_bar = false")
        self.dropped = Counter[str]()
        self.layouts: list[Layout] = []
        for export, names in COLUMNS.items():
            columns = (f'"{name}" {"TIMESTAMP" if name in TIMES[export] else "VARCHAR"}' for name in names)
            self.connection.execute(
                f'CREATE TABLE {export} ("file" VARCHAR, part BIGINT, "row" BIGINT, {", ".join(columns)})'
            )

    def close(self) -> None:
        """Remove everything."""
        self.connection.close()
        self._end()

    def layouts_of(self, export: Export) -> list[Layout]:
        """Return the layouts of one kind of export."""
        return [each for each in self.layouts if each.export is export]

    def add(
        self,
        path: Path,
        said_dates: str | None,
        expect: Callable[[Layout, str], None],
        advance: Callable[[int], None],
    ) -> None:
        """Read a file; `expect` may refuse its layout, `advance` is told how many bytes of it are read."""
        shown = path.name
        with open_rows(path) as rows:
            layout = layout_of(rows.header, shown)
            expect(layout, shown)
            texts = ", ".join(f'"{name}" VARCHAR' for name in layout.columns)
            self.connection.execute(f'CREATE OR REPLACE TEMP TABLE raw ("row" BIGINT, {texts})')
            for batch, done in rows.batches(layout):
                self._insert(batch, layout)
                advance(done)
        repeated = self._set_apart(layout, shown)
        style = style_of(self.connection, "raw", layout, shown, said_dates)
        self._keep(layout, shown, style, repeated)
        self.layouts.append(layout)

    def _insert(self, batch: pa.RecordBatch, layout: Layout) -> None:
        """Add a batch; tabs keep spreadsheets from mangling cells and mean nothing."""
        clean = (_clean(name, name == ID[layout.export]) for name in layout.columns)
        self.connection.register("batch", batch)
        self.connection.execute(f'INSERT INTO raw SELECT "row", {", ".join(clean)} FROM batch')
        self.connection.unregister("batch")

    def _set_apart(self, layout: Layout, shown: str) -> Sequence[int]:
        """Take out what is no row of data, and return where the header stands again."""
        id_ = f'"{ID[layout.export]}"'
        is_blank = " AND ".join(f'"{name}" IS NULL' for name in layout.columns)
        is_header = " AND ".join(f"\"{name}\" IS NOT DISTINCT FROM '{name}'" for name in layout.columns)
        query = f"""
            SELECT "row", {id_}, {is_blank}, {_SPOILT.format(id_)}, {is_header}
            FROM raw WHERE {id_} IS NULL OR NOT {_DIGITS.format(id_)} ORDER BY "row"
        """
        repeated = []
        for row, text, blank, spoilt, same in self.connection.execute(query).fetchall():
            if spoilt is not None:
                message = (
                    f"{ID[layout.export]} is {text!r}{spoilt}; "
                    "expected all digits: export the file anew and do not save it from a spreadsheet"
                )
                raise fault(WRONG_KIND, f"{shown}:row {row}:{ID[layout.export]}", message)
            if text == ID[layout.export]:
                if not same:
                    message = "a header with other columns; expected the same header in the whole file"
                    raise fault(NO_COLUMN, f"{shown}:row {row}", message)
                repeated.append(row)
                self.dropped["header lines inside files"] += 1
            elif blank:
                self.dropped["blank rows"] += 1
            elif row == 2:
                self.dropped["description rows below headers"] += 1
            else:
                self.dropped[f"rows whose {ID[layout.export]} is no number"] += 1
        self.connection.execute(f"DELETE FROM raw WHERE {id_} IS NULL OR NOT {_DIGITS.format(id_)}")
        return repeated

    def _keep(self, layout: Layout, shown: str, style: str, repeated: Sequence[int]) -> None:
        """Move a file's rows to those of its kind; a repeated header begins another part."""
        times = set(layout.times)
        values = [parsed(name, style) if name in times else f'"{name}"' for name in layout.columns]
        names = ", ".join(f'"{name}"' for name in layout.columns)
        part = len(self.layouts) * 1_000_000
        headers = 'len(list_filter($1::BIGINT[], lambda header: header < "row"))'
        number = f"{part} + {headers}" if repeated else str(part)
        self.connection.execute(
            f'INSERT INTO {layout.export} ("file", part, "row", {names}) '
            f"SELECT '{_quoted(shown)}', {number}, \"row\", {', '.join(values)} FROM raw",
            [list(repeated)] if repeated else [],
        )
        self.connection.execute("DROP TABLE raw")


def add_words(connection: duckdb.DuckDBPyConnection, name: str, words: Mapping[str, str]) -> None:
    """Make a table of words and their meanings."""
    import pyarrow as pa

    schema = pa.schema([("word", pa.string()), ("meaning", pa.string())])
    table = pa.table([list(words), list(words.values())], schema=schema)
    connection.register("words", table)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT word, meaning FROM words")
    connection.unregister("words")


def _clean(name: str, is_id: bool) -> str:
    text = f"trim(replace(\"{name}\", chr(9), ''))"
    if is_id:  # a header inside a file begins with the byte-order mark of the file that was put behind
        mark = "chr(65279)"
        text = f"CASE WHEN starts_with({text}, {mark}) THEN trim({text}, '\"' || {mark}) ELSE {text} END"
    return f"nullif({text}, '')"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
