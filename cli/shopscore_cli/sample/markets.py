"""What differs between the markets a sample can imitate: zone, money, regions, names of the program."""

from __future__ import annotations

from msgspec import Struct

from shopscore.errors import UsageError, near_match

CURRENCIES = (("US", "USD"), ("ID", "IDR"), ("GB", "GBP"), ("MX", "MXN"), ("MY", "MYR"), ("TH", "THB"))


class Benchmark(Struct, frozen=True):
    """Where a metric's supplied poor and excellent values lie, about the program's own curve."""

    metric: str
    poor: float
    excellent: float


class ViolationKind(Struct, frozen=True):
    """A kind of violation and the points one event of it may cost."""

    name: str
    least: int
    most: int


class Market(Struct, frozen=True):
    """One market's names and customs; metrics, dimensions and items are those of its program."""

    id: str
    zone: str
    currency: str
    steps_per_dollar: int  # amounts are whole steps of the market's smallest usual price step
    step_minor: int  # a step in minor units
    minor_per_unit: int
    other_markets: tuple[str, str]
    regions: tuple[str, ...]  # most orders first
    holidays: tuple[tuple[int, int, int], ...]  # month, day, orders in percent of a plain day
    benchmarks: tuple[Benchmark, ...]
    average_of: str  # the metric that has an industry average
    dimensions: tuple[str, ...]
    order_rates: tuple[str, str, str, str]  # disputed: a review, a return, a cancellation, a late order
    chat_rate: str
    round_metric: str | None
    ledgers: tuple[str, ...]
    benefits: tuple[str, ...]
    freezing: str  # the benefit that can be frozen
    ladders: tuple[tuple[str, tuple[float, ...]], ...]
    kinds: tuple[ViolationKind, ...]
    counterfeit: str  # the kind that says counterfeit by itself


_US = Market(
    id="US",
    zone="America/Los_Angeles",
    currency="USD",
    steps_per_dollar=100,
    step_minor=1,
    minor_per_unit=100,
    other_markets=("GB", "MX"),
    regions=("CA", "TX", "FL", "NY", "PA", "IL", "OH", "GA", "NC", "MI", "WA", "AZ", "NV", "AK", "HI", "PR"),
    holidays=(
        (1, 1, 80),
        (2, 13, 130),
        (2, 14, 110),
        (5, 9, 140),
        (5, 10, 120),
        (6, 19, 110),
        (7, 4, 85),
        (7, 8, 180),
        (7, 9, 170),
        (10, 31, 115),
        (11, 26, 150),
        (11, 27, 310),
        (11, 28, 240),
        (11, 29, 190),
        (11, 30, 330),
        (12, 1, 200),
        (12, 12, 170),
        (12, 15, 160),
        (12, 24, 70),
        (12, 25, 45),
        (12, 26, 130),
    ),
    benchmarks=(
        Benchmark("negative_review_rate", 0.30, 0.011),
        Benchmark("non_buyer_fault_return_rate", 0.11, 0.016),
        Benchmark("seller_fault_cancellation_rate", 0.09, 0.008),
        Benchmark("on_time_delivery_rate", 0.80, 0.955),
        Benchmark("im_dissatisfaction_rate", 0.48, 0.16),
        Benchmark("after_sales_handling_hours", 90.0, 24.0),
    ),
    average_of="negative_review_rate",
    dimensions=("product_satisfaction", "fulfillment_logistics", "customer_service"),
    order_rates=(
        "negative_review_rate",
        "non_buyer_fault_return_rate",
        "seller_fault_cancellation_rate",
        "on_time_delivery_rate",
    ),
    chat_rate="im_dissatisfaction_rate",
    round_metric="after_sales_handling_hours",
    ledgers=("account_health", "violation_points"),
    benefits=("affiliate_marketing", "crm", "campaigns", "flash_deals", "platform_promotions"),
    freezing="crm",
    ladders=(("settlement_days", (8.0, 5.0, 1.0)), ("visibility_boost", (0.0, 0.1, 0.2, 0.3))),
    kinds=tuple(
        ViolationKind(name, 1, 48)
        for name in (
            "counterfeit_or_ip",
            "inaccurate_information",
            "substandard_quality",
            "prohibited_or_restricted",
            "late_shipment",
            "false_shipment",
            "invalid_tracking",
            "no_timely_reply",
            "poor_attitude",
            "after_sales_ignored",
            "refused_return",
            "unclear_after_sales",
            "dispute_unresolved",
            "sales_or_review_manipulation",
            "promotion_abuse",
            "policy_or_fees_or_documents",
            "high_complaints",
            "high_cancellations",
            "low_ratings",
        )
    ),
    counterfeit="counterfeit_or_ip",
)

