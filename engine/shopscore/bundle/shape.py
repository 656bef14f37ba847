"""Whether a resolved bundle has the shape that schemas/bundle.schema.json describes."""

from __future__ import annotations

from functools import cache
from typing import Any

from shopscore.bundle.tree import Branch, to_node
from shopscore.errors import Finding
from shopscore.resources import json_schema
from shopscore.yaml.schema import check

_DEFS = "#/$defs/"


def check_shape(tree: Branch) -> tuple[Finding, ...]:
    """Return every departure from the schema, at its place."""
    return check(to_node(tree), _bundle_schema())


@cache
def _bundle_schema() -> dict[str, Any]:
    """Return the schema with its definitions put in: looking references up is half the time of a check."""
    schema = json_schema("bundle")
    definitions: dict[str, Any] = {}

    def put_in(part: Any) -> Any:
        if isinstance(part, list):
            return [put_in(each) for each in part]
        if not isinstance(part, dict):
            return part
        reference = part.get("$ref")
        rest = {key: put_in(each) for key, each in part.items() if key != "$ref"}
        if reference is None:
            return rest
        name = reference.removeprefix(_DEFS)
        if name not in definitions:
            definitions[name] = put_in(schema["$defs"][name])
        if rest.keys() <= {"description"}:
            return {**definitions[name], **rest}
        return {**rest, "allOf": [definitions[name]]}

    whole: dict[str, Any] = put_in({key: each for key, each in schema.items() if key != "$defs"})
    return whole
