"""The same request gives the same rows; an unfinished or impossible one leaves nothing behind."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore.errors import UsageError
from shopscore_cli.sample import SampleReport, generate


def small(out: Path, **changes: object) -> SampleReport:
    """Three weeks over the end of a month, when the clocks go back."""
    request: dict[str, object] = {
        "shops": 60, "orders": 900, "days": 20, "end": date(2025, 11, 9), "seed": 11, "threads": 1,
    }  # fmt: skip
    return generate(out, **(request | changes))  # type: ignore[arg-type]


def content(folder: Path) -> dict[str, pa.Table]:
    return {
        str(path.relative_to(folder)): pq.ParquetFile(path).read() for path in sorted(folder.rglob("*.parquet"))
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


def test_two_threads_write_the_rows_of_one(one_thread: Path, tmp_path: Path) -> None:
    small(tmp_path / "two", threads=2)
    assert content(tmp_path / "two") == content(one_thread)


def test_rows_are_the_same_on_every_version_of_the_database(one_thread: Path) -> None:
    """Recorded with DuckDB 2.0.0 and found again with 1.5.6. Change it only when the market is meant to change."""
    assert digest(one_thread) == "RECORDED"


def test_another_seed_gives_another_market(one_thread: Path, tmp_path: Path) -> None:
    small(tmp_path / "other", seed=12)
    one, other = content(one_thread), content(tmp_path / "other")
    assert list(one) == list(other)
    assert one["orders/2025-11.parquet"].num_rows == other["orders/2025-11.parquet"].num_rows
    changed = ("shop_id", "delivered_at", "amount", "buyer_id")
    assert all(one["orders/2025-11.parquet"][c] != other["orders/2025-11.parquet"][c] for c in changed)
    assert one["shops.parquet"]["category"] != other["shops.parquet"]["category"]


def test_bad_rows_are_added_and_change_no_sound_one(one_thread: Path, tmp_path: Path) -> None:
    report = small(tmp_path / "bad", dirty=0.01)
    bad = content(tmp_path / "bad")
    planted = {name: table for name, table in bad.items() if "/bad-" in name}
    assert {name: table for name, table in bad.items() if name not in planted} == content(one_thread)
    assert {name.removesuffix(".parquet").replace("/bad-", "."): t.num_rows for name, t in planted.items()} == report.bad_rows
    assert set(report.bad_rows.values()) >= {3, 1}


def test_the_25_hours_of_an_autumn_day_are_all_there(tmp_path: Path) -> None:
    """2 November 2025 in Los Angeles runs from 07:00 UTC to 08:00 UTC of the next day."""
    generate(tmp_path / "s", shops=5, orders=5_000, days=1, end=date(2025, 11, 2), seed=1)
    placed = pq.read_table(tmp_path / "s" / "orders" / "2025-11.parquet")["placed_at"].cast(pa.int64()).to_pylist()
    start = 1_762_066_800_000_000  # 2025-11-02T07:00:00Z
    assert placed[0] == start
    assert placed[-1] == start + 25 * 3_600_000_000 - 1
    assert {(at - start) // 3_600_000_000 for at in placed} == set(range(25))


def test_a_market_without_orders_still_has_every_table(tmp_path: Path) -> None:
    report = generate(tmp_path / "s", shops=1, orders=0, days=2, end=date(2026, 1, 1), seed=0, market="ID")
    assert report.tables["orders"] == report.tables["reviews"] == 0
    assert report.tables["shops"] == 1
    assert len(content(tmp_path / "s")) == 6 + 7 * 2 + 1


def test_progress_counts_up_to_the_whole(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    small(tmp_path / "s", on_progress=lambda table, done, total: heard.append((table, done, total)))
    assert {total for _, _, total in heard} == {7 * 900}
    done = [done for _, done, _ in heard]
    assert done == sorted(done)
    assert done[-1] == 7 * 900
    assert {table for table, _, _ in heard} == {
        "orders", "reviews", "returns", "after_sales_rounds", "chats", "complaints", "appeals",
    }  # fmt: skip


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_run_leaves_nothing_behind(tmp_path: Path, fault: type[BaseException]) -> None:
    def stop(table: str, done: int, total: int) -> None:
        if table == "chats":
            raise fault

    with pytest.raises(fault):
        small(tmp_path / "s", threads=2, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_replacement_leaves_the_former_sample(one_thread: Path, tmp_path: Path) -> None:
    def stop(table: str, done: int, total: int) -> None:
        raise RuntimeError

    out = tmp_path / "s"
    small(out)
    with pytest.raises(RuntimeError):
        small(out, seed=5, replace=True, on_progress=stop)
    assert content(out) == content(one_thread)
    assert list(tmp_path.iterdir()) == [out]


def test_a_sample_replaces_a_sample(tmp_path: Path) -> None:
    out = tmp_path / "s"
    generate(out, shops=3, orders=10, days=1, end=date(2026, 1, 1), seed=1)
    generate(out, shops=4, orders=20, days=1, end=date(2026, 2, 1), seed=1, replace=True)
    assert [path.name for path in (out / "orders").iterdir()] == ["2026-02.parquet"]
    assert list(tmp_path.iterdir()) == [out]


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
