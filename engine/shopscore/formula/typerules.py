"""Which types go together, and what they give.

`number` is a plain number and fits every numeric type; share, hours, days, points and count never fit
each other. A product of a unit (hours, days, points) with a plain number, share or count keeps the unit;
a quotient of two values of one type is a number.
"""

from __future__ import annotations

from collections.abc import Iterable

from shopscore.formula.tree import Type

NUMERIC = frozenset(type_ for type_ in Type if type_.is_numeric)
ORDERED = NUMERIC | {Type.DAY, Type.INSTANT}
ANY = frozenset(Type)

_UNITS = frozenset({Type.HOURS, Type.DAYS, Type.POINTS})


def unify(left: Type, right: Type) -> Type | None:
    """Return the one type two values share, None where they do not go together."""
    if left is right:
        return left
    if left is Type.NUMBER and right.is_numeric:
        return right
    if right is Type.NUMBER and left.is_numeric:
        return left
    return None


def unify_all(types: Iterable[Type]) -> Type | None:
    """Return the one type several values share, None where two of them do not go together."""
    common: Type | None = None
    for kind in types:
        common = kind if common is None else unify(common, kind)
        if common is None:
            return None
    return common


def fits(actual: Type, expected: frozenset[Type]) -> bool:
    """Tell whether a value may stand where one of these types is wanted."""
    return any(unify(actual, wanted) is not None for wanted in expected)


def arithmetic(op: str, left: Type, right: Type) -> Type | None:
    """Return the type of `left op right`, None where the two do not go together."""
    if not (left.is_numeric and right.is_numeric):
        return None
    match op:
        case "+" | "-":
            return unify(left, right)
        case "*":
            return _product(left, right)
        case _:
            return _quotient(left, right)


def comparable(op: str, left: Type, right: Type) -> bool:
    """Tell whether `left op right` is a comparison the language has."""
    common = unify(left, right)
    return common is not None and (op in ("==", "!=") or common in ORDERED)


def _product(left: Type, right: Type) -> Type | None:
    if left in _UNITS and right in _UNITS:
        return None
    for one, other in ((left, right), (right, left)):
        if one in _UNITS or other is Type.NUMBER:
            return one
    return Type.SHARE if left is right is Type.SHARE else Type.NUMBER


def _quotient(left: Type, right: Type) -> Type | None:
    if left is right:
        return Type.NUMBER
    if right in _UNITS:
        return None
    return left if left in _UNITS or right is Type.NUMBER else Type.NUMBER
