"""Bad rows on request: each kind breaks one rule of the event model and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from shopscore_cli.sample.write import as_glob, copy, quoted


class BadRow(NamedTuple):
    """One kind of bad row: a sound row of the table with these columns replaced."""

    table: str
    kind: str
    replace: str  # the SQL of a REPLACE list; empty repeats the row as it is
    needs: str = "true"


BAD_ROWS = (
    BadRow("orders", "duplicate_key", ""),
    BadRow(
        "orders", "missing_placed_at", "'bad-placed-' || order_id AS order_id, NULL::TIMESTAMPTZ AS placed_at"
    ),
    BadRow(
        "orders",
        "delivered_before_placed",
        "'bad-delivered-' || order_id AS order_id, placed_at - INTERVAL 1 HOUR AS delivered_at",
        "delivered_at IS NOT NULL",
    ),
    BadRow(
        "orders", "unknown_order_type", "'bad-type-' || order_id AS order_id, 'subscription' AS order_type"
    ),
    BadRow("reviews", "stars_out_of_range", "'bad-stars-' || review_id AS review_id, 7 AS stars"),
    BadRow(
        "reviews", "missing_order_id", "'bad-order-' || review_id AS review_id, NULL::VARCHAR AS order_id"
    ),
    BadRow("returns", "unknown_status", "'bad-status-' || return_id AS return_id, 'lost' AS status"),
    BadRow("returns", "duplicate_key", ""),
    BadRow(
        "after_sales_rounds",
        "finished_before_started",
        "'bad-finish-' || round_id AS round_id, started_at - INTERVAL 1 SECOND AS finished_at",
    ),
    BadRow("chats", "rating_out_of_range", "'bad-rating-' || chat_id AS chat_id, 9 AS rating"),
    BadRow(
        "chats",
        "reply_before_start",
        "'bad-reply-' || chat_id AS chat_id, started_at - INTERVAL 1 MINUTE AS first_reply_at",
    ),
    BadRow(
        "complaints", "missing_shop_id", "'bad-shop-' || ticket_id AS ticket_id, NULL::VARCHAR AS shop_id"
    ),
)
"""Bad rows are added: the sound ones stay word for word what they are without them."""


def plant(
    connection: duckdb.DuckDBPyConnection, folder: Path, rows: Mapping[str, int], share: float
) -> dict[str, int]:
    """Write the bad rows of every kind into files of their own and return how many, by `table.kind`.

    A table's share is split evenly over its kinds, rounded up, each kind made from rows of its own.
    """
    if share == 0.0:
        return {}
    planted: dict[str, int] = {}
    for bad in BAD_ROWS:
        kinds = [other.kind for other in BAD_ROWS if other.table == bad.table]
        wanted = math.ceil(rows[bad.table] * share / len(kinds))
        files = quoted(as_glob(folder / bad.table) + "/2*.parquet")
        columns = f"* REPLACE ({bad.replace})" if bad.replace else "*"
        query = (
            f"SELECT {columns} FROM read_parquet({files}) WHERE {bad.needs}"
            f" LIMIT {wanted} OFFSET {wanted * kinds.index(bad.kind)}"
        )
        path = folder / bad.table / f"bad-{bad.kind}.parquet"
        planted[f"{bad.table}.{bad.kind}"] = copy(connection, query, path)
    return planted
