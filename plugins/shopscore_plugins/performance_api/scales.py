"""Whether a number of the API is a percentage or a share: its pages and its samples say both.

What decides, in this order: the numerator and denominator beside it; a value above 1, which is no share;
the status, which fits the thresholds on one scale only; last, what the page of the answer promises.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from msgspec import Struct

HOURS, PERCENT = "HOURS", "PERCENT"
_HUNDRED = Decimal(100)


class Written(Struct, frozen=True):
    """A metric as an answer writes it; `value` and thresholds as texts, None where there are none."""

    value: str | None
    unit: str
    numerator: str | None = None
    denominator: str | None = None
    excellent: str | None = None
    poor: str | None = None
    status: str | None = None


class Reading(Struct, frozen=True):
    """How a number was read.

    Attributes:
        value: a share from 0 to 1, or hours.
        parts_agree: whether numerator over denominator gives the value as far as it is written out; None
            without them.
        assumed: whether nothing but the page's promise decided.
    """

    value: Decimal
    how: str
    parts_agree: bool | None
    assumed: bool


def read_value(written: Written) -> Reading | None:
    """Return the value in the event model's unit, and what told it; None where there is no number."""
    value = decimal(written.value)
    if value is None:
        return None
    quotient = _quotient(written)
    if written.unit == HOURS:
        agree = None if quotient is None else _is_rounded(value, quotient)
        return Reading(value, "hours", agree, False)
    if quotient is not None:
        if _is_rounded(value, quotient * _HUNDRED):
            return Reading(_share(value), "a percentage: its numerator and denominator give it", True, False)
        if _is_rounded(value, quotient):
            return Reading(value, "a share: its numerator and denominator give it", True, False)
    agree = None if quotient is None else False
    if value > 1:
        return Reading(_share(value), "a percentage: above 1", agree, False)
    fitting = [scale for scale in (_HUNDRED, Decimal(1)) if _fits_status(value / scale, written)]
    if len(fitting) == 1:
        what = "a percentage" if fitting == [_HUNDRED] else "a share"
        return Reading(
            value if fitting == [Decimal(1)] else _share(value),
            f"{what}: only so it is {written.status}",
            agree,
            False,
        )
    if value == 0:
        return Reading(value, "zero", agree, False)
    return Reading(_share(value), "a percentage, as the API's page says", agree, True)


def read_thresholds(written: Written) -> tuple[Decimal | None, Decimal | None]:
    """Return the thresholds of poor and excellent as shares or hours; both are on one scale.

    Thresholds of up to 1 are shares: no programme draws both lines below 1 %.
    """
    found = [decimal(written.poor), decimal(written.excellent)]
    known = [each for each in found if each is not None]
    scale = _HUNDRED if written.unit != HOURS and known and max(known) > 1 else Decimal(1)
    poor, excellent = (None if each is None else each / scale for each in found)
    return poor, excellent


def _share(percent: Decimal) -> Decimal:
    """Return a percentage as a share with all the decimals it was written with: 20 is 0.20."""
    return percent.scaleb(-2)


def decimal(written: str | None) -> Decimal | None:
    """Return a written number exactly; None where there is none or none that is finite.

    >>> decimal("0.947"), decimal("NIL")
    (Decimal('0.947'), None)
    """
    try:
        found = Decimal((written or "").strip().removesuffix("%").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _quotient(written: Written) -> Decimal | None:
    numerator, denominator = decimal(written.numerator), decimal(written.denominator)
    return None if numerator is None or not denominator else numerator / denominator


def step_of(value: Decimal) -> Decimal:
    """Return one unit of the last decimal a number is written to.

    >>> step_of(Decimal("0.97")), step_of(Decimal("20"))
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


def _is_rounded(value: Decimal, exact: Decimal) -> bool:
    """Tell whether a value is the exact one, rounded or cut off at its last decimal."""
    return abs(value - exact) < step_of(value)


def _fits_status(value: Decimal, written: Written) -> bool:
    """Tell whether a share has the status that was given, where the thresholds tell."""
    poor, excellent = read_thresholds(written)
    if poor is None or excellent is None or poor == excellent:
        return True
    sign = 1 if excellent > poor else -1
    is_excellent, is_poor = sign * (value - excellent) >= 0, sign * (value - poor) < 0
    match written.status:
        case "EXCELLENT":
            return is_excellent
        case "GOOD":
            return not is_excellent and not is_poor
        case "POOR" | "CRITICAL":
            return not is_excellent and sign * (value - poor) <= 0
        case _:
            return True
