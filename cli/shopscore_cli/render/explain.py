"""The tree behind a score: dimensions, metrics, curves, floors, adjustments, benefits, ledgers."""

from __future__ import annotations

from pathlib import PurePath

from shopscore.bundle.model import Formula
from shopscore.formula.tree import Call, Type
from shopscore.plan import names
from shopscore.plan.model import Cell, DimensionPlan, ItemPlan
from shopscore.plan.windows import assessment_day, to_date, to_day
from shopscore_cli.render.branches import Branch, draw
from shopscore_cli.render.cell_paths import item_path
from shopscore_cli.render.explain_ledger import ledger_branches
from shopscore_cli.render.explain_metric import MILLIONTHS, metric_branch, source_of
from shopscore_cli.render.formulas import formula_with_values, literal
from shopscore_cli.render.item_lines import in_a_row
from shopscore_cli.render.numbers import NOTHING, as_written
from shopscore_cli.render.view import View
from shopscore_cli.render.words import count_of

_ONE_LINE = 76
"""Signs up to which a condition and its values share a line."""


def explain_page(view: View) -> str:
    """Return the sheet behind a scorecard as a tree of text."""
    cells = {cell.name: cell for cell in view.policy.plan.sheet}
    folder = str(PurePath(view.policy.bundle.mark.file).parent)
    roots = [_score(view, cells)] if view.policy.bundle.score is not None else []
    others = [each for each in view.policy.plan.metric_infos.values() if not each.scored]
    roots += (
        [Branch("beside the score", branches=[metric_branch(view, each) for each in others])]
        if others
        else []
    )
    items = [_item(view, cells, each) for each in view.policy.plan.items]
    roots += [Branch("benefits", branches=items)] if items else []
    ledgers = ledger_branches(view)
    roots += [Branch("ledgers", branches=ledgers)] if ledgers else []
    return "\n".join(line for root in roots for line in draw(root, folder, view.paint))


def _score(view: View, cells: dict[str, Cell]) -> Branch:
    plan, bundle, card = view.policy.plan, view.policy.bundle, view.card
    score = bundle.score
    assert score is not None
    first = view.cells["score.before_adjustments"]
    assert first is None or isinstance(first, float)
    known = [each for each in plan.dimensions if view.cells[each.id] is not None]
    how = f"{score.combine} of {count_of(len(known), 'dimension')}" if known else "no dimension has a value"
    adjusted = [each["id"] for each in card["adjustments"]]
    if adjusted:
        how = f"{view.points(first, 'score')}, the {how}, after {count_of(len(adjusted), 'adjustment')}"
    root = Branch(
        f"score {view.points(card['score'], 'score')} = {how}", score.mark, source_of(view, "score")
    )
    root.notes.append(Branch(f"state {card['state']}, band {card['band'] or NOTHING}"))
    if card["eligibility"]["reason"]:
        when = score.eligible.mark if score.eligible else None
        root.notes.append(Branch(card["eligibility"]["reason"], when, source_of(view, "score.eligible")))
    root.branches += [_dimension(view, each) for each in plan.dimensions]
    for adjustment in plan.adjustments:
        root.branches.append(_adjustment(view, cells, adjustment.id))
    return root


def _dimension(view: View, dimension: DimensionPlan) -> Branch:
    score = view.policy.bundle.score
    assert score is not None
    rule = score.dimensions[dimension.id]
    points = {metric: view.cells[f"{metric}.points"] for metric in dimension.metrics}
    known = {metric: value for metric, value in points.items() if isinstance(value, float)}
    shown = {metric: view.points(value, f"{metric}.points") for metric, value in known.items()}
    if not known:
        how = "no metric has a value"
    elif rule.combine == "minimum":
        how = f"min({', '.join(shown.values())})"
    else:
        weights = {metric: _weight(view, metric) for metric in known}
        parts = [f"{shown[metric]} × {weight:.6g}" for metric, weight in weights.items()]
        how = f"({' + '.join(parts)}) / {sum(weights.values()):.6g}"
    value = view.cells[dimension.id]
    assert value is None or isinstance(value, float)
    points_made = f"{view.points(value, dimension.id)} = {how}" if known else f"{NOTHING}, {how}"
    branch = Branch(
        f"{dimension.id} {points_made}",
        rule.mark,
        source_of(view, f"score.dimensions.{dimension.id}"),
    )
    infos = view.policy.plan.metric_infos
    branch.branches = [metric_branch(view, infos[metric]) for metric in dimension.metrics]
    return branch


