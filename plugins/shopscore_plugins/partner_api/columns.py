"""Rows to Arrow tables of texts, with the columns that the answers can speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from shopscore.events.reader import FILE, ROW
from shopscore_plugins.partner_api.answers import Item

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, str | None]


class Rows(Struct):
    """Rows of one event table.

    Attributes:
        always: columns the API always speaks of: an absent key says that it did not happen. All others
            are there only where some record has them, since an absent column is not a column of nothing.
    """

    always: Sequence[str]
    rows: list[Row] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)

    def add(self, item: Item, row: Row) -> None:
        """Add a row made of a record."""
        self.rows.append(row)
        self.places.append((item.file, item.row))

    def table(self) -> pa.Table:
        """Return the rows as texts, with each one's place."""
        import pyarrow as pa

        columns = {name: self._values(name) for name in self._names()}
        arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
        arrays[FILE] = pa.array([file for file, _ in self.places], pa.string())
        arrays[ROW] = pa.array([row for _, row in self.places], pa.int64())
        return pa.table(arrays)

    def _names(self) -> Iterable[str]:
        known = dict.fromkeys(self.always)
        for row in self.rows:
            known |= dict.fromkeys(name for name, value in row.items() if value is not None)
        return known

    def _values(self, name: str) -> list[str | None]:
        return [row.get(name) for row in self.rows]
