"""What the oracle reads, whom it scores, and its numbers beyond 2^53."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.oracle.rows import D, at, delivered, write
from tests.oracle.run import SQL, oracle_rows


def test_closed_shops_and_other_markets_are_skipped(tmp_path: Path) -> None:
    shops = [
        {"shop_id": "us", "market": "US"}, {"shop_id": "any"}, {"shop_id": "id", "market": "ID"},
        {"shop_id": "gone", "market": "US", "state": "closed"},
        {"shop_id": "held", "market": "US", "state": "suspended"},
    ]  # fmt: skip
    write(tmp_path, {"shops": shops})
    assert oracle_rows(tmp_path, D)["shop_id"].to_pylist() == ["any", "held", "us"]


def test_without_a_shops_table_the_ids_seen_are_the_subjects(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    folder.mkdir()
    for name in ("a", "b"):
        write(folder, {"chats": [{"shop_id": name, "chat_id": "1", "started_at": at(2), "rating": 1}]})
        (folder / "chats.parquet").rename(folder / f"part-{name}.parquet")
    rows = oracle_rows(tmp_path, D)
    assert rows["shop_id"].to_pylist() == ["a", "b"]
    assert rows["im_dissatisfaction_rate_value"].to_pylist() == [1.0, 1.0]


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    naive = pa.table({"chat_id": ["1"], "shop_id": ["S"], "started_at": pa.array([0], pa.timestamp("us"))})
    pq.write_table(naive, tmp_path / "chats.parquet")
    with pytest.raises(TypeError) as error:
        oracle_rows(tmp_path, D)
    file = tmp_path / "chats.parquet"
    assert str(error.value) == f"{file}: started_at is TIMESTAMP, expected an instant with a zone"


def test_a_callers_connection_is_left_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, {"shops": [{"shop_id": "S1"}]})
    with duckdb.connect() as connection:
        first = oracle_rows(tmp_path, D, connection)
        assert oracle_rows(tmp_path, D, connection).equals(first)
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_ledgers_and_appeals_wait_to_be_switched_on(tmp_path: Path) -> None:
    (order,) = delivered(1)
    shop = {"shop_id": "S1"}
    appeal = {
        "about": "negative_review_rate", "record_id": order["order_id"], "status": "granted",
        "filed_at": at(5), "decided_at": at(3),
    }  # fmt: skip
    write(
        tmp_path,
        {
            "shops": [shop],
            "orders": [shop | order],
            "reviews": [],
            "violations": [],
            "appeals": [shop | appeal],
        },
    )
    switches = [{}, {"account_health_ledger": True}, {"appeals": True}]
    with duckdb.connect(config={"threads": 1}) as database:
        rows = [oracle_rows(tmp_path, D, database, **on).to_pylist()[0] for on in switches]
    found = [(row["countdown_bidding"], row["negative_review_rate_denominator_count"]) for row in rows]
    assert found == [("locked", 1), ("granted", 1), ("locked", 0)]


def test_sums_beyond_two_to_the_53_divide_exactly() -> None:
    with duckdb.connect() as connection:
        connection.execute((SQL / "1_policy.sql").read_text(encoding="utf-8"))
        big = 2**53 + 1
        for number in (big, big + 2, 3 * big + 1, 2**64 + 1, 10**20 + 7):
            assert connection.execute(f"SELECT as_double({number}::HUGEINT)").fetchone() == (float(number),)


def test_every_policy_constant_is_the_double_of_its_decimal_text() -> None:
    with duckdb.connect() as connection:
        connection.execute((SQL / "1_policy.sql").read_text(encoding="utf-8"))
        knots = connection.execute("SELECT at_0, at_1, at_4, at_5 FROM policy_metrics LIMIT 6").fetchall()
    assert knots == [
        (1.0, 0.4, 0.012, 0.0), (0.5, 0.1, 0.0176, 0.0), (0.5, 0.1, 0.0087, 0.0),
        (0.5, 0.8, 0.9516, 1.0), (1.0, 0.5, 0.1701, 0.0), (240.0, 96.0, 26.5, 0.0),
    ]  # fmt: skip
