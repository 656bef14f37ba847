"""The reader `partner-api`: recorded answers of the old v2, and made-up ones of 202309 with every quirk.

What stands in tests/plugins/data/partner-api is described where it is expected.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shopscore.errors import BadInputError, UsageError
from shopscore.events.opening import open_dataset
from shopscore.events.reader import FILE, ROW, ReadOptions, ReadResult
from shopscore.events.time import Zone
from shopscore.hooks import Loaded, collect
from shopscore_plugins import partner_api

DATA = Path(__file__).parent / "data"
RECORDED = DATA / "tiktok-openapi-samples"
MADE_UP = DATA / "partner-api"
READER = collect([Loaded("partner_api", "0", partner_api)]).reader("partner-api")
O1, O2, O3, O4, O5 = (f"57646141303878500{number}" for number in range(1, 6))
R1, R2, R3 = (f"403522588872255190{number}" for number in range(1, 4))


def read(path: Path, market: str | None = "VN", **more: str) -> ReadResult:
    return READER.read([path], ReadOptions(market=market, more=more))


def rows(result: ReadResult, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = result.tables[table].to_pylist()
    return [tuple(row[column] for column in columns) for row in found]


def answers(folder: Path, **files: Any) -> Path:
    """Write answers with code 0 around what is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps({"code": 0, "data": data}), encoding="utf-8")
    return folder


def test_the_recorded_detail_of_v2_is_an_order_with_its_times_as_written() -> None:
    result = read(RECORDED)
    (order,) = result.tables["orders"].to_pylist()
    assert order == {
        "order_id": "576461413038785752",
        "shop_id": "shop",
        "placed_at": "1619611561674",  # a text of milliseconds beside numbers of seconds
        "paid_at": "1619611563",
        "arrange_by": "1619611688",
        "arranged_at": "1619611563",
        "dispatch_by": "1619611761",
        "fulfillment": "seller",
        "product_id": "1729388199855555800",
        "amount": "175685",
        "currency": "IDR",
        # One of three items is cancelled: the order goes on.
        "cancelled_at": None,
        "cancelled_by": None,
        "cancel_reason": None,
        "cancel_fault": None,
        FILE: "v2_order_detail.response.json",
        ROW: 1,
    }


def test_the_recorded_reverse_list_is_a_return() -> None:
    (found,) = read(RECORDED).tables["returns"].to_pylist()
    assert found == {
        "return_id": "4035225888722551903",
        "order_id": "576461302937453663",
        "shop_id": "shop",
        "requested_at": "1527955200",
        "kind": "refund",
        "reason": "Package wasn't received",
        "fault": "logistics",
        "status": "open",
        "resolved_at": None,
        FILE: "v2_get_reverse_list.response.json",
        ROW: 1,
    }


def test_what_the_recorded_answers_do_not_tell_is_counted() -> None:
    result = read(RECORDED)
    assert result.dropped == {
        "orders of a list without their detail": 2,  # the list has an id, a status and a time of change
        "files that are no JSON": 1,  # the licence
    }
    assert result.notes == (
        ("pages_missing", "no last page of returns, orders: the API had more than was saved"),
    )
    assert [path.name for path in result.files] == [
        "v2_get_reverse_list.response.json",
        "v2_get_reverse_reason.response.json",
        "v2_order_detail.response.json",
        "v2_order_list.response.json",
    ]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every value of JSON, list positions left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path


READ = {
    ".code",
    ".message",
    ".data.more",
    ".data.next_cursor",
    ".data.order_list.order_id",
    ".data.order_list.order_status",
    ".data.order_list.update_time",
    ".data.order_list.create_time",
    ".data.order_list.paid_time",
    ".data.order_list.rts_time",
    ".data.order_list.rts_sla",
    ".data.order_list.tts_sla",
    ".data.order_list.fulfillment_type",
    ".data.order_list.payment_info.currency",
    ".data.order_list.payment_info.total_amount",
    ".data.order_list.item_list.product_id",
    ".data.order_list.item_list.sku_cancel_reason",
    ".data.order_list.item_list.sku_cancel_user",
    ".data.reverse_list.order_id",
    ".data.reverse_list.return_reason",
    ".data.reverse_list.reverse_order_id",
    ".data.reverse_list.reverse_request_time",
    ".data.reverse_list.reverse_status_value",
    ".data.reverse_list.reverse_type",
    ".data.reverse_list.reverse_update_time",
    ".data.reverse_reason_list.reverse_reason",
    ".data.reverse_reason_list.reverse_reason_key",
}
PERSONAL = re.compile(
    r"recipient_address|buyer_|additional_(message|image)|\.tracking_number|return_tracking_id"
)
NOT_IN_THE_MODEL = re.compile(
    r"request_id|receiver_address_updated|payment_method|delivery_option|shipping_provider|payment_info\.(sub_total|"
    r"shipping_fee|seller_discount|original)|item_list\.(sku_(id|name|image|original|sale|platform|seller_d|ext|"
    r"display|rts)|quantity|seller_sku|product_name)|cancel_order_sla|order_line_list|return_item_list|"
    r"reverse_list\.(currency|refund_total|reverse_record_list)|available_order_status_list"
)


