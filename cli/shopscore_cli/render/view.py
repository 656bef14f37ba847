"""Everything a printed scorecard is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shopscore.bundle.model import Label
from shopscore.engines.reference.engine import Result
from shopscore.events.time import Zone
from shopscore.formula.evaluate import evaluate
from shopscore.formula.tree import Node, Type, Value
from shopscore.plan.model import MetricInfo
from shopscore.policy import Policy
from shopscore_cli.render.claims import Claims
from shopscore_cli.render.curves import CurveInForce, curves_in_force
from shopscore_cli.render.limits import Limits, limits_of
from shopscore_cli.render.numbers import quantity
from shopscore_cli.render.paint import Paint
from shopscore_cli.render.words import said


@dataclass(frozen=True, slots=True)
class View:
    """A result with the policy behind it, and how to say it."""

    policy: Policy
    result: Result
    language: str
    paint: Paint
    limits: Limits = field(init=False)
    claims: Claims = field(init=False)
    curves: Mapping[str, CurveInForce] = field(init=False)
    zone: Zone = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", limits_of(self.policy.plan))
        object.__setattr__(self, "claims", Claims.of(self.policy.bundle))
        object.__setattr__(self, "zone", self.policy.zone)
        object.__setattr__(self, "curves", curves_in_force(self.policy.plan, self.evaluate))

    @property
    def card(self) -> Mapping[str, Any]:
        """Return the scorecard."""
        return self.result.scorecard

    @property
    def cells(self) -> Mapping[str, Value]:
        """Return every cell behind the scorecard."""
        return self.result.cells

    def evaluate(self, node: Node) -> Value:
        """Return the value of a formula over the sheet."""
        functions = self.policy.plan.functions
        return evaluate(node, self.cells, functions=functions, day_of=self.zone.day_of)

    def say(self, label: Label) -> str:
        """Return a label in the reader's language."""
        return said(label, self.language)

    def points(self, value: float | None, cell: str, more: int = 0) -> str:
        """Return points so that no threshold of their cell seems reached that is not.

        `more` decimals than the policy shows tell near ones apart.
        """
        decimals = self.policy.bundle.score.decimals if self.policy.bundle.score else 2
        return quantity(value, Type.POINTS, self.limits.get(cell, ()), decimals + more)

    def amount(self, metric: MetricInfo, value: float | None, more: int = 0) -> str:
        """Return a metric's value with its unit, with `more` decimals than usual."""
        return quantity(value, metric.unit, self.limits.get(f"{metric.id}.value", ()), more=more)

    def star(self, path: str) -> str:
        """Return the mark of an assumed value."""
        return self.paint("*", "dim") if self.claims.assumed(path) else ""
