"""Words in cells and what they mean; a word that is not here is counted and shown, never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

CANCELLED, UNPAID = "cancelled", "unpaid"

_STATUSES = {
    UNPAID: ("Unpaid", "ค้างชำระ", "Belum dibayar"),
    "to_ship": ("To ship", "Awaiting shipment", "Awaiting collection", "ที่จะจัดส่ง", "Perlu dikirim"),
    "shipped": ("Shipped", "In transit", "จัดส่งแล้ว", "Dikirim", "Sedang transit"),
    "delivered": ("Delivered",),
    "completed": ("Completed", "เสร็จสมบูรณ์", "Selesai"),
    CANCELLED: ("Canceled", "Cancelled", "ยกเลิกแล้ว", "Dibatalkan", "Đã hủy"),
}
_CANCELLED_BY = {
    "buyer": ("User", "Buyer", "Customer"),
    "seller": ("Seller",),
    "system": ("System",),
    "operator": ("Operator",),
}
_KINDS = {"cancel": ("Cancel",), "return": ("Return/Refund",)}
_ORDER_TYPES = {
    "normal": ("Normal",),
    "pre_order": ("Pre-order", "Preorder"),
    "made_to_order": ("Made to order",),
    "back_order": ("Back order",),
}
_FULFILLMENT = {
    "seller": ("Fulfillment by seller", "Fulfilled by seller", "Seller"),
    "platform": (
        "Fulfillment by TikTok Shop", "Fulfillment by TikTok", "Fulfilled by TikTok", "TikTok Shop",
        "Fulfillment by Dilayani Tokopedia", "Dilayani Tokopedia",
    ),
}  # fmt: skip
_ON_DELIVERY = {
    "cod": (
        "Cash on delivery", "COD", "Bayar di tempat", "เก็บเงินปลายทาง", "Thanh toán khi nhận hàng",
        "Thanh toán khi giao hàng",
    )
}  # fmt: skip
_RETURN_KINDS = {
    "refund": ("Refund only",),
    "return_and_refund": ("Return and refund",),
    "replacement": ("Replacement",),
}
_RETURN_STATUSES = {
    "open": ("To process", "In process"),
    "completed": ("Completed",),
    "rejected": ("Refund rejected",),
    "cancelled": ("Canceled", "Cancelled"),
}


def plain(word: str) -> str:
    """Return a word without what differs from export to export.

    >>> plain(" Return/Refund ")
    'return/refund'
    """
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _meanings(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {plain(word): meaning for meaning, each in words.items() for word in each}


STATUSES = _meanings(_STATUSES)
CANCELLED_BY = _meanings(_CANCELLED_BY)
KINDS = _meanings(_KINDS)
ORDER_TYPES = _meanings(_ORDER_TYPES)
FULFILLMENT = _meanings(_FULFILLMENT)
ON_DELIVERY = _meanings(_ON_DELIVERY)
RETURN_KINDS = _meanings(_RETURN_KINDS)
RETURN_STATUSES = _meanings(_RETURN_STATUSES)
