"""Data sets: folders, databases and readers' tables, checked before anything is computed."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore.errors import BadInputError, UsageError
from shopscore.events.check import TableReport
from shopscore.events.connection import Settings
from shopscore.events.dataset import DataSet
from shopscore.events.opening import open_dataset
from shopscore.events.physical import Physical
from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.events.tables import Column, Kind, catalog, with_columns
from shopscore.events.time import Zone

LOS_ANGELES = Zone("America/Los_Angeles")
UTC = dt.UTC


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(text.encode()))
        else:
            path.write_text(text, encoding="utf-8")
    return folder


ORDERS = """order_id,shop_id,placed_at,delivered_at
o1,S1,2026-06-01T10:00:00Z,2026-06-03T10:00:00Z
o2,S2,2026-06-01T10:00:00Z,
"""
REVIEWS = """review_id,order_id,shop_id,posted_at,stars
r1,o1,S1,2026-06-04T10:00:00Z,5
"""


def said(raised: pytest.ExceptionInfo[BadInputError]) -> list[str]:
    return [str(each) for each in raised.value.findings]


def columns_of(data: DataSet, subject: str, table: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in data.subject_events(subject).tables[table]]


# What is read


@pytest.mark.parametrize(
    "files",
    [
        {"orders.csv": ORDERS, "reviews.csv": REVIEWS},
        {"orders.csv": "\ufeff" + ORDERS, "reviews.csv.gz": "\ufeff" + REVIEWS},
        {"orders.csv": ORDERS.replace(",", ";"), "reviews.csv": REVIEWS.replace("\n", "\r\n")},
        {
            "orders/a.csv": ORDERS.replace("o2,S2,2026-06-01T10:00:00Z,\n", ""),
            "orders/b.csv": "placed_at,shop_id,order_id\n2026-06-01T10:00:00Z,S2,o2\n",
            "reviews.csv": REVIEWS,
        },
        {
            "orders.ndjson": '{"order_id":"o1","shop_id":"S1","placed_at":1780308000,'
            '"delivered_at":1780480800}\n'
            '{"order_id":"o2","shop_id":"S2","placed_at":1780308000}\n',
            "reviews.csv": REVIEWS,
        },
    ],
    ids=["csv", "byte order mark and gzip", "semicolons and CRLF", "a folder of files", "ndjson"],
)
def test_text_files_give_the_same_events(tmp_path: Path, files: Mapping[str, str]) -> None:
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES) as data:
        assert list(data.subjects()) == ["S1", "S2"]
        times = columns_of(data, "S1", "orders", "order_id", "placed_at", "delivered_at")
        assert times == [("o1", 1_780_308_000_000_000, 1_780_480_800_000_000)]
        assert columns_of(data, "S2", "orders", "order_id", "delivered_at") == [("o2", None)]
        assert columns_of(data, "S1", "reviews", "review_id", "stars", "is_edit") == [("r1", 5.0, False)]
        assert data.findings == ()
        assert not any(source.in_place for source in data.sources.values())


def typed_orders() -> pa.Table:
    at = dt.datetime(2026, 6, 1, 10, tzinfo=UTC)
    return pa.table(
        {
            "order_id": ["o1", "o2"],
            "shop_id": ["S1", "S2"],
            "placed_at": pa.array([at, at], pa.timestamp("us", "America/New_York")),
            "deliver_by": pa.array([at + dt.timedelta(days=7), None], pa.timestamp("ms", "UTC")),
            "is_sample": [True, None],
            "amount": pa.array([9, None], pa.int32()),
            "cancel_fault": ["SELLER", ""],
            "order_type": [None, "pre_order"],
        }
    )


EXPECTED = {
    "order_id": "o1",
    "placed_at": 1_780_308_000_000_000,
    "deliver_by": 1_780_912_800_000_000,
    "is_sample": True,
    "amount": 9.0,
    "cancel_fault": "unknown",
    "order_type": "normal",
}


def test_typed_parquet_is_read_in_place(tmp_path: Path) -> None:
    pq.write_table(typed_orders(), tmp_path / "orders.parquet")
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        source = data.sources["orders"]
        assert (source.relation, source.rows, source.in_place) == ("events.orders", 2, True)
        assert source.columns["placed_at"] is Physical.TIMESTAMPTZ
        assert columns_of(data, "S1", "orders", *EXPECTED) == [tuple(EXPECTED.values())]
        assert columns_of(data, "S2", "orders", "is_sample", "amount", "cancel_fault", "order_type") == [
            (False, None, None, "pre_order")
        ]
        assert data.subject_events("S1").places["orders"] == ("orders.parquet:row 1",)


@pytest.mark.parametrize("checked", [False, True], ids=["checked now", "trusted"])
def test_texts_are_read_as_they_are_where_none_is_empty_or_outside_its_list(
    tmp_path: Path, checked: bool
) -> None:
    at = pa.array([dt.datetime(2026, 6, 1, 10, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    orders = {"order_id": ["o1", "o2"], "shop_id": ["S1", "S1"], "placed_at": at}
    texts = {
        "cancel_fault": ["seller", None],  # clean: nothing is not empty
        "fulfillment": ["platform", ""],
        "order_type": ["", None],
        "category": ["beauty", "toys"],
    }
    pq.write_table(pa.table({**orders, **texts}), tmp_path / "orders.parquet")
    returns = {"return_id": ["r1"], "order_id": ["o1"], "shop_id": ["S1"], "requested_at": at[:1]}
    pq.write_table(pa.table({**returns, "fault": ["nobody"]}), tmp_path / "returns.parquet")
    if checked:
        with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
            data.write_manifest()
    with open_dataset(tmp_path, zone=LOS_ANGELES, checked=checked) as data:
        assert data.findings == ()
        stored = data.sources["orders"].columns
        assert {name: stored[name] for name in texts} == {
            "cancel_fault": Physical.TEXT,
            "fulfillment": Physical.VARCHAR,
            "order_type": Physical.VARCHAR,
            "category": Physical.TEXT,
        }
        assert data.reports["orders"].empty == {"fulfillment": 1, "order_type": 1}
        assert data.sources["returns"].columns["fault"] is Physical.VARCHAR
        assert columns_of(data, "S1", "orders", *texts) == [
            ("seller", "platform", "normal", "beauty"),
            (None, "seller", "normal", "toys"),
        ]
        assert columns_of(data, "S1", "returns", "fault") == [("unknown",)]


def test_a_pass_over_more_columns_tells_later_ones_of_empty_texts(tmp_path: Path) -> None:
    orders = {
        "order_id": ["o1"],
        "shop_id": ["S1"],
        "placed_at": pa.array([dt.datetime(2026, 6, 1, 10, tzinfo=UTC)], pa.timestamp("us", "UTC")),
        "deliver_by": ["2026-06-08"],  # a text: the table cannot be read in place
        "category": [""],
    }
    pq.write_table(pa.table(orders), tmp_path / "orders.parquet")
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        assert not data.sources["orders"].in_place
        data.write_manifest()
    fewer = {"orders": ("order_id", "shop_id", "placed_at", "category")}
    with open_dataset(tmp_path, zone=LOS_ANGELES, needs=fewer, checked=True) as data:
        assert data.findings == ()
        assert data.sources["orders"].in_place
        assert columns_of(data, "S1", "orders", "category") == [(None,)]


def test_row_groups_outside_a_window_are_not_read(tmp_path: Path) -> None:
    began = dt.datetime(2026, 1, 1, tzinfo=UTC)
    rows = 20_000
    table = pa.table(
        {
            "order_id": [str(number) for number in range(rows)],
            "shop_id": ["S1"] * rows,
            "placed_at": pa.array(
                [began + dt.timedelta(minutes=number) for number in range(rows)], pa.timestamp("us", "UTC")
            ),
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet", row_group_size=2_000)
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        late = "placed_at >= TIMESTAMPTZ '2026-01-14 00:00:00+00'"
        query = f"EXPLAIN ANALYZE SELECT count(order_id) FROM events.orders WHERE {late}"
        ((_, plan),) = data.connection.execute(query).fetchall()
        scanned = [line for line in plan.splitlines() if "Total Files Read" in line or "rows" in line]
        assert "1,280 rows" in plan or "1280 rows" in plan, scanned


def test_a_database_is_read_in_place_tables_and_views(tmp_path: Path) -> None:
    path = tmp_path / "market.duckdb"
    with duckdb.connect(path) as connection:
        connection.register("given", typed_orders())
        connection.execute("CREATE TABLE orders AS SELECT * FROM given")
        connection.execute("CREATE VIEW shops AS SELECT DISTINCT shop_id FROM orders ORDER BY 1")
        connection.execute("CREATE TABLE notes (text VARCHAR)")
    with open_dataset(path, zone=LOS_ANGELES) as data:
        assert data.sources["orders"].in_place
        assert columns_of(data, "S1", "orders", *EXPECTED) == [tuple(EXPECTED.values())]
        assert data.subject_events("S2").places["shops"] == ("market.duckdb/shops:row 2",)
        assert [str(each) for each in data.findings] == [
            f"{path}: I342 warning 1 name ignored, not in the event model: notes"
        ]


def test_what_parquet_writers_make_of_times_and_ids_is_understood(tmp_path: Path) -> None:
    at = dt.datetime(2026, 6, 1, 10, 0, 0, 123456)
    table = pa.table(
        {
            "order_id": pa.array([5838123456789012345], pa.int64()),
            "shop_id": pa.array(["S1"]).dictionary_encode(),
            "placed_at": pa.array([1_780_308_000], pa.int64()),
            "paid_at": pa.array([1_780_308_000_123], pa.int64()),
            "dispatched_at": pa.array([1780394400.25], pa.float64()),
            "delivered_at": pa.array(["2026-06-03T10:00:00+02:00"]),
            "dispatch_by": pa.array([at.replace(tzinfo=UTC)], pa.timestamp("ns", "UTC")),
            "deliver_by": pa.array([date(2026, 6, 8)]),
            "amount": pa.array(["9.90"]),
            "is_gift": pa.array([1], pa.int8()),
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        (row,) = data.subject_events("S1").tables["orders"]
    assert {name: row[name] for name in table.column_names} == {
        "order_id": "5838123456789012345",
        "shop_id": "S1",
        "placed_at": 1_780_308_000_000_000,
        "paid_at": 1_780_308_000_123_000,
        "dispatched_at": 1_780_394_400_250_000,
        "delivered_at": 1_780_473_600_000_000,
        "dispatch_by": 1_780_308_000_123_456,
        "deliver_by": 1_780_988_399_999_999,
        "amount": 9.9,
        "is_gift": True,
    }


def test_times_without_a_zone_are_bad_rows_unless_a_zone_was_given(tmp_path: Path) -> None:
    local = [dt.datetime(2026, 11, 1, 1, 30), dt.datetime(2026, 3, 8, 2, 30), dt.datetime(2026, 6, 1)]
    names = ["o1", "o2", "o3"]
    table = pa.table(
        {"order_id": names, "shop_id": ["S1"] * 3, "placed_at": pa.array(local, pa.timestamp("ns"))}
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    with pytest.raises(BadInputError) as raised:
        open_dataset(tmp_path, zone=LOS_ANGELES)
    assert said(raised)[0] == (
        "orders.parquet:row 1:placed_at: I303 error orders: placed_at is 2026-11-01 01:30:00, a time without "
        "a zone; expected a time with its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds"
    )
    with open_dataset(tmp_path, zone=Zone("UTC"), naive_zone=LOS_ANGELES) as data:
        placed = [at for (at,) in columns_of(data, "S1", "orders", "placed_at")]
        notes = data.notes(date(2026, 11, 5))
    assert placed == [1_793_521_800_000_000, 1_772_965_800_000_000, 1_780_297_200_000_000]
    assert notes == [
        ("times_in_fold", "orders has 1 time that America/Los_Angeles shows twice: the first is taken"),
        ("times_in_gap", "orders has 1 time that America/Los_Angeles skips: moved forward"),
    ]


def test_columns_a_bundle_declares_are_read_and_others_noted_once(tmp_path: Path) -> None:
    tables = with_columns(catalog(), {"star_badge": Column("star_badge", Kind.FLAG)})
    text = "shop_id,star_badge,colour,smell\nS1,true,red,sweet\nS2,,blue,sour\n"
    with open_dataset(write(tmp_path, {"shops.csv": text}), zone=LOS_ANGELES, tables=tables) as data:
        assert columns_of(data, "S1", "shops", "star_badge") == [(True,)]
        assert [str(each) for each in data.findings] == [
            "shops.csv: I341 warning 2 columns ignored, not in the event model: colour, smell"
        ]


def test_only_what_is_needed_is_read(tmp_path: Path) -> None:
    broken = "review_id,order_id,shop_id,posted_at,stars\nr1,o1,S1,never,9\n"
    orders = ORDERS.replace("2026-06-03T10:00:00Z", "whenever")
    needs = {"orders": ["cancelled_at"]}
    with open_dataset(
        write(tmp_path, {"orders.csv": orders, "reviews.csv": broken}), zone=LOS_ANGELES, needs=needs
    ) as data:
        assert list(data.sources) == ["orders"]
        assert set(data.sources["orders"].columns) == {"order_id", "shop_id", "placed_at"}
        assert data.supply.has("orders", "delivered_at") is False


def test_a_creators_data_are_keyed_by_creator(tmp_path: Path) -> None:
    text = ORDERS.replace("shop_id", "creator_id")
    with open_dataset(write(tmp_path, {"orders.csv": text}), zone=LOS_ANGELES, subject="creator") as data:
        assert columns_of(data, "S1", "orders", "creator_id", "order_id") == [("S1", "o1")]


# What was supplied, and whom it is about


def test_a_table_without_rows_lacks_no_column(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS, "reviews.csv": REVIEWS.splitlines()[0] + "\n", "returns.ndjson": ""}
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES) as data:
        supply = data.supply
    assert [supply.has("orders", "cancel_fault"), supply.has("orders", "delivered_at")] == [False, True]
    assert [supply.has("reviews", "topic"), supply.has("returns", "fault")] == [True, True]
    assert supply.has("chats") is False


def test_other_markets_and_closed_shops_are_skipped_and_counted(tmp_path: Path) -> None:
    shops = "shop_id,market,state\nS1,US,\nS2,,suspended\nS3,ID,\nS4,ID,closed\nS5,US,closed\n"
    orders = ORDERS + "o3,S9,2026-06-01T10:00:00Z,\no4,S9,2026-06-01T10:00:00Z,\n"
    files = write(tmp_path, {"shops.csv": shops, "orders.csv": orders})
    with open_dataset(files, zone=LOS_ANGELES, market="US") as data:
        assert list(data.subjects()) == ["S1", "S2"]
        assert data.notes(date(2026, 6, 5)) == [
            ("subjects_skipped", "2 subjects of other markets and 1 closed subject skipped"),
            ("subjects_unknown", "2 rows of orders are of nobody in shops: not scored"),
        ]
        relation = f"SELECT subject_id FROM {data.subjects_relation} ORDER BY 1"
        assert data.connection.execute(relation).fetchall() == [("S1",), ("S2",)]


def test_without_shops_the_subjects_are_the_ids_seen_in_any_table(tmp_path: Path) -> None:
    chats = "chat_id,shop_id,started_at\nc1,ß,2026-06-01T10:00:00Z\nc2,S10,2026-06-01T10:00:00Z\n"
    benchmarks = "shop_id,category,metric,poor\n,beauty,late,0.5\nS3,,late,0.4\n"
    files = {"orders.csv": ORDERS, "chats.csv": chats, "supplied_benchmarks.csv": benchmarks}
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES) as data:
        assert list(data.subjects()) == ["S1", "S10", "S2", "S3", "ß"]
        assert columns_of(data, "S3", "supplied_benchmarks", "category", "poor") == [
            ("beauty", 0.5),
            (None, 0.4),
        ]
        assert columns_of(data, "S1", "supplied_benchmarks", "category", "poor") == [("beauty", 0.5)]


def test_a_subject_without_rows_in_a_table_has_none(tmp_path: Path) -> None:
    with open_dataset(
        write(tmp_path, {"orders.csv": ORDERS, "reviews.csv": REVIEWS}), zone=LOS_ANGELES
    ) as data:
        events = data.subject_events("S2")
    assert (len(events.tables["orders"]), events.tables["reviews"], events.tables["chats"]) == (1, (), ())
    assert events.shop is None


# Bad input


def test_a_bad_row_stops_everything_before_there_is_any_output(tmp_path: Path) -> None:
    reviews = REVIEWS + "".join(f"r{number},o1,S1,2026-06-04T10:00:00Z,7\n" for number in range(2, 10))
    temp = tmp_path / "temp"
    temp.mkdir()
    data = write(tmp_path / "data", {"orders.csv": ORDERS, "reviews.csv": reviews + "r1,o1,S1,0,1\n"})
    with pytest.raises(BadInputError) as raised:
        open_dataset(data, zone=LOS_ANGELES, settings=Settings(temp=temp))
    assert said(raised) == [
        "reviews.csv: I307 error reviews: stars has this fault in 3 more rows",
        "reviews.csv:row 10:review_id: I309 error reviews: review_id 'r1', order_id 'o1', shop_id 'S1' came "
        "before; expected each review_id, order_id and shop_id once",
        *(
            f"reviews.csv:row {row}:stars: I307 error reviews: stars is 7; expected a whole number from 1 "
            f"to 5"
            for row in range(2, 7)
        ),
    ]
    assert list(temp.iterdir()) == []


def test_bad_rows_set_aside_are_counted_and_kept_with_their_reasons(tmp_path: Path) -> None:
    orders = ORDERS + "o3,S1,2026-06-01T10:00:00,\no4,S1\no1,S1,2026-06-09T10:00:00Z,\n"
    reviews = REVIEWS + "r2,o3,S1,2026-06-04T10:00:00Z,5\n"
    out = tmp_path / "out"
    out.mkdir()
    with open_dataset(
        write(tmp_path / "data", {"orders.csv": orders, "reviews.csv": reviews}),
        zone=LOS_ANGELES,
        on_bad_rows="set-aside",
        settings=Settings(outputs=(out,)),
    ) as data:
        assert data.sources["orders"].rows == 2
        assert columns_of(data, "S1", "orders", "order_id", "placed_at") == [("o1", 1_780_308_000_000_000)]
        assert data.notes(date(2026, 6, 8)) == [
            ("rows_set_aside", "3 bad rows of orders set aside: 1 I303 placed_at, 1 I309 order_id, 1 I312"),
            ("orphans", "1 row of reviews names orders that are not in the data: they count for nothing"),
        ]
        assert data.summary()["tables"]["orders"]["bad"] == {
            "I303 placed_at": 1,
            "I309 order_id": 1,
            "I312": 1,
        }
        assert data.write_bad_rows(out / "bad.parquet") == 3
        assert data.write_manifest() is None, "a folder with bad rows was not checked clean"
    bad = pq.read_table(out / "bad.parquet").to_pylist()
    assert [(row["table"], row["file"], row["row"], row["column"], row["reason"]) for row in bad] == [
        ("orders", "orders.csv", 3, "placed_at", "I303"),
        ("orders", "orders.csv", 4, "", "I312"),
        ("orders", "orders.csv", 5, "order_id", "I309"),
    ]
    assert bad[1]["message"] == "the row has 2 cells; expected 4, as in the header"
    assert bad[2]["original"] == (
        '{"order_id":"o1","shop_id":"S1","placed_at":"2026-06-09T10:00:00Z","delivered_at":null}'
    )


def test_the_first_of_rows_with_one_key_is_kept_whatever_file_it_is_in(tmp_path: Path) -> None:
    header = "order_id,shop_id,placed_at\n"
    files = {
        "orders/1.csv": header + "o1,S1,soon\n",
        "orders/2.csv": header + "o1,S1,2026-06-02T00:00:00Z\n",
        "orders/3.csv": header + "o1,S1,2026-06-03T00:00:00Z\n",
    }
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES, on_bad_rows="set-aside") as data:
        events = data.subject_events("S1")
        assert events.places["orders"] == ("orders/2.csv:row 1",)
        assert data.bad_rows().column("file").to_pylist() == ["orders/1.csv", "orders/3.csv"]


def test_a_row_set_aside_for_its_key_adds_nothing_to_what_is_said_of_its_table(tmp_path: Path) -> None:
    rows = """ticket_id,shop_id,opened_at,fault
