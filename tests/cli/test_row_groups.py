"""Scorecards are written beside the work that makes them: nothing is lost, reordered or swallowed."""

from __future__ import annotations

import gc
import time
import weakref
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore_cli.row_groups import RowGroups

SCHEMA = pa.schema([("shop", pa.int64())])


def batch(first: int, rows: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(range(first, first + rows))], schema=SCHEMA)


def test_small_batches_share_a_row_group_and_all_rows_come_in_order(tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    with RowGroups(path, SCHEMA) as groups:
        for first in range(0, 20_000, 1_000):
            groups.add(batch(first, 1_000))
    with pq.ParquetFile(path) as file:
        found = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
        assert found == [9_000, 9_000, 2_000]
        assert file.read()["shop"].to_pylist() == list(range(20_000))


def test_without_rows_there_is_a_file_of_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    with RowGroups(path, SCHEMA):
        pass
    assert pq.read_table(path) == pa.table({"shop": pa.array([], pa.int64())})


def test_what_fails_beside_is_raised_with_the_next_rows_or_at_the_end(tmp_path: Path) -> None:
    wrong = pa.record_batch([pa.array(["7"] * 8_192)], names=["shop"])
    mismatch = pytest.raises(ValueError, match="Table schema does not match")
    with mismatch, RowGroups(tmp_path / "next.parquet", SCHEMA) as groups:
        groups.add(wrong)
        groups.add(batch(0, 8_192))
        pytest.fail("the rows before could not be written, and nobody said so")
    mismatch = pytest.raises(ValueError, match="Table schema does not match")
    with mismatch, RowGroups(tmp_path / "end.parquet", SCHEMA) as groups:
        groups.add(wrong)


def test_where_the_work_itself_fails_that_is_what_is_raised(tmp_path: Path) -> None:
    wrong = pa.record_batch([pa.array(["7"] * 8_192)], names=["shop"])
    failure = pytest.raises(RuntimeError, match="no more memory")
    with failure, RowGroups(tmp_path / "scores.parquet", SCHEMA) as groups:
        groups.add(wrong)
        raise RuntimeError("no more memory")


def test_a_file_is_closed_when_nobody_writes_to_it_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    write, close = pq.ParquetWriter.write_table, pq.ParquetWriter.close

    def slowly(self: pq.ParquetWriter, rows: pa.Table) -> None:
        time.sleep(0.2)
        write(self, rows)
        done.append("written")

    def closed(self: pq.ParquetWriter) -> None:
        done.append("closed")
        close(self)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", slowly)
    monkeypatch.setattr(pq.ParquetWriter, "close", closed)
    with pytest.raises(RuntimeError), RowGroups(tmp_path / "scores.parquet", SCHEMA) as groups:
        groups.add(batch(0, 8_192))
        raise RuntimeError
    assert done == ["written", "closed"]


def test_nothing_is_held_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    """DuckDB's connections among it: the library complains of those that are open when Python ends."""
    wrong = pa.record_batch([pa.array(["7"] * 8_192)], names=["shop"])
    groups = RowGroups(tmp_path / "scores.parquet", SCHEMA)
    gone = weakref.ref(groups)
    gc.disable()
    try:
        with pytest.raises(ValueError, match="Table schema does not match"), groups:
            groups.add(wrong)
        del groups
        assert gone() is None
    finally:
        gc.enable()
