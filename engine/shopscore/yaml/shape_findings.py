"""From a departure of a tree from its schema to a finding: the place, the id and the sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shopscore.errors import Finding, Mark
from shopscore.yaml import shape_words as words
from shopscore.yaml.findings import finding, shorten
from shopscore.yaml.nodes import ListNode, MapNode, Node, Plain, at_path, dotted, to_plain

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Departure:
    """One rule of a schema that one value breaks.

    `keyword` is the schema's own, or `false` where nothing is allowed, or `anyRequired` where one of the
    keys in `rule` is needed; `schema` is the object the rule stands in.
    """

    path: Path
    keyword: str
    rule: Any
    schema: Mapping[str, Any]
    instance: Any

    def with_rule(self, rule: Any) -> Departure:
        """Return the departure with another rule."""
        return replace(self, rule=rule)


def describe(departure: Departure, root: Node) -> Iterator[Finding]:
    """Yield what to tell the author of a departure."""
    node = at_path(root, departure.path)
    if isinstance(node, MapNode) and isinstance(departure.instance, str):
        yield _key(departure, node)
    else:
        yield from _SAYINGS.get(departure.keyword, _other)(departure, node)


def unknown_keys(departure: Departure) -> list[str]:
    """Return the keys of a map that its schema names neither outright nor by a pattern."""
    named, patterns = departure.schema.get("properties", {}), departure.schema.get("patternProperties", {})
    return [
        key
        for key in departure.instance
        if key not in named and not any(re.search(pattern, key) for pattern in patterns)
    ]


def _unknown(departure: Departure, node: Node) -> Iterator[Finding]:
    properties = departure.schema.get("properties", {})
    known = [key for key, schema in properties.items() if schema is not False]
    for key in unknown_keys(departure):
        yield finding("Y201", _key_mark(node, key), words.unknown_key(key, known))


def _missing(departure: Departure, node: Node) -> Iterator[Finding]:
    for key in departure.rule:
        yield finding("Y202", node.mark, f"missing key {key!r} {_in(departure.path)}")


def _any_missing(departure: Departure, node: Node) -> Iterator[Finding]:
    keys = words.either([repr(key) for key in departure.rule])
    yield finding("Y202", node.mark, f"missing one of the keys {keys} {_in(departure.path)}")


def _type(departure: Departure, node: Node) -> Iterator[Finding]:
    names = [departure.rule] if isinstance(departure.rule, str) else departure.rule
    hint = words.type_hint(names, node)
    yield _expected("Y203", departure, node, words.types(names), hint)


def _choice(departure: Departure, node: Node) -> Iterator[Finding]:
    allowed = departure.rule if departure.keyword == "enum" else [departure.rule]
    yield finding("Y204", node.mark, _label(departure.path) + words.choice(allowed, node))


def _range(departure: Departure, node: Node) -> Iterator[Finding]:
    relation = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "exclusiveMaximum": "less than",
        "multipleOf": "a multiple of",
    }[departure.keyword]
    yield _expected("Y205", departure, node, f"{relation} {departure.rule}")


def _text(departure: Departure, node: Node) -> Iterator[Finding]:
    yield _expected("Y206", departure, node, _wanted_text(departure))


def _count(departure: Departure, node: Node) -> Iterator[Finding]:
    bound = "at least" if departure.keyword.startswith("min") else "at most"
    one = "item" if departure.keyword.endswith("Items") else "key"
    wanted = f"{bound} {words.count(departure.rule, one)}"
    message = f"{_label(departure.path)}expected {wanted}, found {len(departure.instance)}"
    yield finding("Y207", node.mark, message)


def _repeated(departure: Departure, node: Node) -> Iterator[Finding]:
    items = node.items if isinstance(node, ListNode) else ()
    first_seen: dict[Hashable, Mark] = {}
    for item in items:
        value = _alike(to_plain(item))
        if value in first_seen:
            shown = words.found(item)
            message = f"{_label(departure.path)}{shown} is listed twice, first at {first_seen[value]}"
            yield finding("Y207", item.mark, message)
        first_seen.setdefault(value, item.mark)


def _alike(value: Plain) -> Hashable:
    """Return what two values share if JSON takes them as one: 1 and 1.0 do, 1 and true do not."""
    match value:
        case bool():
            return ("boolean", value)
        case list():
            return tuple(_alike(item) for item in value)
        case dict():
            return frozenset((key, _alike(item)) for key, item in value.items())
        case _:
            return value


def _companions(departure: Departure, node: Node) -> Iterator[Finding]:
    for key, needed in departure.rule.items():
        for other in needed if key in departure.instance else ():
            if other not in departure.instance:
                message = f"{_label(departure.path)}{key!r} needs {other!r} beside it"
                yield finding("Y208", _key_mark(node, key), message)


def _excluding(departure: Departure, node: Node) -> Iterator[Finding]:
    """Say which keys exclude each other, where the schema forbids just that."""
    alternatives = [departure.rule] if departure.keyword == "not" else departure.rule
    there = departure.instance if isinstance(departure.instance, dict) else {}
    keys = [key for each in alternatives for key in _only_required(each) if key in there]
    if len(keys) < 2:
        yield from _other(departure, node)
        return
    last = max(_key_mark(node, key) for key in keys)
    quoted = [repr(key) for key in keys]
    message = f"{_label(departure.path)}{', '.join(quoted[:-1])} and {quoted[-1]} exclude each other"
    yield finding("Y208", last, message)


def _forbidden(departure: Departure, node: Node) -> Iterator[Finding]:
    # The validator leaves the forbidden key out of the path, so it is known again by its value.
    pairs = node.items() if isinstance(node, MapNode) else ()
    keys = [key for key, value in pairs if _alike(to_plain(value)) == _alike(departure.instance)]
    mark = _key_mark(node, keys[0]) if len(keys) == 1 else node.mark
    what = words.either([repr(key) for key in keys]) if keys else "this"
    yield finding("Y208", mark, f"{_label(departure.path)}{what} does not go with what stands beside it")


def _other(departure: Departure, node: Node) -> Iterator[Finding]:
    rule = shorten(json.dumps(departure.rule, ensure_ascii=False))
    message = f"{_label(departure.path)}breaks the schema's rule {departure.keyword}: {rule}"
    yield finding("Y209", node.mark, message)


_SAYINGS: Mapping[str, Callable[[Departure, Node], Iterator[Finding]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "anyRequired": _any_missing,
    "type": _type,
    **dict.fromkeys(("enum", "const"), _choice),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _range),
    **dict.fromkeys(("pattern", "minLength", "maxLength"), _text),
    **dict.fromkeys(("minItems", "maxItems", "minProperties", "maxProperties"), _count),
    "uniqueItems": _repeated,
    "dependentRequired": _companions,
    **dict.fromkeys(("not", "oneOf"), _excluding),
    "false": _forbidden,
}


def _key(departure: Departure, node: MapNode) -> Finding:
    """Say what is wrong with a key itself; `propertyNames` checks it as a text."""
    key: str = departure.instance
    mark = _key_mark(node, key)
    if departure.keyword == "enum":
        return finding("Y201", mark, words.unknown_key(key, departure.rule))
    wanted = _wanted_text(departure) if departure.keyword in ("pattern", "minLength", "maxLength") else None
    rule = f"expected {wanted}" if wanted else f"breaks the schema's rule {departure.keyword}"
    return finding("Y206", mark, f"{_label(departure.path)}the key {shorten(key)!r}: {rule}")


def _wanted_text(departure: Departure) -> str:
    if departure.keyword == "pattern":
        return words.form(departure.schema, departure.rule)
    if departure.keyword == "minLength" and departure.rule == 1:
        return "a text that is not empty"
    bound = "at least" if departure.keyword == "minLength" else "at most"
    return f"a text of {bound} {words.count(departure.rule, 'character')}"


def _expected(id: str, departure: Departure, node: Node, wanted: str, hint: str = "") -> Finding:
    message = f"{_label(departure.path)}expected {wanted}, found {words.found(node)}{hint}"
    return finding(id, node.mark, message)


def _only_required(schema: Any) -> list[str]:
    return schema["required"] if isinstance(schema, Mapping) and set(schema) == {"required"} else []


def _label(path: Path) -> str:
    return f"{dotted(path)}: " if path else ""


def _in(path: Path) -> str:
    return f"in {dotted(path)}" if path else "at the top of the file"


def _key_mark(node: Node, key: str) -> Mark:
    entry = node.entry(key) if isinstance(node, MapNode) else None
    return entry.key_mark if entry else node.mark
