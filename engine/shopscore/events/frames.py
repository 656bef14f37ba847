"""Data frames in and out: tables of the event model in whatever frame the caller has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shopscore.errors import UsageError
from shopscore.events.reader import ReadResult

if TYPE_CHECKING:
    import pyarrow as pa


def from_frames(frames: Mapping[str, Any]) -> ReadResult:
    """Return data frames by table name as what a reader gives; pandas, Polars, Arrow and others."""
    import narwhals as nw
    import pyarrow as pa

    tables: dict[str, pa.Table] = {}
    for name, frame in frames.items():
        if isinstance(frame, pa.Table):
            tables[name] = frame
            continue
        try:
            tables[name] = nw.from_native(frame, eager_only=True).to_arrow()
        except TypeError as error:
            raise UsageError(
                f"table {name!r} is a {type(frame).__name__}; expected a data frame: pandas, Polars, Arrow"
            ) from error
    return ReadResult("frames", tables)


def like(table: pa.Table, frames: Mapping[str, Any]) -> Any:
    """Return a table as the kind of frame the caller gave."""
    import narwhals as nw
    import pyarrow as pa

    first = next(iter(frames.values()), None)
    if first is None or isinstance(first, pa.Table):
        return table
    backend = nw.get_native_namespace(first)
    return nw.from_arrow(table, backend=backend).to_native()
