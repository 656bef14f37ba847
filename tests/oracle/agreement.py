"""Compares the oracle's columns with scorecards, doubles by their bits."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]
BENEFITS = (
    "flash_deals", "affiliate_marketing", "campaigns", "crm", "platform_promotions", "countdown_bidding",
    "smart_promotion", "gold_star_seller", "silver_star_seller",
)  # fmt: skip
LADDERS = ("settlement_days", "visibility_boost")
DIMENSIONS = ("product_satisfaction", "fulfillment_logistics", "customer_service")
ADJUSTMENTS = {"product_collapse": "product-collapse", "negative_reviews": "negative-reviews"}
METRIC_FIELDS = (
    "state", "value", "numerator", "denominator", "numerator_count", "denominator_count",
    "points_before_floor", "points", "weight", "points_lost", "supplied_value", "computed_value",
)  # fmt: skip


def expected_row(card: Row) -> dict[str, Any]:
    """Return a scorecard as a row of the oracle."""
    adjusted = {each["id"]: each for each in card["adjustments"]}
    excluded = {each["id"]: each["rows"] for each in card["exclusions"]}
    row: dict[str, Any] = {
        "shop_id": card["subject"]["id"],
        "category": card["subject"]["category"],
        **{name: card[name] for name in ("state", "score", "band")},
        "own_deadline_types_rows": excluded["own-deadline-types"],
        "account_health_balance": card["ledgers"]["account_health"]["balance"],
    }
    for name in DIMENSIONS:
        row |= {
            name: card["dimensions"][name]["points"],
            f"{name}_weight": card["dimensions"][name]["weight"],
        }
    for name, id_ in ADJUSTMENTS.items():
        row |= {f"{name}_{when}": adjusted.get(id_, {}).get(when) for when in ("before", "after")}
    for name, metric in card["metrics"].items():
        row |= {f"{name}_{field}": metric[field] for field in METRIC_FIELDS}
    for name, item in card["benefits"].items():
        row[name] = item["value"] if name in LADDERS else item["state"]
        row |= {f"{name}_margin_{field}": value for field, value in item["margin"].items()}
    return row


def differences(oracle: Iterable[Row], cards: Iterable[Row]) -> Iterator[str]:
    """Yield one line for each field in which a shop's row and its scorecard, by shop_id, differ by a bit."""
    for found, card in zip(oracle, cards, strict=True):
        expected = expected_row(card)
        columns = found.keys()
        if columns != expected.keys():
            yield f"columns differ: {sorted(columns ^ expected.keys())}"
            return
        for column in sorted(columns):
            if bits(found[column]) != bits(expected[column]):
                yield (f"{found['shop_id']} {column}: oracle {found[column]!r}, engine {expected[column]!r}")


def bits(value: Any) -> Any:
    """Return what tells a value from every other one, also -0.0 from 0.0 and 1 from 1.0."""
    return struct.pack(">d", value) if isinstance(value, float) else (type(value), value)
