"""Orders of the API 202309 and of the old v2 to rows of the event model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, field

from shopscore_plugins.json_values import Record, maps, moment, part, text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.cancellations import INITIATORS, Cancellation, cancellation_of
from shopscore_plugins.partner_api.columns import Row, Rows
from shopscore_plugins.partner_api.due import Due
from shopscore_plugins.partner_api.words import Unknown

ALWAYS = (
    "order_id", "shop_id", "placed_at", "paid_at", "arranged_at", "dispatched_at", "delivered_at",
    "cancelled_at", "cancelled_by", "cancel_reason", "cancel_fault",
)  # fmt: skip
"""What an order of 202309 tells by having the key or not."""
ALWAYS_V2 = (
    "order_id",
    "shop_id",
    "placed_at",
    "cancelled_at",
    "cancelled_by",
    "cancel_reason",
    "cancel_fault",
)

_UNPAID, _HELD, _UNDER_WAY, _DELIVERED, _CANCELLED = "unpaid", "held", "under way", "delivered", "cancelled"
_STATUSES = {
    "UNPAID": _UNPAID,
    "ON_HOLD": _HELD,
    "AWAITING_SHIPMENT": _UNDER_WAY,
    "PARTIALLY_SHIPPING": _UNDER_WAY,
    "AWAITING_COLLECTION": _UNDER_WAY,
    "IN_TRANSIT": _UNDER_WAY,
    "DELIVERED": _DELIVERED,
    "COMPLETED": _UNDER_WAY,  # delivered or refunded in full: it does not say which
    "CANCELLED": _CANCELLED,
    "CANCELED": _CANCELLED,
    "100": _UNPAID,  # the old v2 has numbers
    "105": _HELD,
    "111": _UNDER_WAY,
    "112": _UNDER_WAY,
    "114": _UNDER_WAY,
    "121": _UNDER_WAY,
    "122": _UNDER_WAY,
    "130": _UNDER_WAY,
    "140": _CANCELLED,
}
_TYPES = {
    "NORMAL": "normal",
    "PRE_ORDER": "pre_order",
    "MADE_TO_ORDER": "made_to_order",
    "BACK_ORDER": "back_order",
    "ZERO_LOTTERY": "lottery",
}
_FULFILLMENT = {
    "FULFILLMENT_BY_SELLER": "seller",
    "FULFILLMENT_BY_TIKTOK": "platform",
    "FULFILLMENT_BY_DILAYANI_TOKOPEDIA": "platform",
    "0": "seller",  # the old v2 has numbers
    "1": "platform",
}
_V2 = "order_list"

FaultOf = Callable[[Iterable[str]], str]
"""The fault that one of some reasons stands for; `unknown` where none says."""


SAID = {
    "old_orders": "of the old v2, which has no times of dispatch and delivery: neither happened here",
    "cancelled_at_assumed": "cancelled without a time: the last change stands for it",
    "failed_deliveries": "cancelled after dispatch: read as failed or refused deliveries",
    "partly_cancelled": "cancelled in part: not cancelled here",
    "delivered_without_date": "called delivered without a time: not delivered here",
}
"""What is assumed of orders, and how it is told."""


class Reading(Struct, frozen=True):
    """What orders are read with.

    Attributes:
        listed: the cancellations by order.
        unknown: takes the words that nobody knows.
        due: makes the deadlines that orders do not name.
    """

    shop: str
    listed: Mapping[str, Cancellation]
    fault_of: FaultOf
    unknown: Unknown
    due: Due


class Orders(Struct):
    """Rows of orders, and what was left out or assumed in making them.

    Attributes:
        dropped: orders that are none of the shop's yet, or whose detail nobody saved.
        said: how many orders each of SAID is about.
        seen: the ids of all orders, those left out too.
        going: the ids of those that are not cancelled.
    """

    rows: Rows
    dropped: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    seen: set[str | None] = field(default_factory=set)
    going: set[str | None] = field(default_factory=set)


def read_orders(items: Sequence[Item], reading: Reading) -> Orders:
    """Return a row for each order."""
    is_old = bool(items) and all(item.form == _V2 for item in items)
    found = Orders(Rows(ALWAYS_V2 if is_old else ALWAYS))
    for item in items:
        if item.form == _V2 and moment(item.record, "create_time") is None:
            found.dropped["orders of a list without their detail"] += 1
            continue
        found.said["old_orders"] += item.form == _V2 and not is_old
        _add(found, item, reading)
    return found


def not_cancelled(listed: Iterable[str], orders: Orders) -> Counter[str]:
    """Count the cancellations that cancelled no order of the files, by why."""
    why: Counter[str] = Counter()
    for order_id in listed:
        if order_id not in orders.seen:
            why["cancellations of orders that are not in the files"] += 1
        elif order_id in orders.going:
            why["cancellations of single items, their orders go on"] += 1
    return why


def _add(found: Orders, item: Item, reading: Reading) -> None:
    order = item.record
    id_ = text(order, "order_id", "id")
    status = reading.unknown.meaning("order statuses", _STATUSES, text(order, "order_status", "status"))
    row = _row(order, id_, reading)
    is_cancelled = status == _CANCELLED or moment(order, "cancel_time") is not None
    found.seen.add(id_)
    if not is_cancelled:
        found.going.add(id_)
    if (why := _no_order(order, row, status, is_cancelled)) is not None:
        found.dropped[why] += 1
        return
    if is_cancelled:
        _cancel(found, row, order, reading)
    else:
        found.said["partly_cancelled"] += any(_is_line_cancelled(line) for line in _lines(order))
        found.said["delivered_without_date"] += status == _DELIVERED and row["delivered_at"] is None
    reading.due.add(row, order)
    found.rows.add(item, row)


def _cancel(found: Orders, row: Row, order: Record, reading: Reading) -> None:
    listed = reading.listed.get(row["order_id"] or "")
    cancelled = cancellation_of(order, moment(order, "cancel_time"), listed)
    found.said["cancelled_at_assumed"] += cancelled.at is None
    row["cancelled_at"] = cancelled.at or moment(order, "update_time")
    row["cancelled_by"] = reading.unknown.meaning("who cancelled", INITIATORS, cancelled.by)
    row["cancel_reason"] = next(iter(cancelled.reasons), None)
    row["cancel_fault"] = reading.fault_of(cancelled.reasons)
    if row["dispatched_at"] is not None:
        found.said["failed_deliveries"] += 1
        # Not the seller's cancellation, whatever reason was picked.
        row["cancel_fault"] = row["cancel_fault"] if row["cancel_fault"] != "seller" else "unknown"


def _no_order(order: Record, row: Row, status: str | None, is_cancelled: bool) -> str | None:
    """Say why an order does not count as one: nobody paid it, or its buyer may still take it back."""
    is_unpaid = (
        moment(order, "paid_time") is None and row["dispatched_at"] is None and row["delivered_at"] is None
    )
    on_delivery = text(order, "is_cod")
    if is_cancelled:
        # Only an order that says it was not to be paid on delivery is known to have waited for money.
        return "orders cancelled before they were paid" if is_unpaid and on_delivery == "false" else None
    if status == _HELD:
        return "orders on hold"
    return "unpaid orders" if status == _UNPAID and is_unpaid and on_delivery != "true" else None


def _row(order: Record, id_: str | None, reading: Reading) -> Row:
    unknown = reading.unknown
    payment = part(order, "payment") or part(order, "payment_info")
    placed = moment(order, "create_time")
    return {
        "order_id": id_,
        "shop_id": reading.shop,
        "placed_at": placed,
        # Paid on delivery, an order is confirmed when it is placed.
        "paid_at": placed if text(order, "is_cod") == "true" else moment(order, "paid_time"),
        "arrange_by": moment(order, "rts_sla_time", "rts_sla"),
        "arranged_at": moment(order, "rts_time"),
        "dispatch_by": moment(order, "tts_sla_time", "tts_sla", "pick_up_cut_off_time"),
        "dispatched_at": moment(order, "collection_time"),
        "fast_dispatch_by": moment(order, "fast_dispatch_sla_time"),
        "deliver_by": moment(order, "delivery_sla_time"),
        "delivered_at": moment(order, "delivery_time"),
        "order_type": unknown.meaning("types of order", _TYPES, text(order, "order_type")),
        "fulfillment": unknown.meaning("kinds of fulfilment", _FULFILLMENT, text(order, "fulfillment_type")),
        "product_id": next((found for line in _lines(order) if (found := text(line, "product_id"))), None),
        "is_sample": text(order, "is_sample_order"),
        "is_replacement": text(order, "is_replacement_order"),
        "is_exchange": text(order, "is_exchange_order"),
        "amount": text(payment, "total_amount"),
        "currency": text(payment, "currency"),
    }


def _lines(order: Record) -> list[Record]:
    return [*maps(order, "line_items"), *maps(order, "item_list")]


def _is_line_cancelled(line: Record) -> bool:
    status = text(line, "display_status", "sku_display_status") or ""
    return _STATUSES.get(status.upper()) == _CANCELLED
