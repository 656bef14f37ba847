"""Whether a resolved bundle has the shape that schemas/bundle.schema.json describes."""

from __future__ import annotations

from shopscore.bundle.tree import Branch, to_node
from shopscore.errors import Finding
from shopscore.resources import json_schema
from shopscore.yaml.schema import check


def check_shape(tree: Branch) -> tuple[Finding, ...]:
    """Return every departure from the schema, at its place."""
    return check(to_node(tree), json_schema("bundle"))
