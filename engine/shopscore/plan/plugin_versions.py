"""Whether the plugins a bundle needs are there in the versions it names."""

from __future__ import annotations

from shopscore.errors import near_match
from shopscore.plan.draft import Draft
from shopscore.plan.findings import PLUGIN_VERSION


def check_plugins(draft: Draft) -> None:
    """Report needed plugins that are missing or of another version."""
    installed = draft.plugins.versions
    for name, wanted in draft.bundle.plugins.items():
        if name not in installed:
            draft.report(
                PLUGIN_VERSION,
                draft.bundle.mark,
                f"the bundle needs plugin {name!r} {wanted}, which is not installed"
                f"{near_match(name, installed)}",
            )
        elif not satisfies(installed[name], wanted):
            draft.report(
                PLUGIN_VERSION,
                draft.bundle.mark,
                f"the bundle needs plugin {name!r} {wanted}, but {installed[name]} is installed",
            )


def satisfies(version: str, wanted: str) -> bool:
    """Tell whether a version meets a condition such as `>=1.2, <2`; `*` is met by all."""
    # Most bundles need no plugin, and these imports cost a tenth of a quick evaluation.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return wanted.strip() == "*" or SpecifierSet(wanted).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False
