"""Cells of benefits, gates, badges and ladders on their assessment day, and their margins."""

from __future__ import annotations

from collections.abc import Callable

from shopscore.bundle.model import Formula, Item
from shopscore.errors import Mark
from shopscore.formula.tree import Name, Node, Type
from shopscore.formula.tree import names as names_in
from shopscore.plan import names
from shopscore.plan.findings import UNSCORED
from shopscore.plan.margins import add_margin
from shopscore.plan.model import ItemPlan
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import (
    FALSE,
    both,
    call,
    cases,
    choose,
    compare,
    either,
    known,
    missing,
    null,
    number,
    op,
    text,
)

GRANTED, FROZEN, LOCKED = "granted", "frozen", "locked"


def item_cells(sheet: Sheet) -> tuple[ItemPlan, ...]:
    """Add the cells of every item, in written order."""
    plans = []
    for item in sheet.draft.bundle.items.values():
        before = set(sheet.cells)
        if _BUILDERS[item.kind](sheet, item):
            plans.append(
                ItemPlan(
                    id=item.id,
                    kind=item.kind,
                    label=item.label,
                    unit=item.unit,
                    schedule=item.schedule,
                    cells=frozenset(set(sheet.cells) - before),
                    mark=item.mark,
                )
            )
    return tuple(plans)


def _benefit(sheet: Sheet, item: Item) -> bool:
    trees = [_condition(sheet, item, part, getattr(item, part)) for part in ("revoke", "grant", "freeze")]
    if any(tree is None for tree in trees):
        return False
    revoke, grant, freeze = (tree for tree in trees if tree is not None)
    uses_score = any("score" in _reach(sheet, tree) for tree in (revoke, grant, freeze))
    if uses_score and item.unscored is None:
        sheet.draft.report(
            UNSCORED,
            item.mark,
            f"{item.id} depends on the score and must say what holds without one: "
            "unscored: granted, locked or keep",
        )
        return False
    given = sheet.input(names.state(item.id, "before"), Type.TEXT, "state", item.id, "before")
    start = call("coalesce", given, text(LOCKED), kind=Type.TEXT)
    stands = _stands(sheet, item)
    written = {"revoke": revoke, "grant": grant, "freeze": freeze}
    cells = _conditions(sheet, item, written)
    enough = _streak(sheet, item, dict(zip(written, cells, strict=True)), stands)
    scoreless = missing(Name("score", Type.POINTS)) if item.unscored and uses_score else FALSE
    was_granted = compare("==", start, text(GRANTED))

    def outcome(conditions: tuple[Node, ...], before: Node) -> Node:
        revoked, granted, frozen = conditions
        without: Node = text(item.unscored) if item.unscored in (GRANTED, LOCKED) else before
        return cases(
            [
                (revoked, text(LOCKED)),
                (granted, text(GRANTED)),
                (both(frozen, compare("==", before, text(GRANTED))), text(FROZEN)),
                (frozen, before),
                (scoreless, without),
            ],
            before,
        )

    def in_a_row(conditions: tuple[Node, ...]) -> tuple[Node, ...]:
        """Add to the condition that asks for it that it was true often enough before."""
        return tuple(
            both(condition, enough[part]) if part in enough else condition
            for part, condition in zip(written, conditions, strict=True)
        )

    def assessed(conditions: tuple[Node, ...], before: Node) -> Node:
        return outcome(in_a_row(conditions), before)

    stem = f"item.{item.id}"
    by = sheet.input(names.state(item.id, "by"), Type.TEXT, "state", item.id, "by")
    remembered = call("coalesce", by, choose(known(given), text("supplied"), text("start")), kind=Type.TEXT)
    tests = in_a_row(cells)
    reasons: list[tuple[Node, Node]] = [
        (tests[0], text("revoke")),
        (tests[1], text("grant")),
        (both(tests[2], was_granted), text("freeze")),
        (tests[2], remembered),
        (scoreless, text("unscored")),
    ]
    state = sheet.cell(f"{stem}.state", choose(stands, start, outcome(tests, start)), item.mark, "state")
    sheet.cell(f"{stem}.decided_by", choose(stands, remembered, cases(reasons, remembered)), item.mark)
    _since(sheet, item, state, given, text(LOCKED))
    add_margin(sheet, item, (revoke, grant, freeze), state, assessed)
    return True


def _gate(sheet: Sheet, item: Item) -> bool:
    """Add a gate or badge: no memory, granted where its condition is true on its day."""
    when = _condition(sheet, item, "when", item.when)
    if when is None:
        return False

    def outcome(conditions: tuple[Node, ...], before: Node) -> Node:
        return choose(conditions[0], text(GRANTED), text(LOCKED))

    stem = f"item.{item.id}"
    (test,) = _conditions(sheet, item, {"when": when})
    state = sheet.cell(f"{stem}.state", outcome((test,), text(LOCKED)), item.mark, "state")
    sheet.cell(f"{stem}.decided_by", choose(test, text("grant"), text("revoke")), item.mark)
    before = sheet.input(names.state(item.id, "before"), Type.TEXT, "state", item.id, "before")
    _since(sheet, item, state, before, text(LOCKED))
    add_margin(sheet, item, (when,), state, outcome)
    return True


