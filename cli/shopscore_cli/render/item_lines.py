"""Benefits, gates, badges and ladders as lines: what is, since when, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shopscore.bundle.model import Item, LedgerCount, Streak
from shopscore.formula.tree import Const, Name, Node, Op, Type, Value
from shopscore.plan.model import ItemPlan
from shopscore.plan.windows import assessment_day, to_date, to_day
from shopscore_cli.render.cell_paths import item_path
from shopscore_cli.render.columns import columns
from shopscore_cli.render.crossing import Crossing, Side, crossing, distance
from shopscore_cli.render.formulas import formula_text
from shopscore_cli.render.ledger_cells import ledger_cells
from shopscore_cli.render.numbers import as_written, in_points, quantity
from shopscore_cli.render.view import View

_BECOMES = {"granted": "granted", "frozen": "frozen", "locked": "lost"}
_MAKES = {"grant": "granted", "freeze": "frozen", "revoke": "locked"}
"""What an item is made by its condition."""
_DECIDED = {"start": "no earlier state known", "supplied": "as supplied", "unscored": "no score"}


def item_lines(view: View) -> list[str]:
    """Return one line per item."""
    rows = []
    for plan in view.policy.plan.items:
        card = view.card["benefits"][plan.id]
        item = view.policy.bundle.items[plan.id]
        now = card["value"] if plan.kind == "ladder" else card["state"]
        rows.append(
            [
                f"{_sign(view, plan, item, now)} {view.say(plan.label)}{_star(view, plan, card)}",
                "; ".join(
                    part for part in (_state(view, plan, item, card), _next(view, plan, item, card)) if part
                ),
            ]
        )
    lines = columns(rows, indent="    ")
    return [f"  {view.paint('Benefits', 'bold')}", *lines] if lines else []


def _sign(view: View, plan: ItemPlan, item: Item, now: Value) -> str:
    if plan.kind == "ladder":
        return view.paint("·", "dim") if now == item.default else view.paint("✓", "green")
    signs = {"granted": ("✓", "green"), "frozen": ("~", "yellow"), "locked": ("·", "dim")}
    sign, colour = signs[str(now)]
    return view.paint(sign, colour)


def _star(view: View, plan: ItemPlan, card: Mapping[str, Any]) -> str:
    path = item_path(plan)
    return view.star(f"{path}.unscored" if card["decided_by"] == "unscored" else path)


def _state(view: View, plan: ItemPlan, item: Item, card: Mapping[str, Any]) -> str:
    if plan.kind == "ladder":
        return _named(view, plan, item, card["value"])
    parts = [_named(view, plan, item, card["state"])]
    if card["since"] is not None:
        parts.append(f"since {card['since']}")
    if card["decided_by"] in _DECIDED:
        parts.append(f"({_DECIDED[card['decided_by']]})")
    return " ".join(parts)


def _named(view: View, plan: ItemPlan, item: Item, outcome: Value) -> str:
    """Return a state by the programme's own word for it, or a ladder's value with its unit."""
    if plan.kind == "ladder":
        if isinstance(outcome, bool):
            return "yes" if outcome else "no"
        assert isinstance(outcome, float)
        return as_written(outcome, plan.unit or Type.NUMBER)
    own = item.state_labels.get(str(outcome))
    return view.say(own) if own else str(outcome)


def item_text(view: View, plan: ItemPlan) -> str:
    """Return what an item is, since when, and its nearest threshold."""
    card, item = view.card["benefits"][plan.id], view.policy.bundle.items[plan.id]
    now = _named(view, plan, item, card["value"] if plan.kind == "ladder" else card["state"])
    since = f" since {card['since']}" if card["since"] is not None else ""
    nearest = _nearest(view, plan, item, card, _is_today(view, plan))
    return f"{now}{since}" + (f"; {nearest}" if nearest else "")


def _is_today(view: View, plan: ItemPlan) -> bool:
    """Tell whether an item is assessed on the scorecard's own day."""
    day = to_day(view.card["as_of"])
    return assessment_day(plan.schedule, day) == day


def _nearest(view: View, plan: ItemPlan, item: Item, card: Mapping[str, Any], today: bool) -> str:
    """Return what the nearest threshold brings: `lost below 3.0 (0.62 away)`; nothing without one."""
    margin = card["margin"]
    crossed = crossing(view.policy.plan, plan, view.cells, margin, view.zone.day_of, today)
    if crossed is None:
        return ""
    becoming = _becoming(view, plan, item, crossed.outcome)
    away = distance(view.policy.plan, margin["cell"], margin["distance"])
    return f"{becoming} {_where(view, margin['cell'], crossed)} ({away} away)"


