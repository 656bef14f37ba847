"""The orders and returns of a generated export as clean tables, made from the orders themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tests.plugins.seller_center.exports import Order, Return

HOLIDAYS: Mapping[str, Sequence[str]] = {
    "US": ("2026-05-25", "2026-06-19", "2026-07-03"),
    "ID": ("2026-05-01", "2026-05-14", "2026-05-27", "2026-06-01", "2026-06-16"),
}
"""Copied from calendars on paper, for the weeks that the orders are of."""
DEADLINES: Mapping[str, tuple[str, int]] = {"US": ("deliver_by", 6), "ID": ("dispatch_by", 2)}
CURRENCIES = {"US": "USD", "ID": "IDR", "TH": "THB", "PH": "PHP", "MY": "MYR", "ES": "EUR"}

_FAULTS = {"Out of stock": "seller", "No longer needed": "buyer", "Package lost": "logistics"}
_RETURN_FAULTS = {
    "Defective item": "seller",
    "No longer needed": "buyer",
    "Package wasn't received": "logistics",
}
_BY = {"Seller": "seller", "User": "buyer", "System": "system"}
_STATUSES = {"Completed": "completed", "In process": "open", "Refund rejected": "rejected"}
_BEHIND = {
    "paid_at": "Paid Time",
    "arranged_at": "RTS Time",
    "dispatched_at": "Shipped Time",
    "delivered_at": "Delivered Time",
    "cancelled_by": "Cancel By",
    "cancel_reason": "Cancel Reason",
    "cancel_fault": "Cancel Reason",
    "order_type": "Normal or Pre-order",
    "fulfillment": "Fulfillment Type",
    "category": "Product Category",
    "amount": "Order Amount",
}


def write_clean(
    folder: Path, orders: Sequence[Order], returns: Sequence[Return], market: str, header: Collection[str]
) -> Path:
    """Write a data set with what an export of such a header can tell."""
    folder.mkdir()
    rows = []
    for order in orders:
        told = order.cancelled if "Cancelled Time" in header else order.paid
        row = {
            "order_id": order.id,
            "shop_id": "shop",
            "placed_at": order.placed,
            "paid_at": order.paid,
            "arranged_at": order.arranged,
            "dispatched_at": order.shipped,
            "delivered_at": order.delivered,
            "cancelled_at": told if order.cancelled else None,
            "cancelled_by": _BY.get(order.by),
            "cancel_reason": order.reason or None,
            "cancel_fault": _FAULTS.get(order.reason),
            "order_type": "normal",
            "fulfillment": "seller",
            "category": order.category,
            "amount": 62.9,
            "currency": CURRENCIES[market],
        }
        if market in DEADLINES:
            column, days = DEADLINES[market]
            row[column] = due(order.placed.date(), days, market)
        rows.append({name: row[name] for name in row if _BEHIND.get(name, "Order ID") in header})
    requests = [
        {
            "return_id": each.id,
            "order_id": each.order,
            "shop_id": "shop",
            "requested_at": each.requested,
            "kind": "refund",
            "reason": each.reason,
            "fault": _RETURN_FAULTS[each.reason],
            "status": _STATUSES[each.status],
            "resolved_at": each.refunded if each.status == "Completed" else None,
        }
        for each in returns
    ]
    for name, found in (
        ("orders", rows),
        ("returns", requests),
        ("shops", [{"shop_id": "shop", "market": market}]),
    ):
        pq.write_table(pa.Table.from_pylist(found), folder / f"{name}.parquet")
    return folder


def due(placed: date, days: int, market: str) -> date:
    """Return the day that is so many working days after another, by NumPy's calendar."""
    start = np.busday_offset(placed, 0, roll="backward", holidays=HOLIDAYS[market])
    found: date = np.busday_offset(start, days, holidays=HOLIDAYS[market]).astype(object)
    return found
