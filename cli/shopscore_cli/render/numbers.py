"""Numbers as people read them: with their unit, and never rounded onto or over a threshold."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from shopscore.formula.tree import Type

NOTHING: Final = "–"
"""What stands where there is no number."""

_MOST_DECIMALS = 15
_PERCENT = Decimal(100)
_PLACES = {Type.SHARE: 2, Type.HOURS: 2, Type.DAYS: 2, Type.POINTS: 2, Type.NUMBER: 2, Type.COUNT: 0}
_SIGNS = {Type.SHARE: " %", Type.HOURS: " h"}


def rounded(value: float, places: int, limits: Iterable[float] = ()) -> str:
    """Return a number with as many decimals, or more where fewer would put it on a limit or past it.

    Zero is always a limit, so that what is there never prints as nothing.

    >>> rounded(3.496, 2, [3.5]), rounded(3.494, 2, [3.5]), rounded(3.5, 2, [3.5])
    ('3.496', '3.49', '3.50')
    """
    return _rounded(_exact(value), places, [_exact(limit) for limit in limits])


def quantity(
    value: float | None,
    unit: Type,
    limits: Iterable[float] = (),
    places: int | None = None,
    more: int = 0,
) -> str:
    """Return a value with its unit: `2.44 %`, `6.33 h`, `5 days`, `1,204`.

    `limits` are in the value's own unit: 0.4 for 40 %. `more` decimals than usual tell near values apart.
    """
    if value is None:
        return NOTHING
    exact, bounds = _exact(value), [_exact(limit) for limit in limits]
    if unit is Type.SHARE:
        exact, bounds = exact * _PERCENT, [bound * _PERCENT for bound in bounds]
    wanted = _PLACES[unit] if places is None else places
    if exact == exact.to_integral_value() and unit in (Type.NUMBER, Type.DAYS):
        wanted = 0
    if exact != exact.to_integral_value() and unit is Type.COUNT:
        wanted = 2  # a count weighted by decay
    text = _rounded(exact, wanted + more, bounds)
    if unit is Type.DAYS:
        return f"{text} day" if text == "1" else f"{text} days"
    return text + _SIGNS.get(unit, "")


def as_written(value: float | None, unit: Type, places: int = 0) -> str:
    """Return a policy's own number with all the decimals it was written with: `1.2 %`, `26.5 h`.

    >>> as_written(0.012, Type.SHARE), as_written(4.0, Type.POINTS, 1)
    ('1.2 %', '4.0')
    """
    if value is None:
        return NOTHING
    exact = _exact(value) * (_PERCENT if unit is Type.SHARE else 1)
    own = max(0, -int(exact.normalize().as_tuple().exponent))
    return quantity(value, unit, (), max(own, places))


def as_points(value: float) -> str:
    """Return a ledger's points as they were written, a loss with its sign.

    >>> as_points(1000.0), as_points(2.5), as_points(-50.0)
    ('1,000', '2.5', '−50')
    """
    # Ledgers count in millionths; what a difference of doubles has below them is noise.
    return as_written(round(value, 6), Type.NUMBER).replace("-", "−")


def in_points(value: float) -> str:
    """Return points with their unit.

    >>> in_points(12.0), in_points(1.0)
    ('12 points', '1 point')
    """
    return f"{as_points(value)} point{'s' * (abs(value) != 1)}"


def _exact(value: float) -> Decimal:
    # The shortest text that reads back as the same double is the number people mean.
    return Decimal(repr(float(value)))


def _rounded(exact: Decimal, places: int, limits: list[Decimal]) -> str:
    bounds = [Decimal(0), *limits]
    wanted = [exact.compare(bound) for bound in bounds]
    for decimals in range(places, _MOST_DECIMALS + 1):
        shown = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) if abs(exact) < 10**12 else exact
        if [shown.compare(bound) for bound in bounds] == wanted:
            return f"{abs(shown) if shown == 0 else shown:,f}"
    return f"{exact}"
