"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopscore.formula.tree import Type
from shopscore_cli.render.numbers import as_written, quantity, rounded

DOUBLES = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "places", "limits", "shown"),
    [
        (3.496, 2, [3.5], "3.496"),  # 3.50 would look like the threshold
        (3.4999999, 2, [3.5], "3.4999999"),
        (3.494, 2, [3.5], "3.49"),
        (3.5, 2, [3.5], "3.50"),
        (3.501, 2, [3.5], "3.501"),  # above it, and shown above it
        (3.996, 2, [3.5], "4.00"),
        (3.996, 2, [3.5, 4.0], "3.996"),
        (0.0001, 2, [], "0.0001"),  # what is there never prints as nothing
        (-0.0001, 2, [], "-0.0001"),
        (0.0, 2, [], "0.00"),
        (-0.0, 2, [], "0.00"),
        (1e-300, 2, [], "1E-300"),
        (1234567.891, 2, [], "1,234,567.89"),
        (2.675, 2, [], "2.68"),
    ],
)
def test_rounding_never_reaches_a_limit_the_value_has_not(
    value: float, places: int, limits: list[float], shown: str
) -> None:
    assert rounded(value, places, limits) == shown


@given(DOUBLES, DOUBLES, st.integers(0, 4))
def test_a_printed_number_stands_on_the_same_side_of_every_limit(
    value: float, limit: float, places: int
) -> None:
    printed = float(rounded(value, places, [limit]).replace(",", ""))
    assert (printed < limit, printed > limit) == (value < limit, value > limit)


@pytest.mark.parametrize(
    ("value", "unit", "limits", "shown"),
    [
        (0.0244, Type.SHARE, [], "2.44 %"),
        (0.039999, Type.SHARE, [0.04], "3.9999 %"),
        (0.04, Type.SHARE, [0.04], "4.00 %"),
        (0.00001, Type.SHARE, [], "0.001 %"),
        (1.0, Type.SHARE, [], "100.00 %"),
        (19 / 3, Type.HOURS, [], "6.33 h"),
        (26.499, Type.HOURS, [26.5], "26.499 h"),
        (1.0, Type.DAYS, [], "1 day"),
        (5.0, Type.DAYS, [], "5 days"),
        (2.5, Type.DAYS, [], "2.50 days"),
        (1204.0, Type.COUNT, [], "1,204"),
        (4.709, Type.COUNT, [], "4.71"),
        (3.896, Type.POINTS, [3.9], "3.896"),
        (12.0, Type.NUMBER, [], "12"),
        (None, Type.SHARE, [], "–"),
    ],
)
def test_a_quantity_has_its_unit(value: float | None, unit: Type, limits: list[float], shown: str) -> None:
    assert quantity(value, unit, limits) == shown


@pytest.mark.parametrize(
    ("value", "unit", "places", "shown"),
    [
        (0.012, Type.SHARE, 0, "1.2 %"),
        (0.4, Type.SHARE, 0, "40 %"),
        (0.9516, Type.SHARE, 0, "95.16 %"),
        (26.5, Type.HOURS, 0, "26.5 h"),
        (4.0, Type.POINTS, 1, "4.0"),
        (3.25, Type.POINTS, 1, "3.25"),
        (8.0, Type.DAYS, 0, "8 days"),
        (10000.0, Type.NUMBER, 0, "10,000"),
        (0.1, Type.NUMBER, 0, "0.1"),
        (None, Type.NUMBER, 0, "–"),
    ],
)
def test_a_policys_own_number_keeps_its_decimals(
    value: float | None, unit: Type, places: int, shown: str
) -> None:
    assert as_written(value, unit, places) == shown
