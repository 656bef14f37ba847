"""Where a value comes from: `{value: 0.4, source: us-guide-2026}` says more than `0.4` and means the same."""

from __future__ import annotations

from dataclasses import dataclass

from shopscore.errors import Mark
from shopscore.yaml.nodes import MapNode, Node, ScalarNode

_KEYS = frozenset({"value", "source", "assumed"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """The published source of a value, or the reason for assuming it."""

    source: str | None
    assumed: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A value without its wrapping, and what the wrapping said."""

    node: Node
    provenance: Provenance | None


def unwrap(node: Node) -> Unwrapped:
    """Return the value inside `{value: X, source: S}` or `{value: X, assumed: why}`, else the node itself."""
    if isinstance(node, MapNode) and _KEYS.issuperset(node.keys()):
        value = node.get("value")
        if value is not None:
            return Unwrapped(value, provenance_of(node))
    return Unwrapped(node, None)


def provenance_of(node: MapNode) -> Provenance | None:
    """Return what a map's own `source` and `assumed` say, or None where it has neither."""
    source, assumed = _text(node, "source"), _text(node, "assumed")
    if source is None and assumed is None:
        return None
    return Provenance(source, assumed, node.mark)


def _text(node: MapNode, key: str) -> str | None:
    value = node.get(key)
    return value.text if isinstance(value, ScalarNode) and value.value is not None else None
