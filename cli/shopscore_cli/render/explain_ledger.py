"""One ledger's branch: its balance, and what conditions read of it."""

from __future__ import annotations

from shopscore.bundle.model import LedgerCount, Milestone
from shopscore.formula.tree import Type, names
from shopscore.plan.model import LedgerPlan
from shopscore_cli.render.branches import Branch
from shopscore_cli.render.explain_metric import source_of
from shopscore_cli.render.formulas import literal
from shopscore_cli.render.ledger_cells import LedgerCell, ledger_cells
from shopscore_cli.render.ledger_lines import balance_text, expiring_text, next_text, restriction_text
from shopscore_cli.render.ledger_rules import events_text
from shopscore_cli.render.numbers import in_points, quantity
from shopscore_cli.render.view import View
from shopscore_cli.render.words import count_of


def ledger_branches(view: View) -> list[Branch]:
    """Return a branch for each ledger of the policy."""
    plan = view.policy.plan
    read = {name for cell in plan.sheet for name in names(cell.tree)}
    cells = {name: cell for name, cell in ledger_cells(plan).items() if name in read}
    return [_ledger(view, each, cells) for each in plan.ledgers]


def _ledger(view: View, plan: LedgerPlan, cells: dict[str, LedgerCell]) -> Branch:
    ledger, card = plan.ledger, view.card["ledgers"][plan.id]
    stem = f"ledgers.{plan.id}"
    now = f"{plan.id} {balance_text(card)}"
    if card["balance"] is not None:
        now += f"; {next_text(card)}"
    branch = Branch(now, ledger.mark, source_of(view, stem))
    branch.notes.append(Branch(f"{in_points(ledger.starts_at)} at the start; {events_text(ledger)}"))
    if expiring := expiring_text(card["expiring"]):
        branch.notes.append(Branch(expiring))
    for name, cell in cells.items():
        if cell.ledger.id == plan.id and cell.part is not None:
            text = f"{name.removeprefix(f'{plan.id}.')}: {_told(view, plan, name, cell)}"
            branch.notes.append(Branch(text, cell.mark, source_of(view, cell.path)))
    return branch


def _told(view: View, plan: LedgerPlan, name: str, cell: LedgerCell) -> str:
    """Return what a condition reads, and why."""
    value = view.cells[name]
    if value is None:
        return literal(value, Type.BOOLEAN)
    match cell.part:
        case Milestone(id=id_, at=at):
            restrictions = view.card["ledgers"][plan.id]["restrictions"]
            running = [
                restriction_text(plan, each, view.language)
                for each in restrictions
                if each["milestone"] == id_
            ]
            why = "; ".join(running) or f"no action of the milestone at {in_points(at)} is in force"
            return f"{literal(value, Type.BOOLEAN)}, {why}"
        case LedgerCount(where=where, within_days=days):
            assert isinstance(value, float)
            within = f", of the last {count_of(days, 'day')}" if days is not None else ""
            return f"{quantity(value, Type.COUNT)}, violations that count where {where.text}{within}"
        case _:
            raise AssertionError(cell)
