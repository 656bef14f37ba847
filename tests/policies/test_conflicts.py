"""Where sources contradict each other, `show --assumptions` names both readings: the one used and the other.

Listed by hand from the description of the programmes, in its words (S0 to S4, O and T are its sources).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pytest
from click.testing import CliRunner

from shopscore_cli.main import cli

US_2026 = ("us-sps@2026.06", "us-sps@2026.07")
US_2025 = ("us-sps@2025.01", "us-sps@2025.03")
INDONESIA = ("id-store-rating@2025.08",)

_READING = re.compile(
    r"^  (?P<id>\S+)   (?P<about>.+?)   \S+:\d+\n    used    (?P<used>.+)\n    other   (?P<other>.+)$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Conflict:
    """A conflict: the bundles that must name it, what it is about, and both readings.

    Attributes:
        words: how the description puts it.
        used: words of the reading that is used and not of the other.
        other: words that all stand in the reading that is not used.
    """

    words: str
    bundles: tuple[str, ...]
    about: str
    used: str
    other: tuple[str, ...]


CONFLICTS = (
    Conflict(
        "orders not cancelled (S3): confirmed orders (O), orders that reached 'to ship' (T), all (SEA)",
        US_2026,
        "metrics.seller_fault_cancellation_rate",
        "counted orders not cancelled",
        ("confirmed orders", 'reached "to ship"', "all orders"),
    ),
    Conflict(
        "S3 writes 'below 40 %' for the poor end; its own 38.8-point gap shows 40 % or worse",
        US_2026,
        "score.benchmarks.negative_review_rate",
        "40 % or worse",
        ('"below 40 %"',),
    ),
    Conflict(
        "completed orders 30 or fewer beside a display rule of at least 30; hence the metric's window",
        US_2026,
        "score.floors",
        "the metric's own window",
        ("completed orders 30 or fewer", "over 90 days"),
    ),
    Conflict(
        "whether 30 % replaces or adds to 20 % is unclear: replaces",
        US_2026,
        "ladders.visibility_boost",
        "replaces",
        ("may add",),
    ),
    Conflict(
        "standard settlement is 7 days in an official text",
        US_2026,
        "ladders.settlement_days",
        "8 days",
        ("official", "7 days"),
    ),
    Conflict(
        "S3 once says plans go below 3.5; the explicit 3.0 rule is used",
        US_2026,
        "benefits.affiliate_marketing",
        "below 3.0",
        ("once", "below 3.5"),
    ),
    Conflict(
        "reputation_points > 10,000 (S3 'above', O 'at least')",
        ("us-sps@2026.06",),  # the badge is gone in 2026.07
        "badges.gold_star_seller",
        "above 10,000",
        ("at least 10,000",),
    ),
    Conflict(
        "S3 says July 2026, official US pages show it in force by Oct 2025, T from Mar 2025",
        US_2026,
        "ledgers.account_health",
        "by October 2025, third parties from March 2025",
        ("July 2026",),
    ),
    Conflict(
        "range 1 to 5 (S1; others say 0-5)",
        US_2025,
        "score.scale",
        "1 to 5",
        ("0 to 5",),
    ),
    Conflict(
        "2.5 (S0 'not less than', S1 'above'): >= used",
        US_2025,
        "benefits.affiliate_marketing",
        '"not less than"',
        ('"above" 2.5',),
    ),
    Conflict(
        "8, 5, 1 days (S1; S0: shortened by 1 to 5 days, with an order-volume condition)",
        US_2025,
        "ladders.settlement_days",
        "8 days, 5 from a score of 3.5, 1 from 4.0",
        ("1 to 5 days", "volume of orders"),
    ),
    Conflict(
        "score >= 4.0 (S1) or >= 4.5 (S0); third parties date 4.5 to Apr 2024 and 4.0 to 2025",
        US_2025,
        "badges.star_shop",
        "4.0, as Shipfusion says; third parties date this line to 2025",
        ("4.5, as 4Seller says", "April 2024"),
    ),
    Conflict(
        "Account Health may overlap from Mar 2025",
        US_2025,
        "ledgers.violation_points",
        "violation points alone",
        ("March 2025", "July 2026"),
    ),
    Conflict(
        "S0 says these lower the score, S1 that they are apart: S1",
        US_2025,
        "ledgers.violation_points",
        "apart from the score",
        ("lower the score",),
    ),
    Conflict(
        "weighted mean; an official course says the *lowest* decides",
        INDONESIA,
        "score.combine",
        "weighted mean",
        ("lowest component decides",),
    ),
    Conflict(
        "counted paid orders (S2 'all orders', O 'paid')",
        INDONESIA,
        "metrics.fast_dispatch_rate",
        "paid orders",
        ("all orders",),
    ),
    Conflict(
        "chats solved by bot or FAQ leave both sides; S2 counts chats a bot solved as answered",
        INDONESIA,
        "metrics.response_rate_12h",
        "leave both sides",
        ("a bot solved as answered",),
    ),
    Conflict(
        "expire after 90 days (Oct 2025; an older page says 180)",
        INDONESIA,
        "ledgers.violation_points.expires_after_days",
        "90 days",
        ("older", "180 days"),
    ),
    Conflict(
        "order caps from 10 %; first step 25 % in T",
        INDONESIA,
        "ladders.order_cap_late_dispatch",
        "10 %",
        ("25 %",),
    ),
    Conflict(
        "creators: thresholds 2.5 and 4.0; older official page 2.0/3.5/4.0",
        ("creator-pps@2026.06",),
        "benefits.enhanced_distribution",
        "2.5 and 4.0",
        ("older official page", "2.0, 3.5 and 4.0"),
    ),
)


@cache
def _readings(bundle: str) -> tuple[re.Match[str], ...]:
    shown = CliRunner().invoke(cli, ["show", bundle, "--assumptions"])
    assert shown.exit_code == 0
    section = shown.stdout.partition("Read in two ways\n")[2].partition("\nSources\n")[0]
    return tuple(_READING.finditer(section))


@pytest.mark.parametrize(
    ("bundle", "conflict"),
    [(bundle, conflict) for conflict in CONFLICTS for bundle in conflict.bundles],
    ids=lambda each: each if isinstance(each, str) else each.words[:40],
)
def test_a_conflict_is_shown_with_both_readings(bundle: str, conflict: Conflict) -> None:
    about = [reading for reading in _readings(bundle) if conflict.about in reading["about"].split(", ")]
    found = [
        reading["id"]
        for reading in about
        if conflict.used in reading["used"] and all(words in reading["other"] for words in conflict.other)
    ]
    assert len(found) == 1, [reading[0] for reading in about]


def test_a_conflict_about_a_badge_that_is_gone_goes_with_it() -> None:
    assert "gold-reputation" in [reading["id"] for reading in _readings("us-sps@2026.06")]
    assert "gold-reputation" not in [reading["id"] for reading in _readings("us-sps@2026.07")]
