"""Cells of benefits, gates, badges and ladders on their assessment day, and their margins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shopscore.bundle.model import Formula, Item
from shopscore.errors import Mark
from shopscore.formula.tree import Const, Name, Node, Op, Type, rewrite, walk
from shopscore.formula.tree import names as names_in
from shopscore.plan import names
from shopscore.plan.findings import UNSCORED
from shopscore.plan.model import ItemPlan
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import (
    FALSE,
    TRUE,
    both,
    call,
    cases,
    choose,
    compare,
    either,
    is_true,
    known,
    missing,
    negated,
    null,
    number,
    op,
    text,
)

GRANTED, FROZEN, LOCKED = "granted", "frozen", "locked"
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_TRUE_BELOW = frozenset({"<", "<=", "!="})
_TRUE_AT = frozenset({"<=", ">=", "=="})
_TRUE_ABOVE = frozenset({">", ">=", "!="})

Outcome = Callable[[tuple[Node, ...]], Node]


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
    scoreless = missing(Name("score", Type.POINTS)) if item.unscored and uses_score else FALSE
    without = {"granted": text(GRANTED), "locked": text(LOCKED), "keep": start, None: start}[item.unscored]
    was_granted = compare("==", start, text(GRANTED))

    def outcome(conditions: tuple[Node, ...]) -> Node:
        revoked, granted, frozen = conditions
        return cases(
            [
                (revoked, text(LOCKED)),
                (granted, text(GRANTED)),
                (both(frozen, was_granted), text(FROZEN)),
                (frozen, start),
                (scoreless, without),
            ],
            start,
        )

    stem = f"item.{item.id}"
    remembered = choose(known(given), text("supplied"), text("start"))
    tests = _conditions(sheet, item, {"revoke": revoke, "grant": grant, "freeze": freeze})
    reasons = [
        (tests[0], text("revoke")),
        (tests[1], text("grant")),
        (both(tests[2], was_granted), text("freeze")),
        (tests[2], remembered),
        (scoreless, text("unscored")),
    ]
    state = sheet.cell(f"{stem}.state", choose(stands, start, outcome(tests)), item.mark, "state")
    sheet.cell(
        f"{stem}.decided_by", choose(stands, text("supplied"), cases(reasons, remembered)), item.mark
    )
    since = sheet.input(names.state(item.id, "since"), Type.DAY, "state", item.id, "since")
    kept = compare("==", state, given)
    sheet.cell(f"{stem}.since", choose(kept, since, null(Type.DAY)), item.mark)
    _margin(sheet, item, (revoke, grant, freeze), outcome)
    return True


def _gate(sheet: Sheet, item: Item) -> bool:
    """A gate or badge has no memory: granted where its condition is true on its day."""
    when = _condition(sheet, item, "when", item.when)
    if when is None:
        return False
    given = sheet.input(names.state(item.id, "before"), Type.TEXT, "state", item.id, "before")
    stands = _stands(sheet, item)

    def outcome(conditions: tuple[Node, ...]) -> Node:
        return choose(conditions[0], text(GRANTED), text(LOCKED))

    stem = f"item.{item.id}"
    (test,) = _conditions(sheet, item, {"when": when})
    fresh = outcome((test,))
    state = sheet.cell(f"{stem}.state", choose(stands, call("coalesce", given, fresh, kind=Type.TEXT), fresh),
                       item.mark, "state")
    sheet.cell(
        f"{stem}.decided_by",
        choose(both(stands, known(given)), text("supplied"), choose(test, text("grant"), text("revoke"))),
        item.mark,
    )
    since = sheet.input(names.state(item.id, "since"), Type.DAY, "state", item.id, "since")
    sheet.cell(f"{stem}.since", choose(compare("==", state, given), since, null(Type.DAY)), item.mark)
    _margin(sheet, item, (when,), outcome)
    return True


def _ladder(sheet: Sheet, item: Item) -> bool:
    unit = item.unit or Type.NUMBER
    trees = [sheet.draft.condition(step.when, sheet.scope) for step in item.steps]
    if any(tree is None for tree in trees) or item.default is None:
        return False
    conditions = tuple(tree for tree in trees if tree is not None)
    values = [number(step.value, unit) for step in item.steps]
    default = number(item.default, unit)
    given = sheet.input(names.state(item.id, "value_before"), unit, "state", item.id, "value_before")
    stands = _stands(sheet, item)

    def outcome(conditions: tuple[Node, ...]) -> Node:
        return cases([pair for pair in zip(conditions, values, strict=True)][::-1], default)

    stem = f"item.{item.id}"
    tests = tuple(
        sheet.cell(f"{stem}.step{place}", tree, step.when.mark, f"step {place}")
        for place, (tree, step) in enumerate(zip(conditions, item.steps, strict=True), 1)
    )
    fresh = outcome(tests)
    value = sheet.cell(
        f"{stem}.value", choose(stands, call("coalesce", given, fresh, kind=unit), fresh), item.mark, "value"
    )
    sheet.cell(
        f"{stem}.decided_by",
        choose(
            both(stands, known(given)),
            text("supplied"),
            choose(either(*tests), text("grant"), text("start")) if tests else text("start"),
        ),
        item.mark,
    )
    since = sheet.input(names.state(item.id, "since"), Type.DAY, "state", item.id, "since")
    sheet.cell(f"{stem}.since", choose(compare("==", value, given), since, null(Type.DAY)), item.mark)
    _margin(sheet, item, conditions, outcome)
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A comparison of one numeric cell with a constant: cell sign threshold."""

    cell: Name
    sign: str
    threshold: Const


