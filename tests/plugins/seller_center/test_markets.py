"""What differs from market to market, against calendars and not against our own table."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shopscore_plugins.seller_center.markets import MARKETS

HOURS_OF_JANUARY_AND_JULY = {
    "US": (-8, -7), "GB": (0, 1), "ID": (7, 7), "TH": (7, 7), "PH": (8, 8), "MY": (8, 8), "SG": (8, 8),
    "VN": (7, 7), "ES": (1, 2), "BR": (-3, -3), "MX": (-6, -6), "JP": (9, 9),
}  # fmt: skip


@pytest.mark.parametrize("market", MARKETS)
def test_each_markets_clock_is_its_own(market: str) -> None:
    zone = ZoneInfo(MARKETS[market].zone)
    found = [datetime(2026, month, 15, tzinfo=zone).utcoffset() for month in (1, 7)]
    assert found == [timedelta(hours=each) for each in HOURS_OF_JANUARY_AND_JULY[market]]


def test_money_without_decimals_is_that_of_three_markets() -> None:
    whole = {market.id: market.currency for market in MARKETS.values() if market.decimals == 0}
    assert whole == {"ID": "IDR", "VN": "VND", "JP": "JPY"}
