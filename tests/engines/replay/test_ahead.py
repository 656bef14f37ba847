"""A replay gathers the next day's inputs beside the sheet of a day: what both see, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests.engines.replay.test_replay import STORY, policy
from tests.shapes.batches import open_together

from shopscore.engines import duckdb_history
from shopscore.engines.duckdb_daily_inputs import DailyInputs, GatheredDay
from shopscore.engines.duckdb_history import DuckDbReplay, replay_in_duckdb
from shopscore.engines.shared import from_row
from shopscore.errors import UsageError
from shopscore.events.connection import Settings
from shopscore.events.dataset import DataSet
from shopscore.events.rows import Supply
from shopscore.policy import Policy
from shopscore.replay import Span

DAYS = (date(2026, 6, 4), date(2026, 6, 5), date(2026, 6, 6))
SPAN = Span.of(DAYS[0], DAYS[2])
LONG = "SELECT count(*) FROM range(1000000) AS one, range(1000000) AS other"
"""A statement of many minutes."""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[DataSet]:
    version = policy("follow@1")
    with open_together(version, [version.case(STORY)], tmp_path) as opened:
        yield opened


def cards(policy_: Policy, data: DataSet) -> list[dict[str, Any]]:
    return [
        dict(from_row(binding.layout, row))
        for binding, rows in replay_in_duckdb(policy_, data, SPAN)
        for row in rows.read_all().to_pylist()
    ]


def gathering(monkeypatch: pytest.MonkeyPatch, first: Callable[[DailyInputs], object]) -> None:
    """Let something else happen first where a day after the first one is gathered."""
    usual = DailyInputs.gather

    def gather(inputs: DailyInputs, day: date, supply: Supply, sources: Any, goes_on: bool) -> GatheredDay:
        if day > DAYS[0]:
            first(inputs)
        return usual(inputs, day, supply, sources, goes_on)

    monkeypatch.setattr(DailyInputs, "gather", gather)


def test_leaving_a_replay_stops_what_is_being_gathered(
    data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathering(monkeypatch, lambda inputs: inputs._cursor.execute(LONG))
    started = time.monotonic()
    with DuckDbReplay(policy("follow@1"), data) as replay:
        next(replay.days(DAYS))
    assert time.monotonic() - started < 30
    with pytest.raises(duckdb.CatalogException, match="Schema with name replay does not exist"):
        data.connection.execute("DROP SCHEMA replay")


def test_days_may_be_asked_for_anew_while_scorecards_of_a_former_one_are_open(data: DataSet) -> None:
    with DuckDbReplay(policy("follow@1"), data) as replay:
        _, left = next(replay.days(DAYS[:1]))
        left.read_next_batch()
        found = [rows.read_all() for _, rows in replay.days(DAYS[1:])]
    with DuckDbReplay(policy("follow@1"), data) as replay:
        assert found == [rows.read_all() for _, rows in replay.days(DAYS[1:])]


def test_what_fails_beside_is_told_on_its_day(data: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(inputs: DailyInputs) -> None:
        raise UsageError("the 5th cannot be gathered")

    gathering(monkeypatch, fail)
    days = replay_in_duckdb(policy("follow@1"), data, SPAN)
    _, rows = next(days)
    assert rows.read_all().num_rows == 1
    with pytest.raises(UsageError, match="the 5th cannot be gathered"):
        next(days)


def test_no_day_goes_on_from_scorecards_that_broke_off(
    data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = pa.schema([("subject", pa.int64())])
    with DuckDbReplay(policy("follow@1"), data) as replay:
        days = replay.days(DAYS)
        next(days)[1].read_all()
        monkeypatch.setattr(duckdb_history, "schema_of", lambda layout: wrong)
        _, rows = next(days)
        with pytest.raises(ValueError):
            rows.read_all()
        with pytest.raises(RuntimeError) as error:
            next(days)
    assert str(error.value) == "the scorecards of 2026-06-05 broke off; no day can go on from them"


def test_what_is_kept_of_a_day_is_a_copy(data: DataSet) -> None:
    """Columns as DuckDB gave them would hold the memory of the whole batch; a copy is in Arrow's own."""
    before = pa.total_allocated_bytes()
    with DuckDbReplay(policy("follow@1"), data) as replay:
        for _, rows in replay.days(DAYS[:1]):
            rows.read_all()
        assert replay._newest is not None
        _, kept = replay._newest
    assert kept.column_names == ["subject", "benefits"]
    assert pa.total_allocated_bytes() - before >= kept.get_total_buffer_size() > 0


def test_no_days_are_no_scorecards(data: DataSet) -> None:
    with DuckDbReplay(policy("follow@1"), data) as replay:
        assert list(replay.days([])) == []


def test_one_thread_does_one_thing_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = policy("follow@1")
    with open_together(version, [version.case(STORY)], tmp_path) as opened:
        beside = cards(version, opened)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", None)
    with version.open(tmp_path, settings=Settings(threads=1)) as opened:
        alone = cards(version, opened)
    assert alone == beside and len(alone) == len(DAYS)
