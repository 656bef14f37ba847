"""What an export is, by the names of its columns; positions differ and are never used."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from shopscore.errors import near_match
from shopscore_plugins.seller_center.faults import NO_COLUMN, fault


class Export(StrEnum):
    """The two files that are read."""

    ORDERS = "orders"
    RETURNS = "returns"


ORDER_TIMES = ("Created Time", "Paid Time", "RTS Time", "Shipped Time", "Delivered Time", "Cancelled Time")
RETURN_TIMES = ("Time Requested", "Refund Time")
TIMES = {Export.ORDERS: ORDER_TIMES, Export.RETURNS: RETURN_TIMES}

ID = {Export.ORDERS: "Order ID", Export.RETURNS: "Return Order ID"}
"""The column that tells a row of data from everything else."""

COLUMNS = {
    Export.ORDERS: (
        "Order ID", "Order Status", "Cancelation/Return Type", "Normal or Pre-order", *ORDER_TIMES,
        "Cancel By", "Cancel Reason", "Fulfillment Type", "Payment Method", "Product Category",
        "Order Amount",
    ),
    Export.RETURNS: (
        "Return Order ID", "Order ID", "Return Type", "Return Reason", "Return Status", *RETURN_TIMES,
    ),
}  # fmt: skip
"""All that is read: names, phones, addresses and notes of buyers are never looked at."""

_NEEDED = {
    Export.ORDERS: ("Order ID", "Order Status", "Created Time"),
    Export.RETURNS: ("Return Order ID", "Order ID", "Return Status", "Return Reason", "Time Requested"),
}


class Layout(Struct, frozen=True):
    """Where a file has what is read of it.

    Attributes:
        header: the file's columns, as they are.
        places: the position of each column that is read and there.
    """

    export: Export
    header: tuple[str, ...]
    places: dict[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read and there."""
        return tuple(self.places)

    @property
    def times(self) -> tuple[str, ...]:
        """Return those that hold times."""
        return tuple(each for each in TIMES[self.export] if each in self.places)


def layout_of(header: Sequence[str], shown: str) -> Layout:
    """Return what a header makes of a file; raises BadInputError where it is none of ours."""
    names = tuple(name.replace("\t", "").strip() for name in header)
    export = Export.RETURNS if ID[Export.RETURNS] in names else Export.ORDERS
    lacking = [name for name in _NEEDED[export] if name not in names]
    if len(lacking) == len(_NEEDED[export]):
        some = ", ".join(repr(name[:40]) for name in names[:4] if name) or "nothing"
        expected = "expected an order export (Order ID, …) or a returns export (Return Order ID, …)"
        raise fault(NO_COLUMN, f"{shown}:row 1", f"the columns are {some}; {expected}")
    if lacking:
        message = (
            f"the column {lacking[0]} is missing; an export of {export} cannot be read without it"
            f"{near_match(lacking[0], names)}"
        )
        raise fault(NO_COLUMN, f"{shown}:row 1", message)
    twice = [name for name in COLUMNS[export] if names.count(name) > 1]
    if twice:
        raise fault(NO_COLUMN, f"{shown}:row 1", f"the column {twice[0]} is there twice; expected it once")
    places = {name: names.index(name) for name in COLUMNS[export] if name in names}
    return Layout(export, names, places)
