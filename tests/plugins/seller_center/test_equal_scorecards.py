"""An export of each market's header, every quirk on, scores as the same orders in clean Parquet do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.plugins.seller_center.clean import write_clean
from tests.plugins.seller_center.exports import (
    HEADERS,
    month,
    order_rows,
    return_rows,
    some_returns,
    write_csv,
    write_xlsx,
)

import shopscore
from shopscore.api import Workspace
from shopscore.events.time import Zone
from shopscore.policy import Policy
from shopscore_plugins.seller_center.markets import MARKETS

AS_OF = date(2026, 6, 22)
ORDERS = month(datetime(2026, 5, 23, 0, 30))
POLICIES = {"US": "us-sps@2026.06", "ID": "id-store-rating@2025.08"}
"""Where a market has no policy of its own yet, the American one scores its orders."""

READER = Workspace().plugins.reader("seller-center")


def scored(policy: Policy, data: Path, **options: Any) -> dict[str, Any]:
    with policy.open(data, **options) as opened:
        (card,) = policy.scorecards(opened, AS_OF, engine="reference")
    return {name: value for name, value in card.items() if name != "warnings"}


@pytest.mark.parametrize(("market", "form"), [*((market, "csv") for market in HEADERS), ("ID", "xlsx")])
def test_an_export_scores_as_clean_tables_do(tmp_path: Path, market: str, form: str) -> None:
    policy = shopscore.load(POLICIES.get(market, "us-sps@2026.06"))
    policy = replace(policy, bundle=replace(policy.bundle, market=market))
    exports = tmp_path / "exports"
    exports.mkdir()
    rows = order_rows(ORDERS, market)
    if form == "csv":
        middle = len(rows) // 2
        while rows[middle][0] == rows[middle - 1][0]:  # files that were put together begin with an order
            middle += 1
        write_csv(exports / "orders.csv", [*rows[:middle], rows[0], *rows[middle:]])
    else:
        write_xlsx(exports / "orders.xlsx", rows)
    returns = some_returns(ORDERS)
    write_xlsx(exports / "returns.xlsx", return_rows(returns))
    clean = write_clean(tmp_path / "clean", ORDERS, returns, market, HEADERS[market])

    found = scored(policy, exports, reader=READER)

    assert found == scored(policy, clean, naive_zone=Zone(MARKETS[market].zone))
    states = {name: metric["state"] for name, metric in found["metrics"].items()}
    assert {"computed"} < set(states.values()), states
