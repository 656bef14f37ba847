"""The forms an expected value can take, and whether a found one meets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from shopscore.errors import Finding, near_match
from shopscore.testing.findings import NO_EXPECTATION
from shopscore.testing.paths import entry_name
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import ListNode, MapNode, Node, ScalarNode, to_plain
from shopscore.yaml.scalars import UNITS, Quantity, QuantityError, parse_quantity, quantity_of

FORMS = ("near", "within", "at_least", "at_most", "above", "below", "has", "lacks")
"""Keys of a map that describes one value; any other map continues the path."""

_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "at_least": lambda found, limit: found >= limit,
    "at_most": lambda found, limit: found <= limit,
    "above": lambda found, limit: found > limit,
    "below": lambda found, limit: found < limit,
}


class Expected(Struct, frozen=True):
    """What is expected, in words, and the test of it."""

    words: str
    met: Callable[[Any], bool]


def is_form(node: Node) -> bool:
    """Tell whether a node describes one value; a map of other keys continues the path."""
    return not isinstance(node, MapNode) or not node.entries or any(form in node for form in FORMS)


def read_form(node: Node) -> Expected | Finding:
    """Return the test a node describes, or what is wrong with it."""
    match node:
        case ScalarNode():
            return _exactly(node)
        case ListNode():
            wanted = to_plain(node)
            return Expected(shown(wanted), lambda found: _plain(found) == wanted)
        case MapNode():
            return _described(node)


def shown(value: object) -> str:
    """Return a value as messages print it."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping) and any(isinstance(each, Mapping) for each in value.values()):
        return f"a map of {', '.join(map(str, value))}"  # whole metrics would fill pages
    return json.dumps(_plain(value), ensure_ascii=False)


def _exactly(node: ScalarNode) -> Expected:
    """Return the test of one value: a share written as 40 % is 0.4, a day is its ISO text."""
    wanted: object = node.value
    if isinstance(wanted, str) and node.plain and wanted.rstrip()[-1:] in UNITS:
        with suppress(QuantityError):  # a text may only end like a quantity
            wanted = parse_quantity(wanted).value
    return Expected(node.text if node.plain else shown(wanted), lambda found: _same(found, wanted))


def _same(found: object, wanted: object) -> bool:
    if isinstance(found, date):
        found = found.isoformat()
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    return found == wanted


def _described(node: MapNode) -> Expected | Finding:
    if unknown := [entry for entry in node.entries if entry.key not in FORMS]:
        hint = near_match(unknown[0].key, FORMS) or f" (known: {', '.join(FORMS)})"
        message = f"an expected value has no key {unknown[0].key!r}{hint}"
        return finding(NO_EXPECTATION, unknown[0].key_mark, message)
    if not node.entries:
        return finding(
            NO_EXPECTATION, node.mark, f"an empty map expects nothing; write one of {', '.join(FORMS)}"
        )
    keys = node.keys()
    if ("near" in keys) != ("within" in keys):
        return finding(
            NO_EXPECTATION, node.mark, "near and within are written together: near what, within how much"
        )
    parts: list[Expected] = []
    for key, value in node.items():
        part = _part(key, value, node)
        if isinstance(part, Finding):
            return part
        if part is not None:
            parts.append(part)
    return Expected(
        " and ".join(part.words for part in parts), lambda found: all(part.met(found) for part in parts)
    )


def _part(key: str, node: Node, around: MapNode) -> Expected | Finding | None:
    if key == "within":
        return None
    if key in ("has", "lacks"):
        return _members(key, node)
    limit = _number(node)
    if isinstance(limit, Finding):
        return limit
    if key == "near":
        within = _number(around.get("within"))
        return within if isinstance(within, Finding) else _near(limit, within)
    sign = _SIGNS[key]
    words = f"{key.replace('_', ' ')} {limit.decimal}"
    return Expected(words, lambda found: _is_number(found) and sign(found, limit.value))


def _near(middle: Quantity, within: Quantity) -> Expected:
    def met(found: object) -> bool:
        # In decimals, so that a value just at the edge is not lost to the rounding of a difference.
        if not _is_number(found):
            return False
        return abs(Decimal(repr(found)) - middle.decimal) <= within.decimal

    return Expected(f"{middle.decimal} within {within.decimal}", met)


def _number(node: Node | None) -> Quantity | Finding:
    assert node is not None
    if not isinstance(node, ScalarNode):
        return finding(NO_EXPECTATION, node.mark, "expected a number")
    return quantity_of(node)


def _members(key: str, node: Node) -> Expected | Finding:
    wanted = node.items if isinstance(node, ListNode) else (node,)
    if not wanted or not all(isinstance(each, ScalarNode) for each in wanted):
        return finding(NO_EXPECTATION, node.mark, f"{key}: expected an id or a list of ids")
    names = [each.text for each in wanted if isinstance(each, ScalarNode)]

    def met(found: object) -> bool:
        there = [_contains(found, name) for name in names]
        return None not in there and (all(there) if key == "has" else not any(there))

    return Expected(f"{key} {', '.join(names)}", met)


def _contains(found: object, name: str) -> bool | None:
    """Tell whether a text holds another, a map a key, or a list an entry of that name; None elsewhere."""
    if isinstance(found, str | Mapping):
        return name in found
    if isinstance(found, Sequence):
        return any(name in (entry_name(entry), entry) for entry in found)
    return None


def _is_number(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
