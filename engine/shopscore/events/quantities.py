"""What a policy's metrics are numbers of, so that supplied ones of another unit are refused."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from shopscore.formula.tree import Type

SIGNS = {Type.SHARE: "%", Type.HOURS: "h", Type.DAYS: "d"}
"""The sign of each unit that has one."""

_EXPECTED = {
    Type.SHARE: "a share such as 0.58 %",
    Type.HOURS: "hours such as 30.4 h",
    Type.DAYS: "days such as 8 d",
    Type.COUNT: "a count such as 412",
    Type.POINTS: "points such as 4.2",
    Type.NUMBER: "a number such as 4.2",
}


class Bounds(StrEnum):
    """Between what the values of a metric lie."""

    ANY = "any"
    FROM_ZERO = "from_zero"
    PART = "part"  # from 0 to 1: rows of a population that are counted, of all
    RATIO = "ratio"  # one population against another: above 1 only where both numbers are told


class Quantity(Struct, frozen=True):
    """What a metric's values are: their unit, and between what they lie."""

    unit: Type
    bounds: Bounds = Bounds.ANY

    @classmethod
    def of(cls, unit: Type, kind: str) -> Quantity:
        """Return what the values of a kind of metric are; a formula may well be negative."""
        if kind == "formula":
            return cls(unit)
        match unit:
            case Type.SHARE if kind in ("share_of", "supplied"):
                return cls(unit, Bounds.PART)
            case Type.SHARE if kind == "ratio":
                return cls(unit, Bounds.RATIO)
            case Type.HOURS | Type.DAYS | Type.COUNT:
                return cls(unit, Bounds.FROM_ZERO)
            case _:
                return cls(unit)

    @property
    def expected(self) -> str:
        """Return in words what a value is."""
        return _EXPECTED[self.unit]

    @property
    def foreign_signs(self) -> str:
        """Return the signs that values of other units carry."""
        own = SIGNS.get(self.unit, "")
        return "".join(sign for sign in SIGNS.values() if sign != own)
