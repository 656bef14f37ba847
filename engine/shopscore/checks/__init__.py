"""What lint looks for beyond what keeps a bundle from loading: rules that are there and never apply."""

from shopscore.checks.catalogue import documented
from shopscore.checks.lint import lint_bundle, lint_catalog

__all__ = ["documented", "lint_bundle", "lint_catalog"]
