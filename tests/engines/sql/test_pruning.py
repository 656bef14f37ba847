"""Row groups of Parquet files that no window reaches are left out, and nothing else is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engines.sql.world import at, policy

from shopscore.engines.duckdb import DuckDbEngine
from shopscore.events.dataset import DataSet
from shopscore.policy import Policy

METRICS = """
populations:
  placed: {of: orders, at: placed_at}
  delivered: {of: orders, at: delivered_at}
  due: {of: orders, at: deliver_by}
metrics:
  placed: {count_of: placed, window: {days: 10}, assumed: test}
  delivered: {count_of: delivered, window: {days: 10}, assumed: test}
  due: {count_of: due, window: {days: 10}, assumed: test}
"""
INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("shop_id", pa.string()),
        *((name, INSTANT) for name in ("placed_at", "delivered_at", "deliver_by")),
    ]
)
PER_GROUP = 4


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("policy"), metrics=METRICS)


def group(begins: str, **more: Any) -> list[dict[str, Any]]:
    """Give one row group: orders of four consecutive days, without other times but the given ones."""
    first = datetime.fromtimestamp(at(begins) / 1e6, UTC)
    rows = [
        {"shop_id": "S1", "placed_at": first + timedelta(days=day), "delivered_at": None, "deliver_by": None}
        for day in range(PER_GROUP)
    ]
    rows[1] |= {name: datetime.fromtimestamp(at(time) / 1e6, UTC) for name, time in more.items()}
    return rows


JANUARY, MARCH = "2026-01-05 10:00", "2026-03-05 10:00"
JUNE, LATER = "2026-06-05 10:00", "2026-07-05 10:00"


@contextmanager
def orders(
    mini: Policy, folder: Path, groups: list[list[dict[str, Any]]], **options: Any
) -> Iterator[DataSet]:
    rows = [{"order_id": f"o{n}", **row} for n, row in enumerate(row for each in groups for row in each)]
    folder.mkdir()
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    pq.write_table(table, folder / "orders.parquet", row_group_size=PER_GROUP, **options)
    with mini.open(folder) as data:
        yield data


def border(mini: Policy, data: DataSet, as_of: str = "2026-06-10") -> str:
    """Return the condition of the first stage, as far as it was added for the clock."""
    statement = DuckDbEngine().statement(mini.bind_data(data, date.fromisoformat(as_of)), data)
    where = statement.partition("orders_border AS (")[2].partition("WHERE")[2].partition("\n), ")[0]
    return " ".join(where.split())


def values(mini: Policy, data: DataSet, as_of: str = "2026-06-10") -> Mapping[str, float]:
    (card,) = mini.scorecards(data, date.fromisoformat(as_of))
    return {name: metric["value"] for name, metric in card["metrics"].items()}


def test_row_groups_before_every_window_are_left_out(mini: Policy, tmp_path: Path) -> None:
    """Only the last group reaches into 31 May to 9 June, so that it bounds the clock from below."""
    with orders(mini, tmp_path / "d", [group(JANUARY), group(MARCH), group(JUNE)]) as data:
        found = border(mini, data)
        assert "placed_at >= CAST('2026-06-05 17:00:00+00:00' AS TIMESTAMPTZ)" in found
        assert "placed_at <= CAST('2026-06-08 17:00:00+00:00' AS TIMESTAMPTZ)" in found
        assert values(mini, data) == {"placed": 4.0, "delivered": 0.0, "due": 0.0}


def test_an_old_order_delivered_in_the_window_keeps_its_group(mini: Policy, tmp_path: Path) -> None:
    late = group(MARCH, delivered_at="2026-06-01 10:00")
    with orders(mini, tmp_path / "d", [group(JANUARY), late, group(JUNE)]) as data:
        assert "placed_at >= CAST('2026-03-05 18:00:00+00:00' AS TIMESTAMPTZ)" in border(mini, data)
        assert values(mini, data) == {"placed": 4.0, "delivered": 1.0, "due": 0.0}


def test_nothing_is_added_where_every_group_can_matter(mini: Policy, tmp_path: Path) -> None:
    due = group(JANUARY, deliver_by="2026-06-09 23:59")
    with orders(mini, tmp_path / "d", [due, group(JUNE)]) as data:
        assert "2026-01-05" not in border(mini, data)
        assert values(mini, data) == {"placed": 4.0, "delivered": 0.0, "due": 1.0}


def test_without_statistics_nothing_is_left_out(mini: Policy, tmp_path: Path) -> None:
    with orders(mini, tmp_path / "d", [group(JANUARY), group(JUNE)], write_statistics=False) as data:
        assert "2026-06-05" not in border(mini, data)
        assert values(mini, data)["placed"] == 4.0


def test_where_no_group_matters_none_is_read(mini: Policy, tmp_path: Path) -> None:
    with orders(mini, tmp_path / "d", [group(JANUARY), group(LATER)]) as data:
        assert border(mini, data).endswith("AND FALSE")
        assert values(mini, data) == {"placed": 0.0, "delivered": 0.0, "due": 0.0}


def test_files_of_one_table_are_looked_at_together(mini: Policy, tmp_path: Path) -> None:
    """The brackets in a file's name are no pattern."""
    folder = tmp_path / "d" / "orders"
    folder.mkdir(parents=True)
    for number, begins in enumerate([JANUARY, MARCH, JUNE]):
        rows = [{"order_id": f"o{number}-{n}", **row} for n, row in enumerate(group(begins))]
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / f"part[{number}].parquet")
    with mini.open(tmp_path / "d") as data:
        assert "placed_at >= CAST('2026-06-05 17:00:00+00:00' AS TIMESTAMPTZ)" in border(mini, data)
        assert values(mini, data)["placed"] == 4.0