def _next(view: View, plan: ItemPlan, item: Item, card: Mapping[str, Any]) -> str:
    """Return what the nearest threshold brings, else what the item asks for, and when it is assessed."""
    today = _is_today(view, plan)
    parts = []
    if nearest := _nearest(view, plan, item, card, today):
        parts.append(nearest)
    elif condition := _asks_for(view, plan, card, today):
        parts.append(f"needs {condition}")
    parts += _on_the_way(view, plan, item, card)
    if plan.schedule.kind != "daily":
        parts.append(_assessed(view, plan))
    return "; ".join(parts)


def in_a_row(streak: Streak, card: Mapping[str, Any]) -> str:
    """Return in how many assessments in a row a condition was true: `2 of 3 assessments in a row`."""
    met = card["streak"]
    if met > streak.length:
        return f"{met} assessments in a row, {streak.length} asked for"
    return f"{met} of {streak.length} assessments in a row"


def _on_the_way(view: View, plan: ItemPlan, item: Item, card: Mapping[str, Any]) -> list[str]:
    """Return how far a condition has come that must be true several times in a row."""
    if item.streak is None or not 0 < card["streak"] < item.streak.length:
        return []
    outcome = _MAKES[item.streak.part]
    if outcome == card["state"]:
        return []
    return [f"{in_a_row(item.streak, card)} until {_becoming(view, plan, item, outcome)}"]


def _becoming(view: View, plan: ItemPlan, item: Item, outcome: Value) -> str:
    own = plan.kind == "ladder" or str(outcome) in item.state_labels
    return _named(view, plan, item, outcome) if own else _BECOMES[str(outcome)]


def _where(view: View, cell: str, crossed: Crossing) -> str:
    """Say on which side of which threshold; that it is the score's goes without saying."""
    if cell == "score":
        return f"{crossed.side.value} {crossed.threshold}"
    words = (
        "at least"
        if crossed.side is Side.FROM
        else "at most"
        if crossed.side is Side.UP_TO
        else crossed.side.value
    )
    return f"with {_cell_name(view, cell)} {words} {crossed.threshold}"


def _cell_name(view: View, cell: str) -> str:
    owner, _, field = cell.partition(".")
    metric = view.policy.plan.metric_infos.get(owner)
    of_ledger = ledger_cells(view.policy.plan).get(cell)
    if of_ledger is not None:
        label = view.say(of_ledger.ledger.label)
        counted = of_ledger.part.id if isinstance(of_ledger.part, LedgerCount) else ""
        return f"{label} ({counted.replace('_', ' ')})" if counted else label
    if metric is None:
        return (field or owner).replace("_", " ")
    label = view.say(metric.label)
    return f"{label[0].lower()}{label[1:]}" + ("" if field == "value" else f" ({field.replace('_', ' ')})")


def _asks_for(view: View, plan: ItemPlan, card: Mapping[str, Any], today: bool) -> str | None:
    """Return what a closed item lacks, where no single threshold would open it.

    What it met on another day is not known today, so that then the whole condition is told.
    """
    if plan.kind == "ladder" or card["state"] == "granted":
        return None
    name = f"item.{plan.id}.{'grant' if plan.kind == 'benefit' else 'when'}"
    tree = next((cell.tree for cell in view.policy.plan.sheet if cell.name == name), None)
    if tree is None:
        return None
    if not today:
        return formula_text(tree)
    parts = tree.args if isinstance(tree, Op) and tree.op == "and" else (tree,)
    unmet = [part for part in parts if view.evaluate(part) is not True]
    return ", ".join(f"{formula_text(part)} ({_found(view, part)})" for part in unmet)


def _found(view: View, condition: Node) -> str:
    """Return what a condition met instead: the value it compares, or that it is false or unknown."""
    match condition:
        case Op(args=(Name(name=cell, type=kind), Const())) if kind.is_numeric:
            value = view.cells[cell]
            assert value is None or isinstance(value, float)
            if value is None:
                return "unknown"
            if kind is Type.POINTS and cell in ledger_cells(view.policy.plan):
                return in_points(value)
            return quantity(value, kind, view.limits.get(cell, ()))
        case _:
            value = view.evaluate(condition)
            return "unknown" if value is None else "not met"


def _assessed(view: View, plan: ItemPlan) -> str:
    as_of = to_day(view.card["as_of"])
    last = assessment_day(plan.schedule, as_of)
    following = as_of + 1
    while assessment_day(plan.schedule, following) == last:
        following += 1
    return f"assessed {to_date(last)}, next {to_date(last) + timedelta(days=following - last)}"
