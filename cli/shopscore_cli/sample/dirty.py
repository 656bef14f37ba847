"""Bad rows on request: each kind breaks one rule of the event model and nothing else."""

from __future__ import annotations

from typing import NamedTuple


class BadRow(NamedTuple):
    """One kind of bad row: a sound row of the table with these columns replaced."""

    table: str
    kind: str
    replace: str        # the SQL of a REPLACE list; empty repeats the row as it is
    needs: str = "true"


BAD_ROWS = (
    BadRow("orders", "duplicate_key", ""),
    BadRow("orders", "missing_placed_at", "'bad-placed-' || order_id AS order_id, NULL::TIMESTAMPTZ AS placed_at"),
    BadRow("orders", "delivered_before_placed",
           "'bad-delivered-' || order_id AS order_id, placed_at - INTERVAL 1 HOUR AS delivered_at",
           "delivered_at IS NOT NULL"),
    BadRow("orders", "unknown_order_type", "'bad-type-' || order_id AS order_id, 'subscription' AS order_type"),
    BadRow("reviews", "stars_out_of_range", "'bad-stars-' || review_id AS review_id, 7 AS stars"),
    BadRow("reviews", "missing_order_id", "'bad-order-' || review_id AS review_id, NULL::VARCHAR AS order_id"),
    BadRow("returns", "unknown_status", "'bad-status-' || return_id AS return_id, 'lost' AS status"),
    BadRow("returns", "duplicate_key", ""),
    BadRow("after_sales_rounds", "finished_before_started",
           "'bad-finish-' || round_id AS round_id, started_at - INTERVAL 1 SECOND AS finished_at"),
    BadRow("chats", "rating_out_of_range", "'bad-rating-' || chat_id AS chat_id, 9 AS rating"),
    BadRow("chats", "reply_before_start",
           "'bad-reply-' || chat_id AS chat_id, started_at - INTERVAL 1 MINUTE AS first_reply_at"),
    BadRow("complaints", "missing_shop_id", "'bad-shop-' || ticket_id AS ticket_id, NULL::VARCHAR AS shop_id"),
)
"""Rows are added, never changed: what the sample says without them stays word for word."""