_ID = Market(
    id="ID",
    zone="Asia/Jakarta",
    currency="IDR",
    steps_per_dollar=150,
    step_minor=100,
    minor_per_unit=1,
    other_markets=("MY", "TH"),
    regions=(
        "Jawa Barat",
        "DKI Jakarta",
        "Jawa Timur",
        "Jawa Tengah",
        "Banten",
        "Sumatera Utara",
        "Sulawesi Selatan",
        "Bali",
        "Lampung",
        "Riau",
        "Kalimantan Timur",
        "Papua",
    ),
    holidays=(
        (1, 1, 90),
        (2, 2, 150),
        (3, 3, 160),
        (3, 20, 60),
        (3, 25, 140),
        (4, 4, 150),
        (5, 5, 160),
        (5, 25, 130),
        (6, 6, 180),
        (7, 7, 170),
        (8, 8, 170),
        (8, 17, 120),
        (9, 9, 190),
        (10, 10, 220),
        (11, 11, 380),
        (11, 25, 140),
        (12, 12, 400),
        (12, 25, 110),
    ),
    benchmarks=(
        Benchmark("unsatisfied_order_rate", 0.09, 0.009),
        Benchmark("seller_fault_return_refund_rate", 0.10, 0.014),
        Benchmark("seller_fault_cancellation_rate", 0.11, 0.022),
        Benchmark("fast_dispatch_rate", 0.68, 0.94),
        Benchmark("customer_complaint_rate", 0.055, 0.011),
        Benchmark("response_rate_12h", 0.62, 0.91),
    ),
    average_of="unsatisfied_order_rate",
    dimensions=("product_satisfaction", "fulfillment_logistics", "customer_service"),
    order_rates=(
        "unsatisfied_order_rate",
        "seller_fault_return_refund_rate",
        "seller_fault_cancellation_rate",
        "fast_dispatch_rate",
    ),
    chat_rate="response_rate_12h",
    round_metric=None,
    ledgers=("violation_points",),
    benefits=("affiliate_marketing", "campaigns"),
    freezing="affiliate_marketing",
    ladders=(),
    kinds=(
        ViolationKind("missing_qualification", 6, 48),
        ViolationKind("expired_qualification", 4, 48),
        ViolationKind("inauthentic", 12, 48),
        ViolationKind("intellectual_property", 1, 48),
        ViolationKind("counterfeit", 4, 48),
        ViolationKind("knock_off", 0, 4),
        ViolationKind("wrong_category", 0, 48),
        ViolationKind("prohibited_product", 6, 48),
        ViolationKind("unsupported_product", 0, 48),
        ViolationKind("listing_guideline", 0, 48),
        ViolationKind("communication", 1, 12),
        ViolationKind("high_cancellation_rate", 2, 4),
        ViolationKind("high_late_dispatch_rate", 2, 4),
        ViolationKind("seller_fault_returns", 2, 2),
        ViolationKind("not_as_described", 1, 48),
        ViolationKind("reproduced_content", 48, 48),
        ViolationKind("prohibited_promotion", 6, 48),
        ViolationKind("inconsistent_promotion", 1, 48),
        ViolationKind("unlawful", 48, 48),
    ),
    counterfeit="counterfeit",
)

MARKETS = {market.id: market for market in (_US, _ID)}


def market_named(name: str) -> Market:
    """Return a market by its id, or raise UsageError with the ids there are."""
    if name not in MARKETS:
        raise UsageError(
            f"no sample market {name!r}; expected {' or '.join(MARKETS)}{near_match(name.upper(), MARKETS)}"
        )
    return MARKETS[name]