def test_every_field_of_the_recorded_answers_is_read_or_left_for_a_reason() -> None:
    found = {
        path
        for file in RECORDED.glob("*.json")
        for path in leaves(json.loads(file.read_text(encoding="utf-8")))
    }
    left = {path for path in found if PERSONAL.search(path) or NOT_IN_THE_MODEL.search(path)}
    assert left & READ == set()
    assert found - left == READ


def test_orders_of_202309_have_times_deadlines_and_flags() -> None:
    result = read(MADE_UP, shop="S1")
    first, _, third, _, _ = result.tables["orders"].to_pylist()
    assert {name: value for name, value in first.items() if value is not None} == {
        "order_id": O1,
        "shop_id": "S1",
        "placed_at": "1782900000",
        "paid_at": "1782900060",
        "arrange_by": "1783000000",
        "arranged_at": "1782950000",
        "dispatch_by": "1783028800",
        "dispatched_at": "1782960000",
        "fast_dispatch_by": "1782990000",
        "deliver_by": "1783400000",
        "delivered_at": "1783200000",
        "order_type": "normal",
        "fulfillment": "seller",
        "product_id": "1729388199855555800",
        "is_sample": "false",
        "amount": "175685.50",
        "currency": "IDR",
        FILE: "orders/search-1.json",
        ROW: 1,
    }
    # Paid on delivery: a paid_time of 0 is none, and absent keys are nothing.
    assert {name: value for name, value in third.items() if value is not None} == {
        "order_id": O3,
        "shop_id": "S1",
        "placed_at": "1782900200",
        "order_type": "pre_order",
        "fulfillment": "platform",
        "is_sample": "true",
        FILE: "orders/search-2.json",
        ROW: 2,
    }


def test_cancellations_take_what_the_order_does_not_say_from_their_own_list() -> None:
    result = read(MADE_UP)
    columns = ("order_id", "cancelled_at", "cancelled_by", "cancel_reason", "cancel_fault")
    assert rows(result, "orders", *columns) == [
        (O1, None, None, None, None),  # asked for, not granted
        # The newer of two copies; the text is the shop's own language's, a table of VN knows it.
        (O2, "1783100200", "system", "Tự động hủy do quá thời gian lấy hàng", "seller"),
        (O3, None, None, None, None),
        (O4, "1783000900", "operator", "No idea why", "unknown"),  # its last change, for want of a time
        (O5, "1783000800", "seller", "seller_cancel_reason_out_of_stock_uk", "seller"),  # from the list
    ]


def test_returns_have_kind_fault_and_status() -> None:
    columns = ("return_id", "requested_at", "kind", "fault", "status", "resolved_at", ROW)
    assert rows(read(MADE_UP), "returns", *columns) == [
        (R1, "1783210000", "return_and_refund", "seller", "completed", "1783500000", 1),
        (R2, "1783210100", "refund", "buyer", "rejected", "1783210900", 2),
        (R3, "1783210200", "replacement", "unknown", None, None, 3),
    ]


def test_reviews_are_dated_in_seconds_or_in_words() -> None:
    assert rows(read(MADE_UP), "reviews", "review_id", "order_id", "posted_at", "stars", "product_id") == [
        ("r1", O1, "1783250000", "2", "1729388199855555800"),
        ("r2", O1, "2026-07-06T10:00:00Z", "5", None),
    ]


def test_robots_and_notices_are_no_reply() -> None:
    columns = ("chat_id", "started_at", "started_by", "first_reply_at", "resolved_by")
    assert rows(read(MADE_UP), "chats", *columns) == [
        # robot, notice of an agent, then the agent
        ("s1", "1783000000", "buyer", "1783000300", "human"),
        # robot, then a message nobody sees
        ("s2", "1783100000", "buyer", None, "bot"),
        # the shop wrote first; the buyer's question has no answer
        ("s3", "1783000000", "seller", None, "human"),
    ]


