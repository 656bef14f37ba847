"""The sheet of one shop worked out from ready metrics, in each way there is."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.process import ROOT

import shopscore
from shopscore.engines.reference.engine import Cells, RunSheet, compiled_sheet, written_sheet
from shopscore.policy import Policy

POLICY = "us-sps@2026.06"
CASE = ROOT / "docs" / "examples" / "shop.yaml"


@dataclass(frozen=True, slots=True)
class Sheets:
    """One way to work out sheets, its inputs, and how many make a round."""

    name: str
    run_sheet: RunSheet
    inputs: Cells
    rounds: int

    def work(self) -> None:
        """Work out a round of sheets."""
        for _ in range(self.rounds):
            self.run_sheet(self.inputs)


def sheets() -> list[Sheets]:
    """Return the ways to work out a sheet from ready metrics; raises ValueError where their cells differ."""
    policy = shopscore.load(POLICY)
    case = policy.case(CASE)
    binding = policy.bind_case(case)
    result = policy.run(case)
    inputs: Cells = {each.name: result.cells[each.name] for each in policy.plan.inputs}
    walked, whole = written_sheet(binding), compiled_sheet(binding)
    lean = compiled_sheet(binding, answers(policy))
    expected = walked(inputs)
    for other in (whole, lean):
        found = other(inputs)
        if any(repr(found[name]) != repr(expected[name]) for name in found):
            raise ValueError("the ways to work out a sheet differ")
    return [
        Sheets("reference, every cell of a scorecard", whole, inputs, 2_000),
        Sheets("compiled, state, score, band, points and items", lean, inputs, 10_000),
        Sheets("formula by formula, as `explain` shows it", walked, inputs, 50),
    ]


def answers(policy: Policy) -> list[str]:
    """Return the cells of what is asked for most: state, score, band, points, states of items."""
    metrics = [metric for each in policy.plan.dimensions for metric in each.metrics]
    items = [f"item.{each.id}.{'value' if each.kind == 'ladder' else 'state'}" for each in policy.plan.items]
    return ["state", "score", "band", *(f"{metric}.points" for metric in metrics), *items]
