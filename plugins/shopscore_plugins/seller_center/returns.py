"""Rows of the returns export to returns: one row per request, faults by their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopscore.events.wording import counted
from shopscore_plugins.seller_center import words
from shopscore_plugins.seller_center.meanings import of_words, resolve
from shopscore_plugins.seller_center.orders import Made

if TYPE_CHECKING:
    from shopscore_plugins.reasons import Reasons
    from shopscore_plugins.seller_center.markets import Market
    from shopscore_plugins.seller_center.staging import Staging

# A request stands once for each of its articles; of several files the last one knows most.
_SEEN = """
    CREATE TABLE returns_seen AS
    SELECT
        "Return Order ID" AS return_id,
        arg_min("Order ID", "row") AS order_id,
        min("Time Requested") AS requested_at,
        arg_min("Return Type", "row") AS kind_word,
        arg_min("Return Reason", "row") AS reason,
        arg_min("Return Status", "row") AS status_word,
        max("Refund Time") AS refunded_at,
        arg_min("file", "row") AS "file",
        min("row") AS "row"
    FROM returns
    SEMI JOIN (SELECT "Return Order ID" AS id, max(part) AS part FROM returns GROUP BY 1) AS latest
        ON latest.id = "Return Order ID" AND latest.part = returns.part
    GROUP BY 1
"""

_RETURNS = """
    CREATE TABLE returns_made AS
    SELECT
        return_id, order_id, requested_at, kind_words.meaning AS kind, reason,
        coalesce(return_reasons.meaning, 'unknown') AS fault,
        return_statuses.meaning AS status,
        CASE WHEN return_statuses.meaning = 'completed' THEN refunded_at END AS resolved_at,
        refunded_at, "file", "row"
    FROM returns_seen
    LEFT JOIN kind_words ON kind_words.word = kind_word
    LEFT JOIN return_reasons ON return_reasons.word = reason
    LEFT JOIN return_statuses ON return_statuses.word = status_word
"""

_COLUMNS = ("return_id", "order_id", "requested_at", "kind", "reason", "fault", "status", "resolved_at")


def make_returns(staging: Staging, market: Market, reasons: Reasons) -> Made:
    """Make the table `returns_made` of the rows that were read."""
    connection, made = staging.connection, Made()
    connection.execute(_SEEN)
    unknown = {
        "return reasons": ("return_reasons", "reason", lambda text: reasons.fault("refunds", text)),
        "kinds of return": ("kind_words", "kind_word", of_words(words.RETURN_KINDS)),
        "return statuses": ("return_statuses", "status_word", of_words(words.RETURN_STATUSES)),
    }
    for what, (table, column, meaning) in unknown.items():
        if found := resolve(connection, table, column, "returns_seen", meaning):
            made.unmapped[what] = found
    connection.execute(_RETURNS)
    ((rows, early),) = connection.execute("""
        SELECT (SELECT count(*) FROM returns) - count(*),
            count(*) FILTER (refunded_at IS NOT NULL AND status IS DISTINCT FROM 'completed')
        FROM returns_made
    """).fetchall()
    made.dropped["further rows and older copies of returns"] += rows
    if early:
        text = f"{counted(early, 'return')} not completed have a Refund Time: it does not end them"
        made.notes.append(("refund_time_ignored", text))
    made.columns = {name: name for name in _COLUMNS}
    return made
