"""A case written as a data set and read back: the same rows, so that every engine runs the same case."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shopscore.api import load
from shopscore.events.cases import Case, open_case_text
from shopscore.events.opening import open_dataset
from shopscore.policy import Policy
from shopscore.testing.case_data import write_case

TEXT = """
as_of: 2026-06-22
shop: {shop_id: "0017", category: beauty, opened_on: 2025-01-10, account_health: 151.5, has_logo: true}
orders:
  - {order_id: o1, placed_at: 2026-06-01T10:00:00.000001-07:00, deliver_by: 2026-06-08, is_gift: true}
  - {order_id: o2, placed_at: 2026-06-02T10:00:00Z, cancelled_at: 2026-06-03T10:00:00Z, cancel_fault: seller}
reviews:
  - {review_id: r1, order_id: o1, posted_at: 2026-06-05T00:00:00Z, stars: 2}
chats: []
supplied_metrics:
  - {metric: valid_tracking_rate, value: 96 %, as_of: 2026-06-20}
supplied_benchmarks:
  - {category: beauty, metric: negative_review_rate, average: 2.5 %}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("us-sps@2026.06")


@pytest.fixture(scope="module")
def case(policy: Policy) -> Case:
    file, findings = open_case_text(TEXT, "case.yaml")
    assert file is not None, findings
    case, findings = file.read(policy.tables, policy.zone)
    assert case is not None, findings
    return case


def test_rows_come_back_as_they_were(policy: Policy, case: Case, tmp_path: Path) -> None:
    tables = policy.tables
    write_case(case, tables, tmp_path)
    with open_dataset(tmp_path, zone=policy.zone, tables=tables) as data:
        assert list(data.subjects()) == ["0017"]
        events = data.subject_events("0017")
    assert {name: [dict(row) for row in rows] for name, rows in events.tables.items()} == {
        name: [dict(row) for row in rows] for name, rows in case.events.tables.items()
    }


def test_a_table_that_is_supplied_and_empty_stays_supplied(
    policy: Policy, case: Case, tmp_path: Path
) -> None:
    tables = policy.tables
    write_case(case, tables, tmp_path)
    with open_dataset(tmp_path, zone=policy.zone, tables=tables) as data:
        assert (data.supply.has("chats", "rating"), data.supply.has("returns")) == (True, False)
        assert data.supply.has("orders", "delivered_at") is case.events.supply.has("orders", "delivered_at")


def test_only_columns_that_were_written_become_columns(policy: Policy, case: Case, tmp_path: Path) -> None:
    write_case(case, policy.tables, tmp_path)
    assert pq.read_schema(tmp_path / "reviews.parquet").names == [
        "review_id", "order_id", "shop_id", "posted_at", "stars",
    ]  # fmt: skip
