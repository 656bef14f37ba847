"""Traps that only whole files and data sets can set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.shapes.batches import ENGINES

from shopscore.api import Workspace
from shopscore.errors import BadInputError, Mark
from shopscore.events.cases import open_case_text
from shopscore.events.dataset import DataSet
from shopscore.events.opening import open_dataset
from shopscore.events.reader import ReadOptions
from shopscore.events.tables import catalog
from shopscore.events.time import Zone
from shopscore.policy import Policy
from shopscore_plugins.olist import shopscore_readers

POLICIES = Path(__file__).parent / "policies"
AS_OF = date(2026, 6, 22)

Cards = dict[str, Mapping[str, Any]]


def policy(name: str) -> Policy:
    return Workspace([POLICIES]).policy(name)


@contextmanager
def opened(folder: Path, of: Policy, tables: Mapping[str, str], **options: Any) -> Iterator[DataSet]:
    """Open CSV files written into a folder."""
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with open_dataset(folder, zone=of.zone, **options) as data:
        yield data


def cards(of: Policy, data: DataSet, engine: str, as_of: date = AS_OF) -> Cards:
    return {card["subject"]["id"]: card for card in of.scorecards(data, as_of, engine=engine)}


REVIEWS = "review_id,order_id,shop_id,posted_at,stars,topic\n"
RETURNS = "return_id,order_id,shop_id,requested_at,fault\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shop_with_no_rows_in_one_table_is_scored_all_the_same(engine: str, tmp_path: Path) -> None:
    """S1 has everything, S2 no reviews and no returns, S3 nothing: each has a scorecard, none a gap."""
    tables = {
        "shops": "shop_id\nS1\nS2\nS3\n",
        "orders": "order_id,shop_id,placed_at,delivered_at,amount\n"
        "o1,S1,2026-06-18T12:00:00Z,2026-06-19T12:00:00Z,10\n"
        "o2,S2,2026-06-18T12:00:00Z,2026-06-19T12:00:00Z,20\n",
        "reviews": f"{REVIEWS}r1,o1,S1,2026-06-20T12:00:00Z,1,product\n",
        "returns": f"{RETURNS}t1,o1,S1,2026-06-20T12:00:00Z,seller\n",
    }
    children = policy("children@1")
    with opened(tmp_path, children, tables) as data:
        found = cards(children, data, engine)
    assert list(found) == ["S1", "S2", "S3"]
    seen = {
        shop: [
            (metric["state"], metric["numerator"], metric["denominator"], metric["value"])
            for metric in (card["metrics"][name] for name in ("negative_share", "review_count"))
        ]
        for shop, card in found.items()
    }
    assert seen == {
        "S1": [("computed", 1.0, 1.0, 1.0), ("computed", 1.0, None, 1.0)],
        "S2": [("computed", 0.0, 1.0, 0.0), ("computed", 0.0, None, 0.0)],
        "S3": [("no_data", 0.0, 0.0, None), ("computed", 0.0, None, 0.0)],
    }


SKU_ROWS = "order_id,shop_id,placed_at,delivered_at,amount\n" + "".join(
    f"o1,S1,2026-06-18T12:00:00Z,2026-06-19T12:00:00Z,{amount}\n" for amount in (1, 2, 3, 4, 5)
)
CAME_BEFORE = "orders: order_id 'o1', shop_id 'S1' came before; expected each order_id and shop_id once"


def test_one_order_in_five_sku_rows_is_told_and_not_counted_five_times(tmp_path: Path) -> None:
    children = policy("children@1")
    with (
        pytest.raises(BadInputError) as raised,
        opened(tmp_path, children, {"orders": SKU_ROWS, "reviews": REVIEWS, "returns": RETURNS}),
    ):
        pass
    assert [str(each) for each in raised.value.findings] == [
        f"orders.csv:row {row}:order_id: I309 error {CAME_BEFORE}" for row in (2, 3, 4, 5)
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_one_order_in_five_sku_rows_counts_once_when_the_others_are_set_aside(
    engine: str, tmp_path: Path
) -> None:
    children = policy("children@1")
    tables = {
        "orders": SKU_ROWS,
        "reviews": REVIEWS,
        "returns": f"{RETURNS}t1,o1,S1,2026-06-20T12:00:00Z,seller\n",
    }
    with opened(tmp_path, children, tables, on_bad_rows="set-aside") as data:
        card = cards(children, data, engine)["S1"]
    share = card["metrics"]["returned_share"]
    assert (share["numerator"], share["denominator"]) == (1.0, 1.0)
    assert card["metrics"]["returned_amount"]["value"] == 1.0
    said = {each["id"]: each["text"] for each in card["warnings"]}
    assert said["rows_set_aside"] == "4 bad rows of orders set aside: 4 I309 order_id"


def test_a_reader_makes_one_order_of_five_items(tmp_path: Path) -> None:
    """Five items of one seller and one of another: an order of each, with what its items cost."""
    times = ["2018-01-02 10:00:00", "2018-01-02 11:00:00", None, None, "2018-01-20 00:00:00"]
    columns = ["purchase_timestamp", "approved_at", "delivered_carrier_date", "delivered_customer_date"]
    order = {"order_id": ["o1"], "order_status": ["canceled"]}
    order |= {
        f"order_{name}": pa.array([None if at is None else _at(at)], pa.timestamp("us"))
        for name, at in zip([*columns, "estimated_delivery_date"], times, strict=True)
    }
    items = {
        "order_id": ["o1"] * 6,
        "order_item_id": [1, 2, 3, 4, 5, 6],
        "product_id": ["p1"] * 6,
        "seller_id": ["S1"] * 5 + ["S2"],
        "shipping_limit_date": pa.array([_at("2018-01-05 10:00:00")] * 6, pa.timestamp("us")),
        "price": [10.0, 20.0, 30.0, 40.0, 50.0, 7.0],
    }
    pq.write_table(pa.table(order), tmp_path / "orders.parquet")
    pq.write_table(pa.table(items), tmp_path / "order_items.parquet")
    (olist,) = shopscore_readers()
    orders = olist.read([tmp_path], ReadOptions()).tables["orders"]
    assert isinstance(orders, pa.Table)
    assert orders.select(["order_id", "shop_id", "amount"]).to_pylist() == [
        {"order_id": "o1", "shop_id": "S1", "amount": 150.0},
        {"order_id": "o1", "shop_id": "S2", "amount": 7.0},
    ]
    # The last known time, though the later ones are null: some engines' GREATEST is null then.
    assert orders.column("cancelled_at").to_pylist() == [_at("2018-01-02 11:00:00")] * 2


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("engine", ENGINES)
def test_naive_times_in_the_autumn_fold_are_the_first_of_the_two(engine: str, tmp_path: Path) -> None:
    """01:30 comes twice on 1 November 2026, an hour apart; the first is taken, 90 minutes before 02:00."""
    midnights = policy("midnights@1")
    tables = {
        "after_sales_rounds": "round_id,case_id,shop_id,started_at,finished_at\n"
        "a,c,S1,2026-11-01 01:00:00,2026-11-01 01:30:00\n"
        "b,c,S1,2026-11-01T01:30:00,2026-11-01T02:00:00\n"
    }
    day = date(2026, 11, 2)
    with opened(tmp_path, midnights, tables, naive_zone=Zone("America/Los_Angeles")) as data:
        card = cards(midnights, data, engine, day)["S1"]
    # a: 01:00 PDT to 01:30 PDT; b: 01:30 PDT to 02:00 PST, which is 03:00 PDT. 0.5 + 1.5 hours.
    assert card["metrics"]["round_hours"]["value"] == 2.0
    said = [each["text"] for each in card["warnings"] if "after_sales_rounds" in each["text"]]
    assert said == ["after_sales_rounds has 3 times that America/Los_Angeles shows twice: the first is taken"]


@pytest.mark.parametrize("written", ["0000-00-00 00:00:00", "0000-01-01T00:00:00Z"])
def test_year_0_is_no_date_in_a_data_set(written: str, tmp_path: Path) -> None:
    """What MySQL writes for nothing: neither null nor the first day there is."""
    children = policy("children@1")
    tables = {"orders": f"order_id,shop_id,placed_at,delivered_at\no1,S1,2026-06-18T12:00:00Z,{written}\n"}
    with pytest.raises(BadInputError) as raised, opened(tmp_path, children, tables):
        pass
    assert [str(each) for each in raised.value.findings] == [
        f"orders.csv:row 1:delivered_at: I304 error orders: delivered_at is '{written}', outside the years "
        "1 to 9999; expected a time with its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds"
    ]


BIG = (5838123456789012345, 5838123456789012346)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_ids_of_19_digits_keep_every_digit(form: str, engine: str, tmp_path: Path) -> None:
    """As doubles both orders would be one; the bad review belongs to the second."""
    children = policy("children@1")
    rows: dict[str, list[dict[str, Any]]] = {
        "orders": [
            {"order_id": big, "shop_id": 7, "placed_at": "2026-06-18T12:00:00Z",
             "delivered_at": "2026-06-19T12:00:00Z", "amount": amount}
            for big, amount in zip(BIG, (10, 20), strict=True)
        ],
        "reviews": [
            {"review_id": big, "order_id": big, "shop_id": 7, "posted_at": "2026-06-20T12:00:00Z",
             "stars": stars, "topic": "product"}
            for big, stars in zip(BIG, (5, 1), strict=True)
        ],
        "returns": [
            {"return_id": BIG[0], "order_id": BIG[1], "shop_id": 7, "requested_at": "2026-06-20T12:00:00Z",
             "fault": "seller"}
        ],
    }  # fmt: skip
    for name, written in rows.items():
        match form:
            case "csv":
                lines = [",".join(written[0]), *(",".join(map(str, row.values())) for row in written)]
                (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
            case "ndjson":
                (tmp_path / f"{name}.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in written))
            case _:
                pq.write_table(pa.Table.from_pylist(written), tmp_path / f"{name}.parquet")
    with open_dataset(tmp_path, zone=children.zone) as data:
        metrics = cards(children, data, engine)["7"]["metrics"]
    negative = metrics["negative_share"]
    assert (negative["numerator"], negative["denominator"]) == (1.0, 2.0)
    assert metrics["returned_amount"]["value"] == 20.0


DEEP = {
    "brackets": "(" * 996 + "is_gift" + ")" * 996,
    "brackets never closed": "(" * 1_000 + "is_gift",
    "not": "not " * 480 + "is_gift",
    "minus": "-" * 1_900 + "amount > 0",
    "calls": "abs(" * 450 + "amount" + ")" * 100,
    "sums": "amount" + " + 1" * 450 + " > 0",
}


@pytest.mark.parametrize("what", DEEP)
def test_a_policy_whose_formula_nests_a_thousand_deep_is_one_finding(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "1"
    folder.mkdir(parents=True)
    folder.joinpath("bundle.yaml").write_text(
        'id: deep\nversion: "1"\ntitle: {en: Deep}\nprogram: traps\nsubject: shop\ntimezone: UTC\n'
        "populations:\n"
        f'  placed: {{of: orders, where: "{DEEP[what]}", at: placed_at, assumed: any}}\n'
        "metrics:\n"
        "  orders: {count_of: placed, window: {days: 30}, assumed: any}\n"
    )
    _, plan, findings = Workspace([tmp_path]).check("deep@1")
    assert plan is None
    assert [(each.id, each.where.line) for each in findings if isinstance(each.where, Mark)] == [("F103", 8)]


BOMB = "\n".join(
    [
        "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)),
    ]
)
TOO_MANY = "Y107 error more than 524288 values, those of aliases included"


def test_an_alias_bomb_in_a_policy_is_one_finding(tmp_path: Path) -> None:
    folder = tmp_path / "bomb" / "1"
    folder.mkdir(parents=True)
    folder.joinpath("bundle.yaml").write_text(BOMB)
    _, plan, findings = Workspace([tmp_path]).check("bomb@1")
    assert plan is None
    assert [str(each) for each in findings] == [f"{folder}/bundle.yaml:6:25: {TOO_MANY}"]


def test_an_alias_bomb_in_a_case_is_one_finding() -> None:
    """Cases may be larger than policies: 1,234,567 values are allowed, the next line has the one too many."""
    file, findings = open_case_text(BOMB, "bomb.yaml")
    assert file is None
    too_many = "Y107 error more than 8388608 values, those of aliases included"
    assert [str(each) for each in findings] == [f"bomb.yaml:7:40: {too_many}"]


def test_one_order_in_five_sku_rows_is_told_in_a_case_too() -> None:
    row = "{order_id: o1, placed_at: 2026-06-18T12:00:00Z}"
    file, _ = open_case_text(f"shop: {{shop_id: S1}}\norders: [{', '.join([row] * 5)}]\n", "five.yaml")
    assert file is not None
    case, findings = file.read(catalog(), Zone("UTC"))
    assert case is None
    assert [each.id for each in findings] == ["I309"] * 4
    assert findings[0].message == CAME_BEFORE
