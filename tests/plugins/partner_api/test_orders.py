"""Orders, cancellations and returns of the API: what each field means."""

from pathlib import Path

import pytest
from tests.plugins.partner_api.saved import O1, O2, R1, answers, orders, read, rows


def test_a_column_is_absent_where_no_order_has_it(tmp_path: Path) -> None:
    order = {"id": O1, "status": "IN_TRANSIT", "create_time": 1782900000, "collection_time": 1782960000}
    result = read(answers(tmp_path, orders={"orders": [order]}))
    columns = result.tables["orders"].column_names
    assert "deliver_by" not in columns and "arrange_by" not in columns
    assert {"delivered_at", "cancelled_at", "cancel_fault"} < set(columns)


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


def test_texts_that_the_apis_own_list_of_reasons_names_are_known(tmp_path: Path) -> None:
    order = {"id": O1, "status": "CANCELLED", "create_time": 1782900000, "cancel_time": 1782900100,
             "cancel_reason": "Stok habis semua"}  # fmt: skip
    listed = {
        "reverse_reason_key": "seller_cancel_reason_out_of_stock_uk",
        "reverse_reason": "Stok habis semua",
    }
    found = read(answers(tmp_path, a={"orders": [order]}, b={"reverse_reason_list": [listed]}))
    assert rows(found, "orders", "cancel_fault") == [("seller",)]


def test_ids_that_are_whole_numbers_keep_every_digit(tmp_path: Path) -> None:
    found = orders(tmp_path, {"id": 576461413038785001}, {"id": 576461413038785002})
    assert rows(found, "orders", "order_id") == [("576461413038785001",), ("576461413038785002",)]


def test_a_time_of_zero_is_none(tmp_path: Path) -> None:
    order = {"status": "AWAITING_SHIPMENT", "paid_time": 0, "delivery_time": "0"}
    assert rows(orders(tmp_path, order), "orders", "paid_at", "delivered_at") == [(None, None)]


def test_the_newest_copy_counts_in_whatever_unit_its_time_is(tmp_path: Path) -> None:
    older = {"id": O1, "create_time": 1782900000, "update_time": "1783000000000"}
    newer = {"id": O1, "create_time": 1782900000, "update_time": 1783000001, "delivery_time": 1783000001}
    found = read(answers(tmp_path, a={"orders": [newer]}, b={"orders": [older]}))
    assert rows(found, "orders", "delivered_at") == [("1783000001",)]


def test_a_time_of_cancellation_cancels_whatever_the_status_is(tmp_path: Path) -> None:
    found = orders(tmp_path, {"status": "COMPLETED", "cancel_time": 1782903600}, {"cancel_time": 1782903600})
    assert rows(found, "orders", "cancelled_at") == [("1782903600",), ("1782903600",)]


def test_of_two_cancellations_the_later_one_counts_and_its_code_goes_first(tmp_path: Path) -> None:
    order = {"id": O1, "status": "CANCELLED", "create_time": 1782900000, "cancel_reason": "Barang kosong"}
    done = {"order_id": O1, "cancel_status": "CANCELLATION_REQUEST_SUCCESS"}
    first = {**done, "cancel_id": "1", "update_time": 1782910000, "cancel_reason": "cancel_no_longer_needed"}
    code = "seller_cancel_reason_out_of_stock"
    last = {**done, "cancel_id": "2", "update_time": 1782920000, "cancel_reason": code}
    again = {**first, "cancel_id": "3", "update_time": 1782915000}
    found = read(answers(tmp_path, a={"orders": [order]}, b={"cancellations": [first, last, again]}))
    assert rows(found, "orders", "cancelled_at", "cancel_reason") == [("1782920000", code)]


def test_types_fulfilment_and_flags_of_orders(tmp_path: Path) -> None:
    found = orders(
        tmp_path,
        {"order_type": "NORMAL", "fulfillment_type": "FULFILLMENT_BY_SELLER", "is_replacement_order": True},
        {
            "order_type": "ZERO_LOTTERY",
            "fulfillment_type": "FULFILLMENT_BY_TIKTOK",
            "is_exchange_order": True,
        },
        {"order_type": "PRE_ORDER", "fulfillment_type": "FULFILLMENT_BY_DILAYANI_TOKOPEDIA"},
        {"order_type": "MADE_TO_ORDER", "is_sample_order": True},
        {"order_type": "BACK_ORDER"},
    )
    columns = ("order_type", "fulfillment", "is_sample", "is_replacement", "is_exchange")
    assert rows(found, "orders", *columns) == [
        ("normal", "seller", None, "true", None),
        ("lottery", "platform", None, None, "true"),
        ("pre_order", "platform", None, None, None),
        ("made_to_order", None, "true", None, None),
        ("back_order", None, None, None, None),
    ]


