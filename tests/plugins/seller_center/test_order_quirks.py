"""The oddities of order exports, each as it was seen in a shop's file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb
import pytest
from tests.plugins.seller_center.conftest import HEADER, Reading, at, cells, read, refusal
from tests.plugins.seller_center.exports import write_csv, write_xlsx

from shopscore_plugins.seller_center import money
from shopscore_plugins.seller_center.markets import market_named

A, B, C = "576500000000000001", "576500000000000002", "576500000000000003"
DESCRIBED = ["Platform unique order ID.", "Current order status.", *([""] * (len(HEADER) - 2))]


def test_a_description_row_is_dropped_and_counted(reading: Reading) -> None:
    found = reading(DESCRIBED, cells())
    assert [order["order_id"] for order in found.orders] == [A]
    assert +found.result.dropped == {"description rows below headers": 1}


def test_an_export_without_a_description_row_loses_nothing(reading: Reading) -> None:
    found = reading(cells(), cells(id=B))
    assert [order["order_id"] for order in found.orders] == [A, B]
    assert +found.result.dropped == {}


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_tabs_in_cells_and_between_them_mean_nothing(reading: Reading, separator: str, bom: bool) -> None:
    (order,) = reading(cells(amount="5"), separator=separator, tabs=separator == ",", bom=bom).orders
    assert (order["order_id"], order["placed_at"], order["amount"]) == (A, at("2026-05-20 10:00:00"), 5.0)


def test_rows_between_tabs_may_end_in_one(tmp_path: Path) -> None:
    lines = [",".join(HEADER), *("\t".join([*cells(id=each), ""]) for each in (A, B))]
    (tmp_path / "orders.csv").write_text("\r\n".join(lines), encoding="utf-8-sig")
    assert [order["order_id"] for order in read(tmp_path / "orders.csv").orders] == [A, B]


def test_a_header_whose_cells_end_in_tabs_is_read(reading: Reading) -> None:
    (order,) = reading(cells(), header=[f"{name}\t" for name in HEADER]).orders
    assert order["order_id"] == A


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_are_found_out(tmp_path: Path, separator: str) -> None:
    lines = [separator.join(row) for row in (HEADER, cells())]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    assert len(read(tmp_path / "orders.csv").orders) == 1


def test_a_note_of_several_lines_is_one_cell(reading: Reading) -> None:
    note = 'two\nlines, "quoted"'
    found = reading([*cells(), note], [*cells(id=B), note], header=[*HEADER, "Buyer Message"])
    assert [(order["order_id"], order["_row"]) for order in found.orders] == [(A, 2), (B, 3)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    lines = [",".join(row) for row in (HEADER, cells(), cells(id=B))]
    (tmp_path / "orders.csv").write_text(end.join([*lines, ""]), newline="")
    assert [order["order_id"] for order in read(tmp_path / "orders.csv").orders] == [A, B]


def test_ids_of_19_digits_stay_as_they_are(reading: Reading) -> None:
    ids = ["5765012345678901233", "5765012345678901234"]  # one number, where numbers have 53 bits
    found = reading(*(cells(id=each) for each in ids))
    assert [order["order_id"] for order in found.orders] == ids


def test_an_id_that_a_spreadsheet_rounded_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [list(HEADER), cells(), cells(id="5.765E+17")])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 3:Order ID: I302 error Order ID is '5.765E+17', a number that a spreadsheet has "
        "rounded; expected all digits: export the file anew and do not save it from a spreadsheet"
    )
    number = '<c r="A2"><v>576500000000000001</v></c>'
    write_xlsx(tmp_path / "orders.xlsx", [list(HEADER), cells()], cells={"A2": number})
    assert refusal(tmp_path / "orders.xlsx").startswith(
        "orders.xlsx:row 2:Order ID: I302 error Order ID is '5.76500E+17', a number that a spreadsheet"
    )
    write_csv(tmp_path / "comma.csv", [list(HEADER), cells(id="5,765E+17")])
    assert refusal(tmp_path / "comma.csv").startswith(
        "comma.csv:row 2:Order ID: I302 error Order ID is '5,765E+17', a number that a spreadsheet"
    )


@pytest.mark.parametrize("id_", ['="576500000000000001"', "#576500000000000001", "'576500000000000001'"])
def test_an_id_with_more_than_digits_is_told_and_no_description(tmp_path: Path, id_: str) -> None:
    write_csv(tmp_path / "orders.csv", [list(HEADER), cells(id=id_)])
    assert refusal(tmp_path / "orders.csv") == (
        f"orders.csv:row 2:Order ID: I302 error Order ID is {id_!r}; "
        "expected all digits: export the file anew and do not save it from a spreadsheet"
    )


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (2, "Platform unique order ID, e.g. 576461413038785001."),
        (3, "Exported 1782518400 by seller"),
        (3, "ส่งออก 1782518400"),
    ],
)
def test_a_sentence_with_a_long_number_is_no_spoilt_id(reading: Reading, row: int, text: str) -> None:
    sentence = [text, *([""] * (len(HEADER) - 1))]
    found = reading(*([sentence, cells()] if row == 2 else [cells(), sentence]))
    what = "description rows below headers" if row == 2 else "rows whose Order ID is no number"
    assert [order["order_id"] for order in found.orders] == [A]
    assert +found.result.dropped == {what: 1}


def test_am_and_pm_tell_the_american_style(reading: Reading) -> None:
    (order,) = reading(cells(created="05/06/2026 12:10:00 AM", paid="05/06/2026 01:10:00 PM")).orders
    assert (order["placed_at"], order["paid_at"]) == (at("2026-05-06 00:10:00"), at("2026-05-06 13:10:00"))


def test_a_day_above_12_tells_the_style_of_the_whole_file(reading: Reading) -> None:
    first, _ = reading(
        cells(created="05/06/2026 10:00:00"), cells(id=B, created="13/06/2026 10:00:00")
    ).orders
    assert first["placed_at"] == at("2026-06-05 10:00:00")


def test_dates_that_could_be_either_are_asked_for(reading: Reading, tmp_path: Path) -> None:
    write_csv(tmp_path / "open.csv", [list(HEADER), cells(created="05/06/2026 10:00:00")])
    assert refusal(tmp_path / "open.csv") == (
        "open.csv: every date could be day/month or month/day, such as Created Time '05/06/2026 10:00:00' in "
        "row 2; say which: dates=dmy or dates=mdy (shopscore read --option)"
    )
    for dates, meant in (("dmy", "2026-06-05 10:00:00"), ("mdy", "2026-05-06 10:00:00")):
        (order,) = read(tmp_path / "open.csv", dates=dates).orders
        assert order["placed_at"] == at(meant)


def test_dates_that_contradict_what_was_said_are_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [list(HEADER), cells()])
    assert refusal(tmp_path / "orders.csv", dates="mdy") == (
        "orders.csv:row 2:Created Time: I302 error Created Time is '20/05/2026 10:00:00'; "
        "expected a time such as 06/30/2026 05:45:00 PM, as dates=mdy says"
    )


def test_rows_that_come_cell_by_cell_are_read_from_xlsx(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "orders.xlsx", [list(HEADER), DESCRIBED, cells(), cells(id=B, status="Canceled")])
    found = read(tmp_path / "orders.xlsx")
    assert [(order["order_id"], order["_row"]) for order in found.orders] == [(A, 3), (B, 4)]


def test_statuses_in_the_shops_language_are_understood(reading: Reading) -> None:
    thai = ("ที่จะจัดส่ง", "จัดส่งแล้ว", "เสร็จสมบูรณ์", "ยกเลิกแล้ว", "ค้างชำระ", "Dikirim", "Sedang transit")
    rows = [
        cells(id=f"57650000000000000{n}", status=status, payment="Bayar di tempat")
        for n, status in enumerate(thai)
    ]
    found = reading(*rows)
    assert found.result.unmapped == {}
    # The one that is called cancelled has no time of it: it was placed, that is all that is known.
    assert [order["order_id"][-1] for order in found.orders if order["cancelled_at"]] == ["3"]
    assert "1 order cancelled without a time: the last known time stands for it" in found.notes


def test_a_status_counts_however_its_letters_are_composed(reading: Reading) -> None:
    status = unicodedata.normalize("NFD", "Đã hủy")
    (order,) = reading(cells(status=status, payment="COD", reason="Không còn nhu cầu"), market="VN").orders
    assert (order["cancelled_at"], order["cancel_fault"]) == (at("2026-05-20 10:00:00"), "buyer")


def test_both_spellings_of_cancelled_are_understood(reading: Reading) -> None:
    rows = (
        cells(id=f"57650000000000000{n}", status=each, paid="20/05/2026 10:05:00")
        for n, each in enumerate(("Canceled", "Cancelled"))
    )
    assert [order["cancelled_at"] for order in reading(*rows).orders] == [at("2026-05-20 10:05:00")] * 2


def test_english_statuses_and_substatuses_are_understood(reading: Reading) -> None:
    english = (
        "To ship", "Shipped", "Delivered", "Completed", "Awaiting shipment", "Awaiting collection",
        "In transit",
    )  # fmt: skip
    found = reading(*(cells(id=f"57650000000000000{n}", status=each) for n, each in enumerate(english)))
    assert found.result.unmapped == {}
    assert "2 orders called delivered without a time: not delivered here" in found.notes


def test_words_nobody_knows_are_counted_and_shown(reading: Reading) -> None:
    found = reading(
        cells(status="Teleported", paid="20/05/2026 10:05:00"),
        cells(id=B, status="Canceled", paid="20/05/2026 10:05:00", by="Alien", reason="Too green"),
    )
    assert found.result.unmapped == {
        "order statuses": {"Teleported": 1},
        "who cancelled": {"Alien": 1},
        "cancel reasons": {"Too green": 1},
    }
    assert found.orders[1]["cancelled_by"] is None
    assert found.orders[1]["cancel_fault"] == "unknown"
    assert "cancel reasons: 1 text in no table, in 1 row: read as unknown" in found.notes


def test_the_platforms_orders_are_told_from_the_sellers(reading: Reading) -> None:
    kinds = ("Fulfillment by seller", "Fulfillment by TikTok Shop", "Fulfillment by Dilayani Tokopedia")
    found = reading(*(cells(id=f"57650000000000000{n}", fulfillment=each) for n, each in enumerate(kinds)))
    assert [order["fulfillment"] for order in found.orders] == ["seller", "platform", "platform"]


def test_types_and_fulfilment_nobody_knows_are_not_given(reading: Reading) -> None:
    unknown, empty = reading(cells(type="Lottery", fulfillment="By drone"), cells(id=B)).orders
    assert (unknown["order_type"], unknown["fulfillment"]) == (None, None)
    assert (empty["order_type"], empty["fulfillment"]) == ("normal", "seller")


def test_what_words_nobody_knows_are_read_as_is_told(reading: Reading) -> None:
    found = reading(cells(status="Teleported", type="Lottery", fulfillment="By drone"))
    assert found.notes == [
        "order statuses: 1 text in no table, in 1 row: read as cancelled if marked Cancel, "
        "else by their times",
        "types of order: 1 text in no table, in 1 row: read as normal",
        "kinds of fulfilment: 1 text in no table, in 1 row: read as the seller's",
    ]


@pytest.mark.parametrize(
    ("market", "text", "amount"),
    [
        ("TH", "1,234.50", 1234.5),
        ("TH", "1234.5", 1234.5),
        ("TH", "1,234", 1234.0),
        ("BR", "R$ 62,90", 62.9),
        ("BR", "R$ 1.062,90", 1062.9),
        ("VN", "82.912₫", 82912.0),
        ("ID", "1.234.567", 1234567.0),
        ("ID", "Rp38.824", 38824.0),
        ("TH", "12.345", 12.345),
        ("TH", "none", None),
    ],
)
def test_amounts_are_read_in_the_markets_currency(market: str, text: str, amount: float | None) -> None:
    expression = money.amount("$1::VARCHAR", market_named(market).decimals)
    assert duckdb.execute(f"SELECT {expression}", [text]).fetchall() == [(amount,)]


def test_an_order_of_several_skus_is_one_order_with_its_amount_once(reading: Reading) -> None:
    (order,) = reading(cells(amount="30"), cells(amount="30"), cells(amount="30")).orders
    assert order["amount"] == 30.0


def test_an_order_is_dispatched_when_its_last_article_is(reading: Reading) -> None:
    half, whole = reading(
        cells(shipped="21/05/2026 10:00:00"),
        cells(),
        cells(id=B, shipped="21/05/2026 10:00:00"),
        cells(id=B, shipped="22/05/2026 10:00:00"),
    ).orders
    assert (half["dispatched_at"], whole["dispatched_at"]) == (None, at("2026-05-22 10:00:00"))


def test_an_order_is_cancelled_when_all_its_articles_are(reading: Reading) -> None:
    gone = {"cancelled": "21/05/2026 10:00:00", "paid": "20/05/2026 10:05:00"}
    found = reading(cells(**gone), cells(), cells(id=B, **gone), cells(id=B, **gone))
    assert [order["cancelled_at"] for order in found.orders] == [None, at("2026-05-21 10:00:00")]
    assert "1 order cancelled in part: not cancelled here" in found.notes


def test_a_request_to_cancel_cancels_only_where_no_status_says_otherwise(reading: Reading) -> None:
    usual = {"kind": "Cancel", "paid": "20/05/2026 10:05:00", "reason": "Out of stock"}
    found = reading(
        cells(status="To ship", **usual),
        cells(id=B, status="Dispatchet", **usual),  # a word that nobody knows
        cells(id="576500000000000003", status="To ship", cancelled="21/05/2026 10:00:00", **usual),
    )
    assert [order["cancelled_at"] for order in found.orders] == [
        None,
        at("2026-05-20 10:05:00"),
        at("2026-05-21 10:00:00"),
    ]
    assert "1 order marked Cancel, of another status and no time: not cancelled here" in found.notes


def test_a_request_beside_a_cancelled_article_cancels_no_order(reading: Reading) -> None:
    gone = {
        "status": "Canceled",
        "cancelled": "21/05/2026 10:00:00",
        "by": "Seller",
        "reason": "Out of stock",
    }
    found = reading(
        cells(kind="Cancel", paid="20/05/2026 10:05:00", **gone),
        cells(kind="Cancel", paid="20/05/2026 10:05:00", status="To ship"),
    )
    (order,) = found.orders
    assert (order["cancelled_at"], order["cancel_fault"]) == (None, None)
    assert found.notes == [
        "1 order cancelled in part: not cancelled here",
        "1 order marked Cancel, of another status and no time: not cancelled here",
    ]


def test_a_request_beside_a_shipped_article_is_no_cancellation_in_part(reading: Reading) -> None:
    found = reading(
        cells(kind="Cancel", status="To ship"), cells(status="Shipped", shipped="21/05/2026 10:00:00")
    )
    assert [order["cancelled_at"] for order in found.orders] == [None]
    assert found.notes == ["1 order marked Cancel, of another status and no time: not cancelled here"]


def test_an_article_holds_back_its_order_until_it_is_cancelled(reading: Reading) -> None:
    sent = {"status": "Shipped", "shipped": "21/05/2026 10:00:00"}
    one_asked, both_asked, cancelled = reading(
        cells(kind="Cancel", status="To ship"),
        cells(**sent),
        cells(id=B, kind="Cancel", status="To ship"),
        cells(id=B, kind="Cancel", **sent),
        cells(id="576500000000000003", kind="Cancel", status="Canceled"),
        cells(id="576500000000000003", **sent),
    ).orders
    assert (one_asked["dispatched_at"], both_asked["dispatched_at"]) == (None, None)
    assert cancelled["dispatched_at"] == at("2026-05-21 10:00:00")


def test_returns_are_not_taken_from_order_exports(reading: Reading) -> None:
    assert sorted(reading(cells(kind="Return/Refund")).tables) == ["orders", "shops"]


def test_a_cancellation_after_dispatch_is_a_failed_delivery_and_not_the_sellers(reading: Reading) -> None:
    usual = {"paid": "20/05/2026 10:05:00", "cancelled": "23/05/2026 10:00:00", "by": "Seller"}
    before, after, refused = reading(
        cells(reason="Out of stock", **usual),
        cells(id=B, reason="Out of stock", shipped="21/05/2026 10:00:00", **usual),
        cells(id="576500000000000003", reason="Package rejected", shipped="21/05/2026 10:00:00", **usual),
    ).orders
    assert [each["cancel_fault"] for each in (before, after, refused)] == ["seller", "unknown", "buyer"]


def test_the_header_of_a_file_put_behind_another_is_dropped(reading: Reading) -> None:
    found = reading(DESCRIBED, cells(), list(HEADER), DESCRIBED, cells(id=B))
    assert [order["order_id"] for order in found.orders] == [A, B]
    assert +found.result.dropped == {
        "description rows below headers": 1,
        "header lines inside files": 1,
        "rows whose Order ID is no number": 1,
    }


def test_a_header_in_the_middle_begins_with_the_mark_of_its_file(reading: Reading, tmp_path: Path) -> None:
    later = cells(shipped="21/05/2026 10:00:00", delivered="23/05/2026 10:00:00")
    write_csv(tmp_path / "old.csv", [list(HEADER), cells()])
    write_csv(tmp_path / "new.csv", [[f"{name} " for name in HEADER], later])
    quoted = (tmp_path / "new.csv").read_bytes().replace(b"Order ID ,", b'"Order ID",')
    (tmp_path / "both.csv").write_bytes((tmp_path / "old.csv").read_bytes() + quoted)
    found = read(tmp_path / "both.csv")
    assert [order["delivered_at"] for order in found.orders] == [at("2026-05-23 10:00:00")]
    assert +found.result.dropped == {"header lines inside files": 1, "older copies of orders": 1}


def test_of_an_order_in_two_exports_the_one_that_knows_more_counts(reading: Reading, tmp_path: Path) -> None:
    later = cells(shipped="21/05/2026 10:00:00", delivered="23/05/2026 10:00:00")
    write_csv(tmp_path / "new.csv", [list(HEADER), later])
    write_csv(tmp_path / "old.csv", [list(HEADER), cells()])
    found = read(tmp_path / "new.csv", tmp_path / "old.csv")
    assert [order["delivered_at"] for order in found.orders] == [at("2026-05-23 10:00:00")]
    assert +found.result.dropped == {"older copies of orders": 1}


def test_orders_paid_on_delivery_are_confirmed_when_they_are_placed(reading: Reading) -> None:
    done, gone = reading(
        cells(payment="Cash on delivery", paid="23/05/2026 10:00:00", delivered="23/05/2026 10:00:00"),
        cells(id=B, payment="เก็บเงินปลายทาง", cancelled="21/05/2026 10:00:00", reason="Out of stock"),
    ).orders
    assert done["paid_at"] == gone["paid_at"] == at("2026-05-20 10:00:00")
    assert gone["cancel_fault"] == "seller"


def test_payment_on_delivery_shows_in_its_times_where_its_name_is_in_no_list(reading: Reading) -> None:
    usual = {"payment": "Contrareembolso"}
    came = {
        "shipped": "21/05/2026 10:00:00",
        "paid": "23/05/2026 10:00:00",
        "delivered": "23/05/2026 10:00:00",
    }
    found = reading(
        cells(**came, **usual),
        cells(id=B, **came, **usual),
        cells(id=C, status="Canceled", cancelled="21/05/2026 10:00:00", reason="Out of stock", **usual),
        cells(id="576500000000000004", status="Canceled", cancelled="21/05/2026 10:00:00", payment="Tarjeta"),
        market="ES",
    )
    assert [order["paid_at"] for order in found.orders] == [at("2026-05-20 10:00:00")] * 3
    assert (found.orders[2]["order_id"], found.orders[2]["cancel_fault"]) == (C, "seller")
    assert found.notes == [
        "Payment Method 'Contrareembolso' is in no list: all 2 orders that came were paid as they came, so "
        "it is read as payment on delivery"
    ]


@pytest.mark.parametrize(
    "others",
    [
        [],  # one order alone
        [{"paid": "20/05/2026 10:05:00"}],
        [{"paid": ""}],
        [{"shipped": "23/05/2026 10:00:00"}],  # nothing was sent: paid, it was there
    ],
)
def test_some_orders_paid_as_they_came_are_no_payment_on_delivery(
    reading: Reading, others: list[dict[str, str]]
) -> None:
    came = {
        "shipped": "21/05/2026 10:00:00",
        "paid": "23/05/2026 10:00:00",
        "delivered": "23/05/2026 10:00:00",
    }
    found = reading(
        cells(payment="GoPay", **came),
        *(cells(id=B, payment="GoPay", **{**came, **other}) for other in others),
        cells(id=C, payment="GoPay", status="Canceled", cancelled="21/05/2026 10:00:00"),
    )
    assert found.orders[0]["paid_at"] == at("2026-05-23 10:00:00")
    assert +found.result.dropped == {"orders cancelled before they were paid": 1}
    assert found.notes == []


def test_orders_nobody_paid_are_left_out_and_counted(reading: Reading) -> None:
    found = reading(
        cells(status="Unpaid"),
        cells(id=B, status="Canceled", by="System", reason="Customer overdue to pay", payment="Card"),
        cells(id="576500000000000003", paid="20/05/2026 10:05:00"),
    )
    assert [order["order_id"][-1] for order in found.orders] == ["3"]
    assert +found.result.dropped == {"unpaid orders": 1, "orders cancelled before they were paid": 1}


def test_without_a_payment_method_a_cancelled_order_may_have_been_paid_on_delivery(reading: Reading) -> None:
    header = [name for name in HEADER if name != "Payment Method"]
    row = [
        cell
        for name, cell in zip(HEADER, cells(cancelled="21/05/2026 10:00:00"), strict=True)
        if name in header
    ]
    assert len(reading(row, header=header).orders) == 1
    assert len(reading(row, header=header, market="US").orders) == 0  # nobody pays on delivery there


def test_who_cancelled_is_told_in_the_exports_words(reading: Reading) -> None:
    usual = {"paid": "20/05/2026 10:05:00", "cancelled": "21/05/2026 10:00:00"}
    rows = (
        cells(id=f"57650000000000000{n}", by=by, **usual) for n, by in enumerate(("User", "Seller", "System"))
    )
    assert [order["cancelled_by"] for order in reading(*rows).orders] == ["buyer", "seller", "system"]


def test_a_column_that_is_not_there_is_not_given(reading: Reading) -> None:
    (order,) = reading(cells()[:6], header=HEADER[:6]).orders
    assert sorted(order) == [
        "_file", "_row", "cancelled_at", "currency", "order_id", "order_type", "paid_at", "placed_at",
        "shop_id",
    ]  # fmt: skip


def test_a_column_that_only_some_exports_have_is_left_out(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [list(HEADER), cells()])
    write_csv(tmp_path / "b.csv", [list(HEADER[:6]), cells(id=B)[:6]])
    found = read(tmp_path / "a.csv", tmp_path / "b.csv")
    assert "cancel_fault" not in found.orders[0]
    assert "Cancel Reason is only in 1 of 2 order exports: left out" in found.notes


def test_the_shop_has_the_id_that_was_said(reading: Reading) -> None:
    found = reading(cells(), shop="S'1")
    assert found.tables["shops"] == [{"shop_id": "S'1", "market": "TH"}]
    assert found.orders[0]["shop_id"] == "S'1"
