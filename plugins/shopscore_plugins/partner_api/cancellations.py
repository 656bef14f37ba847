"""Why and by whom an order was cancelled, from the order itself and from the list of cancellations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from shopscore_plugins.json_values import Record, maps, moment, seconds, text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.words import Unknown

_DONE, _NOT_DONE = "done", "not done"
_STATUSES = {
    "CANCELLATION_REQUEST_PENDING": _NOT_DONE,
    "CANCELLATION_REQUEST_CANCEL": _NOT_DONE,
    "CANCELLATION_REQUEST_SUCCESS": _DONE,
    "CANCELLATION_REQUEST_COMPLETE": _DONE,
}
_REQUEST_CANCEL, _CANCEL_DONE = "4", frozenset({"50", "51", "100"})
"""The old v2's reverse_type of a cancellation, and its reverse_status_value of a finished one."""

INITIATORS = {"BUYER": "buyer", "SELLER": "seller", "SYSTEM": "system", "OPERATOR": "operator"}


class Cancellation(Struct, frozen=True):
    """A cancellation that came into force.

    Attributes:
        by: who cancelled, in the API's words.
        reasons: its codes and texts, codes first.
    """

    at: str | None
    by: str | None
    reasons: tuple[str, ...]


class Cancellations(Struct, frozen=True):
    """Cancellations by order, the latest of each, and requests that came to nothing or wait."""

    of_orders: Mapping[str, Cancellation]
    requests: int


def is_cancellation(item: Item) -> bool:
    """Tell whether an old reverse request asks for a cancellation, not for a return."""
    return item.form == "reverse_list" and text(item.record, "reverse_type") == _REQUEST_CANCEL


def read_cancellations(items: Iterable[Item], unknown: Unknown) -> Cancellations:
    """Return finished cancellations by order."""
    found: dict[str, Cancellation] = {}
    requests = 0
    for item in items:
        record = item.record
        order_id = text(record, "order_id")
        if order_id is None or not _is_done(record, unknown):
            requests += 1
            continue
        reasons = _texts(record, "cancel_reason", "cancel_reason_text", "return_reason")
        at = moment(record, "update_time", "reverse_update_time", "create_time", "reverse_request_time")
        new = Cancellation(at, text(record, "role"), reasons)
        if order_id not in found or seconds(found[order_id].at) <= seconds(at):
            found[order_id] = new
    return Cancellations(found, requests)


def cancellation_of(order: Record, at: str | None, listed: Cancellation | None) -> Cancellation:
    """Return what is known of a cancelled order's cancellation; what the order itself says goes first."""
    lines = [*maps(order, "line_items"), *maps(order, "item_list")]
    users = _texts_of(lines, "cancel_user", "sku_cancel_user")
    by = text(order, "cancellation_initiator", "cancel_user") or next(iter(users), None)
    reasons = (
        *_texts(order, "cancel_reason"),
        *_texts_of(lines, "cancel_reason", "sku_cancel_reason"),
    )
    if listed is None:
        return Cancellation(at, by, tuple(dict.fromkeys(reasons)))
    # Orders often have the reason in the shop's language, where the list has its code.
    every = tuple(dict.fromkeys((*listed.reasons, *reasons)))
    return Cancellation(at or listed.at, by or listed.by, every)


def _is_done(record: Record, unknown: Unknown) -> bool:
    if "cancel_status" in record:
        return unknown.meaning("cancellation statuses", _STATUSES, text(record, "cancel_status")) == _DONE
    return text(record, "reverse_status_value") in _CANCEL_DONE


def _texts(record: Record, *names: str) -> tuple[str, ...]:
    return tuple(found for name in names if (found := text(record, name)) is not None)


def _texts_of(records: Iterable[Record], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for record in records for each in _texts(record, *names)))