def test_promises_and_automatic_cancellations_are_no_deadlines(tmp_path: Path) -> None:
    at = 1783000000
    others = ("recommended_shipping_time", "delivery_option_required_delivery_time", "shipping_due_time",
              "collection_due_time", "delivery_due_time", "cancel_order_sla_time")  # fmt: skip
    cut_off = {"pick_up_cut_off_time": at}
    both = {**cut_off, "tts_sla_time": 1783028800}
    found = orders(tmp_path, dict.fromkeys(others, at), cut_off, both, market="VN")
    deadlines = ("arrange_by", "dispatch_by", "fast_dispatch_by", "deliver_by")
    assert [each for each in found.tables["orders"].column_names if each in deadlines] == ["dispatch_by"]
    assert rows(found, "orders", "dispatch_by") == [(None,), ("1783000000",), ("1783028800",)]


def test_every_status_of_a_return_says_whether_it_stands(tmp_path: Path) -> None:
    statuses = {
        "RETURN_OR_REFUND_REQUEST_PENDING": "open",
        "AWAITING_BUYER_SHIP": "open",
        "AWAITING_BUYER_RESPONSE": "open",
        "BUYER_SHIPPED_ITEM": "open",
        "RETURN_OR_REFUND_REQUEST_SUCCESS": "open",
        "RETURN_OR_REFUND_REQUEST_COMPLETE": "completed",
        "REFUND_OR_RETURN_REQUEST_REJECT": "rejected",
        "RETURN_OR_REFUND_REQUEST_REJECT": "rejected",
        "RETURN_OR_REFUND_REQUEST_CANCEL": "cancelled",
        "REJECT_RECEIVE_PACKAGE": "rejected",
        "REPLACEMENT_REQUEST_PENDING": "open",
        "REPLACEMENT_REQUEST_REJECT": "rejected",
        "REPLACEMENT_REQUEST_CANCEL": "cancelled",
        "REPLACEMENT_REQUEST_COMPLETE": "completed",
        "REPLACEMENT_REQUEST_REFUND_SUCCESS": "completed",
    }
    listed = [
        {"return_id": str(number), "order_id": O1, "create_time": 1783210000, "update_time": 1783220000,
         "return_status": status}
        for number, status in enumerate(statuses)
    ]  # fmt: skip
    found = read(answers(tmp_path, returns={"return_orders": listed}))
    ended = {"open": None, "completed": "1783220000", "rejected": "1783220000", "cancelled": "1783220000"}
    expected = [(status, ended[status]) for status in statuses.values()]
    assert rows(found, "returns", "status", "resolved_at") == expected
    assert found.unmapped == {}


@pytest.mark.parametrize(
    ("status", "cancelled_at"),
    [
        ("CANCELLATION_REQUEST_PENDING", "1782950000"),
        ("CANCELLATION_REQUEST_CANCEL", "1782950000"),
        ("CANCELLATION_REQUEST_SUCCESS", "1782940000"),
        ("CANCELLATION_REQUEST_COMPLETE", "1782940000"),
    ],
)
def test_a_cancellation_that_came_into_force_dates_its_order(
    tmp_path: Path, status: str, cancelled_at: str
) -> None:
    order = {"id": O1, "status": "CANCELLED", "create_time": 1782900000, "update_time": 1782950000}
    asked = {"cancel_id": "1", "order_id": O1, "cancel_status": status, "update_time": 1782940000}
    found = read(answers(tmp_path, a={"orders": [order]}, b={"cancellations": [asked]}))
    assert rows(found, "orders", "cancelled_at") == [(cancelled_at,)]


@pytest.mark.parametrize(
    ("status", "dropped", "is_cancelled"),
    [(100, "unpaid orders", False), (105, "orders on hold", False), (111, None, False), (112, None, False),
     (114, None, False), (121, None, False), (122, None, False), (130, None, False), (140, None, True)],
)  # fmt: skip
def test_numbers_of_the_old_v2_are_statuses(
    tmp_path: Path, status: int, dropped: str | None, is_cancelled: bool
) -> None:
    order = {"order_id": O1, "create_time": 1782900000, "update_time": 1782950000, "order_status": status}
    found = read(answers(tmp_path, a={"order_list": [order]}))
    assert found.dropped == ({} if dropped is None else {dropped: 1})
    assert rows(found, "orders", "cancelled_at") == (
        [] if dropped else [("1782950000" if is_cancelled else None,)]
    )
    assert found.unmapped == {}


