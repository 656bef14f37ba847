"""Returns and refunds of the API 202309, and the old v2's reverse list."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from shopscore_plugins.json_values import moment, text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.columns import Rows
from shopscore_plugins.partner_api.orders import FaultOf
from shopscore_plugins.partner_api.words import Unknown

_ALWAYS = (
    "return_id",
    "order_id",
    "shop_id",
    "requested_at",
    "kind",
    "reason",
    "fault",
    "status",
    "resolved_at",
)

_KINDS = {
    "REFUND": "refund",
    "RETURN_AND_REFUND": "return_and_refund",
    "REPLACEMENT": "replacement",
    "2": "refund",  # the old v2 has numbers
    "3": "return_and_refund",
}
_STATUS = {
    "RETURN_OR_REFUND_REQUEST_PENDING": "open",
    "AWAITING_BUYER_SHIP": "open",
    "BUYER_SHIPPED_ITEM": "open",
    "AWAITING_BUYER_RESPONSE": "open",
    "RETURN_OR_REFUND_REQUEST_SUCCESS": "open",  # accepted; the money is not back yet
    "RETURN_OR_REFUND_REQUEST_COMPLETE": "completed",
    "RETURN_OR_REFUND_REQUEST_REJECT": "rejected",
    "REFUND_OR_RETURN_REQUEST_REJECT": "rejected",  # the order of the words differs from page to page
    "RETURN_OR_REFUND_REQUEST_CANCEL": "cancelled",
    "REJECT_RECEIVE_PACKAGE": "rejected",
    "REPLACEMENT_REQUEST_PENDING": "open",
    "REPLACEMENT_REQUEST_REJECT": "rejected",
    "REPLACEMENT_REQUEST_CANCEL": "cancelled",
    "REPLACEMENT_REQUEST_COMPLETE": "completed",
    "REPLACEMENT_REQUEST_REFUND_SUCCESS": "completed",
    "1": "open",  # reverse_status_value of v2: applied, refused, coming back, shipped, refused at the door
    "2": "rejected",
    "3": "open",
    "4": "open",
    "5": "rejected",
    "50": "open",
    "51": "cancelled",
    "99": "cancelled",
    "100": "completed",
}


class Returns(Struct):
    """Rows of returns, and what was assumed in making them."""

    rows: Rows
    ended: int = 0
    """Requests that are over; their last change stands for the end."""


def read_returns(items: Iterable[Item], shop: str, fault_of: FaultOf, unknown: Unknown) -> Returns:
    """Return a row for each request."""
    found = Returns(Rows(_ALWAYS))
    for item in items:
        record = item.record
        kind = unknown.meaning("kinds of return", _KINDS, text(record, "return_type", "reverse_type"))
        written = text(record, "return_status", "reverse_status_value")
        status = unknown.meaning("return statuses", _STATUS, written)
        is_over = status not in (None, "open")
        found.ended += is_over
        reasons = [each for name in ("return_reason", "return_reason_text") if (each := text(record, name))]
        found.rows.add(
            item,
            {
                "return_id": text(record, "return_id", "reverse_order_id"),
                "order_id": text(record, "order_id"),
                "shop_id": shop,
                "requested_at": moment(record, "create_time", "reverse_request_time"),
                "kind": kind,
                "reason": next(iter(reasons), None),
                "fault": fault_of(reasons),
                "status": status,
                "resolved_at": moment(record, "update_time", "reverse_update_time") if is_over else None,
            },
        )
    return found
