"""What a reader is: a function that turns foreign files into tables of the event model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.events.rows import Note

if TYPE_CHECKING:
    import pyarrow as pa

FILE, ROW = "_file", "_row"
"""Columns a reader may add to a table: the file each row came from, and its number there from 1."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person says about the files.

    Attributes:
        zone: the IANA name of the zone that times without one are in; None is the reader's own.
        market: the market the files are from.
        more: options of this reader alone.
    """

    zone: str | None = None
    market: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Tables as they were found: bad rows stay in, the checks that follow count them.

    Attributes:
        reader: the reader's name, for messages.
        tables: Arrow tables, or batches for what does not fit into memory, by the names and columns of
            the event model. Times may be without a zone if `zone` says which one they are in.
        zone: the IANA name of the zone of times without one and of bare dates.
        dropped: rows left out on purpose, by what they are: "orders without items".
        notes: what the reader assumed; it ends in every scorecard.
        files: what was read, for the run's manifest.
    """

    reader: str
    tables: Mapping[str, pa.Table | pa.RecordBatchReader]
    zone: str | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A way to read foreign files; `read` raises UsageError or BadInputError for what it cannot read."""

    name: str
    help: str
    read: Callable[[Sequence[Path], ReadOptions], ReadResult]
    options: Mapping[str, str] = field(default_factory=dict)
    """The options it knows in `ReadOptions.more`, with their help."""