t1,S1,2026-06-02T10:00:00Z,seller
t1,S1,2026-07-09T10:00:00Z,courier
"""
    write(tmp_path, {"complaints.csv": rows})
    with open_dataset(tmp_path, zone=LOS_ANGELES, on_bad_rows="set-aside") as data:
        report = data.reports["complaints"]
    kept = 1780394400_000_000  # 2026-06-02T10:00:00Z
    assert report == TableReport(1, {"I309 ticket_id": 1}, kept, kept, unlisted={"fault": 0})


def test_bad_rows_of_typed_parquet_are_left_out_of_a_copy(tmp_path: Path) -> None:
    table = pa.concat_tables([typed_orders(), typed_orders().slice(0, 1)])
    pq.write_table(table, tmp_path / "orders.parquet")
    with open_dataset(tmp_path, zone=LOS_ANGELES, on_bad_rows="set-aside") as data:
        source = data.sources["orders"]
        assert (source.rows, source.in_place, source.columns["placed_at"]) == (2, False, Physical.MICROS)
        assert columns_of(data, "S1", "orders", *EXPECTED) == [tuple(EXPECTED.values())]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"orders.csv": "order_id,shopid,placed_at\n"},
            [
                "orders.csv: I322 error the column shop_id is missing; orders cannot be read without it; "
                "did you mean 'shopid'?"
            ],
        ),
        (
            {"orders.csv": "Bestellung,Laden\n1,2\n"},
            [
                "orders.csv: I322 error the header has no column of orders: Bestellung, Laden; expected a "
                "header "
                "line with columns such as order_id, shop_id, placed_at, paid_at"
            ],
        ),
        (
            {"orders.csv": "order_id,shop_id,placed_at,order_id\n"},
            ["orders.csv: I322 error the header has the column 'order_id' twice; expected it once"],
        ),
        (
            {"orders.csv": ""},
            [
                "orders.csv: I321 error the file is empty; expected a header line with columns such as "
                "order_id, shop_id, "
                "placed_at, paid_at"
            ],
        ),
        (
            {"orders.csv": ORDERS, "orders/a.csv": ORDERS},
            [
                "DATA: I323 error orders is there more than once (orders/a.csv, orders.csv); expected one "
                "file, "
                "or a folder of one format"
            ],
        ),
        (
            {"orders.parquet": "PAR1 not really"},
            [
                "orders.parquet: I321 error the Parquet file is cut off: it ends with b'ally'; "
                "expected b'PAR1'"
            ],
        ),
        (
            {"orders.csv.gz": ""},
            [
                "orders.csv.gz: I321 error the file is empty; expected a header line with columns such as "
                "order_id, "
                "shop_id, placed_at, paid_at"
            ],
        ),
        (
            {"orders.csv": "order_id\n1\n", "reviews.csv": "review_id\n1\n"},
            [
                "orders.csv: I322 error the column placed_at is missing; orders cannot be read without it",
                "orders.csv: I322 error the column shop_id is missing; orders cannot be read without it",
                "reviews.csv: I322 error the column order_id is missing; reviews cannot be read without it",
                "reviews.csv: I322 error the column posted_at is missing; reviews cannot be read without it",
                "reviews.csv: I322 error the column shop_id is missing; reviews cannot be read without it",
                "reviews.csv: I322 error the column stars is missing; reviews cannot be read without it",
            ],
        ),
    ],
)
def test_files_that_cannot_be_read_are_told_all_at_once(
    tmp_path: Path, files: Mapping[str, str], expected: list[str]
) -> None:
    with pytest.raises(BadInputError) as raised:
        open_dataset(write(tmp_path, files), zone=LOS_ANGELES, on_bad_rows="set-aside")
    assert [each.replace(str(tmp_path), "DATA") for each in said(raised)] == expected


def test_lines_that_are_no_objects_and_keys_that_come_twice_are_bad_rows(tmp_path: Path) -> None:
    lines = [
        '{"shop_id":"S1","market":"US"}',
        '{"shop_id":"S2","market":"US","market":"ID"}',
        '{"shop_id":"S3","colour":1,"colour":2}',
        '{"shop_id":"S4","more":{"a":1,"a":2}}',
        "[1]",
        '{"shop_id":',
    ]
    write(tmp_path, {"shops.ndjson": "\n".join(lines)})
    with open_dataset(tmp_path, zone=LOS_ANGELES, on_bad_rows="set-aside") as data:
        bad = data.bad_rows().select(["file", "row", "reason", "message"]).to_pylist()
        assert list(data.subjects()) == ["S1", "S4"]
    assert [tuple(each.values()) for each in bad] == [
        ("shops.ndjson", 2, "I312", "the key 'market' is there twice; expected it once"),
        ("shops.ndjson", 3, "I312", "the key 'colour' is there twice; expected it once"),
        ("shops.ndjson", 5, "I312", "the line is JSON of type array; expected one JSON object on each line"),
        ("shops.ndjson", 6, "I312", "the line is not JSON; expected one JSON object on each line"),
    ]


def test_bytes_that_are_not_utf_8_are_told(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes("order_id,shop_id,placed_at,größe\n".encode("latin-1"))
    with pytest.raises(BadInputError) as raised:
        open_dataset(tmp_path, zone=LOS_ANGELES)
    assert said(raised) == [
        "orders.csv: I321 error the file is not UTF-8; expected a CSV file saved as UTF-8"
    ]


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({}, "nowhere", "there is no file or folder DATA/nowhere"),
        (
            {},
            ".",
            "DATA is empty; expected files such as orders.parquet, orders.csv or orders/*.parquet (shops, "
            "orders, "
            "reviews, returns, after_sales_rounds, chats, complaints, violations, point_events, appeals, "
            "supplied_metrics, supplied_benchmarks, shop_states)",
        ),
        (
            {"order.csv": ORDERS},
            ".",
            "DATA has no table: found order.csv; expected files such as orders.parquet, orders.csv or "
            "orders/*.parquet (shops, orders, reviews, returns, after_sales_rounds, chats, complaints, "
            "violations, "
            "point_events, appeals, supplied_metrics, supplied_benchmarks, shop_states); did you mean "
            "'orders'?",
        ),
        (
            {"orders.csv": ORDERS},
            "orders.csv",
            "DATA/orders.csv is no data set; expected a folder with one file per table, a DuckDB file, or "
            "a path "
            "with --reader",
        ),
    ],
)
def test_what_is_no_data_set_is_a_usage_error(
    tmp_path: Path, files: Mapping[str, str], path: str, message: str
) -> None:
    with pytest.raises(UsageError) as raised:
        open_dataset(write(tmp_path, files) / path, zone=LOS_ANGELES)
    assert str(raised.value).replace(str(tmp_path), "DATA") == message


def test_files_that_are_no_table_are_noted_once(tmp_path: Path) -> None:
    files = {"orders.csv": ORDERS, "readme.md": "", "oders.csv": "", ".DS_Store": "", "_SUCCESS": ""}
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES) as data:
        assert [str(each).replace(str(tmp_path), "DATA") for each in data.findings] == [
            "DATA: I342 warning 2 names ignored, not in the event model: oders.csv, readme.md"
        ]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ordrs.csv"], "1 name ignored, not in the event model: ordrs.csv; did you mean 'orders'?"),
        (["Orders.CSV"], "1 name ignored, not in the event model: Orders.CSV; did you mean 'orders'?"),
        (
            ["notes.md", "ordrs.csv"],
            "2 names ignored, not in the event model: notes.md, ordrs.csv;"
            " did you mean 'orders' by 'ordrs.csv'?",
        ),
        (["reveiws.csv"], "1 name ignored, not in the event model: reveiws.csv"),  # reviews are there
    ],
)
def test_a_misspelt_table_is_told_where_the_table_is_missing(
    tmp_path: Path, names: list[str], said: str
) -> None:
    write(tmp_path, {"reviews.csv": REVIEWS, **dict.fromkeys(names, "")})
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        assert [each.message for each in data.findings] == [said]


def test_a_setting_duckdb_refuses_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^DuckDB refuses its settings: "):
        open_dataset(
            write(tmp_path, {"orders.csv": ORDERS}), zone=LOS_ANGELES, settings=Settings(memory_limit="lots")
        )


# The connection


def test_the_connection_reaches_nothing_but_its_folders(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    data = write(tmp_path / "data", {"orders.csv": ORDERS})
    with open_dataset(data, zone=LOS_ANGELES, settings=Settings(outputs=(out,))) as opened:
        connection = opened.connection
        connection.execute(f"COPY (SELECT 1) TO '{out / 'x.parquet'}'")
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'x.csv'}'",
            f"ATTACH '{tmp_path / 'x.duckdb'}'",
        ):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(statement)
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("SET enable_external_access = true")


def test_a_folder_may_be_called_like_a_pattern_or_be_reached_by_a_link(tmp_path: Path) -> None:
    odd = write(tmp_path / "it's [2026] *", {"orders.ndjson": '{"order_id":1,"shop_id":"S1","placed_at":0}'})
    pq.write_table(pa.table({"shop_id": ["S1"]}), odd / "shops.parquet")
    link = tmp_path / "link"
    link.symlink_to(odd)
    with open_dataset(link, zone=LOS_ANGELES) as data:
        events = data.subject_events("S1")
    assert (events.places["orders"], events.places["shops"]) == (
        ("orders.ndjson:row 1",),
        ("shops.parquet:row 1",),
    )


# Where the day lies to the data


@pytest.mark.parametrize(
    ("as_of", "notes"),
    [
        (date(2026, 6, 5), []),
        (date(2026, 6, 12), []),
        (
            date(2026, 6, 13),
            [("after_data", "the data end on 2026-06-04, 8 days before the last day counted")],
        ),
        (date(2026, 6, 2), []),
        (
            date(2026, 6, 1),
            [("before_data", "2026-06-01 is not after the first day of the data, 2026-06-01")],
        ),
    ],
)
def test_a_day_far_from_the_data_is_noted(tmp_path: Path, as_of: date, notes: list[tuple[str, str]]) -> None:
    with open_dataset(
        write(tmp_path, {"orders.csv": ORDERS, "reviews.csv": REVIEWS}), zone=LOS_ANGELES
    ) as data:
        assert data.notes(as_of) == notes


def test_with_a_day_well_before_the_end_columns_without_a_clock_are_named(tmp_path: Path) -> None:
    shops = "shop_id,state,category,has_logo\nS1,,,\nS2,,,\n"
    reviews = REVIEWS + "r2,o1,S1,2026-07-04T10:00:00Z,5\n"
    files = {"orders.csv": ORDERS, "reviews.csv": reviews, "shops.csv": shops}
    with open_dataset(write(tmp_path, files), zone=LOS_ANGELES) as data:
        assert data.notes(date(2026, 6, 4)) == [
            (
                "columns_without_clock",
                "the data go on to 2026-07-04, 30 days after 2026-06-04: columns without a clock are "
                "taken as "
                "they stand (shops.category, shops.state, shops.has_logo, reviews.stars)",
            )
        ]


# Readers


def test_a_readers_rows_keep_the_places_it_gives_and_what_it_assumed(tmp_path: Path) -> None:
    def read(paths: object, options: ReadOptions) -> ReadResult:
        orders = pa.table(
            {
                "order_id": ["o1", "o1", "o1"],
                "shop_id": ["S1", "S2", "S1"],
                "placed_at": [dt.datetime(2026, 6, 1, 10)] * 3,
                "_file": ["export.xlsx"] * 3,
                "_row": [4, 4, 4],
            }
        )
        return ReadResult(
            reader="export",
            tables={"orders": orders},
            zone=options.zone,
            dropped={"rows of explanations": 1, "nothing": 0},
            notes=(("assumed", "something was assumed"),),
        )

    with open_dataset(
        tmp_path,
        zone=LOS_ANGELES,
        reader=Reader("export", "an export", read),
        options=ReadOptions(zone="Asia/Jakarta"),
        on_bad_rows="set-aside",
    ) as data:
        assert columns_of(data, "S2", "orders", "placed_at") == [(1_780_282_800_000_000,)]
        assert data.subject_events("S2").places["orders"] == ("export.xlsx:row 4",)
        # One row of the export became three; only the repeated one is set aside.
        assert [len(data.subject_events(each).tables["orders"]) for each in ("S1", "S2")] == [1, 1]
        assert data.notes(date(2026, 6, 3)) == [
            ("assumed", "something was assumed"),
            ("rows_dropped", "export dropped 1 row: rows of explanations"),
            ("rows_set_aside", "1 bad row of orders set aside: 1 I309 order_id"),
        ]
        assert data.write_manifest() is None


def test_a_readers_batches_are_streamed(tmp_path: Path) -> None:
    schema = pa.schema([("chat_id", pa.string()), ("shop_id", pa.string()), ("started_at", pa.int64())])
    batches = (
        pa.RecordBatch.from_pylist([{"chat_id": f"c{number}", "shop_id": "S1", "started_at": number}], schema)
        for number in range(3)
    )
    result = ReadResult(reader="api", tables={"chats": pa.RecordBatchReader.from_batches(schema, batches)})
    with open_dataset(result, zone=LOS_ANGELES) as data:
        assert columns_of(data, "S1", "chats", "chat_id", "started_at") == [
            ("c0", 0),
            ("c1", 1_000_000),
            ("c2", 2_000_000),
        ]
        assert data.subject_events("S1").places["chats"][2] == "api/chats:row 3"


def test_a_reader_that_gives_an_unknown_table_is_told(tmp_path: Path) -> None:
    result = ReadResult(reader="api", tables={"order": pa.table({"order_id": ["o1"]})})
    with pytest.raises(UsageError) as raised:
        open_dataset(result, zone=LOS_ANGELES)
    assert str(raised.value) == (
        "the reader api gave a table 'order' that no event model has; did you mean 'orders'?"
    )


# The manifest


def test_a_manifest_is_trusted_for_unchanged_files_only(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {"orders.csv": ORDERS, "reviews.csv": REVIEWS + "r2,gone,S1,2026-06-05T10:00:00Z,5\n"}
    )
    with open_dataset(folder, zone=LOS_ANGELES) as data:
        assert data.write_manifest() == folder / "shopscore-checked.json"
        notes = data.notes(date(2026, 6, 8))
    with open_dataset(folder, zone=LOS_ANGELES, checked=True) as data:
        assert data.findings == ()
        assert data.notes(date(2026, 6, 8)) == notes != []
        assert columns_of(data, "S1", "orders", "order_id") == [("o1",)]
    with open_dataset(folder, zone=LOS_ANGELES, checked=True, needs={"orders": ["delivered_at"]}) as data:
        assert data.findings == (), "a pass over all columns holds for some of them"
    (folder / "reviews.csv").write_text(REVIEWS.replace(",5\n", ",7\n"), encoding="utf-8")
    with pytest.raises(BadInputError) as raised:
        open_dataset(folder, zone=LOS_ANGELES, checked=True)
    assert said(raised) == [
        "reviews.csv:row 1:stars: I307 error reviews: stars is 7; expected a whole number from 1 to 5"
    ]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "shopscore-checked.json").unlink(), "there is no shopscore-checked.json"),
        (
            lambda folder: (folder / "shopscore-checked.json").write_text("{", encoding="utf-8"),
            "shopscore-checked.json cannot be read",
        ),
        (
            lambda folder: write(folder, {"orders.csv": ORDERS + "o3,S1,2026-06-02T10:00:00Z,\n"}),
            "orders.csv has changed since shopscore-checked.json was written",
        ),
        (
            lambda folder: write(folder, {"reviews.csv": REVIEWS}),
            "reviews.csv has changed since shopscore-checked.json was written",
        ),
    ],
)
def test_a_manifest_that_does_not_hold_means_another_check(tmp_path: Path, spoil: object, why: str) -> None:
    folder = write(tmp_path, {"orders.csv": ORDERS})
    with open_dataset(folder, zone=LOS_ANGELES) as data:
        data.write_manifest()
    assert callable(spoil)
    spoil(folder)
    with open_dataset(folder, zone=LOS_ANGELES, checked=True) as data:
        assert [str(each) for each in data.findings] == [f"{folder}: I350 warning checked again: {why}"]


def test_a_manifest_for_another_zone_does_not_hold(tmp_path: Path) -> None:
    folder = write(tmp_path, {"orders.csv": ORDERS})
    with open_dataset(folder, zone=LOS_ANGELES) as data:
        data.write_manifest()
    with open_dataset(folder, zone=Zone("UTC"), checked=True) as data:
        assert [str(each) for each in data.findings] == [
            f"{folder}: I350 warning checked again: shopscore-checked.json was written for other columns, "
            f"zones "
            "or a former version"
        ]


def test_a_closed_data_set_leaves_nothing_behind(tmp_path: Path) -> None:
    temp = tmp_path / "temp"
    temp.mkdir()
    folder = write(tmp_path / "data", {"orders.csv": ORDERS})
    with open_dataset(folder, zone=LOS_ANGELES, settings=Settings(temp=temp)) as data:
        assert len(list(temp.iterdir())) == 1
        assert data.temp.parent == temp
    assert list(temp.iterdir()) == []
    assert [path.name for path in folder.iterdir()] == ["orders.csv"]


def test_all_subjects_in_one_pass_have_the_rows_each_has_alone(tmp_path: Path) -> None:
    benchmarks = """category,shop_id,metric,poor,excellent,average
