"""Literals with units mean one decimal, weights are whole millionths, and doubt is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopscore.errors import Finding, Level
from shopscore.formula.tree import Type
from shopscore.yaml.compose import load
from shopscore.yaml.nodes import ListNode, ScalarNode
from shopscore.yaml.scalars import (
    Quantity,
    QuantityError,
    decay_weights,
    millionths,
    parse_quantity,
    quantity_of,
)


@pytest.mark.parametrize(
    ("written", "value", "decimal", "type"),
    [
        ("40 %", 0.4, "0.40", Type.SHARE),
        ("40%", 0.4, "0.40", Type.SHARE),
        ("1.2 %", 0.012, "0.012", Type.SHARE),
        ("0.1 %", 0.001, "0.001", Type.SHARE),
        (".5%", 0.005, "0.005", Type.SHARE),
        ("-3 %", -0.03, "-0.03", Type.SHARE),
        ("26.5 h", 26.5, "26.5", Type.HOURS),
        ("48h", 48.0, "48", Type.HOURS),
        ("15 d", 15.0, "15", Type.DAYS),
        (" +15d ", 15.0, "15", Type.DAYS),
        ("0.70", 0.7, "0.70", Type.NUMBER),
        ("1e3", 1000.0, "1E+3", Type.NUMBER),
        (3, 3.0, "3", Type.NUMBER),
        (0.1, 0.1, "0.1", Type.NUMBER),
        (Decimal("0.10"), 0.1, "0.10", Type.NUMBER),
    ],
)
def test_a_literal_means_one_quantity(
    written: str | int | float | Decimal, value: float, decimal: str, type: Type
) -> None:
    quantity = parse_quantity(written)
    assert Quantity(value, Decimal(decimal), type) == quantity
    assert decimal == str(quantity.decimal)  # 0.40 and 0.4 are equal decimals, and what was written is kept


def test_a_negative_zero_is_zero() -> None:
    assert repr(parse_quantity("-0 %").value) == "0.0"


SUCH = "expected a number such as 0.4, 40 %, 26.5 h or 15 d, found the text"
DIGITS = "write a decimal point, and no sign or space between digits"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1,5 %", f"'1,5 %' can be read in two ways; {DIGITS}"),
        ("1,000", f"'1,000' can be read in two ways; {DIGITS}"),
        ("1 000 h", f"'1 000 h' can be read in two ways; {DIGITS}"),
        ("1_000.5", f"'1_000.5' can be read in two ways; {DIGITS}"),
        ("017 d", "'017 d' begins with a zero, which readers take differently; leave it out"),
        ("15 days", "'15 days' has the unknown unit 'days'; units are %, h and d; did you mean '15 d'?"),
        ("15 D", "'15 D' has the unknown unit 'D'; units are %, h and d"),
        ("8 hours", "'8 hours' has the unknown unit 'hours'; units are %, h and d; did you mean '8 h'?"),
        ("30 m", "'30 m' has the unknown unit 'm'; units are %, h and d"),
        ("40 %%", f"{SUCH} '40 %%'"),
        ("% 40", f"{SUCH} '% 40'"),
        ("1 d 12 h", f"{SUCH} '1 d 12 h'"),
        ("1e3 h", f"{SUCH} '1e3 h'"),
        ("٤٠ %", f"{SUCH} '٤٠ %'"),
        ("40\u00a0%", f"{SUCH} '40\\xa0%'"),
        ("", f"{SUCH} ''"),
        ("nan", f"{SUCH} 'nan'"),
        ("1" * 61, f"expected a number of at most 60 characters, found '{'1' * 57}...'"),
        ("1e999", "1e999 is larger than any number that can be kept"),
        ("1e-999999999", "1e-999999999 is so small that it would become 0"),
        (10**400, f"1{'0' * 56}... is not a number that can be kept"),
        (float("inf"), "inf is not a number that can be kept"),
        (Decimal("1e-999"), "1E-999 is not a number that can be kept"),
        (True, "expected a number, found true"),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_or_nothing_is_refused(
    written: str | int | float | Decimal, message: str
) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(written)
    assert message == str(caught.value)


def scalar(text: str) -> ScalarNode:
    node, _ = load(f"- {text}", "m.yaml")
    assert isinstance(node, ListNode)
    item = node.items[0]
    assert isinstance(item, ScalarNode)
    return item


@pytest.mark.parametrize(
    ("text", "value", "decimal", "type"),
    [
        ("0.40", 0.4, "0.40", Type.NUMBER),
        ("5.", 5.0, "5", Type.NUMBER),
        ("0x1F", 31.0, "31", Type.NUMBER),
        ("1.2 %", 0.012, "0.012", Type.SHARE),
        ("'15 d'", 15.0, "15", Type.DAYS),
    ],
)
def test_a_scalar_keeps_the_decimal_that_was_written(
    text: str, value: float, decimal: str, type: Type
) -> None:
    quantity = quantity_of(scalar(text))
    assert Quantity(value, Decimal(decimal), type) == quantity
    assert isinstance(quantity, Quantity)
    assert decimal == str(quantity.decimal)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'0.4'", "expected a number, found the text '0.4'; remove the quotes"),
        ("true", "expected a number, found true"),
        ("null", "expected a number, found null"),
        ("", "expected a number, found nothing"),
        ("fast", f"{SUCH} 'fast'"),
        ("0." + "1" * 100, f"expected a number of at most 60 characters, found 0.{'1' * 55}..."),
        # Reading these was a finding already; they must not hang or crash what comes after it either.
        (".inf", ".inf cannot be compared; write null where there is no number"),
        ("1e-999999999", "1e-999999999 is so small that it would become 0"),
    ],
)
def test_a_scalar_that_is_no_quantity_is_a_finding_at_its_place(text: str, message: str) -> None:
    node = scalar(text)
    assert Finding("Y210", Level.ERROR, node.mark, message) == quantity_of(node)


@given(st.decimals(-1000, 1000, places=6))
def test_a_percentage_is_the_double_nearest_to_its_share(number: Decimal) -> None:
    quantity = parse_quantity(f"{number:f} %")
    assert Fraction(number) / 100 == Fraction(quantity.decimal)
    assert float(Fraction(number) / 100) == quantity.value


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ("1", 1_000_000),
        ("0.7", 700_000),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.0000025", 2),
        ("0.00000250000000000000000000000000000000001", 3),
        ("-0.0000015", -2),
        ("123456789012345678901234567890.1234565", 123456789012345678901234567890123456),
    ],
)
def test_weights_are_whole_millionths_rounded_half_to_even(weight: str, expected: int) -> None:
    assert expected == millionths(Decimal(weight))


def test_decay_weights_are_the_rounded_powers() -> None:
    assert decay_weights(Decimal("0.7"), 4) == (1_000_000, 700_000, 490_000, 343_000)
    # 0.7^5 = 0.16807, 0.7^6 = 0.117649, 0.7^7 = 0.0823543, 0.7^8 = 0.05764801
    assert decay_weights(Decimal("0.7"), 9)[4:] == (240_100, 168_070, 117_649, 82_354, 57_648)
    assert decay_weights(Decimal("0.7"), 0) == ()


def test_decay_rounds_each_power_once() -> None:
    # 0.0015^2 = 0.00000225 -> 2 millionths; 0.5^6 = 0.015625; 0.5^7 = 0.0078125 -> the even 7812
    assert decay_weights(Decimal("0.0015"), 3)[2] == 2
    assert decay_weights(Decimal("0.5"), 9)[6:] == (15_625, 7_812, 3_906)


@given(st.decimals("0.01", 1, places=4), st.integers(1, 60))
def test_decay_weights_never_rise(factor: Decimal, steps: int) -> None:
    weights = decay_weights(factor, steps)
    assert sorted(weights, reverse=True) == list(weights)
    assert (steps, 1_000_000) == (len(weights), weights[0])
