"""Rows of order and SKU to orders: one row per order, with what its rows together say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from shopscore.events.rows import Note
from shopscore.events.wording import counted
from shopscore_plugins.seller_center import words
from shopscore_plugins.seller_center.layout import Export
from shopscore_plugins.seller_center.meanings import of_words, resolve
from shopscore_plugins.seller_center.money import amount
from shopscore_plugins.seller_center.payment import resolve_on_delivery

if TYPE_CHECKING:
    import duckdb

    from shopscore_plugins.reasons import Reasons
    from shopscore_plugins.seller_center.markets import Market
    from shopscore_plugins.seller_center.staging import Staging

# An order is in one part of the input: where it is in several, in the one that knows most of it.
_LATEST = """
    CREATE TABLE latest AS
    SELECT "Order ID" AS id, arg_max(part, (known, part)) AS part, count(*) AS parts
    FROM (
        SELECT "Order ID", part, max(greatest("Created Time", "Paid Time", "RTS Time", "Shipped Time",
            "Delivered Time", "Cancelled Time")) AS known
        FROM orders GROUP BY ALL
    )
    GROUP BY 1
"""

# `gone`: the row's articles are cancelled. A row of the type Cancel whose status says another thing has but
# a request: its articles have still to leave.
_SEEN = """
    CREATE TABLE orders_seen AS
    WITH
    meant AS (
        SELECT
            orders.*,
            "Cancelled Time" IS NOT NULL OR coalesce(meaning = '{cancelled}', false) AS says_so,
            coalesce(lower("Cancelation/Return Type") = 'cancel', false) AS asks,
            says_so OR (asks AND meaning IS NULL) AS gone
        FROM orders {only}
        LEFT JOIN status_words ON status_words.word = "Order Status"
    )
    SELECT
        "Order ID" AS order_id,
        arg_min("Order Status", "row") AS status,
        bool_and(gone) AS is_cancelled,
        bool_or(gone) AND NOT bool_and(gone) AS is_partly_cancelled,
        bool_or(asks AND NOT gone) AS is_asked,
        min("Created Time") AS placed_at,
        min("Paid Time") AS paid_at,
        {last_rts} AS arranged_at,
        {last_shipped} AS dispatched_at,
        {last_delivered} AS delivered_at,
        CASE WHEN bool_and(gone) THEN coalesce(
            max("Cancelled Time"),
            max(greatest("Created Time", "Paid Time", "RTS Time", "Shipped Time", "Delivered Time"))
        ) END AS cancelled_at,
        arg_min("Cancel By", "row") FILTER (gone) AS by_word,
        arg_min("Cancel Reason", "row") FILTER (gone) AS reason,
        arg_min("Normal or Pre-order", "row") AS type_word,
        arg_min("Fulfillment Type", "row") AS fulfillment_word,
        arg_min("Payment Method", "row") AS payment_word,
        arg_min("Product Category", "row") AS category,
        arg_min("Order Amount", "row") AS amount,
        arg_min("file", "row") AS "file",
        min("row") AS "row",
        is_cancelled AND max("Cancelled Time") IS NULL AS is_undated
    FROM meant
    GROUP BY "Order ID"
"""

_ORDERS = """
    CREATE TABLE orders_made AS
    SELECT
        order_id, placed_at, status_words.meaning AS status, is_cancelled, is_partly_cancelled, is_asked,
        is_undated,
        payment_word, on_delivery.meaning IS NOT NULL AS pays_on_delivery,
        paid_at IS NULL AS is_unpaid,
        CASE WHEN on_delivery.meaning IS NOT NULL THEN placed_at ELSE paid_at END AS paid_at,
        arranged_at, dispatched_at, delivered_at, cancelled_at,
        by_words.meaning AS cancelled_by,
        reason AS cancel_reason,
        CASE
            WHEN NOT is_cancelled THEN NULL
            -- Cancelled after it was shipped: a failed or refused delivery, not the seller's cancellation.
            WHEN reason_words.meaning = 'seller' AND dispatched_at IS NOT NULL THEN 'unknown'
            ELSE coalesce(reason_words.meaning, 'unknown')
        END AS cancel_fault,
        is_cancelled AND dispatched_at IS NOT NULL AS is_failed_delivery,
        CASE WHEN type_word IS NULL THEN 'normal' ELSE type_words.meaning END AS order_type,
        CASE WHEN fulfillment_word IS NULL THEN 'seller' ELSE fulfillment_words.meaning END AS fulfillment,
        category, {amount} AS amount, amount AS amount_text, "file", "row"
    FROM orders_seen
    LEFT JOIN status_words ON status_words.word = status
    LEFT JOIN on_delivery ON on_delivery.word = payment_word
    LEFT JOIN by_words ON by_words.word = by_word
    LEFT JOIN reason_words ON reason_words.word = reason
    LEFT JOIN type_words ON type_words.word = type_word
    LEFT JOIN fulfillment_words ON fulfillment_words.word = fulfillment_word
