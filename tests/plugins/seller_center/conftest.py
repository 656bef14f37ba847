"""Reads small exports that a test makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.plugins.seller_center.exports import write_csv

from shopscore.errors import ShopscoreError
from shopscore.events.reader import ReadOptions, ReadResult
from shopscore_plugins import seller_center

HEADER = (
    "Order ID", "Order Status", "Cancelation/Return Type", "Normal or Pre-order", "Created Time", "Paid Time",
    "RTS Time", "Shipped Time", "Delivered Time", "Cancelled Time", "Cancel By", "Cancel Reason",
    "Fulfillment Type", "Payment Method", "Order Amount",
)  # fmt: skip


def cells(**values: str) -> list[str]:
    """Return a row of HEADER; `created` stands for Created Time, and so on."""
    names = {
        "id": "Order ID", "status": "Order Status", "kind": "Cancelation/Return Type",
        "type": "Normal or Pre-order", "created": "Created Time", "paid": "Paid Time", "rts": "RTS Time",
        "shipped": "Shipped Time", "delivered": "Delivered Time", "cancelled": "Cancelled Time",
        "by": "Cancel By", "reason": "Cancel Reason", "fulfillment": "Fulfillment Type",
        "payment": "Payment Method", "amount": "Order Amount",
    }  # fmt: skip
    usual = {"id": "576500000000000001", "status": "Completed", "created": "20/05/2026 10:00:00"}
    said = {names[name]: value for name, value in {**usual, **values}.items()}
    return [said.get(name, "") for name in HEADER]


@dataclass(frozen=True)
class Read:
    """A result whose tables were taken in."""

    result: ReadResult
    tables: Mapping[str, list[dict[str, Any]]]

    @property
    def orders(self) -> list[dict[str, Any]]:
        """Return the orders."""
        return self.tables["orders"]

    @property
    def notes(self) -> list[str]:
        """Return the notes' texts."""
        return [text for _, text in self.result.notes]


Reading = Callable[..., Read]


def read(*paths: Path, market: str | None = "TH", **more: str) -> Read:
    """Read exports."""
    result = seller_center.read(paths, ReadOptions(market=market, more=more))
    tables = {
        name: (table if isinstance(table, pa.Table) else table.read_all()).to_pylist()
        for name, table in result.tables.items()
    }
    return Read(result, tables)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Read rows below HEADER, written as a CSV export."""

    def call(*rows: Sequence[str], header: Sequence[str] = HEADER, market: str = "TH", **more: Any) -> Read:
        options = {name: more.pop(name) for name in ("dates", "shop") if name in more}
        write_csv(tmp_path / "orders.csv", [list(header), *rows], **more)
        return read(tmp_path / "orders.csv", market=market, **options)

    return call


def at(text: str) -> datetime:
    """Return a time without a zone."""
    return datetime.fromisoformat(text)


def refusal(*paths: Path, market: str | None = "TH", **more: str) -> str:
    """Return the message that a reading ends with."""
    with pytest.raises(ShopscoreError) as raised:
        read(*paths, market=market, **more)
    return str(raised.value)