def test_rounds_run_from_the_buyer_to_the_seller() -> None:
    columns = ("round_id", "stage", "started_at", "finished_at", "handled_by")
    assert rows(read(MADE_UP), "after_sales_rounds", *columns) == [
        (f"{R1}-1", "approval", "1783210000", "1783217200", "seller"),
        (f"{R1}-2", "inspection", "1783300000", "1783407200", "seller"),
        (f"{R2}-1", "approval", "1783210100", "1783210900", "system"),  # no record of the seller's
    ]


def test_what_is_left_out_or_assumed_is_told() -> None:
    result = read(MADE_UP)
    assert result.dropped == {
        "older copies of orders": 1,
        "cancellation requests that wait or came to nothing": 1,
        "cancellations of orders that are not in the files": 1,
        "reviews of no order": 1,
        "messages outside of every session": 1,
        "files that are no JSON": 1,
    }
    assert result.notes == (
        ("cancelled_at_assumed", "the last change stands for the time of cancellation in 1 order"),
        ("resolved_at_assumed", "the last change stands for the end of 2 returns"),
        ("rounds_assumed", "a review round is taken to run from the buyer's record to the seller's next one"),
        (
            "words_unknown",
            "return statuses: 1 text in no table, in 1 row: read as open: 'EXCHANGE_REQUEST_PENDING' (1)",
        ),
        (
            "words_unknown",
            "cancel reasons: 1 text in no table, in 1 row: read as unknown: 'No idea why' (1)",
        ),
        ("words_unknown", "return reasons: 1 text in no table, in 1 row: read as unknown: 'Nicht gut' (1)"),
    )


def test_words_that_no_table_has_are_counted_for_those_who_write_the_tables() -> None:
    assert read(MADE_UP).unmapped == {
        "return statuses": {"EXCHANGE_REQUEST_PENDING": 1},
        "cancel reasons": {"No idea why": 1},
        "return reasons": {"Nicht gut": 1},
    }


def test_without_the_market_its_own_texts_are_nobodys_fault() -> None:
    assert rows(read(MADE_UP, market="US"), "orders", "cancel_fault")[1] == ("unknown",)


def test_the_checks_read_seconds_milliseconds_and_words_alike() -> None:
    with open_dataset(
        MADE_UP, zone=Zone("Asia/Ho_Chi_Minh"), reader=READER, options=ReadOptions(market="VN")
    ) as data:
        events = data.subject_events("shop")
        notes = dict(data.notes(date(2026, 8, 1)))
    orders = {row["order_id"]: row for row in events.tables["orders"]}
    assert orders[O1]["placed_at"] == orders[O2]["placed_at"] == 1782900000 * 10**6
    assert orders[O1]["is_sample"] is False and orders[O3]["is_sample"] is True
    assert [row["posted_at"] for row in events.tables["reviews"]] == [1783250000 * 10**6, 1783332000 * 10**6]
    assert notes["rows_dropped"] == "partner-api dropped 1 row: files that are no JSON"
    # Deadlines that no order of the shop has would be absent; what has not happened is known not to have.
    assert events.supply.has("orders", "deliver_by") and not events.supply.has("orders", "region")


def test_a_column_is_absent_where_no_order_has_it(tmp_path: Path) -> None:
    order = {"id": O1, "status": "IN_TRANSIT", "create_time": 1782900000, "collection_time": 1782960000}
    result = read(answers(tmp_path, orders={"orders": [order]}))
    columns = result.tables["orders"].column_names
    assert "deliver_by" not in columns and "arrange_by" not in columns
    assert {"delivered_at", "cancelled_at", "cancel_fault"} < set(columns)


def test_first_replies_of_some_chats_are_told_of_none(tmp_path: Path) -> None:
    sessions = [{"id": "s1", "conversation_id": "111111", "begin_time": 1783000000},
                {"id": "s2", "conversation_id": "222222", "begin_time": 1783000000}]  # fmt: skip
    message = {"id": "m1", "create_time": 1783000010, "type": "TEXT", "sender": {"role": "BUYER"}}
    files = {"sessions": {"sessions": sessions}, "messages-111111": {"messages": [message]}}
    result = read(answers(tmp_path, **files))
    assert result.tables["chats"].column_names == ["chat_id", "shop_id", "started_at", FILE, ROW]
    assert result.notes == (
        ("messages_missing", "1 chat without messages: first replies are not read of any"),
    )


