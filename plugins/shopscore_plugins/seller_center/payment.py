"""Which orders are paid on delivery: their method says so, or all orders of that method do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopscore_plugins.seller_center import words
from shopscore_plugins.seller_center.meanings import of_words, resolve

if TYPE_CHECKING:
    import duckdb

    from shopscore.events.rows import Note

# An order paid on delivery was paid when it came. One order alone may be so by chance, and where nothing was
# on its way, it came when it was paid.
_PAID_AS_THEY_CAME = """
    SELECT payment_word, count(*) FROM orders_seen
    WHERE payment_word IS NOT NULL AND delivered_at IS NOT NULL
    GROUP BY 1
    HAVING count(*) > 1
        AND bool_and(paid_at IS NOT DISTINCT FROM delivered_at)
        AND bool_and(dispatched_at < paid_at)
    ORDER BY 1
"""


def resolve_on_delivery(connection: duckdb.DuckDBPyConnection) -> list[Note]:
    """Make the table `on_delivery` of methods of payment; say which are in no list."""
    seen = connection.execute(_PAID_AS_THEY_CAME).fetchall()
    listed = of_words(words.ON_DELIVERY)
    unlisted = {word: orders for word, orders in seen if listed(word) is None}

    def meaning(word: str) -> str | None:
        return "cod" if word in unlisted else listed(word)

    resolve(connection, "on_delivery", "payment_word", "orders_seen", meaning)
    return [
        (
            "on_delivery_assumed",
            f"Payment Method {word!r} is in no list: all {orders:,} orders that came were paid as they came, "
            "so it is read as payment on delivery",
        )
        for word, orders in unlisted.items()
    ]