def test_an_order_is_one_when_it_is_paid_and_no_longer_held(tmp_path: Path) -> None:
    found = orders(
        tmp_path,
        {"status": "UNPAID", "is_cod": False},
        {"status": "UNPAID", "is_cod": True},  # 2: its buyer pays on delivery
        {"status": "ON_HOLD", "paid_time": 1782900001},
        {"status": "CANCELLED", "cancel_time": 1782903600, "is_cod": False},
        {"status": "CANCELLED", "cancel_time": 1782903600, "is_cod": False, "paid_time": 1782900001},  # 5
        {"status": "CANCELLED", "cancel_time": 1782903600, "is_cod": True},  # 6
        {"status": "CANCELLED", "cancel_time": 1782903600},  # 7: how it was to be paid nobody says
        {"status": "AWAITING_SHIPMENT", "paid_time": 1782900001, "is_cod": False},  # 8
    )
    assert rows(found, "orders", "order_id", "paid_at") == [
        ("2", "1782900000"), ("5", "1782900001"), ("6", "1782900000"), ("7", None), ("8", "1782900001"),
    ]  # fmt: skip
    assert found.dropped == {
        "unpaid orders": 1,
        "orders on hold": 1,
        "orders cancelled before they were paid": 1,
    }


def test_an_order_cancelled_on_its_way_is_no_cancellation_of_the_seller(tmp_path: Path) -> None:
    cancelled = {"status": "CANCELLED", "cancel_time": 1783000000, "cancel_reason": "Out of stock"}
    found = orders(tmp_path, cancelled, {**cancelled, "collection_time": 1782990000})
    assert rows(found, "orders", "cancel_reason", "cancel_fault") == [
        ("Out of stock", "seller"),
        ("Out of stock", "unknown"),
    ]
    assert found.notes == (
        ("failed_deliveries", "1 order cancelled after dispatch: read as failed or refused deliveries"),
    )


def test_states_that_contradict_their_times_are_told(tmp_path: Path) -> None:
    lines = [{"display_status": "CANCELLED"}, {"display_status": "IN_TRANSIT"}]
    found = orders(
        tmp_path,
        {"status": "DELIVERED"},
        {"status": "IN_TRANSIT", "line_items": lines},
        {"status": "COMPLETED"},
    )
    assert rows(found, "orders", "delivered_at", "cancelled_at") == [(None, None)] * 3
    assert found.notes == (
        ("partly_cancelled", "1 order cancelled in part: not cancelled here"),
        ("delivered_without_date", "1 order called delivered without a time: not delivered here"),
    )


def test_words_the_api_may_add_are_counted_and_shown(tmp_path: Path) -> None:
    order = {
        "id": O1,
        "create_time": 1782900000,
        "status": "EXCHANGED",
        "order_type": "GROUP_BUY",
        "fulfillment_type": "FULFILLMENT_BY_ROBOT",
    }
    gone = {"id": O2, "create_time": 1782900000, "status": "CANCELED", "cancellation_initiator": "BANK"}
    asked = {"cancel_id": "1", "order_id": O1, "cancel_status": "CANCELLATION_REQUEST_ON_ICE"}
    swap = {"return_id": R1, "order_id": O1, "return_type": "EXCHANGE", "create_time": 1782900000}
    found = read(answers(tmp_path, a={"orders": [order, gone]}, b={"cancellations": [asked]},
                         c={"return_orders": [swap]}), None)  # fmt: skip
    columns = ("order_type", "fulfillment", "cancelled_at", "cancelled_by")
    assert [tuple(map(each.get, columns)) for each in found.tables["orders"].to_pylist()] == [(None,) * 4] * 2
    assert rows(found, "returns", "kind") == [(None,)]
    assert found.unmapped == {
        "cancellation statuses": {"CANCELLATION_REQUEST_ON_ICE": 1},
        "order statuses": {"EXCHANGED": 1},
        "types of order": {"GROUP_BUY": 1},
        "kinds of fulfilment": {"FULFILLMENT_BY_ROBOT": 1},
        "who cancelled": {"BANK": 1},
        "kinds of return": {"EXCHANGE": 1},
    }
    assert found.notes[1:4] == (
        (
            "words_unknown",
            "cancellation statuses: 1 text in no table, in 1 row: read as not done: "
            "'CANCELLATION_REQUEST_ON_ICE' (1)",
        ),
        (
            "words_unknown",
            "order statuses: 1 text in no table, in 1 row: read as not cancelled, and by their times: "
            "'EXCHANGED' (1)",
        ),
        ("words_unknown", "types of order: 1 text in no table, in 1 row: read as normal: 'GROUP_BUY' (1)"),
    )


def test_orders_of_the_old_v2_among_new_ones_are_told(tmp_path: Path) -> None:
    old, new = {"order_id": O1, "create_time": 1782900000}, {"id": O2, "create_time": 1782900000}
    listed = {"order_id": R1, "order_status": 100, "update_time": 1782900000}  # without its detail
    found = read(answers(tmp_path, a={"order_list": [old, listed]}, b={"orders": [new]}))
    said = "1 order of the old v2, which has no times of dispatch and delivery: neither happened here"
    assert found.notes == (("old_orders", said),)


