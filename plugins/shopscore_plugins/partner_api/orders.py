"""Orders of the API 202309 and of the old v2 to rows of the event model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shopscore_plugins.json_values import Record, maps, moment, part, text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.cancellations import Cancellation, cancellation_of
from shopscore_plugins.partner_api.columns import Row, Rows

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
_CANCELLED = ("CANCELLED", "140")
_V2 = "order_list"

FaultOf = Callable[[Iterable[str]], str]
"""The fault that one of some reasons stands for; `unknown` where none says."""


@dataclass(slots=True)
class Orders:
    """Rows of orders, and what was left out or assumed in making them."""

    rows: Rows
    nameless: int = 0
    """Entries of a list whose detail nobody saved."""
    undated: int = 0
    """Orders called cancelled without the time of it."""
    seen: set[str] = field(default_factory=set)


def read_orders(
    items: Iterable[Item],
    shop: str,
    listed: Mapping[str, Cancellation],
    fault_of: FaultOf,
) -> Orders:
    """Return a row for each order; `listed` are the cancellations by order."""
    items = list(items)
    is_old = bool(items) and all(item.form == _V2 for item in items)
    found = Orders(Rows(ALWAYS_V2 if is_old else ALWAYS))
    for item in items:
        order = item.record
        id_ = text(order, "order_id", "id")
        if item.form == _V2 and moment(order, "create_time") is None:
            found.nameless += 1
            continue
        row = _row(order, id_, shop)
        if text(order, "order_status", "status") in _CANCELLED or moment(order, "cancel_time"):
            cancelled = cancellation_of(order, moment(order, "cancel_time"), listed.get(id_ or ""))
            found.undated += cancelled.at is None
            row["cancelled_at"] = cancelled.at or moment(order, "update_time")
            row["cancelled_by"] = cancelled.by
            row["cancel_reason"] = next(iter(cancelled.reasons), None)
            row["cancel_fault"] = fault_of(cancelled.reasons)
        found.rows.add(item, row)
        found.seen.add(id_ or "")
    return found


def not_cancelled(listed: Mapping[str, Cancellation], orders: Orders) -> Counter[str]:
    """Count the cancellations that cancelled no order of the files, by why."""
    cancelled = {row["order_id"] for row in orders.rows.rows if row.get("cancelled_at") is not None}
    why: Counter[str] = Counter()
    for order_id in listed:
        if order_id not in orders.seen:
            why["cancellations of orders that are not in the files"] += 1
        elif order_id not in cancelled:
            why["cancellations of single items, their orders go on"] += 1
    return why


def _row(order: Record, id_: str | None, shop: str) -> Row:
    payment = part(order, "payment") or part(order, "payment_info")
    lines = [*maps(order, "line_items"), *maps(order, "item_list")]
    kind, ships = text(order, "order_type"), text(order, "fulfillment_type")
    return {
        "order_id": id_,
        "shop_id": shop,
        "placed_at": moment(order, "create_time"),
        "paid_at": moment(order, "paid_time"),
        "arrange_by": moment(order, "rts_sla_time", "rts_sla"),
        "arranged_at": moment(order, "rts_time"),
        "dispatch_by": moment(order, "tts_sla_time", "tts_sla", "pick_up_cut_off_time"),
        "dispatched_at": moment(order, "collection_time"),
        "fast_dispatch_by": moment(order, "fast_dispatch_sla_time"),
        "deliver_by": moment(order, "delivery_sla_time"),
        "delivered_at": moment(order, "delivery_time"),
        # A word nobody knows stays as it is: the checks name it, with its place.
        "order_type": None if kind is None else _TYPES.get(kind, kind.lower()),
        "fulfillment": None if ships is None else _FULFILLMENT.get(ships, ships.lower()),
        "product_id": next((found for line in lines if (found := text(line, "product_id"))), None),
        "is_sample": text(order, "is_sample_order"),
        "is_replacement": text(order, "is_replacement_order"),
        "is_exchange": text(order, "is_exchange_order"),
        "amount": text(payment, "total_amount"),
        "currency": text(payment, "currency"),
    }
