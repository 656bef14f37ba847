"""What is wrong with a file that no library can read, in words of our own."""

from __future__ import annotations

import re
from pathlib import Path

CUT_GZIP = "the gzip file is cut off or damaged; expected it whole"

_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"
_SHOWN = 8


def parquet_fault(path: Path) -> str | None:
    """Return why a file is no whole Parquet file, by its first and last bytes; None where they are right."""
    with path.open("rb") as file:
        first = file.read(_SHOWN)
        size = file.seek(0, 2)
        file.seek(max(0, size - len(_PARQUET)))
        last = file.read()
    if not first:
        return "the file is empty; expected Parquet"
    if not first.startswith(_PARQUET):
        return f"the file is not Parquet: it begins with {first!r}; expected {_PARQUET!r}"
    if last != _PARQUET:
        return f"the Parquet file is cut off: it ends with {last!r}; expected {_PARQUET!r}"
    return None


def gzip_fault(path: Path) -> str:
    """Return why a file cannot be unpacked."""
    with path.open("rb") as file:
        first = file.read(_SHOWN)
    if first.startswith(_GZIP):
        return CUT_GZIP
    return f"the file is not packed with gzip: it begins with {first!r}; expected {_GZIP!r}"


def of_database(error: Exception) -> str:
    """Return what a database says of a file, without the kind of its error and the places of files.

    >>> of_database(ValueError('IO Error: Failed to read file "/tmp/a/b.parquet": no memory'))
    'failed to read file "b.parquet": no memory'
    """
    said = re.sub(r"^(?:[A-Z][A-Za-z]* )+Error: ", "", str(error).strip().splitlines()[0])
    said = re.sub(r"([\"'])/[^\"']*/", r"\1", said)
    return said[:1].lower() + said[1:]
