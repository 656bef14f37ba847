"""What a reader is: a function that turns foreign files into tables of the event model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from shopscore.events.rows import Note
from shopscore.events.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

FILE, ROW = "_file", "_row"
"""Columns a reader may add to a table: the file each row came from, and its number there from 1.

Other columns that begin with an underscore are a reader's remarks on a row: kept, and read by nobody.
"""


class ReadOptions(Struct, frozen=True):
    """What the person says about the files.

    Attributes:
        zone: the IANA name of the zone that times without one are in; None is the reader's own.
        market: the market the files are from.
        more: options of this reader alone.
        on_progress: told now and then how much is read, and of how much, where that is known.
    """

    zone: str | None = None
    market: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    on_progress: Callable[[int, int | None], None] | None = None


class ReadResult(Struct, frozen=True):
    """Tables as they were found: bad rows stay in, the checks that follow count them.

    Attributes:
        reader: the reader's name, for messages.
        tables: Arrow tables, or batches for what does not fit into memory, by the names and columns of
            the event model. Times may be without a zone if `zone` says which one they are in.
        zone: the IANA name of the zone of times without one and of bare dates.
        dropped: rows left out on purpose, by what they are: "orders without items".
        notes: what the reader assumed; it ends in every scorecard.
        files: what was read, for the run's manifest.
        unmapped: words no table of the reader knows with their rows, by what they are: "cancel reasons".
    """

    reader: str
    tables: Mapping[str, pa.Table | pa.RecordBatchReader]
    zone: str | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    files: tuple[Path, ...] = ()
    unmapped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """Return what was assumed, and what was dropped."""
        dropped = [
            ("rows_dropped", f"{self.reader} dropped {counted(rows, 'row')}: {what}")
            for what, rows in self.dropped.items()
            if rows
        ]
        return (*self.notes, *dropped)


class Reader(Struct, frozen=True):
    """A way to read foreign files; `read` raises UsageError or BadInputError for what it cannot read."""

    name: str
    help: str
    read: Callable[[Sequence[Path], ReadOptions], ReadResult]
    options: Mapping[str, str] = field(default_factory=dict)
    """The options it knows in `ReadOptions.more`, with their help."""
