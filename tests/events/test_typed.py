"""Numbers as people type them: what is understood, and what is refused because it could mean two things."""

import pytest

from shopscore.events.quantities import Quantity
from shopscore.events.typed import read_typed
from shopscore.formula.tree import Type

SHARE = Quantity.of(Type.SHARE, "share_of")
RATIO = Quantity.of(Type.SHARE, "ratio")
CHANGE = Quantity.of(Type.SHARE, "formula")
HOURS = Quantity.of(Type.HOURS, "mean_of")
DAYS = Quantity.of(Type.DAYS, "mean_of")
COUNT = Quantity.of(Type.COUNT, "count_of")
NUMBER = Quantity.of(Type.NUMBER, "sum_of")


@pytest.mark.parametrize(
    ("typed", "quantity", "value"),
    [
        ("0.58%", SHARE, 0.0058),
        ("0.58 %", SHARE, 0.0058),
        (" .58  % ", SHARE, 0.0058),
        ("97%", SHARE, 0.97),
        ("100 %", SHARE, 1.0),
        ("0", SHARE, 0.0),
        ("0.0058", SHARE, 0.0058),
        ("0.0099", SHARE, 0.0099),
        ("-5%", CHANGE, -0.05),
        ("150%", CHANGE, 1.5),
        ("30.4h", HOURS, 30.4),
        ("30.4 h", HOURS, 30.4),
        ("30.4 H", HOURS, 30.4),
        ("30.4", HOURS, 30.4),
        ("1d 6h", HOURS, 30.0),
        ("1d6h", HOURS, 30.0),
        ("1 day 6 hours", HOURS, 30.0),
        ("30h 24min", HOURS, 30.4),
        ("45 min", HOURS, 0.75),
        ("36 s", HOURS, 0.01),
        ("8 d", DAYS, 8.0),
        ("8", DAYS, 8.0),
        ("36h", DAYS, 1.5),
        ("412", COUNT, 412.0),
        ("-1.5", NUMBER, -1.5),
        ("0.58\N{FULLWIDTH PERCENT SIGN}", SHARE, 0.0058),
        ("0.58\N{NO-BREAK SPACE}%", SHARE, 0.0058),
        ("\N{MINUS SIGN}5 %", CHANGE, -0.05),
        ("5 mins 36 secs", HOURS, 0.09333333333333334),
        (".5 h", HOURS, 0.5),
        ("999999999999999", NUMBER, 999999999999999.0),
    ],
)
def test_a_number_means_one_thing(typed: str, quantity: Quantity, value: float) -> None:
    assert read_typed(typed, quantity) == value


COMMA = "has a comma; write decimals with a point and thousands without a sign: 0.58, 1200"
OF_HOURS = "does not fit; expected hours such as 30.4 h, 1d 6h or 30h 24min"


@pytest.mark.parametrize(
    ("typed", "quantity", "problem"),
    [
        ("0.58", SHARE, "'0.58' could mean 0.58 % or 58 %; write 0.58% or 58%"),
        ("0.01", SHARE, "'0.01' could mean 0.01 % or 1 %; write 0.01% or 1%"),
        ("1", SHARE, "'1' could mean 1 % or 100 %; write 1% or 100%"),
        ("-0.5", CHANGE, "'-0.5' could mean -0.5 % or -50 %; write -0.5% or -50%"),
        ("97", SHARE, "'97' has no sign; a share needs one here: write 97%"),
        ("30.4 h", SHARE, "'30.4 h' does not fit; expected a share such as 0.58 %"),
        ("970 %", SHARE, "'970 %' is above 100 %; expected a share from 0 % to 100 %"),
        ("100.01%", RATIO, "'100.01%' is above 100 %; expected a share from 0 % to 100 %"),
        ("-1 %", SHARE, "'-1 %' is below 0; expected a share such as 0.58 %"),
        ("-97", SHARE, "'-97' is below 0; expected a share such as 0.58 %"),
        ("0,58 %", SHARE, f"'0,58 %' {COMMA}"),
        ("1,204", COUNT, f"'1,204' {COMMA}"),
        ("%", SHARE, "'%' does not fit; expected a share such as 0.58 %"),
        ("٣%", SHARE, "'٣%' does not fit; expected a share such as 0.58 %"),
        ("nan", SHARE, "'nan' does not fit; expected a share such as 0.58 %"),
        (" ", HOURS, "nothing is written; expected hours such as 30.4 h"),
        ("0.58 %", HOURS, f"'0.58 %' {OF_HOURS}"),
        ("6h 1d", HOURS, f"'6h 1d' {OF_HOURS}"),
        ("h", HOURS, f"'h' {OF_HOURS}"),
        ("-3 h", HOURS, "'-3 h' is below 0; expected hours such as 30.4 h"),
        (
            "30:24",
            HOURS,
            "'30:24' could mean hours and minutes or minutes and seconds; write 30h 24min or 30min 24s",
        ),
        ("4 h", COUNT, "'4 h' does not fit; expected a count such as 412"),
        ("4.5", COUNT, "'4.5' does not fit; expected a count such as 412"),
        ("5 %", NUMBER, "'5 %' does not fit; expected a number such as 4.2"),
        ("1.000", COUNT, "'1.000' does not fit; expected a count such as 412"),
        (",58 %", SHARE, f"',58 %' {COMMA}"),
        ("1d 6,5h", HOURS, f"'1d 6,5h' {COMMA}"),
        ("1000000000000001", COUNT, "'1000000000000001' is beyond 1e15; expected a count such as 412"),
        ("41666666666667d", HOURS, "'41666666666667d' is beyond 1e15; expected hours such as 30.4 h"),
        ("9" * 5000, COUNT, f"'{'9' * 40}…' is too long; expected a count such as 412"),
        ("0." + "9" * 5000 + "%", SHARE, f"'0.{'9' * 38}…' is too long; expected a share such as 0.58 %"),
    ],
)
def test_what_could_mean_two_things_is_refused_with_how_to_write_it(
    typed: str, quantity: Quantity, problem: str
) -> None:
    assert read_typed(typed, quantity) == problem
