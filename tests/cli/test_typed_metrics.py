"""Numbers typed on the command line: `--metric NAME=VALUE`, with a case, with a data set, or with neither.

Late orders of 5 % earn 1 + (0.4 - 0.05) / (0.4 - 0.04) * 3 = 3.916666667, poor chats of 25 %
1 + (0.5 - 0.25) / (0.5 - 0.1) * 3 = 2.875; the score is their mean, 3.3958333335.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Shopscore

pytestmark = pytest.mark.usefixtures("more_policies")

WORDS = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11")
LATE, CHATS = ("--metric", "late_rate=5%"), ("--metric", "poor_chat_rate = 25 %")


def _card(shopscore: Shopscore, *words: str) -> Any:
    outcome = shopscore("evaluate", *words, "--format", "json")
    assert (outcome.status, outcome.err) == (0, "")
    return json.loads(outcome.out)


def _told(card: Any, *ids: str) -> list[str]:
    return [each["text"] for each in card["warnings"] if each["id"] in ids]


def test_numbers_alone_make_a_scorecard(shopscore: Shopscore) -> None:
    card = _card(shopscore, *WORDS, *LATE, *CHATS, "--metric", "orders_30d=20", "--category", "sweets")
    assert card["subject"] == {"id": "unnamed", "market": None, "category": "sweets"}
    assert card["metrics"]["late_rate"]["state"] == "supplied"
    assert card["metrics"]["late_rate"]["supplied_value"] == 0.05
    assert card["score"] == pytest.approx(3.3958333335, abs=1e-9)
    assert card["eligibility"]["state"] == "eligible"
    assert _told(card, "typed_metrics") == []


def test_the_two_numbers_of_a_us_shop(shopscore: Shopscore) -> None:
    """0.58 % lies between 1.2 % (4) and 0 % (5), 30.4 h between 96 h (1) and 26.5 h (4)."""
    card = _card(
        shopscore, "--bundle", "us-sps@2026.06", "--as-of", "2026-06-22", "--category", "beauty",
        "--metric", "negative_review_rate=0.58%", "--metric", "after_sales_handling_hours=1d 6h 24min",
    )  # fmt: skip
    product = 4 + (1.2 - 0.58) / 1.2
    service = 1 + (96 - 30.4) / (96 - 26.5) * 3
    assert card["metrics"]["after_sales_handling_hours"]["value"] == 30.4
    assert card["dimensions"]["product_satisfaction"]["points"] == pytest.approx(product, abs=1e-8)
    assert card["dimensions"]["customer_service"]["points"] == pytest.approx(service, abs=1e-8)
    assert card["score"] == pytest.approx((product + service) / 2, abs=1e-8)


def test_a_typed_number_takes_the_place_of_a_cases(shopscore: Shopscore, case: Path) -> None:
    """No late order earns 5 points: (5 + 2.875) / 2; the chats are still counted from the rows."""
    card = _card(shopscore, str(case), "--metric", "late_rate=0%")
    assert card["metrics"]["late_rate"]["computed_value"] == 0.05
    assert card["metrics"]["late_rate"]["value"] == 0
    assert card["metrics"]["poor_chat_rate"]["state"] == "computed"
    assert card["score"] == pytest.approx(3.9375, abs=1e-9)
    assert _told(card, "typed_metrics") == ["typed, not in the data: late_rate 0%"]


def test_it_takes_the_place_of_a_supplied_one_whatever_its_day_and_leaves_others(
    shopscore: Shopscore, workshop: Path
) -> None:
    (workshop / "shop.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n"
        "supplied_metrics:\n"
        "  - {metric: late_rate, value: 40 %, numerator: 4, denominator: 10, as_of: 2026-03-10}\n"
        "  - {metric: poor_chat_rate, value: 25 %}\n"
    )
    card = _card(shopscore, "shop.yaml", *LATE)
    assert card["metrics"]["late_rate"]["supplied_value"] == 0.05
    assert card["metrics"]["late_rate"]["numerator"] is None
    assert card["metrics"]["poor_chat_rate"]["supplied_value"] == 0.25
    assert card["score"] == pytest.approx(3.3958333335, abs=1e-9)


def test_a_case_may_be_as_short_as_that(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "short.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: unnamed}\n"
        "supplied_metrics: {late_rate: 5 %, poor_chat_rate: 25 %}\n"
    )
    assert _card(shopscore, "short.yaml") == _card(shopscore, *WORDS, *LATE, *CHATS)


def test_of_a_data_set_it_is_one_shops(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "data").mkdir()
    (workshop / "data/shops.csv").write_text("shop_id,market\nS1,ZZ\nS2,ZZ\n")
    card = _card(shopscore, "data", *WORDS, "--shop", "S2", *LATE, *CHATS)
    assert card["subject"]["id"] == "S2"
    assert card["score"] == pytest.approx(3.3958333335, abs=1e-9)
    assert _told(card, "typed_metrics") == ["typed, not in the data: late_rate 5%, poor_chat_rate 25 %"]


def test_explain_shows_where_it_came_from(shopscore: Shopscore) -> None:
    outcome = shopscore("explain", *WORDS, *LATE)
    assert outcome.status == 0
    assert "5.00 % as supplied" in outcome.out


def test_of_two_policies_each_takes_the_numbers_it_has(shopscore: Shopscore, case: Path) -> None:
    """Only street-market counts chats."""
    words = ("evaluate", str(case), "--compare", "street-market@1", *LATE, "--metric", "chats_30d=7")
    both = json.loads(shopscore(*words, "--format", "json").out)
    lacking = ["--metric names chats_30d, which corner-shop@1 does not have"]
    assert (_told(both["a"], "unknown_name"), _told(both["b"], "unknown_name")) == (lacking, [])
    assert both["b"]["metrics"]["chats_30d"]["value"] == 7
    assert [both[each]["metrics"]["late_rate"]["value"] for each in "ab"] == [0.05, 0.05]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--metric", "late_rat=5%"),
            "Error: --metric late_rat: corner-shop@1 has no such metric; did you mean 'late_rate'?\n",
        ),
        (
            ("--metric", "nrr=5%"),
            "Error: --metric nrr: corner-shop@1 has no such metric; "
            "shopscore show corner-shop@1 lists them\n",
        ),
        (
            ("--metric", "late_rate=0.58"),
            "Error: --metric late_rate: '0.58' could mean 0.58 % or 58 %; write 0.58% or 58%\n",
        ),
        (
            ("--metric", "orders_30d=3h"),
            "Error: --metric orders_30d: '3h' does not fit; expected a count such as 412\n",
        ),
        (
            ("--metric", "late_rate="),
            "Error: --metric late_rate: nothing is written; expected a share such as 0.58 %\n",
        ),
        ((*LATE, "--zone", "UTC"), "Error: there is no data set; --zone is an option for data sets only\n"),
    ],
)
def test_what_cannot_be_meant_is_refused(shopscore: Shopscore, words: tuple[str, ...], said: str) -> None:
    outcome = shopscore("evaluate", *WORDS, *words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (
            ("--metric", "late_rate"),
            "Error: Invalid value for '--metric': 'late_rate' is no NAME=VALUE; "
            "expected one such as negative_review_rate=0.58%\n",
        ),
        (
            (*LATE, *LATE),
            "Error: Invalid value for '--metric': late_rate is given twice; expected each metric once\n",
        ),
    ],
)
def test_what_is_no_pair_is_wrong_usage(shopscore: Shopscore, words: tuple[str, ...], end: str) -> None:
    outcome = shopscore("evaluate", *WORDS, *words)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.endswith(end)


PRODUCTS = ("--bundle", "us-product-reviews@2025.02", "--as-of", "2026-06-22")
NAMED = "beauty, electronics, fashion, food, home"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--category", "beauty"), ""),
        (
            ("--category", "beuty"),
            f"no value by category of us-product-reviews@2025.02 names 'beuty'; they name {NAMED}; "
            "did you mean 'beauty'?\n",
        ),
        (
            ("--category", "toys"),
            f"no value by category of us-product-reviews@2025.02 names 'toys'; they name {NAMED}\n",
        ),
        ((), f"values of us-product-reviews@2025.02 differ by category ({NAMED}), and none is given\n"),
    ],
)
def test_a_category_that_no_rule_names_is_told(
    shopscore: Shopscore, words: tuple[str, ...], said: str
) -> None:
    """The lines of removal and ban are those of a category; of another there are none."""
    outcome = shopscore("evaluate", *PRODUCTS, *words, "--metric", "negative_review_rate=1%")
    assert (outcome.status, outcome.err) == (0, said)


def test_a_policy_without_rules_by_category_takes_any(shopscore: Shopscore) -> None:
    outcome = shopscore("evaluate", *WORDS, *LATE, "--category", "anything")
    assert (outcome.status, outcome.err) == (0, "")


def test_numbers_have_no_day_of_their_own(shopscore: Shopscore) -> None:
    outcome = shopscore("evaluate", "--bundle", "corner-shop@1", *LATE)
    said = "Error: numbers have no day; give --as-of, the day to evaluate as of\n"
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)
