"""Scorecards to a Parquet file, a row group at a time, while those that follow are worked out."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS = 8192
"""A row group for each batch would take more room for its statistics than for its rows."""


class RowGroups:
    """A Parquet file in the making; one row group is written while the next one comes together."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._beside = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None
        self._waiting: list[pa.RecordBatch] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Write what is left, unless something failed; close the file once no thread writes to it."""
        try:
            if kind is None:
                self.close()
        finally:
            # An error it holds would hold this, and all that is open here, until Python ends.
            self._writing = None
            self._beside.shutdown()
            self._writer.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows; what failed of those before is raised here."""
        self._waiting.append(batch)
        if sum(each.num_rows for each in self._waiting) >= _ROWS:
            self._begin()

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        if self._waiting:
            self._begin()
        if self._writing is not None:
            self._writing.result()
        self._writer.close()

    def _begin(self) -> None:
        if self._writing is not None:
            self._writing.result()  # no more than one at a time: rows take memory
        rows = pa.Table.from_batches(self._waiting)
        self._waiting = []
        self._writing = self._beside.submit(self._writer.write_table, rows)