def test_deadlines_no_order_names_come_from_the_rule_of_the_market(tmp_path: Path) -> None:
    # Placed on Wednesday 1 July at 03:00 in Los Angeles; Friday the 3rd is a holiday.
    made = {"order_type": "MADE_TO_ORDER"}
    found = orders(
        tmp_path,
        {},  # 2, 6, 7, 8, 9 and 10 July
        {"create_time": 1782885600},  # 30 June, 23:00 there: 1, 2, 6, 7, 8 and 9 July
        {"delivery_sla_time": 1783400000},
        {**made, "handling_duration": {"days": "3", "type": "BUSINESS_DAY"}},  # 8 days: 14 July
        {**made, "handling_duration": {"days": "3", "type": "CALENDAR_DAY"}},
        {"order_type": "PRE_ORDER", "release_date": 1785000000},  # Saturday 25 July: 27 to 31 and 3 August
        {"create_time": 9e300},
        market="US",
    )
    assert rows(found, "orders", "deliver_by", "_computed") == [
        ("2026-07-11T06:59:59.999999+00:00", "deliver_by"),
        ("2026-07-10T06:59:59.999999+00:00", "deliver_by"),
        ("1783400000", None),
        ("2026-07-15T06:59:59.999999+00:00", "deliver_by"),
        (None, None),
        ("2026-08-04T06:59:59.999999+00:00", "deliver_by"),
        (None, None),
    ]
    assert found.notes == (
        ("deadlines_computed", "deliver_by of 4 orders computed by the rule of US (deadlines/US.yaml)"),
        (
            "deadlines_unknown",
            "no deliver_by for 1 order of type made_to_order: the answers do not say what the rule needs",
        ),
    )


def test_a_handling_time_of_more_than_a_year_is_none(tmp_path: Path) -> None:
    made = [
        {"order_type": "MADE_TO_ORDER", "handling_duration": {"days": days}} for days in (4000000, 366, 365)
    ]
    found = orders(tmp_path, *made, market="US")
    assert [by is None for (by,) in rows(found, "orders", "deliver_by")] == [True, True, False]
    said = "no deliver_by for 2 orders of type made_to_order: the answers do not say what the rule needs"
    assert found.notes[1:] == (("deadlines_unknown", said),)


def test_a_time_in_words_dates_a_deadline_like_one_in_numbers(tmp_path: Path) -> None:
    # 1782900000 is Wednesday 1 July at 10:00 UTC.
    ends = "2026-07-11T06:59:59.999999+00:00"
    placed = [
        {"create_time": each} for each in ("2026-07-01T10:00:00Z", "2026-07-01T03:00:00-07:00", 1782900000)
    ]
    found = orders(tmp_path, *placed, market="US")
    assert rows(found, "orders", "deliver_by") == [(ends,)] * 3


def test_a_type_the_rule_does_not_have_is_told_as_such(tmp_path: Path) -> None:
    found = orders(tmp_path, {"order_type": "ZERO_LOTTERY"}, market="US")
    said = "no deliver_by for 1 order of type lottery: the rule has no such type"
    assert found.notes == (("deadlines_unknown", said),)


def test_a_cancelled_line_is_one_in_whatever_letters(tmp_path: Path) -> None:
    lines = [
        [{"display_status": word}, {"display_status": "IN_TRANSIT"}] for word in ("CANCELED", "cancelled")
    ]
    found = orders(tmp_path, *({"line_items": each} for each in lines))
    assert found.notes == (("partly_cancelled", "2 orders cancelled in part: not cancelled here"),)


def test_an_order_of_a_type_nobody_knows_has_no_deadline(tmp_path: Path) -> None:
    found = orders(tmp_path, {"order_type": "GROUP_BUY"}, {"order_type": ""}, market="US")
    assert rows(found, "orders", "deliver_by") == [(None,), ("2026-07-11T06:59:59.999999+00:00",)]
    assert (
        "deadlines_unknown",
        "no deliver_by for 1 order of type unknown: the answers do not say what the rule needs",
    ) in found.notes


def test_the_market_that_is_said_stays_with_the_data(tmp_path: Path) -> None:
    found = orders(tmp_path, {}, market="VN")
    assert found.tables["shops"].to_pylist() == [{"shop_id": "shop", "market": "VN"}]
    assert "shops" not in orders(tmp_path, {}).tables


def test_half_a_character_is_no_fault_of_the_data(tmp_path: Path) -> None:
    cut = {"status": "CANCELLED", "cancel_time": 1782900100, "cancel_reason": "Sold out \ud83d"}
    (reason,) = rows(orders(tmp_path, cut), "orders", "cancel_reason")
    assert reason == ("Sold out \ufffd",)
