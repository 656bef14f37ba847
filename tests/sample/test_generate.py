"""The same request gives the same rows; an unfinished or impossible one leaves nothing behind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore.errors import UsageError
from shopscore.events.tables import catalog
from shopscore_cli.sample import SampleReport, generate


def small(out: Path, **changes: object) -> SampleReport:
    """Three weeks over the end of a month, when the clocks go back on 2 November 2025."""
    request: dict[str, object] = {
        "shops": 60, "orders": 9_000, "days": 20, "end": date(2025, 11, 9), "seed": 11, "threads": 1,
    }  # fmt: skip
    return generate(out, **(request | changes))  # type: ignore[arg-type]


def tiny(out: Path, **changes: object) -> SampleReport:
    """One day of three shops."""
    request: dict[str, object] = {"shops": 3, "orders": 40, "days": 1, "end": date(2026, 1, 1), "seed": 1}
    return generate(out, **(request | changes))  # type: ignore[arg-type]


def content(folder: Path) -> dict[str, pa.Table]:
    return {
        str(path.relative_to(folder)): pq.ParquetFile(path).read()
        for path in sorted(folder.rglob("*.parquet"))
    }


def digest(folder: Path) -> str:
    """SHA-256 of every value in file, row and column order, instants as microseconds."""
    seen = hashlib.sha256()
    for name, table in content(folder).items():
        for column in table.column_names:
            values = table[column]
            if pa.types.is_timestamp(values.type):
                values = values.cast(pa.int64())
            seen.update(f"{name} {column} {values.to_pylist()!r}\n".encode())
    return seen.hexdigest()


@pytest.fixture(scope="module")
def one_thread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "one"
    small(folder)
    return folder


@dataclass(frozen=True)
class Watched:
    """A run with two threads and bad rows, and what it told of its progress."""

    folder: Path
    report: SampleReport
    heard: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def two_threads(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("sample") / "two"
    heard: list[tuple[str, int, int]] = []
    report = small(folder, threads=2, dirty=0.01, on_progress=lambda *step: heard.append(step))
    return Watched(folder, report, heard)


def test_two_threads_write_the_rows_of_one_and_bad_rows_change_no_sound_one(
    one_thread: Path, two_threads: Watched
) -> None:
    sound = {name: table for name, table in content(two_threads.folder).items() if "/bad-" not in name}
    assert sound == content(one_thread)


def test_bad_rows_lie_in_files_of_their_own_and_are_counted(two_threads: Watched) -> None:
    bad = {name: table for name, table in content(two_threads.folder).items() if "/bad-" in name}
    found = {
        name.removesuffix(".parquet").replace("/bad-", "."): table.num_rows for name, table in bad.items()
    }
    assert found == two_threads.report.bad_rows
    assert found["orders.duplicate_key"] == 23  # a quarter of 1 % of 9,000, rounded up


def test_progress_counts_up_to_the_whole(two_threads: Watched) -> None:
    assert {total for _, _, total in two_threads.heard} == {7 * 9_000}
    done = [done for _, done, _ in two_threads.heard]
    assert done == sorted(done)
    assert done[-1] == 7 * 9_000
    assert {table for table, _, _ in two_threads.heard} == {
        "orders", "reviews", "returns", "after_sales_rounds", "chats", "complaints", "appeals",
    }  # fmt: skip


def test_rows_are_the_same_on_every_version_of_the_database(one_thread: Path) -> None:
    """Recorded with DuckDB 2.0.0, found again with 1.5.6: changes only when the market is meant to change."""
    assert digest(one_thread) == "a8f3c3b0963635e31a5182c6546d3c89b18ad89347d760e1ed1eecaefe9af944"


def test_the_25_hours_of_an_autumn_day_are_all_there(one_thread: Path) -> None:
    """2 November 2025 in Los Angeles runs from 07:00 UTC to 08:00 UTC of the next day."""
    placed = content(one_thread)["orders/2025-11.parquet"]["placed_at"].cast(pa.int64()).to_pylist()
    hour, start = 3_600_000_000, 1_762_066_800_000_000  # 2025-11-02T07:00:00Z
    day = [at for at in placed if start <= at < start + 25 * hour]
    assert day[0] == start
    assert day[-1] == start + 25 * hour - 1
    assert {(at - start) // hour for at in day} == set(range(25))
    assert start + 25 * hour in placed


def test_a_market_without_orders_still_has_every_table(tmp_path: Path) -> None:
    report = tiny(tmp_path / "s", shops=1, orders=0, market="ID")
    assert report.tables["orders"] == report.tables["reviews"] == 0
    assert report.tables["shops"] == 1
    assert {name.split("/")[0].removesuffix(".parquet") for name in content(tmp_path / "s")} == set(catalog())


def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(table: str, done: int, total: int) -> None:
        if table == "reviews":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(tmp_path / "s", threads=2, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_sample_replaces_a_sample_whole_or_not_at_all(tmp_path: Path) -> None:
    def stop(table: str, done: int, total: int) -> None:
        raise RuntimeError

    out = tmp_path / "s"
    tiny(out)
    former = content(out)
    with pytest.raises(RuntimeError):
        tiny(out, seed=2, replace=True, on_progress=stop)
    assert content(out) == former
    assert list(tmp_path.iterdir()) == [out]

    tiny(out, seed=2, replace=True)
    assert list(tmp_path.iterdir()) == [out]
    other = content(out)
    assert list(other) == list(former)
    for column in ("shop_id", "deliver_by", "amount", "buyer_id"):  # another seed, another market
        assert other["orders/2026-01.parquet"][column] != former["orders/2026-01.parquet"][column]


REFUSED = [
    ({"shops": 0}, "shops is 0; expected 1 to 8,000,000"),
    ({"orders": -1}, "orders is -1; expected 0 to 4,000,000,000"),
    ({"days": 5000}, "days is 5,000; expected 1 to 3,660"),
    ({"seed": -3}, "seed is -3; expected 0 or more"),
    ({"threads": 0}, "threads is 0; expected 1 or more"),
    ({"dirty": 0.7}, "dirty is 0.7; expected a share from 0 to 0.5"),
    ({"end": date(1999, 12, 31)}, "end is 1999-12-31; expected a day from 2000-01-01 to 2100-12-31"),
    ({"market": "us"}, "no sample market 'us'; expected US or ID; did you mean 'US'?"),
    ({"market": "FR"}, "no sample market 'FR'; expected US or ID"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_impossible_requests_are_refused_by_name(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        small(tmp_path / "s", **changes)
    assert str(refusal.value) == message
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        small(tmp_path)
    assert str(refusal.value) == f"{tmp_path} exists already; expected a new folder, or leave to replace it"


def test_only_a_sample_is_ever_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear all")
    with pytest.raises(UsageError) as refusal:
        small(tmp_path, replace=True)
    assert str(refusal.value) == f"{tmp_path} is no sample (no shops.parquet, no orders/); it is not replaced"
    assert (tmp_path / "letters.txt").read_text() == "dear all"


def test_a_missing_parent_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        small(tmp_path / "nowhere" / "s")
    assert str(refusal.value) == f"{tmp_path / 'nowhere'} is no folder; expected one to write s into"
