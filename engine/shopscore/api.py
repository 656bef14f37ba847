"""The public API: policies by name, from the folders and plugins at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from shopscore.bundle.catalog import Catalog, Loaded
from shopscore.bundle.model import Bundle
from shopscore.errors import Finding, FindingsError, UsageError, has_errors
from shopscore.hooks import Plugins, installed
from shopscore.plan.build import Planned, build_plan
from shopscore.plan.model import Plan
from shopscore.policy import Policy
from shopscore.resources import data_root


class Workspace:
    """Policy folders and plugins, looked at only as far as a request needs, and once."""

    def __init__(self, policies: Sequence[Path] = (), plugins: Plugins | None = None) -> None:
        self._extra = tuple(policies)
        self._plugins = plugins
        self._planned: dict[str, tuple[Loaded, Planned]] = {}

    @cached_property
    def plugins(self) -> Plugins:
        """Return the plugins in use."""
        return self._plugins if self._plugins is not None else installed()

    @cached_property
    def catalog(self) -> Catalog:
        """Return the bundles that can be found: given folders first, then ours, then plugins'."""
        roots = (*self._extra, Path(str(data_root() / "policies")), *self.plugins.policies)
        return Catalog(roots, self.plugins.versions)

    def policy(self, name: str) -> Policy:
        """Return a policy by `id@version` or by its folder.

        Raises UsageError for an unknown one and FindingsError with everything wrong in it.
        """
        return self._ready(*self.check(name))

    def in_force(self, market: str, as_of: date) -> Policy:
        """Return the main program of a market on a day."""
        return self.policy(self.catalog.in_force(market, as_of))

    def check(self, name: str) -> tuple[Bundle | None, Plan | None, tuple[Finding, ...]]:
        """Return a bundle and its plan as far as they can be made, and all findings."""
        loaded = self.catalog.load(name)
        if loaded.bundle is None or has_errors(loaded.findings) or loaded.bundle.abstract:
            return loaded.bundle, None, loaded.findings
        before, planned = self._planned.get(name, (None, None))
        if planned is None or before is not loaded:
            planned = build_plan(loaded.bundle, self.plugins)
            self._planned[name] = loaded, planned
        return loaded.bundle, planned.plan, (*loaded.findings, *planned.findings)

    @staticmethod
    def _ready(bundle: Bundle | None, plan: Plan | None, findings: tuple[Finding, ...]) -> Policy:
        if has_errors(findings):
            raise FindingsError(findings)
        if bundle is not None and bundle.abstract:
            raise UsageError(f"{bundle.name} is abstract: it only serves bundles that extend it")
        assert bundle is not None and plan is not None
        return Policy(bundle, plan, findings)


def load(name: str, policies: Sequence[Path | str] = ()) -> Policy:
    """Return a policy by `id@version` or by its folder.

    >>> load("us-sps@2026.06").name
    'us-sps@2026.06'
    """
    return Workspace([Path(each) for each in policies]).policy(name)
