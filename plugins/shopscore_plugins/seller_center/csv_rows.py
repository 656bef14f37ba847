"""CSV exports, read in blocks: memory does not grow with the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct

from shopscore_plugins.seller_center.faults import NO_RECORD, fault, unreadable
from shopscore_plugins.seller_center.files import ROW
from shopscore_plugins.seller_center.layout import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore_plugins.seller_center.layout import Layout

_BLOCK = 8 << 20
_SAMPLE = 1 << 18
_SEPARATORS = (",", "\t", ";")
_END = "\x1f"
_KNOWN = {name for columns in COLUMNS.values() for name in columns}


class CsvRows(Struct, frozen=True):
    """An opened CSV export; header and rows may be separated by different signs."""

    name: str
    file: BinaryIO
    header: Sequence[str]
    separator: str
    width: int

    def batches(self, layout: Layout) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Yield the columns of a layout as texts, with ROW, and how many bytes are read by now."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        names = [str(number) for number in range(self.width)]
        chosen = {str(place): name for name, place in layout.places.items()}
        broken: list[Any] = []

        def stop(row: Any) -> str:
            broken.append(row)
            return "error"

        self.file.seek(0)
        row, is_whole = 2, False
        try:
            reader = arrow_csv.open_csv(
                _Ended(self.file, self.separator.join([_END] * self.width)),
                arrow_csv.ReadOptions(column_names=names, skip_rows=1, block_size=_BLOCK, use_threads=False),
                arrow_csv.ParseOptions(
                    delimiter=self.separator, newlines_in_values=True, invalid_row_handler=stop
                ),
                arrow_csv.ConvertOptions(
                    include_columns=list(chosen),
                    column_types=dict.fromkeys(chosen, pa.string()),
                    strings_can_be_null=False,
                ),
            )
            for number, batch in enumerate(reader, 1):  # a batch is a block; the file itself is read ahead
                if batch.num_rows and batch.column(0)[-1].as_py() == _END:
                    batch, is_whole = batch.slice(0, batch.num_rows - 1), True
                numbers = pa.array(range(row, row + batch.num_rows), pa.int64())
                row += batch.num_rows
                arrays = [numbers, *(batch.column(place) for place in chosen)]
                done = min(number * _BLOCK, self.file.tell())
                yield pa.RecordBatch.from_arrays(arrays, [ROW, *chosen.values()]), done
        except pa.ArrowInvalid as error:
            raise self._fault(error, broken, row) from error
        if not is_whole:
            raise self._open_quote(f"row {row - 1}")

    def _fault(self, error: Exception, broken: Sequence[Any], row: int) -> Exception:
        if broken:
            last = broken[-1]
            number = row if last.number is None else last.number
            message = (
                f"the row has {last.actual_columns} cells; expected {last.expected_columns}, "
                "as the header has: the file may be cut off here"
            )
            return fault(NO_RECORD, f"{self.name}:row {number}", message)
        if "straddling" in str(error):
            return self._open_quote(f"row {row} or after")
        if "UTF8" in str(error):
            message = f"at or after row {row} there is text that is not UTF-8; expected UTF-8"
            return unreadable(self.name, message)
        return unreadable(self.name, f"the file cannot be read as CSV: {str(error).splitlines()[0]}")

    def _open_quote(self, place: str) -> Exception:
        message = 'a cell begins with " and nothing closes it; expected another ": the file may be cut off'
        return fault(NO_RECORD, f"{self.name}:{place}", message)


class _Ended(io.RawIOBase):
    """A file with a line of our own behind its last: it does not come out where a quote is left open."""

    def __init__(self, file: BinaryIO, line: str) -> None:
        self._file, self._line = file, f"\n{line}\n".encode()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        room = size - len(block)
        block, self._line = block + self._line[:room], self._line[room:]
        return block


@contextmanager
def open_csv(path: Path) -> Iterator[CsvRows]:
    """Open a CSV export, with or without a byte-order mark."""
    with path.open("rb") as file:
        lines = file.read(_SAMPLE).decode("utf-8-sig", errors="replace")
        separator = max(_SEPARATORS, key=lambda each: _likely(_record(lines, each)))
        first = _record(lines, separator)
        body, width = _body(lines, first, separator)
        yield CsvRows(path.name, file, first, body, width)


def _likely(header: Sequence[str]) -> tuple[int, int]:
    """Rank a header: by the columns in it that exports have, then by its cells, which may end in tabs."""
    return len(_KNOWN & {cell.strip() for cell in header}), len(header)


def _record(lines: str, separator: str, number: int = 0) -> list[str]:
    records = csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    try:
        return next(record for nth, record in enumerate(filter(None, records)) if nth == number)
    except (StopIteration, csv.Error):
        return []


def _body(lines: str, header: Sequence[str], separator: str) -> tuple[str, int]:
    """Return what separates the cells of the rows, and how many there are.

    There are exports whose header has commas and whose rows have tabs, the last cell's own included.
    """
    for each in (separator, *_SEPARATORS):
        found = _record(lines, each, 1)
        if len(found) == len(header) or (len(found) == len(header) + 1 and not found[-1].strip()):
            return each, len(found)
    return separator, len(header)
