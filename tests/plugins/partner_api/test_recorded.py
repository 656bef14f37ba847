"""The reader `partner-api`: recorded answers of the old v2, and made-up ones of 202309 with every quirk.

What stands in tests/plugins/data/partner-api is described where it is expected.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.plugins.partner_api.saved import (
    MADE_UP,
    O1,
    O2,
    O3,
    O4,
    O5,
    R1,
    R2,
    R3,
    READER,
    RECORDED,
    read,
    rows,
)

from shopscore.events.opening import open_dataset
from shopscore.events.reader import FILE, ROW, ReadOptions
from shopscore.events.time import Zone


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
        ("partly_cancelled", "1 order cancelled in part: not cancelled here"),
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
    # Paid on delivery: confirmed when it was placed, whatever paid_time says. Absent keys are nothing.
    assert {name: value for name, value in third.items() if value is not None} == {
        "order_id": O3,
        "shop_id": "S1",
        "placed_at": "1782900200",
        "paid_at": "1782900200",
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
        ("cancelled_at_assumed", "1 order cancelled without a time: the last change stands for it"),
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
