"""Declarative seller-score policies: versioned YAML bundles and the engines that interpret them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopscore.errors import BadInputError, Finding, FindingsError, Mark, ShopscoreError, UsageError

if TYPE_CHECKING:
    from shopscore.api import Workspace, load
    from shopscore.hookspecs import hookimpl
    from shopscore.policy import Policy
    from shopscore.scorecard import Scorecard

__all__ = [
    "BadInputError",
    "Finding",
    "FindingsError",
    "Mark",
    "Policy",
    "Scorecard",
    "ShopscoreError",
    "UsageError",
    "Workspace",
    "hookimpl",
    "load",
]

_LAZY = {
    "Policy": "shopscore.policy",
    "Workspace": "shopscore.api",
    "load": "shopscore.api",
    "hookimpl": "shopscore.hookspecs",
    "Scorecard": "shopscore.scorecard",
}


def __getattr__(name: str) -> Any:
    """Import the rest on first use, so that `shopscore --version` stays quick."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
