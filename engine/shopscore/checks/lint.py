"""All findings of one bundle, or of all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shopscore.bundle.model import Bundle
from shopscore.checks.reach import unreached
from shopscore.checks.unused import unused
from shopscore.errors import Finding, has_errors
from shopscore.hooks import Plugins
from shopscore.plan.model import Plan

if TYPE_CHECKING:
    from shopscore.bundle.catalog import Catalog


def lint_bundle(
    bundle: Bundle | None, plan: Plan | None, findings: Iterable[Finding], plugins: Plugins
) -> tuple[Finding, ...]:
    """Return a bundle's findings with those of every check that could be run on it.

    `findings` are what loading and planning found; where they hold errors, what depends on the missing
    parts is not looked at, so that one mistake is not told many times.
    """
    found = list(findings)
    if bundle is not None and not has_errors(found):
        if not bundle.abstract:
            found += unused(bundle)
        if plan is not None:
            found += unreached(plan)
        for check in plugins.checks:
            found += check.run(bundle)
    return _sorted(found)


def lint_catalog(catalog: Catalog) -> tuple[Finding, ...]:
    """Return what is wrong between bundles: two versions of one programme in force on the same day."""
    return _sorted(catalog.overlaps())


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))