"""


class Made(Struct):
    """What became of the rows of one kind: the columns to give, and what there is to say."""

    columns: dict[str, str] = field(default_factory=dict)
    """Names of the event model and their SQL."""
    notes: list[Note] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)


def make_orders(staging: Staging, market: Market, reasons: Reasons) -> Made:
    """Make the table `orders_made` of the rows that were read."""
    connection, made = staging.connection, Made()
    only = _only_latest(connection, made)
    resolve(connection, "status_words", '"Order Status"', Export.ORDERS, of_words(words.STATUSES))
    query = _SEEN.format(
        only=only,
        cancelled=words.CANCELLED,
        last_rts=_last("RTS Time"),
        last_shipped=_last("Shipped Time"),
        last_delivered=_last("Delivered Time"),
    )
    connection.execute(query)
    _resolve_words(connection, reasons, made)
    connection.execute(_ORDERS.format(amount=amount("amount", market.decimals)))
    _leave_out_unpaid(connection, staging, market, made)
    _say(connection, made)
    made.columns = _columns(staging, market, made)
    return made


def _only_latest(connection: duckdb.DuckDBPyConnection, made: Made) -> str:
    ((parts,),) = connection.execute("SELECT count(DISTINCT part) FROM orders").fetchall()
    if parts < 2:
        return ""
    connection.execute(_LATEST)
    ((older,),) = connection.execute("SELECT coalesce(sum(parts - 1), 0) FROM latest").fetchall()
    made.dropped["older copies of orders"] = int(older)
    return 'SEMI JOIN latest ON latest.id = "Order ID" AND latest.part = orders.part'


def _last(column: str) -> str:
    """Return the SQL of when something was done for all of an order's articles that are left."""
    left = "FILTER (NOT gone)"
    return f"""CASE
            WHEN bool_and(gone) THEN max("{column}")
            WHEN count("{column}") {left} = count(*) {left} THEN max("{column}") {left} END"""


def _resolve_words(connection: duckdb.DuckDBPyConnection, reasons: Reasons, made: Made) -> None:
    unknown = {
        "order statuses": ("status_words", "status", of_words(words.STATUSES)),
        "who cancelled": ("by_words", "by_word", of_words(words.CANCELLED_BY)),
        "cancel reasons": ("reason_words", "reason", lambda text: reasons.fault("cancellations", text)),
        "types of order": ("type_words", "type_word", of_words(words.ORDER_TYPES)),
        "kinds of fulfilment": ("fulfillment_words", "fulfillment_word", of_words(words.FULFILLMENT)),
    }
    for what, (table, column, meaning) in unknown.items():
        if found := resolve(connection, table, column, "orders_seen", meaning):
            made.unmapped[what] = found
    made.notes += resolve_on_delivery(connection)


def _leave_out_unpaid(
    connection: duckdb.DuckDBPyConnection, staging: Staging, market: Market, made: Made
) -> None:
    """Take out orders nobody paid; where buyers pay on delivery, only if the file says how they pay."""
    unpaid = "is_unpaid AND NOT pays_on_delivery AND dispatched_at IS NULL AND delivered_at IS NULL"
    wheres = {"unpaid orders": f"status = '{words.UNPAID}' AND {unpaid} AND NOT is_cancelled"}
    if all("Paid Time" in each.places for each in staging.layouts_of(Export.ORDERS)):
        is_known = "payment_word IS NOT NULL" if market.pays_on_delivery else "true"
        wheres["orders cancelled before they were paid"] = f"is_cancelled AND {unpaid} AND {is_known}"
    for what, where in wheres.items():
        ((rows,),) = connection.execute(f"DELETE FROM orders_made WHERE {where}").fetchall()
        made.dropped[what] += rows


def _say(connection: duckdb.DuckDBPyConnection, made: Made) -> None:
    ((undated, partly, asked, failed, undelivered, amounts),) = connection.execute("""
        SELECT
            count(*) FILTER (is_undated), count(*) FILTER (is_partly_cancelled),
            count(*) FILTER (is_asked), count(*) FILTER (is_failed_delivery),
            count(*) FILTER (
                status IN ('delivered', 'completed') AND delivered_at IS NULL AND NOT is_cancelled
            ),
            count(*) FILTER (amount IS NULL AND amount_text IS NOT NULL)
        FROM orders_made
    """).fetchall()
    said = {
        "cancelled_at_assumed": (undated, "cancelled without a time: the last known time stands for it"),
        "partly_cancelled": (partly, "cancelled in part: not cancelled here"),
        "cancellations_asked": (asked, "marked Cancel, of another status and no time: not cancelled here"),
        "failed_deliveries": (failed, "cancelled after dispatch: read as failed or refused deliveries"),
        "delivered_without_date": (undelivered, "called delivered without a time: not delivered here"),
        "amounts_unreadable": (amounts, "with an amount that cannot be read: unknown here"),
    }
    made.notes += [(id_, f"{counted(rows, 'order')} {text}") for id_, (rows, text) in said.items() if rows]


def _columns(staging: Staging, market: Market, made: Made) -> dict[str, str]:
    """Return the columns to give: what a file does not have is not given, for absence is not zero."""
    behind = {
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
    layouts = staging.layouts_of(Export.ORDERS)
    given = {}
    for name, column in behind.items():
        having = sum(column in each.places for each in layouts)
        if having == len(layouts):
            given[name] = name
        elif having:
            text = f"{column} is only in {having} of {len(layouts)} order exports: left out"
            made.notes.append(("column_left_out", text))
    return {
        "order_id": "order_id", "placed_at": "placed_at", "cancelled_at": "cancelled_at", **given,
        "currency": f"'{market.currency}'",
    }  # fmt: skip
