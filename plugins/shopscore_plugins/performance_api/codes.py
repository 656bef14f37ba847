"""What the score API calls things, and what the policies of its programme call them."""

from __future__ import annotations

import re
from collections.abc import Iterable

METRICS = {
    "NRR": "negative_review_rate",
    "NBFR": "non_buyer_fault_return_rate",
    "SFCR": "seller_fault_cancellation_rate",
    "OTDR": "on_time_delivery_rate",
    "AHT": "after_sales_handling_hours",
    "IM_DSAT": "im_dissatisfaction_rate",
}
"""Metrics by the API's fixed codes, in its order."""

UNITS = {code: "HOURS" if code == "AHT" else "PERCENT" for code in METRICS}
"""What a metric is in where an answer does not say it."""

PROBLEMS = {
    "nrr_problem_order_items": "NRR",
    "nbfr_problem_order_items": "NBFR",
    "sfcr_problem_order_items": "SFCR",
    "otdr_problem_order_items": "OTDR",
    "aht_problem_order_items": "AHT",
    "im_dsat_chat_items": "IM_DSAT",
}
"""The lists of offending records, each of one metric."""

ANSWERS = ("sps_score", "dimensions", "metrics", "metric_code", *PROBLEMS)
"""Keys that an answer of the score API is known by."""

TOP = "top_"
"""What the lists of top products, reasons and carriers begin with."""

RECORD_IDS = {"AHT": "return_order_id", "IM_DSAT": "chat_record_id"}
"""What a problem record is about; of all other metrics it is the order."""

DIMENSIONS = {
    "product satisfaction": "product_satisfaction",
    "fulfillment and logistics": "fulfillment_logistics",
    "fulfilment and logistics": "fulfillment_logistics",
    "fulfillment logistics": "fulfillment_logistics",
    "customer service": "customer_service",
}


def is_of_score(keys: Iterable[str]) -> bool:
    """Tell whether an answer with some keys is one of the score API."""
    return any(key in ANSWERS or key.startswith(TOP) for key in keys)


def dimension_of(name: str) -> str | None:
    """Return a dimension by its English name; names in other languages are not known.

    >>> dimension_of("Fulfillment & Logistics")
    'fulfillment_logistics'
    """
    words = re.sub(r"[^\w]+", " ", name.replace("&", " and ")).strip().lower()
    return DIMENSIONS.get(words)