def _weight(view: View, owner: str) -> float:
    weight = view.cells[f"{owner}.own_weight"]
    assert isinstance(weight, float)
    return weight / MILLIONTHS


def _adjustment(view: View, cells: dict[str, Cell], id_: str) -> Branch:
    score = view.policy.bundle.score
    assert score is not None
    rule = next(each for each in score.adjustments if each.id == id_)
    before, after = view.cells[f"adjustment.{id_}.before"], view.cells[f"adjustment.{id_}.after"]
    assert not isinstance(before, str | bool) and not isinstance(after, str | bool)
    applied = view.cells[f"adjustment.{id_}.applied"] is True
    made = _change(view, before, after) if applied else "does not change the score"
    branch = Branch(f"adjustment {id_}: {made}", rule.mark, source_of(view, f"score.adjustments.{id_}"))
    branch.notes += _condition(view, cells, "when", rule.when, f"adjustment.{id_}.when")
    if applied:
        tree = cells[f"adjustment.{id_}.set"].tree
        branch.notes.append(Branch(f"set {rule.set.text}", rule.set.mark))
        assert isinstance(tree, Call)  # every score is quantised as it is made
        worked_out = formula_with_values(tree.args[0], view.cells)
        branch.notes.append(Branch(f"  = {worked_out} = {literal(after, Type.POINTS)}"))
    return branch


def _change(view: View, before: float | None, after: float | None) -> str:
    """Return both scores with as many decimals as it takes to tell them apart."""
    decimals = 0
    shown = [view.points(before, "score"), view.points(after, "score")]
    while before != after and shown[0] == shown[1]:
        decimals += 1
        shown = [view.points(score, "score", decimals) for score in (before, after)]
    return " to ".join(shown)


def _item(view: View, cells: dict[str, Cell], item: ItemPlan) -> Branch:
    card, rule = view.card["benefits"][item.id], view.policy.bundle.items[item.id]
    now = as_written(card["value"], item.unit or Type.NUMBER) if item.kind == "ladder" else card["state"]
    branch = Branch(
        f"{item.id} {now}, decided by {card['decided_by']}", item.mark, source_of(view, item_path(item))
    )
    before = view.cells.get(names.state(item.id, "before"))
    if before is not None:
        branch.notes.append(Branch(f"before: {before}"))
    written = [("revoke", rule.revoke), ("grant", rule.grant), ("freeze", rule.freeze), ("when", rule.when)]
    written += [(f"step{place}", step.when) for place, step in enumerate(rule.steps, 1)]
    day = assessment_day(item.schedule, to_day(view.card["as_of"]))
    for part, formula in written:
        if formula is None:
            continue
        name = f"item.{item.id}.{part}"
        counted = rule.streak is not None and rule.streak.part == part
        often = f", {in_a_row(rule.streak, card)}" if rule.streak is not None and counted else ""
        if day == to_day(view.card["as_of"]):
            branch.notes += _condition(view, cells, part, formula, name, often)
        else:
            # Values are those of the scorecard's own day; on this item's day they were others.
            met = literal(view.cells[name], Type.BOOLEAN)
            branch.notes.append(
                Branch(f"{part}: {formula.text}   {met} on {to_date(day)}{often}", formula.mark)
            )
    return branch


def _condition(
    view: View, cells: dict[str, Cell], part: str, formula: Formula, name: str, often: str = ""
) -> list[Branch]:
    """Return a condition as written with what it came to, and with the values in it where it reads any.

    `often` tells in how many assessments in a row it was true, where that counts.
    """
    met = literal(view.cells[name], Type.BOOLEAN) + often
    notes = [Branch(f"{part}: {formula.text}   {met}", formula.mark)]
    values = formula_with_values(cells[name].tree, view.cells)
    if len(notes[0].text) + len(values) < _ONE_LINE:
        notes[0].text = f"{part}: {formula.text}   {values}   {met}"
        return notes
    return [*notes, Branch(f"  {values}")]
