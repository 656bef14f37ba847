"""The reader `olist`: the Brazilian marketplace data set, an example of someone else's data.

What it says maps to the event model as follows: purchase -> placed_at, approved -> paid_at,
delivered_carrier -> dispatched_at, shipping_limit_date -> dispatch_by, delivered_customer ->
delivered_at, estimated_delivery -> deliver_by (the whole day), review_creation -> posted_at. An order
is one row per seller; sellers are shops.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.errors import BadInputError, Finding, Level, UsageError, near_match
from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.events.wording import counted
from shopscore.hookspecs import hookimpl

if TYPE_CHECKING:
    import pyarrow as pa

# duckdb and pyarrow are imported where they are used: plugins are loaded with every command.

ZONE = "America/Sao_Paulo"
"""The files carry no zone; the marketplace is Brazilian."""

_COLUMNS = {
    "orders": (
        "order_id",
        "order_status",
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
        "order_estimated_delivery_date",
    ),
    "order_items": ("order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price"),
    "order_reviews": ("review_id", "order_id", "review_score", "review_creation_date"),
    "products": ("product_id", "product_category_name"),
    "product_category_name_translation": ("product_category_name", "product_category_name_english"),
    "sellers": ("seller_id",),
}
_NEEDED = ("orders", "order_items")

_ORDERS = """
    WITH
    sold AS (  -- one row per order and seller
        SELECT
            order_id,
            seller_id,
            -- The order is due when its last item is.
            max(shipping_limit_date) AS dispatch_by,
            -- The first item speaks for an order of several products.
            arg_min(product_id, order_item_id) AS product_id,
            sum(price) AS amount
        FROM order_items
        GROUP BY order_id, seller_id
    ),
    categories AS (
        SELECT
            products.product_id,
            coalesce(english.product_category_name_english, products.product_category_name) AS category
        FROM products
        LEFT JOIN product_category_name_translation AS english USING (product_category_name)
    )
    SELECT
        orders.order_id,
        sold.seller_id AS shop_id,
        orders.order_purchase_timestamp AS placed_at,
        orders.order_approved_at AS paid_at,
        sold.dispatch_by,
        orders.order_delivered_carrier_date AS dispatched_at,
        CAST(orders.order_estimated_delivery_date AS DATE) AS deliver_by,
        orders.order_delivered_customer_date AS delivered_at,
        CASE WHEN orders.order_status IN ('canceled', 'unavailable') THEN greatest(
            orders.order_purchase_timestamp,
            orders.order_approved_at,
            orders.order_delivered_carrier_date,
            orders.order_delivered_customer_date
        ) END AS cancelled_at,
        categories.category,
        sold.product_id,
        sold.amount,
        'BRL' AS currency,
        'orders.parquet' AS _file,
        orders._row
    FROM orders
    JOIN sold USING (order_id)
    LEFT JOIN categories USING (product_id)
    ORDER BY orders._row, shop_id
"""

_REVIEWS = """
    SELECT
        review_id,
        order_id,
        sold.seller_id AS shop_id,
        review_creation_date AS posted_at,
        review_score AS stars,
        'order_reviews.parquet' AS _file,
        order_reviews._row
    FROM order_reviews
    JOIN (SELECT DISTINCT order_id, seller_id FROM order_items) AS sold USING (order_id)
    ORDER BY order_reviews._row, shop_id
"""

# The files name no market, so neither do we: a policy of any market scores these sellers.
_SHOPS = "SELECT seller_id AS shop_id, 'sellers.parquet' AS _file, _row FROM sellers ORDER BY _row"

_COUNTS = """
    SELECT
        (SELECT count(*) FROM orders WHERE order_id NOT IN (SELECT order_id FROM order_items)),
        (SELECT count(*) FROM order_reviews WHERE order_id NOT IN (SELECT order_id FROM order_items)),
        (SELECT count(*) FROM orders WHERE order_status IN ('canceled', 'unavailable')
            AND order_id IN (SELECT order_id FROM order_items)),
        (SELECT count(*) FROM orders WHERE order_status = 'delivered'
            AND order_delivered_customer_date IS NULL AND order_id IN (SELECT order_id FROM order_items))
"""


def read(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return orders, reviews and shops of a folder with Olist's tables as Parquet files."""
    import duckdb

    folder = _folder(paths)
    files = {name: folder / f"{name}.parquet" for name in _COLUMNS}
    there = {name: path for name, path in files.items() if path.is_file()}
    if missing := [name for name in _NEEDED if name not in there]:
        expected = f"expected orders.parquet and order_items.parquet in {folder}"
        raise UsageError(f"the reader olist finds no {missing[0]}.parquet; {expected}")
    found = {name: _load(path, name) for name, path in there.items()}
    with duckdb.connect(config={"enable_external_access": False}) as connection:
        for name in _COLUMNS:
            connection.register(name, found[name] if name in found else _nothing(name))
        tables = {"orders": connection.sql(_ORDERS).to_arrow_table()}
        if "order_reviews" in there:
            tables["reviews"] = connection.sql(_REVIEWS).to_arrow_table()
        if "sellers" in there:
            tables["shops"] = connection.sql(_SHOPS).to_arrow_table()
        ((itemless, unreviewable, cancelled, undated),) = connection.execute(_COUNTS).fetchall()
    notes = []
    if cancelled:
        text = (
            f"olist dates no cancellation: the last known time stands for it in {counted(cancelled, 'order')}"
        )
        notes.append(("cancelled_at_assumed", text))
    if undated:
        text = f"{counted(undated, 'order')} called delivered without a date: not delivered here"
        notes.append(("delivered_without_date", text))
    return ReadResult(
        reader="olist",
        tables=tables,
        zone=options.zone or ZONE,
        dropped={"orders without items": itemless, "reviews of orders without items": unreviewable},
        notes=tuple(notes),
        files=tuple(there.values()),
    )


def _folder(paths: Sequence[Path]) -> Path:
    if len(paths) == 1 and paths[0].is_dir():
        return paths[0].resolve()
    found = ", ".join(str(path) for path in paths)
    raise UsageError(f"the reader olist reads one folder of Parquet files, found {found}")


def _load(path: Path, name: str) -> pa.Table:
    """Return the columns that are read, with each row's number in the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        has = pq.read_schema(path).names
        lacking = [column for column in _COLUMNS[name] if column not in has]
        if lacking:
            hint = near_match(lacking[0], has)
            message = f"the column {lacking[0]} is missing; the reader olist cannot do without it{hint}"
            raise BadInputError([Finding("I322", Level.ERROR, path.name, message)])
        table = pq.read_table(path, columns=list(_COLUMNS[name]))
    except (pa.ArrowInvalid, OSError) as error:
        message = f"the file cannot be read: {str(error).splitlines()[0]}"
        raise BadInputError([Finding("I321", Level.ERROR, path.name, message)]) from error
    return table.append_column("_row", pa.array(range(1, table.num_rows + 1), pa.int64()))


def _nothing(name: str) -> pa.Table:
    """Return an empty table in place of a file that is not there."""
    import pyarrow as pa

    return pa.table({column: pa.array([], pa.string()) for column in (*_COLUMNS[name], "_row")})


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return the reader `olist`."""
    return [Reader("olist", "Olist's orders of 2016 to 2018, a folder of Parquet files", read)]
