"""Which cells of a sheet others read."""

from __future__ import annotations

from collections.abc import Iterable

from shopscore.formula.tree import names
from shopscore.plan.model import Plan


def reached(plan: Plan, cells: Iterable[str]) -> frozenset[str]:
    """Return the cells that must be worked out for the given ones, those included."""
    trees = {cell.name: cell.tree for cell in plan.sheet}
    found: set[str] = set()
    open_ = list(cells)
    while open_:
        name = open_.pop()
        if name in trees and name not in found:
            found.add(name)
            open_ += names(trees[name])
    return frozenset(found)
