"""The reader `seller-center`: order and returns exports of any market, CSV or XLSX.

An order export has a row for each order and SKU; here an order is one row. Created -> placed_at, Paid ->
paid_at (of orders paid on delivery the time they were placed), RTS -> arranged_at, Shipped ->
dispatched_at, Delivered -> delivered_at, Cancelled -> cancelled_at. Returns come from the returns export
alone. Names, phones, addresses and notes of buyers are never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.hookspecs import hookimpl

NAME = "seller-center"
OPTIONS = {
    "dates": "dmy or mdy: how a file writes dates that could be either",
    "reasons": "a YAML file such as policies/reasons/VN.yaml, whose reasons go before ours",
    "shop": "the shop's id, which exports do not have; without one it is called shop",
}


def read(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return orders, returns and the shop of exports, or of all exports in a folder."""
    from shopscore_plugins.seller_center.reading import read_exports

    return read_exports(paths, options)


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return the reader `seller-center`."""
    return [Reader(NAME, "order and returns exports of Seller Center, CSV or XLSX", read, OPTIONS)]
