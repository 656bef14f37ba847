"""What differs from market to market: clock, money, and the columns an order export is known by."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from shopscore.errors import UsageError, near_match


class Market(Struct, frozen=True):
    """One market.

    Attributes:
        zone: the clock of its shops; exports carry none. In a country of several it is assumed, and shown.
        currency: what amounts are in; exports do not say.
        decimals: of the currency; 0 tells that `82.912` is a whole number.
        marks: columns that together only its order export has; none where its header is not known.
        pays_on_delivery: whether an order without Paid Time may be a confirmed one; assumed.
    """

    id: str
    zone: str
    currency: str
    decimals: int = 2
    marks: frozenset[str] = frozenset()
    pays_on_delivery: bool = True


def _market(
    id_: str, zone: str, currency: str, *marks: str, decimals: int = 2, pays_on_delivery: bool = True
) -> Market:
    return Market(id_, zone, currency, decimals, frozenset(marks), pays_on_delivery)


MARKETS = {
    each.id: each
    for each in (
        _market("US", "America/Los_Angeles", "USD", "Address Line 1", "State", pays_on_delivery=False),
        _market("GB", "Europe/London", "GBP", pays_on_delivery=False),
        _market("ID", "Asia/Jakarta", "IDR", "Regency and City", decimals=0),
        _market("TH", "Asia/Bangkok", "THB", "Province", "District"),
        _market("PH", "Asia/Manila", "PHP", "Barangay"),
        _market("MY", "Asia/Kuala_Lumpur", "MYR", "Post Town"),
        _market("SG", "Asia/Singapore", "SGD"),
        _market("VN", "Asia/Ho_Chi_Minh", "VND", decimals=0),
        _market("ES", "Europe/Madrid", "EUR", "Autonomous Community"),
        _market("BR", "America/Sao_Paulo", "BRL"),
        _market("MX", "America/Mexico_City", "MXN"),
        _market("JP", "Asia/Tokyo", "JPY", decimals=0),
    )
}


def market_named(name: str) -> Market:
    """Return a market by its name; raises UsageError where we do not know it."""
    if name not in MARKETS:
        known = ", ".join(MARKETS)
        raise UsageError(f"no market is called {name!r}; expected {known}{near_match(name, MARKETS)}")
    return MARKETS[name]


def market_of(header: Collection[str]) -> Market | None:
    """Return the market whose order export has such a header; None where that cannot be told."""
    found = [each for each in MARKETS.values() if each.marks and each.marks <= set(header)]
    return found[0] if len(found) == 1 else None
