"""Check a tree's shape against a JSON Schema: every departure at its place, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shopscore.errors import Finding, near_match
from shopscore.yaml.nodes import Node, to_plain
from shopscore.yaml.shape_findings import Departure, describe, unknown_keys

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

Schema = Mapping[str, Any]


def check(node: Node, schema: Schema, shared: tuple[Schema, ...] = ()) -> tuple[Finding, ...]:
    """Return every departure of a tree from a schema (2020-12), in the order of the text.

    `shared` are schemas it refers to by their `$id`. A schema must not change once it was used here.
    """
    validator = _compiled(_Same(schema), tuple(_Same(each) for each in shared))
    departures = [leaf for error in validator.iter_errors(to_plain(node)) for leaf in _leaves(error)]
    findings = {found for departure in _without_echoes(departures) for found in describe(departure, node)}
    return tuple(sorted(findings, key=lambda found: found.sort_key))


class _Same:
    """A schema as a key of the cache: equal only to itself, and alive as long as its entry."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@lru_cache(maxsize=32)
def _compiled(schema: _Same, shared: tuple[_Same, ...]) -> Draft202012Validator:
    # Imported here: it costs a tenth of a second, which reading a tree without a schema need not pay.
    from jsonschema.validators import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    resources = [DRAFT202012.create_resource(each.schema) for each in shared]
    return Draft202012Validator(schema.schema, registry=resources @ Registry())


def _leaves(error: ValidationError) -> Iterator[Departure]:
    """Yield what is wrong below an error, going down the alternative that was probably meant."""
    branches = _branches(error) if error.validator in ("anyOf", "oneOf") else []
    if not branches:
        yield _departure(error)
        return
    fitting = [branch for branch in branches if not any(_is_mistyped(each) for each in branch)]
    if not fitting:
        names = [name for branch in branches for each in branch for name in _expected_types(each)]
        yield _departure(error, "type", names)
    elif lacking := _lacking_one_key_each(fitting):
        yield _departure(error, "anyRequired", lacking)
    else:
        for each in min(fitting, key=_distance):
            yield from _leaves(each)


def _departure(error: ValidationError, keyword: str | None = None, rule: Any = None) -> Departure:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return Departure(
        tuple(error.absolute_path),
        keyword or str(error.validator or "false"),
        _rule(error) if keyword is None else rule,
        schema,
        error.instance,
    )


def _rule(error: ValidationError) -> Any:
    """Return what the schema says beside the keyword; the stubs know cases that iter_errors never yields."""
    return error.validator_value


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    """Group the errors of the alternatives, in the order the schema lists them.

    The alternative `false` is left out: nobody can have meant it, and its error does not say which it is.
    """
    grouped: dict[object, list[ValidationError]] = {}
    for each in filter(lambda each: each.relative_schema_path, error.context or ()):
        grouped.setdefault(each.relative_schema_path[0], []).append(each)
    return list(grouped.values())


def _is_mistyped(error: ValidationError) -> bool:
    """Tell whether an alternative is out of the question, as it wants another type at this very place."""
    if error.relative_path:
        return False
    if error.validator in ("anyOf", "oneOf") and (branches := _branches(error)):
        return all(any(_is_mistyped(each) for each in branch) for branch in branches)
    return error.validator == "type"


def _expected_types(error: ValidationError) -> Iterator[str]:
    if error.relative_path:
        return
    if error.validator == "type":
        wanted = _rule(error)
        yield from [wanted] if isinstance(wanted, str) else wanted
    for each in error.context or ():
        yield from _expected_types(each)


def _lacking_one_key_each(branches: list[list[ValidationError]]) -> list[str]:
    """Return the keys of which one is needed, where a missing key is all that is wrong everywhere."""
    errors = [each for branch in branches for each in branch]
    if len(branches) < 2 or len(errors) != len(branches):
        return []
    if any(each.validator != "required" or each.relative_path for each in errors):
        return []
    keys = [_absent(each) for each in errors]
    return [missing[0] for missing in keys] if all(len(missing) == 1 for missing in keys) else []


def _absent(error: ValidationError) -> list[str]:
    instance: Any = error.instance
    return [key for key in _rule(error) if key not in instance]


def _distance(branch: list[ValidationError]) -> tuple[int, int]:
    """Rank alternatives: one with another constant is another kind of thing, else fewer errors are nearer."""
    return sum(each.validator == "const" for each in branch), len(branch)


def _without_echoes(departures: Iterable[Departure]) -> Iterator[Departure]:
    """Leave out what repeats another departure: a mistyped value's list, a misspelt key's absence."""
    listed = list(departures)
    mistyped = {each.path for each in listed if each.keyword == "type"}
    unknown: dict[tuple[str | int, ...], list[str]] = {}
    for each in listed:
        if each.keyword == "additionalProperties":
            unknown.setdefault(each.path, []).extend(unknown_keys(each))
    for each in listed:
        if each.keyword in ("enum", "const") and each.path in mistyped:
            continue
        if each.keyword == "required":
            missing = [key for key in each.rule if key not in each.instance]
            meant = unknown.get(each.path, ())
            left = [key for key in missing if not any(near_match(word, [key]) for word in meant)]
            each = each.with_rule(left)
        yield each