def test_a_list_and_its_detail_are_one_order(tmp_path: Path) -> None:
    listed = {"order_id": O1, "order_status": 140, "update_time": 1782990000}
    detail = {"order_id": O1, "order_status": 112, "create_time": "1782900000000", "update_time": 1782950000,
              "cancel_user": "BUYER", "item_list": []}  # fmt: skip
    asked = {
        "reverse_type": 4,
        "reverse_status_value": 51,
        "reverse_order_id": "1",
        "order_id": O1,
        "return_reason": "Out of stock",
        "reverse_request_time": 1782980000,
        "reverse_update_time": 1782985000,
    }
    found = read(answers(tmp_path, a={"order_list": [listed], "more": False}, b={"order_list": [detail]},
                         c={"reverse_list": [asked], "more": False}))  # fmt: skip
    columns = ("placed_at", "cancelled_at", "cancelled_by", "cancel_fault")
    assert rows(found, "orders", *columns) == [("1782900000000", "1782985000", "buyer", "seller")]
    assert found.tables["returns"].num_rows == 0
    assert found.dropped == {"older copies of orders": 1} and found.notes == ()


def test_a_search_that_finds_nothing_is_an_empty_table(tmp_path: Path) -> None:
    found = read(answers(tmp_path, orders={"orders": None, "total_count": 0}, nothing={"total_count": 0}))
    assert found.tables["orders"].num_rows == 0
    assert found.dropped == {"empty answers": 1}


def test_texts_that_the_apis_own_list_of_reasons_names_are_known(tmp_path: Path) -> None:
    order = {"id": O1, "status": "CANCELLED", "create_time": 1782900000, "cancel_time": 1782900100,
             "cancel_reason": "Stok habis semua"}  # fmt: skip
    listed = {
        "reverse_reason_key": "seller_cancel_reason_out_of_stock_uk",
        "reverse_reason": "Stok habis semua",
    }
    found = read(answers(tmp_path, a={"orders": [order]}, b={"reverse_reason_list": [listed]}))
    assert rows(found, "orders", "cancel_fault") == [("seller",)]


def test_nothing_personal_leaves_the_answers() -> None:
    written = json.dumps([table.to_pylist() for table in read(MADE_UP).tables.values()], ensure_ascii=False)
    written += repr((read(MADE_UP).notes, read(RECORDED).notes))
    written += json.dumps([table.to_pylist() for table in read(RECORDED).tables.values()])
    personal = ("Siti", "Rahmawati", "81234567890", "Kenanga", "example.com", "7493990569595471353", "40115",
                "zay", "12345678980", "23683", "Koba", "abcde", "I want to return")  # fmt: skip
    assert [each for each in personal if each in written] == []
    files = [path for folder in (MADE_UP, RECORDED) for path in folder.rglob("*") if path.is_file()]
    everything = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [each for each in personal if each not in everything] == []  # they were there to be found


MESSAGES = (DATA / "wrong-answers.txt").read_text(encoding="utf-8").splitlines()
WRONG = {message.partition(":")[0]: message for message in MESSAGES}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gives_one_clear_message(name: str) -> None:
    with pytest.raises(BadInputError) as raised:
        read(DATA / "wrong-answers" / name)
    assert str(raised.value) == WRONG[name]


def test_every_wrong_file_has_its_message() -> None:
    assert sorted(WRONG) == sorted(path.name for path in (DATA / "wrong-answers").iterdir())


def test_wrong_requests_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as nothing:
        read(tmp_path)
    assert str(nothing.value) == (
        f"the reader partner-api finds no saved answer in {tmp_path}; expected .json, .ndjson, .jsonl files"
    )
    with pytest.raises(UsageError) as gone:
        read(tmp_path / "gone")
    assert str(gone.value) == f"there is no file or folder {tmp_path / 'gone'}"
    with pytest.raises(UsageError) as option:
        read(MADE_UP, shops="S1")
    assert str(option.value) == (
        "the reader partner-api has no option 'shops'; expected shop; did you mean 'shop'?"
    )


def test_a_word_nobody_knows_is_named_with_its_place(tmp_path: Path) -> None:
    order = {"id": O1, "status": "DELIVERED", "create_time": "last Monday", "order_type": "SUBSCRIPTION"}
    with pytest.raises(BadInputError) as raised:
        open_dataset(answers(tmp_path, orders={"orders": [order]}), zone=Zone("UTC"), reader=READER)
    assert str(raised.value) == (
        "orders.json:row 1:placed_at: I302 error orders: placed_at is 'last Monday'; expected a time with "
        "its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds"
    )
