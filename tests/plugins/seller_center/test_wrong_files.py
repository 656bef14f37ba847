"""Files that are not what they should be: one clear message each."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.plugins.seller_center import exports
from tests.plugins.seller_center.conftest import HEADER, cells, read, refusal
from tests.plugins.seller_center.exports import HEADERS, Order, order_rows, write_csv, write_xlsx

from shopscore_plugins.seller_center import csv_rows, xlsx_rows
from shopscore_plugins.seller_center.markets import market_of

ROWS = [list(HEADER), cells(), cells(id="576500000000000002")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "the file is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an Excel file of before 2007 (.xls)"),
        (b"\xff\xfeO\0r\0d\0", "the file is a text in UTF-16"),
        (b"\x1f\x8b\x08\x00", "the file is a gzip archive"),
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


def test_a_market_whose_columns_are_not_known_is_believed_and_noted(tmp_path: Path) -> None:
    order = Order("576500000000000001", exports.datetime(2026, 5, 20, 10))
    write_csv(tmp_path / "orders.csv", order_rows([order], "TH"))
    found = read(tmp_path / "orders.csv", market="VN")
    assert (len(found.orders), found.result.zone) == (1, "Asia/Ho_Chi_Minh")
    assert "orders.csv has the columns of an export of TH; read as VN, as was said" in found.notes


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
        "expected a time such as 30/06/2026 17:45:00, as in the rest of the file"
    )


def test_what_is_no_time_is_not_asked_for(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [list(HEADER), cells(created="2026/05/20 10:00:00")])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 2:Created Time: I302 error Created Time is '2026/05/20 10:00:00'; "
        "expected a time such as 30/06/2026 17:45:00 or 06/30/2026 05:45:00 PM"
    )


def test_a_year_of_two_digits_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", [list(HEADER), cells(created="20/05/26 10:00:00")])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 2:Created Time: I302 error Created Time is '20/05/26 10:00:00'; "
        "expected a time such as 30/06/2026 17:45:00, as in the rest of the file"
    )


def test_a_csv_that_was_cut_off_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    whole = (tmp_path / "orders.csv").read_bytes()
    (tmp_path / "orders.csv").write_bytes(whole[: whole.rindex(b"Completed") + 4])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 3: I312 error the row has 2 cells; expected 15, as the header has: "
        "the file may be cut off here"
    )


def test_a_csv_that_was_cut_off_inside_a_note_is_told(tmp_path: Path) -> None:
    rows = [[*HEADER, "Buyer Message"], [*cells(), "fine"], [*cells(id="576500000000000002"), "two\nlines"]]
    write_csv(tmp_path / "orders.csv", rows, tabs=False)
    whole = (tmp_path / "orders.csv").read_bytes()
    (tmp_path / "orders.csv").write_bytes(whole[: whole.rindex(b"\nlines") + 3])
    assert refusal(tmp_path / "orders.csv") == (
        'orders.csv:row 3: I312 error a cell begins with " and nothing closes it; expected another ": '
        "the file may be cut off"
    )


def test_a_quote_left_open_swallows_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 1 << 10)  # the rows behind it are more than a block
    notes = ["", "", '"so it begins', *[""] * 97]
    rows = (",".join([*cells(id=f"5765000000000{n:05}"), note]) for n, note in enumerate(notes))
    (tmp_path / "orders.csv").write_text("\n".join([",".join([*HEADER, "Buyer Message"]), *rows]))
    place, message = refusal(tmp_path / "orders.csv").split(": I312 error ")
    assert place in ("orders.csv:row 2 or after", "orders.csv:row 3 or after", "orders.csv:row 4 or after")
    assert message.startswith('a cell begins with " and nothing closes it')


def test_a_header_with_other_columns_inside_a_file_is_told(tmp_path: Path) -> None:
    header = list(HEADER)
    shipped, delivered = header.index("Shipped Time"), header.index("Delivered Time")
    header[shipped], header[delivered] = "Delivered Time", "Shipped Time"
    write_csv(tmp_path / "orders.csv", [*ROWS, header, cells(id="576500000000000003")])
    assert refusal(tmp_path / "orders.csv") == (
        "orders.csv:row 4: I322 error a header with other columns; expected the same header in the whole file"
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


def test_an_xlsx_that_was_damaged_is_told(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "orders.xlsx", ROWS)
    whole = bytearray((tmp_path / "orders.xlsx").read_bytes())
    start = whole.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    whole[start : start + 8] = b"\xff" * 8
    (tmp_path / "orders.xlsx").write_bytes(whole)
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx: I321 error the file is damaged or cut off: "
        "Error -3 while decompressing data: invalid block type"
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


def test_a_cell_far_out_is_refused_before_all_before_it_are_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_path", None)
    write_xlsx(tmp_path / "orders.xlsx", ROWS, cells={"O3": '<c r="XFD1048576"><v>1</v></c>'})
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx:row 1048576: I302 error the cell XFD1048576 is beyond all columns of an export; "
        "expected none there"
    )


@pytest.mark.parametrize(
    "formula",
    [
        '<c r="B3" t="str"><f>HYPERLINK("http://example.com")</f><v>Completed</v></c>',
        '<c r="B3" t="str">\n  <f t="shared" si="0"/>\n  <v>Completed</v></c>',
        '<x:c r="B3" xmlns:x="x"><x:f>A1</x:f></x:c>',
    ],
)
def test_a_formula_is_told_by_its_cell(tmp_path: Path, formula: str) -> None:
    write_xlsx(tmp_path / "orders.xlsx", ROWS, cells={"B3": formula})
    assert refusal(tmp_path / "orders.xlsx") == (
        "orders.xlsx:row 3: I302 error the cell B3 has a formula; expected values, "
        "as Seller Center writes them"
    )


def test_a_folder_without_exports_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} has no export; expected files ending in .csv or .xlsx"


def test_a_file_given_twice_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    assert refusal(tmp_path, tmp_path / "orders.csv") == (
        f"{tmp_path}/orders.csv is given twice; expected each file once"
    )


def test_what_else_is_in_a_folder_is_named_and_not_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", ROWS)
    for name in ("returns.xls", "more.csv.gz", ".hidden", "~$orders.xlsx"):
        (tmp_path / name).touch()
    (tmp_path / "older.csv").mkdir()
    found = read(tmp_path)
    assert len(found.orders) == 2
    assert "not read, as they end neither in .csv nor in .xlsx: more.csv.gz, returns.xls" in found.notes


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_header_alone_is_an_export_without_orders(tmp_path: Path, end: str) -> None:
    (tmp_path / "orders.csv").write_text(",".join(HEADER) + end, newline="")
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