def _ladder(sheet: Sheet, item: Item) -> bool:
    """Add a ladder: no memory, the last step whose condition is true, else the default."""
    unit = item.unit or Type.NUMBER
    trees = [sheet.draft.condition(step.when, sheet.scope) for step in item.steps]
    if any(tree is None for tree in trees) or item.default is None:
        return False
    conditions = tuple(tree for tree in trees if tree is not None)
    values = [number(step.value, unit) for step in item.steps]
    default = number(item.default, unit)

    def outcome(conditions: tuple[Node, ...], before: Node) -> Node:
        return cases(list(zip(conditions, values, strict=True))[::-1], default)

    stem = f"item.{item.id}"
    tests = tuple(
        sheet.cell(f"{stem}.step{place}", tree, step.when.mark, f"step {place}")
        for place, (tree, step) in enumerate(zip(conditions, item.steps, strict=True), 1)
    )
    value = sheet.cell(f"{stem}.value", outcome(tests, default), item.mark, "value")
    reached = choose(either(*tests), text("grant"), text("start")) if tests else text("start")
    sheet.cell(f"{stem}.decided_by", reached, item.mark)
    before = sheet.input(names.state(item.id, "value_before"), unit, "state", item.id, "value_before")
    _since(sheet, item, value, before, default)
    add_margin(sheet, item, conditions, value, outcome)
    return True


_BUILDERS: dict[str, Callable[[Sheet, Item], bool]] = {
    "benefit": _benefit,
    "gate": _gate,
    "badge": _gate,
    "ladder": _ladder,
}


def _condition(sheet: Sheet, item: Item, part: str, formula: Formula | None) -> Node | None:
    """Return a condition's tree; one that is not written is never met."""
    if formula is None:
        return FALSE if part != "when" else None
    return sheet.draft.condition(formula, sheet.scope)


def _conditions(sheet: Sheet, item: Item, trees: dict[str, Node]) -> tuple[Node, ...]:
    """Give each written condition a cell of its own, so that explain can show it."""
    found: list[Node] = []
    for part, tree in trees.items():
        formula: Formula | None = getattr(item, part)
        mark: Mark | None = formula.mark if formula else None
        found.append(tree if tree is FALSE else sheet.cell(f"item.{item.id}.{part}", tree, mark, part))
    return tuple(found)


def _since(sheet: Sheet, item: Item, now: Name, before: Name, start: Node) -> None:
    """Add the day since which an item is what it is.

    Only a replay sees it change, on the item's own assessment day; before its first day is the start.
    """
    since = sheet.input(names.state(item.id, "since"), Type.DAY, "state", item.id, "since")
    is_replay = sheet.input("replay", Type.BOOLEAN, "replay")
    changed = choose(is_replay, Name("as_of", Type.DAY), null(Type.DAY))
    was = call("coalesce", before, start, kind=start.type)
    sheet.cell(f"item.{item.id}.since", choose(compare("==", now, was), since, changed), item.mark)


def _streak(sheet: Sheet, item: Item, tests: dict[str, Node], stands: Node) -> dict[str, Node]:
    """Count in how many assessments in a row a condition was true; return what it asks of those before."""
    if item.streak is None:
        return {}
    before = sheet.input(names.state(item.id, "streak"), Type.COUNT, "state", item.id, "streak")
    so_far = call("coalesce", before, number(0, Type.COUNT), kind=Type.COUNT)
    one_more = op("+", so_far, number(1, Type.COUNT), Type.COUNT)
    counted = choose(tests[item.streak.part], one_more, number(0, Type.COUNT))
    sheet.cell(
        f"item.{item.id}.streak",
        choose(stands, so_far, counted),
        item.mark,
        f"assessments in a row with {item.streak.part} true",
    )
    return {item.streak.part: compare(">=", one_more, number(item.streak.length, Type.COUNT))}


def _stands(sheet: Sheet, item: Item) -> Node:
    """Return whether a supplied state is from the item's latest assessment day or later."""
    if item.schedule.kind == "daily":
        return FALSE  # a supplied row is always older than D
    return sheet.input(names.state(item.id, "stands"), Type.BOOLEAN, "state", item.id, "stands")


def _reach(sheet: Sheet, tree: Node) -> frozenset[str]:
    """Return every cell a tree reads, directly or through named values."""
    found: set[str] = set()
    open_ = list(names_in(tree))
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            if name in sheet.draft.bundle.values and name in sheet.cells:
                open_ += names_in(sheet.cells[name].tree)
    return frozenset(found)
