"""Files that are not what they should be: one clear message each."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.plugins.seller_center import exports
from tests.plugins.seller_center.conftest import HEADER, cells, read, refusal
from tests.plugins.seller_center.exports import HEADERS, Order, order_rows, write_csv, write_xlsx

from shopscore_plugins.seller_center import xlsx_rows
from shopscore_plugins.seller_center.markets import market_of

ROWS = [list(HEADER), cells(), cells(id="576500000000000002")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "the file is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an Excel file of before 2007 (.xls)"),
        (b"\xff\xfeO\0r\0d\0", "the file is a text in UTF-16"),
        (b"<!doctype html><title>Log in</title>", "the file is a web page or XML"),
        (b'{"code": 0}', "the file is JSON"),
        (b"", "the file is empty"),
        (b"\x01\x02\x00\x03", "the file is no text"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "orders.csv").write_bytes(content)
    expected = f"orders.csv: I321 error {what}; expected a CSV or XLSX export"
    assert refusal(tmp_path / "orders.csv") == expected


def test_a_sheet_named_csv_is_read_by_what_it_is(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "orders.csv", ROWS)
    assert len(read(tmp_path / "orders.csv").orders) == 2


def test_a_table_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("SKU,Stock\nA,5\n", encoding="utf-8")
    assert refusal(tmp_path / "stock.csv") == (
        "stock.csv:row 1: I322 error the columns are 'SKU', 'Stock'; "
        "expected an order export (Order ID, …) or a returns export (Return Order ID, …)"
    )


def test_a_missing_column_is_told_with_a_near_match(tmp_path: Path) -> None:
    header = [name.replace("Created Time", "Create Time") for name in HEADER]
    write_csv(tmp_path / "orders.csv", [header, *ROWS[1:]])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 1: I322 error the column Created Time is missing; an export of orders cannot be read "
        "without it; did you mean 'Create Time'?"
    )


def test_another_markets_export_is_told(tmp_path: Path) -> None:
    order = Order("576500000000000001", exports.datetime(2026, 5, 20, 10))
    write_csv(tmp_path / "orders.csv", order_rows([order], "ID"))
    assert refusal(tmp_path / "orders.csv", market="US") == (
        "orders.csv: I321 error the export is of market ID (it has Regency and City); expected US"
    )


def test_exports_of_two_markets_are_told(tmp_path: Path) -> None:
    order = Order("576500000000000001", exports.datetime(2026, 5, 20, 10))
    for market in ("ES", "PH"):
        write_csv(tmp_path / f"{market}.csv", order_rows([order], market))
    assert refusal(tmp_path, market=None) == (
        "PH.csv: I321 error the export is of market PH (it has Barangay); expected ES as ES.csv is"
    )


@pytest.mark.parametrize("market", HEADERS)
def test_each_markets_header_tells_its_market(market: str) -> None:
    found = market_of(HEADERS[market])
    assert found is not None and found.id == market


def test_the_market_is_told_by_the_header_where_nobody_says_it(tmp_path: Path) -> None:
    order = Order("576500000000000001", exports.datetime(2026, 5, 20, 10))
    write_csv(tmp_path / "orders.csv", order_rows([order], "PH"))
    found = read(tmp_path / "orders.csv", market=None)
    assert (found.tables["shops"][0]["market"], found.result.zone) == ("PH", "Asia/Manila")


def test_an_unknown_market_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    assert refusal(tmp_path / "orders.csv", market="UK") == (
        "no market is called 'UK'; expected US, GB, ID, TH, PH, MY, SG, VN, ES, BR, MX, JP"
    )


def test_mixed_styles_of_dates_are_told_with_both_places(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "orders.csv", [*ROWS, cells(id="576500000000000003", created="05/20/2026 10:00:00 AM")]
    )
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 4:Created Time: I302 error Created Time is '05/20/2026 10:00:00 AM' and in row 2 "
        "Created Time is '20/05/2026 10:00:00'; expected one style of dates in a file"
    )


def test_what_is_no_time_is_told_with_its_place(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [*ROWS, cells(id="576500000000000003", paid="soon")])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 4:Paid Time: I302 error Paid Time is 'soon'; "
        "expected a time written day/month/year and 24 hours, as in the rest of the file"
    )


def test_a_csv_that_was_cut_off_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    whole = (tmp_path / "orders.csv").read_bytes()
    (tmp_path / "orders.csv").write_bytes(whole[: whole.rindex(b"Completed") + 4])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 3: I312 error the row has 2 cells; expected 15, as the header has: "
        "the file may be cut off here"
    )


def test_text_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    whole = (tmp_path / "orders.csv").read_bytes()
    (tmp_path / "orders.csv").write_bytes(whole.replace(b"Completed", b"Compl\xe9t"))
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv: I321 error at or after row 2 there is text that is not UTF-8; expected UTF-8"
    )


def test_an_xlsx_that_was_cut_off_is_told(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "orders.xlsx", ROWS)
    whole = (tmp_path / "orders.xlsx").read_bytes()
    (tmp_path / "orders.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx: I321 error the file is damaged or cut off: File is not a zip file"
    )


def test_an_archive_of_something_else_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w") as archive:
        archive.writestr("orders.csv", "Order ID")
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx: I321 error the file is a ZIP archive; expected a CSV or XLSX export"
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "_HARMLESS", 1 << 20)  # two megabytes do for a bomb here
    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_path", None)
    write_xlsx(tmp_path / "orders.xlsx", [], sheet=f"<worksheet>{' ' * (2 << 20)}</worksheet>")
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx: I321 error the file unpacks to far more than an export holds; "
        "expected one from Seller Center"
    )


def test_a_formula_is_told_by_its_cell(tmp_path: Path) -> None:
    formula = '<c r="B3" t="str"><f>HYPERLINK("http://example.com")</f><v>Completed</v></c>'
    write_xlsx(tmp_path / "orders.xlsx", ROWS, cells={"B3": formula})
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx:row 3: I302 error the cell B3 has a formula; expected values, "
        "as Seller Center writes them"
    )


def test_a_folder_without_exports_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} has no export; expected files ending in .csv or .xlsx"


def test_a_header_alone_is_an_export_without_orders(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS[:1])
    assert read(tmp_path / "orders.csv").orders == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            {"date": "dmy"},
            "the reader seller-center has no option 'date'; expected dates, reasons, shop; "
            "did you mean 'dates'?",
        ),
        ({"dates": "ydm"}, "dates is 'ydm'; expected dmy or mdy"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, option: dict[str, str], message: str) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    assert refusal(tmp_path / "orders.csv", **option) == message
