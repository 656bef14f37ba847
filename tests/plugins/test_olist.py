"""The reader `olist`: what it makes of small folders, and of the real sample where that is there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from shopscore.errors import BadInputError, UsageError
from shopscore.events.dataset import DataSet
from shopscore.events.opening import open_dataset
from shopscore.events.reader import ReadOptions
from shopscore.events.time import Zone
from shopscore.hooks import Loaded, collect
from shopscore_plugins import olist

SAO_PAULO = Zone("America/Sao_Paulo")
READER = collect([Loaded("olist", "0", olist)]).reader("olist")
SAMPLE = Path(__file__).parents[3] / "shared" / "data" / "olist"


def at(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def order(order_id: str, status: str, *times: str) -> dict[str, Any]:
    names = ("purchase_timestamp", "approved_at", "delivered_carrier_date", "delivered_customer_date")
    known = dict(zip(names, times, strict=False))
    return {
        "order_id": order_id,
        "order_status": status,
        **{f"order_{name}": at(known.get(name, "")) for name in names},
        "order_estimated_delivery_date": dt.datetime(2018, 2, 17),
    }


def item(order_id: str, number: int, seller: str, product: str, limit: str, price: float) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "order_item_id": number,
        "seller_id": seller,
        "product_id": product,
        "shipping_limit_date": at(limit),
        "price": price,
    }


ORDERS = [
    order("a", "delivered", "2018-01-02 10:00:00", "2018-01-02 11:00:00", "2018-01-03", "2018-01-08"),
    order("b", "canceled", "2018-01-03 10:00:00", "2018-01-04 12:00:00"),
    order("c", "unavailable", "2018-01-04 10:00:00"),
    order("d", "delivered", "2018-01-05 10:00:00", "", "2018-01-09 08:00:00", "2018-01-08 20:00:00"),
    order("e", "delivered", "2018-01-06 10:00:00"),
    order("f", "canceled", "2018-01-07 10:00:00"),
]
ITEMS = [
    item("a", 2, "S1", "lamp", "2018-01-06 00:00:00", 10.0),
    item("a", 1, "S1", "table", "2018-01-05 00:00:00", 90.5),
    item("a", 3, "S2", "toy", "2018-01-05 00:00:00", 5.0),
    item("b", 1, "S1", "lamp", "2018-01-06 00:00:00", 10.0),
    item("d", 1, "S2", "pen", "2018-01-06 00:00:00", 1.0),
    item("e", 1, "S1", "lamp", "2018-01-06 00:00:00", 10.0),
    item("f", 1, "S1", "lamp", "2018-01-06 00:00:00", 10.0),
]
REVIEWS = [
    {"review_id": "r1", "order_id": "a", "review_score": 5, "review_creation_date": at("2018-01-09")},
    {"review_id": "r2", "order_id": "a", "review_score": 1, "review_creation_date": at("2018-01-10")},
    {"review_id": "r3", "order_id": "c", "review_score": 1, "review_creation_date": at("2018-01-10")},
]
FILES: Mapping[str, Sequence[dict[str, Any]]] = {
    "orders": ORDERS,
    "order_items": ITEMS,
    "order_reviews": REVIEWS,
    "products": [
        {"product_id": "table", "product_category_name": "moveis"},
        {"product_id": "lamp", "product_category_name": "casa"},
        {"product_id": "toy", "product_category_name": "brinquedos"},
        {"product_id": "pen", "product_category_name": None},
    ],
    "product_category_name_translation": [
        {"product_category_name": "moveis", "product_category_name_english": "furniture"},
        {"product_category_name": "casa", "product_category_name_english": "home"},
    ],
    "sellers": [{"seller_id": "S1"}, {"seller_id": "S2"}, {"seller_id": "S3"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in FILES.items():
        pq.write_table(pa.Table.from_pylist(list(rows)), tmp_path / f"{name}.parquet")
    return tmp_path


def opened(folder: Path, **more: Any) -> DataSet:
    return open_dataset(folder, zone=SAO_PAULO, reader=READER, on_bad_rows="set-aside", **more)


def instant(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp() * 1_000_000)


def test_an_order_is_a_row_for_each_of_its_sellers(folder: Path) -> None:
    with opened(folder) as data:
        (first, *_) = data.subject_events("S1").tables["orders"]
        (other, *_) = data.subject_events("S2").tables["orders"]
    assert {name: first[name] for name in first if first[name] not in (None, False)} == {
        "order_id": "a",
        "shop_id": "S1",
        "placed_at": instant("2018-01-02T10:00:00-02:00"),
        "paid_at": instant("2018-01-02T11:00:00-02:00"),
        "dispatched_at": instant("2018-01-03T00:00:00-02:00"),
        "dispatch_by": instant("2018-01-06T00:00:00-02:00"),  # when the last item is due
        # 17 February 2018 had 25 hours: the clock went back at its end.
        "deliver_by": instant("2018-02-18T00:00:00-03:00") - 1,
        "delivered_at": instant("2018-01-08T00:00:00-02:00"),
        "category": "furniture",  # of the first item
        "product_id": "table",
        "amount": 100.5,
        "currency": "BRL",
        "order_type": "normal",
        "fulfillment": "seller",
    }
    assert (other["amount"], other["category"]) == (5.0, "brinquedos")  # without an English name its own


def test_cancelled_orders_are_dated_by_their_last_known_time(folder: Path) -> None:
    with opened(folder) as data:
        rows = {row["order_id"]: row for row in data.subject_events("S1").tables["orders"]}
        supplied = data.supply
    assert rows["b"]["cancelled_at"] == instant("2018-01-04T12:00:00-02:00")
    assert rows["f"]["cancelled_at"] == instant("2018-01-07T10:00:00-02:00")
    assert rows["e"]["cancelled_at"] is None
    assert supplied.has("orders", "cancelled_at")
    assert not supplied.has("orders", "cancel_fault")
    assert not supplied.has("returns")


def test_what_is_dropped_assumed_and_set_aside_is_counted(folder: Path) -> None:
    with opened(folder) as data:
        assert data.notes(date(2018, 1, 12)) == [
            (
                "cancelled_at_assumed",
                "olist dates no cancellation: the last known time stands for it in 2 orders",
            ),
            (
                "delivered_without_date",
                "1 order called delivered without a date: not delivered here",
            ),
            ("rows_dropped", "olist dropped 1 row: orders without items"),
            ("rows_dropped", "olist dropped 1 row: reviews of orders without items"),
            ("rows_set_aside", "1 bad row of orders set aside: 1 I308 delivered_at"),
        ]
        (bad,) = data.bad_rows().to_pylist()
        assert (bad["file"], bad["row"], bad["message"]) == (
            "orders.parquet",
            4,
            "delivered_at is 2018-01-08 20:00:00, before dispatched_at 2018-01-09 08:00:00; expected it at "
            "or after dispatched_at",
        )


def test_a_review_counts_for_every_seller_of_its_order(folder: Path) -> None:
    with opened(folder) as data:
        found = {
            seller: [
                (row["review_id"], row["stars"]) for row in data.subject_events(seller).tables["reviews"]
            ]
            for seller in ("S1", "S2", "S3")
        }
        assert list(data.subjects()) == ["S1", "S2", "S3"]
    assert found == {"S1": [("r1", 5.0), ("r2", 1.0)], "S2": [("r1", 5.0), ("r2", 1.0)], "S3": []}


def test_without_products_and_sellers_the_orders_are_read(folder: Path) -> None:
    for name in ("products", "product_category_name_translation", "sellers", "order_reviews"):
        (folder / f"{name}.parquet").unlink()
    with opened(folder) as data:
        assert list(data.sources) == ["orders"]
        assert data.subject_events("S1").tables["orders"][0]["category"] is None
        assert list(data.subjects()) == ["S1", "S2"]


def test_another_zone_can_be_said(folder: Path) -> None:
    with opened(folder, options=ReadOptions(zone="America/Manaus")) as data:
        assert data.subject_events("S1").tables["orders"][0]["placed_at"] == instant(
            "2018-01-02T10:00:00-04:00"
        )


def test_missing_files_and_columns_are_told(folder: Path) -> None:
    items = pq.read_table(folder / "order_items.parquet")
    pq.write_table(
        items.rename_columns([n.replace("seller_id", "seller") for n in items.column_names]),
        folder / "order_items.parquet",
    )
    with pytest.raises(BadInputError) as raised:
        opened(folder)
    assert str(raised.value) == (
        "order_items.parquet: I322 error the column seller_id is missing; the reader olist cannot do without "
        "it; did you mean 'seller'?"
    )
    (folder / "order_items.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInputError) as raised:
        opened(folder)
    assert str(raised.value).startswith("order_items.parquet: I321 error the file cannot be read: ")
    (folder / "order_items.parquet").unlink()
    with pytest.raises(UsageError) as missing:
        opened(folder)
    assert str(missing.value) == (
        "the reader olist finds no order_items.parquet; expected orders.parquet and order_items.parquet in "
        f"{folder}"
    )
    with pytest.raises(UsageError) as no_folder:
        opened(folder / "orders.parquet")
    assert str(no_folder.value) == (
        f"the reader olist reads one folder of Parquet files, found {folder / 'orders.parquet'}"
    )


@pytest.mark.skipif(
    not SAMPLE.is_dir(), reason="the sample of real orders is not there (../shared/data/olist)"
)
def test_the_real_sample_has_the_counts_an_independent_reading_gives() -> None:
    """Counted here with plain Arrow and Python, without any SQL."""
    table = {path.stem: pq.read_table(path) for path in SAMPLE.glob("*.parquet")}
    orders, items, reviews = table["orders"], table["order_items"], table["order_reviews"]
    sellers: dict[str, set[str]] = {}
    for order_id, seller in zip(
        items.column("order_id").to_pylist(), items.column("seller_id").to_pylist(), strict=True
    ):
        sellers.setdefault(order_id, set()).add(seller)
    backwards: Counter[str] = Counter()
    rows = cancelled = undated = 0
    bad_orders = set()
    for each in orders.to_pylist():
        count = len(sellers.get(each["order_id"], ()))
        placed, carrier, customer = (
            each[f"order_{name}"]
            for name in ("purchase_timestamp", "delivered_carrier_date", "delivered_customer_date")
        )
        rows += count
        cancelled += each["order_status"] in ("canceled", "unavailable") and count > 0
        undated += each["order_status"] == "delivered" and customer is None and count > 0
        if carrier and carrier < placed:
            backwards["I308 dispatched_at"] += count
            bad_orders.add(each["order_id"])
        elif customer and carrier and customer < carrier:
            backwards["I308 delivered_at"] += count
            bad_orders.add(each["order_id"])
    itemless = pc.sum(pc.invert(pc.is_in(orders.column("order_id"), items.column("order_id")))).as_py()
    unreviewable = pc.sum(pc.invert(pc.is_in(reviews.column("order_id"), items.column("order_id")))).as_py()
    reviewed = [len(sellers.get(order_id, ())) for order_id in reviews.column("order_id").to_pylist()]
    orphaned = sum(
        len(sellers[order_id])
        for order_id in reviews.column("order_id").to_pylist()
        if order_id in bad_orders
    )

    with opened(SAMPLE) as data:
        reports, notes = data.reports, dict(data.notes(date(2018, 9, 10)))
        counts = data.subject_counts
        orphans = data.checked.orphans
        result = READER.read([SAMPLE], ReadOptions())
    assert result.dropped == {
        "orders without items": itemless,
        "reviews of orders without items": unreviewable,
    }
    assert reports["orders"].bad == dict(backwards)
    assert reports["orders"].rows == rows - backwards.total()
    assert reports["reviews"].rows == sum(reviewed)
    assert orphans == {"reviews": orphaned}
    assert counts.subjects == table["sellers"].num_rows
    assert notes["cancelled_at_assumed"] == (
        f"olist dates no cancellation: the last known time stands for it in {cancelled} orders"
    )
    assert notes["delivered_without_date"] == (
        f"{undated} orders called delivered without a date: not delivered here"
    )
    # Fixed too, so that a change of both readings would be seen.
    assert (itemless, unreviewable, rows, cancelled, undated) == (775, 777, 7433, 467, 8)
    assert dict(backwards) == {"I308 dispatched_at": 3, "I308 delivered_at": 5}
