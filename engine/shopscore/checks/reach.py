"""Bands, steps and conditions that overlap, gape or are never reached, found by trying the thresholds.

Conditions that compare one number with constants change only at those constants, so the constants,
their neighbours and the middles between them stand for every value there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from shopscore.bundle.model import Item
from shopscore.checks.findings import BAND_GAP, BAND_UNREACHED, FROZEN_NEVER, GRANT_REVOKED, STEP_UNREACHED
from shopscore.errors import Finding, Level, Mark
from shopscore.formula.evaluate import evaluate
from shopscore.formula.tree import Const, Name, Node, Type, names, walk
from shopscore.plan.model import Plan

_FAR = 1.0
"""How far beyond the outermost threshold is tried."""


def unreached(plan: Plan) -> Iterator[Finding]:
    """Yield a warning for each band, step or condition that its neighbours leave no room for."""
    trees = {cell.name: cell.tree for cell in plan.sheet}
    yield from _bands(plan, trees)
    for item in plan.bundle.items.values():
        if item.kind == "ladder":
            yield from _steps(plan, item, trees)
        elif item.kind == "benefit":
            yield from _benefit(plan, item, trees)


def _bands(plan: Plan, trees: Mapping[str, Node]) -> Iterator[Finding]:
    score, tree = plan.bundle.score, trees.get("band")
    if score is None or not score.bands or tree is None or names(tree) != {"score"}:
        return
    low, high = score.scale
    tried = [value for value in _samples([tree], (low, high)) if low <= value <= high]
    given = {value: evaluate(tree, {"score": value}, functions=plan.functions) for value in tried}
    gaps = [value for value, band in given.items() if band is None]
    if gaps:
        message = f"no band for a score of {_place(gaps)}: give every score of the scale a name"
        yield _warning(BAND_GAP, score.bands[0].mark, message)
    for band in score.bands:
        if band.id not in given.values():
            message = f"no score is {band.id}: a band before it is true wherever it is"
            yield _warning(BAND_UNREACHED, band.mark, message)


def _steps(plan: Plan, item: Item, trees: Mapping[str, Node]) -> Iterator[Finding]:
    steps = [trees[f"item.{item.id}.step{place}"] for place in range(1, len(item.steps) + 1)]
    cell = _only_number(steps)
    if cell is None:
        return
    taken = set()
    for value in _samples(steps):
        true = [place for place, tree in enumerate(steps) if _is_true(plan, tree, cell, value)]
        taken.update(true[-1:])
    for place, step in enumerate(item.steps):
        if place not in taken:
            message = f"step {place + 1} of {item.id} is never taken: a later one is true wherever it is"
            yield _warning(STEP_UNREACHED, step.mark, message)


def _benefit(plan: Plan, item: Item, trees: Mapping[str, Node]) -> Iterator[Finding]:
    parts = {
        part: trees[name]
        for part in ("grant", "revoke", "freeze")
        if (name := f"item.{item.id}.{part}") in trees
    }
    cell = _only_number(parts.values())
    if cell is None:
        return
    true: dict[str, set[float]] = {part: set() for part in ("grant", "revoke", "freeze")}
    for value in _samples(parts.values()):
        for part, tree in parts.items():
            if _is_true(plan, tree, cell, value):
                true[part].add(value)
    if both := sorted(true["grant"] & true["revoke"]):
        message = f"{item.id}: grant and revoke are both true for {cell} of {_place(both)}; revoking wins"
        yield _warning(GRANT_REVOKED, item.mark, message)
    # One that counts assessments is not met yet where its formula is true, and leaves room for others.
    at_once = [part for part in ("grant", "revoke") if item.streak is None or item.streak.part != part]
    if true["freeze"] and true["freeze"] <= set().union(*(true[part] for part in at_once)):
        message = f"{item.id} is never frozen: grant or revoke is true wherever freeze is"
        yield _warning(FROZEN_NEVER, item.mark, message)


def _only_number(trees: Iterable[Node]) -> str | None:
    """Return the one numeric cell that trees read, or None where they read anything else."""
    read = {node for tree in trees for node in walk(tree) if isinstance(node, Name)}
    cells = {node.name for node in read}
    return cells.pop() if len(cells) == 1 and all(node.type.is_numeric for node in read) else None


def _samples(trees: Iterable[Node], ends: tuple[float, float] | None = None) -> Sequence[float]:
    """Return values that between them meet every combination of conditions."""
    limits = {
        float(node.value)
        for tree in trees
        for node in walk(tree)
        if isinstance(node, Const) and node.type is not Type.TEXT and isinstance(node.value, float)
    }
    edges = sorted(limits | set(ends or ()))
    if not edges:
        return []
    near = [
        each for edge in edges for each in (math.nextafter(edge, -math.inf), math.nextafter(edge, math.inf))
    ]
    middles = [(one + other) / 2 for one, other in pairwise(edges)]
    return sorted({*edges, *near, *middles, edges[0] - _FAR, edges[-1] + _FAR})


def _is_true(plan: Plan, tree: Node, cell: str, value: float) -> bool:
    return evaluate(tree, {cell: value}, functions=plan.functions) is True


def _place(values: Sequence[float]) -> str:
    """Return where a condition holds, in few digits: one value, or the range they span."""
    first, last = f"{min(values):.6g}", f"{max(values):.6g}"
    return first if first == last else f"{first} to {last}"


def _warning(id_: str, mark: Mark, message: str) -> Finding:
    return Finding(id_, Level.WARNING, mark, message)
