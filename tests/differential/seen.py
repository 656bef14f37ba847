"""Everything worth naming in one world and in what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential.seen_cells import in_result, in_row_formulas
from tests.differential.seen_ledgers import in_ledgers
from tests.differential.seen_rows import in_rows
from tests.differential.seen_rules import in_rules
from tests.differential.worlds import World

from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import Result
from shopscore.events.rows import Events


def seen(world: World, binding: Binding, results: Mapping[str, tuple[Events, Result]]) -> set[str]:
    """Return the names of what occurs: in the policy, in the rows, in formulas as they met values."""
    found = {*in_rules(binding.plan), *in_rows(world, binding.plan)}
    for events, result in results.values():
        found.update(in_result(binding, result))
        found.update(in_row_formulas(binding, events))
        found.update(in_ledgers(binding, events, result))
    return found
