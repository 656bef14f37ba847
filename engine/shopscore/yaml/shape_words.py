"""How a departure from a schema is said to an author: the path, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shopscore.errors import near_match
from shopscore.yaml.core_rules import Unkept, resolve
from shopscore.yaml.findings import shorten
from shopscore.yaml.nodes import Kind, ListNode, MapNode, Node, ScalarNode

_TYPES = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_OLD_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})
_OTHER_SCALARS = frozenset({"number", "integer", "boolean"})
_SHOWN = 12


def found(node: Node) -> str:
    """Say what stands there."""
    match node:
        case ScalarNode(kind=Kind.TEXT):
            return f"the text {shorten(node.text)!r}"
        case ScalarNode(kind=Kind.NULL):
            return "nothing"
        case ScalarNode(kind=Kind.BOOLEAN):
            return node.text
        case ScalarNode():
            return f"the number {shorten(node.text)}"
        case ListNode():
            return "a list"
        case MapNode():
            return "a map"


def types(names: Iterable[str]) -> str:
    """Say which types are allowed."""
    return either([_TYPES[name] for name in dict.fromkeys(names)])


def type_hint(names: Sequence[str], node: Node) -> str:
    """Return what to change where a value is one character away from the right type."""
    if not isinstance(node, ScalarNode):
        return ""
    if "string" in names and not _OTHER_SCALARS.intersection(names) and node.kind is not Kind.NULL:
        return "; put it in quotes"
    if node.kind is not Kind.TEXT:
        return ""
    if "boolean" in names and node.text.lower() in _OLD_BOOLEANS:
        return "; write true or false"
    if not node.plain and _unquoted(node.text) in _kinds(names):
        return "; remove the quotes"
    return ""


def choice(allowed: Sequence[Any], node: Node) -> str:
    """Say which values are allowed, which was found, and which one was probably meant."""
    words = [_literal(value) for value in allowed]
    listed = either(words if len(words) <= _SHOWN else [*words[:_SHOWN], f"{len(words) - _SHOWN} more"])
    near = ""
    if isinstance(node, ScalarNode) and node.kind is Kind.TEXT:
        near = near_match(node.text, [value for value in allowed if isinstance(value, str)])
    return f"expected {listed}, found {found(node)}{near}"


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Say that a key means nothing here, and which keys do."""
    if near := near_match(key, known):
        return f"unknown key {shorten(key)!r}{near}"
    if not known:
        return f"unknown key {shorten(key)!r}; no keys are expected here"
    listed = [*known[:_SHOWN], "..."] if len(known) > _SHOWN else known
    return f"unknown key {shorten(key)!r}; known here: {', '.join(listed)}"


def form(schema: Mapping[str, Any], rule: str) -> str:
    """Say which form a text should have: by the schema's examples where it has some."""
    examples = [repr(example) for example in schema.get("examples", ())]
    return f"a text like {either(examples)}" if examples else f"a text that fits {rule}"


def count(number: int, one: str) -> str:
    """Return `1 item`, `2 items`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def either(words: Sequence[str]) -> str:
    """Return `a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def _unquoted(text: str) -> Kind:
    try:
        return resolve(text)[0]
    except Unkept:
        return Kind.TEXT


def _kinds(names: Sequence[str]) -> set[Kind]:
    by_type = {
        "number": {Kind.INTEGER, Kind.NUMBER},
        "integer": {Kind.INTEGER},
        "boolean": {Kind.BOOLEAN},
        "null": {Kind.NULL},
    }
    return {kind for name in names for kind in by_type.get(name, ())}
