"""Product categories with their own prices and rates."""

from __future__ import annotations

from typing import NamedTuple


class Category(NamedTuple):
    """One category: how common, how dear, and how its rates compare with the market's."""

    name: str
    share: float
    price: float  # middle price in US dollars
    negative: float  # factors on the market's rates
    returned: float
    asked: float


CATEGORIES = (
    Category("beauty", 0.22, 18.0, 0.80, 0.60, 0.90),
    Category("fashion", 0.24, 27.0, 1.10, 1.70, 1.10),
    Category("home", 0.16, 31.0, 0.90, 0.90, 1.00),
    Category("electronics", 0.12, 48.0, 1.40, 1.30, 1.40),
    Category("food", 0.10, 16.0, 1.10, 0.45, 0.70),
    Category("sports", 0.07, 34.0, 0.90, 1.00, 0.90),
    Category("toys", 0.06, 22.0, 1.00, 0.80, 0.80),
    Category("pet_supplies", 0.03, 21.0, 0.70, 0.50, 0.80),
)


def macros() -> str:
    """Write the macros that pick a category by a uniform and tell its price and rates (unknown: 1)."""
    ladder, passed = "", 0.0
    for category in CATEGORIES[:-1]:
        passed += category.share
        ladder += f" WHEN share < {passed:.2f} THEN '{category.name}'"
    script = f"CREATE MACRO category_at(share) AS CASE{ladder} ELSE '{CATEGORIES[-1].name}' END;"
    for fact in ("price", "negative", "returned", "asked"):
        cases = "".join(f" WHEN '{category.name}' THEN {getattr(category, fact)}" for category in CATEGORIES)
        script += f"CREATE MACRO {fact}_of(category) AS (CASE category{cases} ELSE 1.0 END)::DOUBLE;"
    return script
