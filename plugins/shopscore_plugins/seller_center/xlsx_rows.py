"""XLSX exports: calamine reads what streaming readers do not, rows that come cell by cell.

A look at the archive goes before: what unpacks to too much, formulas and cells far out are refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from shopscore_plugins.seller_center.faults import WRONG_KIND, fault, unreadable
from shopscore_plugins.seller_center.files import ROW

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet

    from shopscore_plugins.seller_center.layout import Layout

LARGEST = 4 << 30
"""Bytes an archive may unpack to; a sheet of a million rows has some two thousand million."""
_RATIO, _HARMLESS = 300, 64 << 20
"""How many times its size a part may unpack to, once it is large at all; sheets reach some fifty."""

_BLOCK, _OVERLAP = 1 << 20, 512
_ROWS = 10_000
_FORMULA = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f[\s>/]")
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_FAR = re.compile(rb'\br="(?:[D-Z][A-Z]|[A-Z]{3})[0-9]+"')
"""A cell beyond 104 columns: exports have up to 65, and all cells before it would be filled with nothing."""


class XlsxRows(Struct, frozen=True):
    """An opened XLSX export: its first sheet."""

    header: Sequence[str]
    sheet: CalamineSheet
    size: int

    def batches(self, layout: Layout) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Yield the columns of a layout as texts, with ROW, and how many bytes are read by now."""
        import pyarrow as pa

        schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in layout.columns)])
        first, total = self.sheet.start or (0, 0), max(self.sheet.height, 1)
        rows = enumerate(self.sheet.iter_rows(), first[0] + 1)
        next(rows, None)
        while batch := list(islice(rows, _ROWS)):
            numbers = [number for number, _ in batch]
            columns = [[_text(row[place]) for _, row in batch] for place in layout.places.values()]
            done = self.size * min(numbers[-1], total) // total
            yield (
                pa.RecordBatch.from_arrays(
                    [
                        pa.array(values, each.type)
                        for values, each in zip([numbers, *columns], schema, strict=True)
                    ],
                    schema=schema,
                ),
                done,
            )


@contextmanager
def open_xlsx(path: Path) -> Iterator[XlsxRows]:
    """Open an XLSX export."""
    from python_calamine import CalamineError, CalamineWorkbook

    _look_into(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            header = next(sheet.iter_rows(), [])
            yield XlsxRows([_text(cell) or "" for cell in header], sheet, path.stat().st_size)
    except CalamineError as error:
        raise unreadable(path.name, f"the file cannot be read as XLSX: {error}") from error


def _look_into(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            too_much = sum(part.file_size for part in parts) > LARGEST or any(
                part.file_size > _HARMLESS and part.file_size > _RATIO * part.compress_size for part in parts
            )
            if too_much:
                message = "the file unpacks to far more than an export holds; expected one from Seller Center"
                raise unreadable(path.name, message)
            if "xl/workbook.xml" not in archive.namelist():
                raise unreadable(path.name, "the file is a ZIP archive; expected a CSV or XLSX export")
            for part in parts:
                if part.filename.startswith("xl/worksheets/"):
                    _look_at_cells(path, archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise unreadable(path.name, f"the file is damaged or cut off: {error}") from error


def _look_at_cells(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as file:
        before = b""
        while block := file.read(_BLOCK):
            piece = before + block
            # Most sheets have no formula, and to look for two letters takes no time.
            if (b"<f" in piece or b":f" in piece) and (found := _FORMULA.search(piece)):
                raise _fault_of_cell(
                    path, found[1], "has a formula; expected values, as Seller Center writes them"
                )
            if far := _FAR.search(piece):
                raise _fault_of_cell(path, far[0], "is beyond all columns of an export; expected none there")
            before = block[-_OVERLAP:]


def _fault_of_cell(path: Path, attributes: bytes, what: str) -> Exception:
    if place := _PLACE.search(attributes):
        column, row = place[1].decode(), place[2].decode()
        return fault(WRONG_KIND, f"{path.name}:row {row}", f"the cell {column}{row} {what}")
    return fault(WRONG_KIND, path.name, f"a cell {what}")


def _text(cell: Any) -> str | None:
    """Return a cell as an export's text has it; whole numbers beyond 15 digits show that they are lost."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, float):
        return repr(cell) if abs(cell) < 1e15 else f"{cell:.5E}"
    return str(cell)
