"""An export as a header and batches of texts, whatever the file is; what it is, its first bytes say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from shopscore.errors import UsageError
from shopscore_plugins.seller_center.faults import unreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore_plugins.seller_center.layout import Layout

ENDINGS = (".csv", ".xlsx")
ROW = "row"
"""A batch's column with each row's number in the file; the header is row 1."""

_STRANGERS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an Excel file of before 2007 (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xfe", "a text in UTF-16"),
    (b"\xfe\xff", "a text in UTF-16"),
    (b"PAR1", "a Parquet file"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"<", "a web page or XML"),
)


class Rows(Protocol):
    """An opened export."""

    @property
    def header(self) -> Sequence[str]:
        """Return the first row."""

    def batches(self, layout: Layout) -> Iterator[tuple[pa.RecordBatch, int]]:
        """Yield the columns of a layout as texts, with ROW, and how many bytes are read by now."""


def find(paths: Sequence[Path]) -> list[Path]:
    """Return the exports among some paths, each once; of a folder its CSV and XLSX files."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}")
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(filter(_is_export, path.iterdir()))
        if not inside:
            raise UsageError(f"{path} has no export; expected files ending in {' or '.join(ENDINGS)}")
        found += inside
    for place, path in enumerate(found):
        if any(path.samefile(other) for other in found[:place]):
            raise UsageError(f"{path} is given twice; expected each file once")
    return found


def passed_over(paths: Sequence[Path]) -> list[str]:
    """Return the names of the files in folders that are no exports by their endings."""
    inside = (path for folder in paths if folder.is_dir() for path in sorted(folder.iterdir()))
    return [path.name for path in inside if path.is_file() and _is_shown(path) and not _is_export(path)]


def _is_export(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and path.is_file() and _is_shown(path)


def _is_shown(path: Path) -> bool:
    return path.name[0] not in "~."


def open_rows(path: Path) -> AbstractContextManager[Rows]:
    """Open an export; raises BadInputError where the file is something else."""
    from shopscore_plugins.seller_center.csv_rows import open_csv
    from shopscore_plugins.seller_center.xlsx_rows import open_xlsx

    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return open_xlsx(path)
    for magic, what in _STRANGERS:
        if start.lstrip().startswith(magic):
            raise unreadable(path.name, f"the file is {what}; expected a CSV or XLSX export")
    if not start.strip():
        raise unreadable(path.name, "the file is empty; expected a CSV or XLSX export")
    if b"\0" in start:
        raise unreadable(path.name, "the file is no text; expected a CSV or XLSX export")
    return open_csv(path)
