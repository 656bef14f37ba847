"""Scorecards as flat tables: a column per value, joined by dots as in `--format csv`, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from shopscore.errors import UsageError
from shopscore_cli.progress import Advance, meter
from shopscore_cli.render.records import cell_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

PARQUET: Final = ".parquet"
CSV: Final = ".csv"
EXCEL: Final = ".xlsx"
ENDINGS: Final = (PARQUET, CSV, EXCEL)

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet of Excel below its header."""
_MOST_COLUMNS, _LONGEST = 16_384, 32_767
_ROWS_A_BATCH = 1_000


def refuse_too_many(path: Path, rows: int) -> None:
    """Raise UsageError for more scorecards than a sheet of Excel has rows."""
    if path.suffix == EXCEL and rows > MOST_ROWS:
        raise UsageError(
            f"{path}: {rows:,} scorecards do not fit; a sheet of Excel has {MOST_ROWS:,} rows beside its "
            f"header; expected {CSV} or {PARQUET} for so many"
        )


@contextmanager
def nested_first(draft: Path, output: Path, quiet: bool) -> Iterator[Path]:
    """Give the Parquet file to write scorecards into; at the end the draft has them in the output's form."""
    if output.suffix == PARQUET:
        yield draft
        return
    nested = draft.with_name(f"{draft.name}.nested")
    try:
        yield nested
        if nested.exists():
            write = _write_csv if output.suffix == CSV else _write_excel
            with pq.ParquetFile(nested) as file, meter(f"writing {output.name}", quiet) as advance:
                refuse_too_many(output, file.metadata.num_rows)
                write(draft, _rows(file, advance))
    finally:
        nested.unlink(missing_ok=True)


def _rows(file: pq.ParquetFile, advance: Advance) -> Iterator[Sequence[Any]]:
    """Yield the names of the flat columns, then each row's values."""
    yield _flat(file.schema_arrow.empty_table()).column_names
    done = 0
    for batch in file.iter_batches(batch_size=_ROWS_A_BATCH):
        columns = _flat(pa.Table.from_batches([batch])).columns
        yield from zip(*(column.to_pylist() for column in columns), strict=True)
        done += batch.num_rows
        advance(done, file.metadata.num_rows)


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _write_csv(path: Path, rows: Iterator[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in rows:
            writer.writerow([cell_text(value) for value in row])


def _write_excel(path: Path, rows: Iterator[Sequence[Any]]) -> None:
    # Imported here: only who asks for Excel waits for it.
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    # The library keeps rows that are done in files of its own, and forgets them when it is interrupted.
    with TemporaryDirectory(prefix="shopscore-") as temp, path.open("wb") as out:
        options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "tmpdir": temp}
        book = Workbook(out, options)
        sheet = book.add_worksheet("scorecards")
        sheet.freeze_panes(1, 0)
        names = next(rows)
        if len(names) > _MOST_COLUMNS:
            raise UsageError(
                f"{len(names):,} columns do not fit a sheet of Excel; expected {CSV} or {PARQUET}"
            )
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        try:
            for number, row in enumerate(rows, 1):
                for place, value in enumerate(row):
                    _write_cell(sheet, number, place, value, names)
            book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            sheet.row_data_fh.close()  # its file of rows, which it leaves open where no book is written


class _Exact(float):
    """A number that is written with all its digits; the library would write 16 of up to 17."""

    def __format__(self, how: str) -> str:
        return float.__repr__(self)


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, names: Sequence[str]) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int():
            sheet.write_number(row, place, value)
        case float():
            sheet.write_number(row, place, _Exact(value))
        case date():
            sheet.write_datetime(row, place, value)
        case _:
            text = cell_text(value)
            if len(text) > _LONGEST:
                raise UsageError(
                    f"row {row + 1}: {names[place]} has {len(text):,} characters and a cell of Excel holds "
                    f"{_LONGEST:,}; expected {CSV} or {PARQUET}"
                )
            sheet.write_string(row, place, text)
