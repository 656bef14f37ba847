"""What formulas read of ledgers, with where the policy says it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from shopscore.bundle.model import Ledger, LedgerCount, Milestone
from shopscore.errors import Mark
from shopscore.plan import names
from shopscore.plan.model import Plan


class LedgerCell(Struct, frozen=True):
    """The balance of a ledger, whether a milestone's action is in force, or a count."""

    ledger: Ledger
    part: Milestone | LedgerCount | None
    """None is the balance."""

    @property
    def mark(self) -> Mark:
        """Return where the policy states it."""
        return self.ledger.mark if self.part is None else self.part.mark

    @property
    def path(self) -> str:
        """Return the path its source is recorded under."""
        stem = f"ledgers.{self.ledger.id}"
        match self.part:
            case Milestone(id=id_):
                return f"{stem}.milestones.{id_}"
            case LedgerCount(id=id_):
                return f"{stem}.counts.{id_}"
            case None:
                return stem


def ledger_cells(plan: Plan) -> Mapping[str, LedgerCell]:
    """Return what formulas can read of each ledger, by name."""
    found = {}
    for each in plan.ledgers:
        ledger = each.ledger
        found[names.balance(ledger.id)] = LedgerCell(ledger, None)
        for milestone in ledger.milestones:
            found[names.restricted(ledger.id, milestone.id)] = LedgerCell(ledger, milestone)
        for count in each.counts:
            found[names.counted(ledger.id, count.id)] = LedgerCell(ledger, ledger.counts[count.id])
    return found
