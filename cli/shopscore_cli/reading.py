"""What a reader gives, as a data set: a folder with one Parquet file per table, there whole or not at all."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace
from pyarrow.dataset import dataset

from shopscore.errors import BadInputError, UsageError
from shopscore.events.connection import Settings
from shopscore.events.files import MANIFEST, ORIGIN
from shopscore.events.opening import open_dataset
from shopscore.events.origin import write_origin
from shopscore.events.reader import FILE, ROW, ReadResult
from shopscore.events.tables import catalog
from shopscore.events.time import Zone
from shopscore_cli.interruption import heed

if TYPE_CHECKING:
    from shopscore.errors import Finding
    from shopscore.events.check import TableReport

_SUFFIX = ".parquet"
_MEMORY = "1GiB"
"""What the check may use; it goes to the disk beyond that."""
# In a folder these names stand for the place in its own files; what a reader says becomes a remark.
_REMARKS = {FILE: "_read_from", ROW: "_read_row"}
_PLACE = re.compile(r"(?P<file>\w+\.parquet):row (?P<row>\d+)(?P<column>.*)")


@contextmanager
def new_folder(out: Path, force: bool) -> Iterator[Path]:
    """Give a folder beside `out` that takes its place at the end; whatever goes wrong removes it."""
    refuse_folder(out, force)
    draft, former = (
        out.parent / f".{out.name}.{uuid.uuid4().hex[:8]}.{what}" for what in ("partial", "former")
    )
    draft.mkdir()
    try:
        yield draft
        heed()
        if out.exists():
            out.rename(former)
        try:
            draft.rename(out)
        except BaseException:
            if former.exists():
                former.rename(out)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)


def refuse_folder(out: Path, force: bool) -> None:
    """Raise UsageError where a folder cannot be written; one that exists only goes if a reader wrote it."""
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is no folder; expected one to write {out.name} into")
    if not out.exists():
        return
    if out.is_file():
        raise UsageError(f"{out} is a file; expected a folder that is not there yet")
    if not force:
        raise UsageError(f"{out} exists already; --force replaces it")
    own = {MANIFEST, ORIGIN, *(f"{name}{_SUFFIX}" for name in catalog())}
    others = sorted(each.name for each in out.iterdir() if each.name not in own)
    if others or not (out / ORIGIN).is_file():
        held = others[0] if others else f"no {ORIGIN}"
        raise UsageError(f"{out} holds {held}: `read` did not write it, and does not replace it")


def write_tables(result: ReadResult, folder: Path) -> dict[str, int]:
    """Write a reader's tables, never holding more than a batch, and return their rows."""
    rows = {}
    for name, table in result.tables.items():
        names = [_REMARKS.get(each, each) for each in table.schema.names]
        schema = pa.schema([field.with_name(new) for field, new in zip(table.schema, names, strict=True)])
        count = 0
        with pq.ParquetWriter(folder / f"{name}{_SUFFIX}", schema, compression="zstd") as writer:
            for batch in table.to_batches() if isinstance(table, pa.Table) else table:
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
                count += batch.num_rows
                heed()
        rows[name] = count
    write_origin(folder, result)
    return rows


def check(
    folder: Path, result: ReadResult, on_bad_rows: Literal["fail", "set-aside"]
) -> tuple[dict[str, TableReport], tuple[Finding, ...]]:
    """Check what was written; raises BadInputError with everything wrong in it, where that is asked for."""
    zone = Zone(result.zone or "UTC")
    settings = Settings(memory_limit=_MEMORY)
    try:
        with open_dataset(folder, zone=zone, on_bad_rows=on_bad_rows, settings=settings) as data:
            data.write_manifest()
            return dict(data.reports), data.findings
    except BadInputError as error:
        raise BadInputError([_in_its_file(each, folder) for each in error.findings]) from error


def _in_its_file(finding: Finding, folder: Path) -> Finding:
    """Return a finding with the place its row was read from: the folder will not be there."""
    place = _PLACE.fullmatch(str(finding.where))
    if place is None:
        return finding
    table = dataset(folder / place["file"])
    remarks = list(_REMARKS.values())
    if not {*remarks} <= {*table.schema.names}:
        return finding
    (row,) = table.take([int(place["row"]) - 1], columns=remarks).to_pylist()
    file, number = (row[each] for each in remarks)
    return replace(finding, where=f"{file}:row {number}{place['column']}")
