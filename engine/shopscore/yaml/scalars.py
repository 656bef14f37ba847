"""Numbers with units (`40 %`, `26.5 h`, `15 d`) and weights as whole millionths, exact in decimal."""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal
from fractions import Fraction

from msgspec import Struct

from shopscore.errors import Finding, near_match
from shopscore.formula.tree import Type
from shopscore.yaml.core_rules import Unkept, resolve
from shopscore.yaml.findings import finding, shorten
from shopscore.yaml.nodes import Kind, ScalarNode

UNITS: dict[str, Type] = {"%": Type.SHARE, "h": Type.HOURS, "d": Type.DAYS}
_UNIT_WORDS = {"percent": "%", "hours": "h", "hour": "h", "hrs": "h", "days": "d", "day": "d"}

# Only the digits 0-9 and only spaces: other scripts' digits and signs look alike and are not.
_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_PLAIN = re.compile(rf"({_NUMBER}(?:[eE][-+]?[0-9]+)?)")
_WITH_UNIT = re.compile(rf"({_NUMBER}) *(%|[A-Za-z]+)")
_GROUPED = re.compile(r"[-+]?[0-9]+(?:[,_' ][0-9]+)+(?:\.[0-9]+)? *(?:%|[A-Za-z]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")

MILLION = 1_000_000
_LONGEST = 60
_EXACT = Context(prec=2 * _LONGEST)  # more digits than a literal may have, so that nothing is rounded


class Quantity(Struct, frozen=True):
    """A number with its unit.

    `decimal` is exactly what was written, a percentage as its share; `value` is the nearest double.
    """

    value: float
    decimal: Decimal
    type: Type


class QuantityError(ValueError):
    """A text that is no quantity, or could be two."""


def parse_quantity(written: str | int | float | Decimal) -> Quantity:
    """Return the quantity a literal means; a number without a unit is a plain number.

    A double stands for the shortest decimal that gives it back. Raises QuantityError.
    """
    if isinstance(written, bool):
        raise QuantityError(f"expected a number, found {str(written).lower()}")
    if not isinstance(written, str):
        exact = Decimal(repr(written)) if isinstance(written, float) else Decimal(written)
        return _quantity(exact, Type.NUMBER, str(written))
    if len(written) > _LONGEST:
        raise QuantityError(f"expected a number of at most {_LONGEST} characters, found {shorten(written)!r}")
    text = written.strip(" ")
    if _LEADING_ZERO.match(text):
        raise QuantityError(f"{text!r} begins with a zero, which readers take differently; leave it out")
    if plain := _PLAIN.fullmatch(text):
        return _quantity(_decimal(plain[1]), Type.NUMBER, text)
    if parts := _WITH_UNIT.fullmatch(text):
        number, unit = parts.groups()
        if unit not in UNITS:
            hint = _suggest(number, unit)
            raise QuantityError(f"{text!r} has the unknown unit {unit!r}; units are %, h and d{hint}")
        exact = _decimal(number)
        return _quantity(_EXACT.scaleb(exact, -2) if unit == "%" else exact, UNITS[unit], text)
    if _GROUPED.fullmatch(text):
        raise QuantityError(
            f"{text!r} can be read in two ways; write a decimal point, and no sign or space between digits"
        )
    raise QuantityError(f"expected a number such as 0.4, 40 %, 26.5 h or 15 d, found the text {text!r}")


def quantity_of(node: ScalarNode) -> Quantity | Finding:
    """Return the quantity a scalar means, or the finding that says why it means none."""
    try:
        match node.kind:
            case Kind.INTEGER if isinstance(node.value, int):
                return parse_quantity(node.value)
            case Kind.NUMBER:
                return _quantity(_decimal(node.text), Type.NUMBER, node.text)
            case Kind.TEXT if not node.plain and _PLAIN.fullmatch(node.text):
                raise QuantityError(f"expected a number, found the text {node.text!r}; remove the quotes")
            case Kind.TEXT:
                return parse_quantity(node.text)
            case _:
                raise QuantityError(f"expected a number, found {node.text or 'nothing'}")
    except QuantityError as error:
        return finding("Y210", node.mark, str(error))


def millionths(weight: Decimal) -> int:
    """Return a weight as whole millionths, rounded half to even; the weight must be a finite number."""
    return round(Fraction(weight) * MILLION)


def decay_weights(factor: Decimal, steps: int) -> tuple[int, ...]:
    """Return factor^0, factor^1, ... as whole millionths, each rounded once from its exact power."""
    exact = Fraction(factor)
    return tuple(round(exact**step * MILLION) for step in range(steps))


def _decimal(number: str) -> Decimal:
    # Bounds before building: a Decimal happily holds 1e999999999, and arithmetic on it never ends.
    try:
        resolve(number)
    except Unkept as error:
        raise QuantityError(error.message) from None
    if len(number) > _LONGEST:
        raise QuantityError(f"expected a number of at most {_LONGEST} characters, found {shorten(number)}")
    return Decimal(number)


def _quantity(exact: Decimal, type: Type, text: str) -> Quantity:
    try:
        value = float(exact)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value) or (value == 0 and exact != 0):
        raise QuantityError(f"{shorten(text)} is not a number that can be kept")
    return Quantity(value + 0.0, exact, type)  # + 0.0 makes -0.0 zero


def _suggest(number: str, unit: str) -> str:
    if short := _UNIT_WORDS.get(unit.lower()):
        return f"; did you mean '{number} {short}'?"
    return near_match(unit, UNITS)
