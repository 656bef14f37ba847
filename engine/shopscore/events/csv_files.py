"""CSV files to Parquet, cells as texts."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from shopscore.errors import BadInputError, Finding, Level, near_match
from shopscore.events.damage import CUT_GZIP, gzip_fault
from shopscore.events.reader import FILE, ROW
from shopscore.events.staging import BROKEN, Staged, unreadable
from shopscore.events.tables import Table

_BLOCK = 16 * 1024 * 1024
"""Bytes read at a time; no single row may be longer."""


def stage_csv(path: Path, shown: str, table: Table, target: Path) -> Staged:
    """Write a CSV file's known columns as texts; a row of another length is a broken one."""
    header, delimiter = _header(path, shown, table)
    known = tuple(name for name in header if name in table.columns)
    broken: list[tuple[int, str]] = []

    def refuse(row: pa_csv.InvalidRow) -> str:
        cells = "1 cell" if row.actual_columns == 1 else f"{row.actual_columns} cells"
        broken.append(
            (row.number - 1, f"the row has {cells}; expected {row.expected_columns}, as in the header")
        )
        return "skip"

    schema = _staged_schema(known)
    with pq.ParquetWriter(target, schema) as writer:
        number = 1
        for batch in _csv_batches(path, shown, delimiter, known, refuse):
            skipped = {row for row, _ in broken}
            numbers: list[int] = []
            while len(numbers) < batch.num_rows:
                ahead = range(number, number + batch.num_rows - len(numbers))
                numbers += [row for row in ahead if row not in skipped] if skipped else ahead
                number = ahead.stop
            writer.write_batch(_place(batch, shown, pa.array(numbers, pa.int64()), schema))
        if broken:
            rows = [{FILE: shown, ROW: row, BROKEN: why} for row, why in broken]
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
    return Staged(known, tuple(name for name in header if name not in table.columns))


def _staged_schema(columns: Sequence[str]) -> pa.Schema:
    places = [(FILE, pa.string()), (ROW, pa.int64()), (BROKEN, pa.string())]
    return pa.schema([*((name, pa.string()) for name in columns), *places])


def _place(batch: pa.RecordBatch, shown: str, numbers: pa.Array, schema: pa.Schema) -> pa.RecordBatch:
    rows = batch.num_rows
    places = [pa.repeat(pa.scalar(shown), rows), numbers, pa.nulls(rows, pa.string())]
    return pa.RecordBatch.from_arrays([*batch.columns, *places], schema=schema)


def _csv_batches(
    path: Path, shown: str, delimiter: str, known: tuple[str, ...], refuse: Callable[[pa_csv.InvalidRow], str]
) -> Iterator[pa.RecordBatch]:
    try:
        yield from pa_csv.open_csv(
            path,
            # In one thread: only then do refused rows know their number.
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(known, pa.string()),
                include_columns=known,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except (pa.ArrowInvalid, OSError) as error:
        if "straddl" in str(error):
            longest = f"a row longer than {_BLOCK // 1024**2} MiB; expected one row per line"
            raise unreadable(shown, longest) from error
        if "zlib" in str(error) or "compressed stream" in str(error):
            raise unreadable(shown, CUT_GZIP) from error
        if "Empty CSV file" not in str(error):  # a header and nothing else is a table without rows
            raise unreadable(shown, f"the file cannot be read as CSV: {error}") from error


def _header(path: Path, shown: str, table: Table) -> tuple[list[str], str]:
    """Return the header's names and the delimiter that gives the most columns of the table."""
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as opened:
            lines = io.TextIOWrapper(io.BufferedReader(opened), encoding="utf-8-sig", newline="")
            first = lines.readline(1_000_000)
    except UnicodeDecodeError as error:
        raise unreadable(shown, "the file is not UTF-8; expected a CSV file saved as UTF-8") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(shown, gzip_fault(path)) from error
    except (OSError, csv.Error) as error:
        raise unreadable(shown, f"the file cannot be read: {error}") from error
    headers = {delimiter: next(csv.reader([first], delimiter=delimiter), []) for delimiter in ",;\t|"}
    delimiter = max(headers, key=lambda each: len(set(headers[each]) & set(table.columns)))
    names = headers[delimiter]
    expected = f"expected a header line with columns such as {', '.join(list(table.columns)[:4])}"
    if not first.strip():
        raise unreadable(shown, f"the file is empty; {expected}")
    findings = []
    if not set(names) & set(table.columns):
        hint = near_match(names[0], table.columns)
        findings.append(f"the header has no column of {table.name}: {', '.join(names[:6])}; {expected}{hint}")
    twice = sorted({name for name in names if names.count(name) > 1})
    findings += [f"the header has the column {name!r} twice; expected it once" for name in twice]
    if findings:
        raise BadInputError(Finding("I322", Level.ERROR, shown, message) for message in findings)
    return names, delimiter