def _line(node: Node) -> _Line | None:
    match node:
        case Op(op=sign, args=(Name() as cell, Const() as limit)) if sign in _COMPARISONS:
            line = _Line(cell, sign, limit)
        case Op(op=sign, args=(Const() as limit, Name() as cell)) if sign in _COMPARISONS:
            line = _Line(cell, _SWAPPED[sign], limit)
        case _:
            return None
    return line if cell.type.is_numeric else None


def _margin(sheet: Sheet, item: Item, trees: tuple[Node, ...], outcome: Outcome) -> None:
    """Add the nearest threshold whose crossing alone would change the item.

    For each (cell, threshold) the conditions compare, the item is worked out as if the cell stood just
    below, at, and just above the threshold. The nearest crossing that gives another outcome is the
    margin; the first written wins a tie.
    """
    stem = f"item.{item.id}"
    lines = [line for tree in trees for node in walk(tree) if (line := _line(node)) is not None]
    pairs = list(dict.fromkeys((line.cell, line.threshold) for line in lines))
    now = sheet.cell(f"{stem}.margin.now", outcome(trees))
    distances: list[tuple[Name, Const, Name]] = []
    for place, (cell, threshold) in enumerate(pairs, 1):
        moved = {
            side: outcome(tuple(_as_if(tree, cell, threshold, true) for tree in trees))
            for side, true in (("below", _TRUE_BELOW), ("at", _TRUE_AT), ("above", _TRUE_ABOVE))
        }
        differs = {side: negated(compare("==", tree, now)) for side, tree in moved.items()}
        below, above = compare("<", cell, threshold), compare(">", cell, threshold)
        changes = choose(
            below,
            either(differs["at"], differs["above"]),
            choose(above, either(differs["at"], differs["below"]), either(differs["below"], differs["above"])),
        )
        plain = Type.NUMBER
        gap = call("abs", op("-", cell, threshold, plain), kind=plain)
        distance = sheet.cell(
            f"{stem}.margin.{place}",
            choose(both(known(cell), is_true(changes)), gap, null(plain)),
        )
        distances.append((cell, threshold, distance))
    gaps = [distance for _, _, distance in distances]
    nearest: Node = null(Type.NUMBER)
    if gaps:
        nearest = call("min_known", *gaps, kind=Type.NUMBER) if len(gaps) > 1 else gaps[0]
    least = sheet.cell(f"{stem}.margin_distance", nearest, item.mark)
    chosen = [(compare("==", distance, least), cell, threshold) for cell, threshold, distance in distances]
    sheet.cell(
        f"{stem}.margin_cell", cases([(test, text(cell.name)) for test, cell, _ in chosen], null(Type.TEXT))
    )
    sheet.cell(
        f"{stem}.margin_threshold",
        cases([(test, number(float(limit.value or 0))) for test, _, limit in chosen], null(Type.NUMBER)),
    )
    sheet.cell(f"{stem}.margin_known", known(least))


def _as_if(tree: Node, cell: Name, threshold: Const, true: frozenset[str]) -> Node:
    """Return a condition with the comparisons of one cell and threshold decided."""

    def change(node: Node) -> Node:
        line = _line(node)
        if line is None or (line.cell, line.threshold) != (cell, threshold):
            return node
        return TRUE if line.sign in true else FALSE

    return rewrite(tree, change)
