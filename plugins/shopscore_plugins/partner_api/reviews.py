"""Reviews of products to rows of the event model; their titles, texts and pictures are not read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from shopscore_plugins.json_values import moment, text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.columns import Rows

_ALWAYS = ("review_id", "order_id", "shop_id", "posted_at", "stars")


class Reviews(Struct):
    """Rows of reviews, and how many name no order."""

    rows: Rows
    orderless: int = 0


def read_reviews(items: Iterable[Item], shop: str) -> Reviews:
    """Return a row for each review of an order; times come as seconds or as ISO 8601."""
    found = Reviews(Rows(_ALWAYS))
    for item in items:
        record = item.record
        order_id = text(record, "order_id")
        if order_id is None:
            found.orderless += 1
            continue
        found.rows.add(
            item,
            {
                "review_id": text(record, "review_id", "id"),
                "order_id": order_id,
                "shop_id": shop,
                "posted_at": moment(record, "create_time"),
                "stars": text(record, "rating"),
                "product_id": text(record, "tiktok_product_id", "product_id"),
            },
        )
    return found
