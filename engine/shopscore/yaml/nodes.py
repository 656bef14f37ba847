"""The tree a text becomes: scalars, lists and maps, each with the place it was written at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from shopscore.errors import Mark

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""What JSON can say."""


class Kind(StrEnum):
    """What a scalar is by YAML 1.2's core rules, and nothing more: dates and times stay text."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"


class ScalarNode(Struct, frozen=True):
    """One value.

    `text` is what was written, without quotes and with escapes resolved: the place to read decimals
    from. `plain` tells that it was written without quotes and not as a block.
    """

    text: str
    value: bool | int | float | str | None
    mark: Mark
    plain: bool
    kind: Kind


class ListNode(Struct, frozen=True):
    """A list, in written order."""

    items: tuple[Node, ...]
    mark: Mark

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Entry(Struct, frozen=True):
    """A key with its own place, and its value."""

    key: str
    key_mark: Mark
    value: Node


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map in written order; keys are texts and none comes twice."""

    entries: tuple[Entry, ...]
    mark: Mark
    _by_key: Mapping[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {entry.key: entry for entry in self.entries})

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __len__(self) -> int:
        return len(self.entries)

    def entry(self, key: str) -> Entry | None:
        """Return a key's entry, or None where the map lacks it."""
        return self._by_key.get(key)

    def get(self, key: str) -> Node | None:
        """Return a key's value, or None where the map lacks it; a written null is a node."""
        entry = self._by_key.get(key)
        return entry.value if entry else None

    def keys(self) -> tuple[str, ...]:
        """Return the keys in written order."""
        return tuple(self._by_key)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield keys and values in written order."""
        for entry in self.entries:
            yield entry.key, entry.value


Node = ScalarNode | ListNode | MapNode


def to_plain(node: Node) -> Plain:
    """Return the tree as JSON-like Python, without its places."""
    match node:
        case ScalarNode(value=value):
            return value
        case ListNode(items=items):
            return [to_plain(item) for item in items]
        case MapNode():
            return {key: to_plain(value) for key, value in node.items()}


def at_path(node: Node, path: Iterable[str | int]) -> Node:
    """Return the node a path of keys and indexes leads to, or the deepest one that exists on it."""
    for step in path:
        match node, step:
            case MapNode(), str() if (child := node.get(step)) is not None:
                node = child
            case ListNode(items=items), int() if 0 <= step < len(items):
                node = items[step]
            case _:
                break
    return node


def dotted(path: Iterable[str | int]) -> str:
    """Return a path as authors write it: `metrics.late_rate.knots[2]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
