"""Every finding of the engine with its documentation, gathered from the modules that raise them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from shopscore.hooks import Plugins


class Documented(Protocol):
    """What every documented finding says, whatever module it comes from."""

    @property
    def id(self) -> str:
        """Return the permanent id."""

    @property
    def title(self) -> str:
        """Return what it is, in a few words."""

    @property
    def why(self) -> str:
        """Return why it is a finding."""

    @property
    def example(self) -> str:
        """Return what shows it."""

    @property
    def instead(self) -> str:
        """Return what to write instead."""


def documented(plugins: Plugins) -> tuple[Documented, ...]:
    """Return the documentation of every finding, those of plugins' checks included, by id."""
    from shopscore.bundle.findings import CATALOGUE as BUNDLE
    from shopscore.checks.findings import FINDINGS as CHECKS
    from shopscore.checks.input_findings import INPUT_FINDINGS
    from shopscore.formula.findings import FORMULA_FINDINGS
    from shopscore.plan.findings import FINDINGS as PLAN
    from shopscore.yaml.findings import CATALOGUE

    groups: tuple[Iterable[Documented], ...] = (
        CATALOGUE,
        FORMULA_FINDINGS,
        BUNDLE,
        PLAN,
        CHECKS,
        INPUT_FINDINGS,
        plugins.checks,
    )
    return tuple(sorted((each for group in groups for each in group), key=lambda each: each.id))
