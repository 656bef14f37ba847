"""Exports as Seller Center writes them, with every quirk on; and the same orders as clean tables.

The clean tables are made from the orders themselves, never from an export.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
_LAYOUTS = json.loads((HERE / "data/order_export_headers.json").read_text(encoding="utf-8"))
HEADERS: Mapping[str, Sequence[str]] = {
    market: layout["columns"] for market, layout in _LAYOUTS["variants"].items()
}
PERSONAL: Sequence[str] = _LAYOUTS["personal_data_columns"]
RETURNS: Sequence[str] = json.loads((HERE / "data/return_export_headers.json").read_text(encoding="utf-8"))[
    "columns"
]
PLANTED = "Planted Person"
"""Stands in every personal cell."""

_DESCRIPTIONS = {"Order ID": "Platform unique order ID.", "Order Status": "Current order status."}


@dataclass(frozen=True)
class Order:
    """One order of one or more SKUs."""

    id: str
    placed: datetime
    paid: datetime | None = None
    arranged: datetime | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    cancelled: datetime | None = None
    status: str = "Completed"
    by: str = ""
    reason: str = ""
    payment: str = "Card"
    type: str = "Normal"
    skus: int = 1
    amount: str = "62.90"
    category: str = "Beauty"


@dataclass(frozen=True)
class Return:
    """One request, of one or more SKUs."""

    id: str
    order: str
    requested: datetime
    status: str = "Completed"
    reason: str = "Defective item"
    kind: str = "Refund only"
    refunded: datetime | None = None
    skus: int = 1


def month(start: datetime, orders: int = 45) -> list[Order]:
    """Return a month of orders: most arrive, some late, some are cancelled by each side."""
    hour = timedelta(hours=1)
    made = []
    for number in range(orders):
        placed = start + number * timedelta(hours=13, minutes=7, seconds=11)
        id_ = f"57650000000000{number:05}"
        paid = placed + timedelta(minutes=3)
        if number % 9 == 4:
            side = (number // 9) % 3
            reason = ("Out of stock", "No longer needed", "Package lost")[side]
            by = ("Seller", "User", "System")[side]
            made.append(
                Order(id_, placed, paid, cancelled=paid + 5 * hour, status="Canceled", by=by, reason=reason)
            )
        else:
            days = 9 if number % 7 == 3 else 3
            shipped = paid + timedelta(days=4 if number % 7 == 3 else 1)
            done = placed + timedelta(days=days)
            made.append(Order(id_, placed, paid, paid + 2 * hour, shipped, done, skus=1 + number % 3))
    return made


def some_returns(orders: Iterable[Order]) -> list[Return]:
    """Return a request for every eighth order that arrived."""
    reasons = ("Defective item", "No longer needed", "Package wasn't received")
    arrived = [(order.id, order.delivered) for order in orders if order.delivered]
    return [
        Return(
            f"40350000000000{number:05}",
            id_,
            delivered + timedelta(days=1),
            status=("Completed", "In process", "Refund rejected")[number % 3],
            reason=reasons[number % len(reasons)],
            refunded=delivered + timedelta(days=2),
            skus=1 + number % 2,
        )
        for number, (id_, delivered) in enumerate(arrived[::8])
    ]


def written(moment: datetime | None, us: bool) -> str:
    """Return a time as an export writes it."""
    if moment is None:
        return ""
    return moment.strftime("%m/%d/%Y %I:%M:%S %p" if us else "%d/%m/%Y %H:%M:%S")


def order_rows(orders: Iterable[Order], market: str, header: Sequence[str] | None = None) -> list[list[str]]:
    """Return an order export as cells: header, description row, a row for each order and SKU."""
    header = header or HEADERS[market]
    us = market == "US"
    rows = [list(header), [_DESCRIPTIONS.get(name, "Explained here, with a comma.") for name in header]]
    for order in orders:
        known = {
            "Order ID": order.id,
            "Order Status": order.status,
            "Cancelation/Return Type": "Cancel" if order.cancelled else "",
            "Normal or Pre-order": order.type,
            "Created Time": written(order.placed, us),
            "Paid Time": written(order.paid, us),
            "RTS Time": written(order.arranged, us),
            "Shipped Time": written(order.shipped, us),
            "Delivered Time": written(order.delivered, us),
            "Cancelled Time": written(order.cancelled, us),
            "Cancel By": order.by,
            "Cancel Reason": order.reason,
            "Fulfillment Type": "Fulfillment by seller",
            "Payment Method": order.payment,
            "Product Category": order.category,
            "Order Amount": order.amount,
            **dict.fromkeys(PERSONAL, PLANTED),
        }
        for sku in range(order.skus):
            rows.append([{**known, "SKU ID": f"17290000000000{sku:05}"}.get(name, "") for name in header])
    return rows


def return_rows(returns: Iterable[Return]) -> list[list[str]]:
    """Return a returns export as cells."""
    rows = [list(RETURNS)]
    for each in returns:
        known = {
            "Return Order ID": each.id,
            "Order ID": each.order,
            "Return Type": each.kind,
            "Time Requested": written(each.requested, us=False),
            "Return Reason": each.reason,
            "Return unit price": "R$ 62,90",
            "Return Status": each.status,
            "Refund Time": written(each.refunded, us=False),
            "Buyer Username": PLANTED,
            "Buyer Note": PLANTED,
        }
        rows += [[known.get(name, "") for name in RETURNS] for _ in range(each.skus)]
    return rows


def write_csv(
    path: Path, rows: Sequence[Sequence[str]], *, separator: str = ",", tabs: bool = True, bom: bool = True
) -> None:
    """Write a CSV export; the header always has commas, and cells may end in a tab."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(rows[0])
    body = csv.writer(text, lineterminator="\r\n", delimiter=separator)
    body.writerows([f"{cell}\t" if tabs and cell else cell for cell in row] for row in rows[1:])
    path.write_text(text.getvalue(), encoding="utf-8-sig" if bom else "utf-8", newline="")


def write_xlsx(
    path: Path,
    rows: Sequence[Sequence[str]],
    *,
    cells: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> None:
    """Write an XLSX export as Seller Center does: each cell in a row of its own, the dimension stuck at A1.

    `cells` gives the XML of some cells, by reference.
    """
    made = []
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            name = f"{_letters(place)}{number}"
            plain = f'<c r="{name}" t="str"><v>{escape(value)}</v></c>'
            made.append(f'<row r="{number}">{(cells or {}).get(name, plain)}</row>')
    main = "http://schemas.openxmlformats.org"
    package, office = f"{main}/package/2006", f"{main}/officeDocument/2006/relationships"
    relation = (
        '<?xml version="1.0"?><Relationships xmlns="{}">'
        '<Relationship Id="r" Type="{}" Target="{}"/></Relationships>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": relation.format(
            f"{package}/relationships", f"{office}/officeDocument", "xl/workbook.xml"
        ),
        "xl/workbook.xml": '<?xml version="1.0"?>'
        f'<workbook xmlns="{main}/spreadsheetml/2006/main" xmlns:r="{office}">'
        '<sheets><sheet name="OrderSKUList" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation.format(
            f"{package}/relationships", f"{office}/worksheet", "worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet
        or f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}/spreadsheetml/2006/main">'
        f'<dimension ref="A1:A1"/><sheetData>{"".join(made)}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _letters(place: int) -> str:
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
