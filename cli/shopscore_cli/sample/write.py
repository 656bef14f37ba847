"""Write Parquet into a draft folder that becomes the output only when it is whole."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from shopscore.errors import UsageError

ROW_GROUP = 122_880


@contextmanager
def draft(out: Path, replace: bool) -> Iterator[Path]:
    """Give a new folder beside `out`, renamed to it at the end; whatever goes wrong removes it.

    Raises:
        UsageError: `out` exists and may not be replaced, is no data set, or has no folder to be in.
    """
    _check_target(out, replace)
    folder, former = _beside(out, "partial"), _beside(out, "former")
    folder.mkdir()
    try:
        yield folder
        if out.exists():
            out.rename(former)
        try:
            folder.rename(out)
        except BaseException:
            former.rename(out)
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)


def _check_target(out: Path, replace: bool) -> None:
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is no folder; expected one to write {out.name} into")
    if not out.exists():
        return
    if not replace:
        raise UsageError(f"{out} exists already; expected a new folder, or leave to replace it")
    # Replacing removes the whole folder: a slip of the pen must not cost anybody their home.
    if not (out / "shops.parquet").is_file() or not (out / "orders").is_dir():
        raise UsageError(f"{out} is no sample (no shops.parquet, no orders/); it is not replaced")


def copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Run a query into one Parquet file and return its rows."""
    path.parent.mkdir(exist_ok=True)
    # COPY takes no parameters: the path is quoted here, the query is a constant of this package.
    connection.execute(
        f"COPY ({query}) TO {quoted(str(path))}"
        f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    row = connection.fetchone()
    assert row is not None
    return int(row[0])


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def as_glob(path: Path) -> str:
    """Write a path so that a file pattern matches it and nothing else."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def _beside(out: Path, what: str) -> Path:
    return out.parent / f".{out.name}.{what}-{uuid.uuid4().hex[:8]}"