beauty,,m,0.9,0.1,0.5
,S2,m,0.8,0.2,0.5
toys,,m,0.7,0.3,0.5
"""
    reviews = """review_id,order_id,shop_id,posted_at,stars
r9,o1,S1,2026-06-05T10:00:00Z,1
r1,o9,S0,2026-06-04T10:00:00Z,5
r0,o1,S1,2026-06-04T10:00:00Z,5
"""
    shops = "shop_id\nS2\nS3\nS1\n"
    write(
        tmp_path,
        {
            "orders.csv": ORDERS,
            "reviews.csv": reviews,
            "shops.csv": shops,
            "supplied_benchmarks.csv": benchmarks,
        },
    )
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        found = list(data.events())
        assert found == [data.subject_events(subject) for subject in ("S1", "S2", "S3")]
    assert [row["review_id"] for row in found[0].tables["reviews"]] == ["r9", "r0"]
    assert [row["category"] for row in found[1].tables["supplied_benchmarks"]] == ["beauty", None, "toys"]
    assert [len(events.tables["supplied_benchmarks"]) for events in found] == [2, 3, 2]


def test_benchmarks_of_categories_alone_are_everybodys(tmp_path: Path) -> None:
    """Without a column of subjects there is nothing to put in order of them."""
    benchmarks = "category,metric,poor,excellent,average\nbeauty,m,0.9,0.1,0.5\n"
    write(tmp_path, {"orders.csv": ORDERS, "supplied_benchmarks.csv": benchmarks})
    with open_dataset(tmp_path, zone=LOS_ANGELES) as data:
        found = list(data.events())
        assert found == [data.subject_events(subject) for subject in ("S1", "S2")]
    assert [row["category"] for row in found[1].tables["supplied_benchmarks"]] == ["beauty"]
