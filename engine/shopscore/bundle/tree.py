"""A bundle's text as a tree in which every value knows its place and what says where it comes from.

Marks (`source:`, `assumed:`) are taken out of the maps while a file is read: from then on each value
carries the nearest one, so that merging two files or two versions can never lend a value the mark of
another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from shopscore.errors import Mark
from shopscore.yaml.nodes import Entry, Kind, ListNode, MapNode, Node, ScalarNode

Path = tuple[str | int, ...]
"""Keys and places; an item of a list that has an `id` is named by it."""


class Says(StrEnum):
    """The two ways to say where a value comes from."""

    SOURCE = "source"
    ASSUMED = "assumed"


class Claim(Struct, frozen=True):
    """One written `source:` or `assumed:`; two of the same words elsewhere are other claims."""

    says: Says
    text: str
    mark: Mark


class Leaf(Struct, frozen=True):
    """One value; `wrapped` where it stands as `{value: X, source: S}` and the claim is its own."""

    scalar: ScalarNode
    claim: Claim | None
    wrapped: bool = False

    @property
    def mark(self) -> Mark:
        """Return where the value is written."""
        return self.scalar.mark


class Member(Struct, frozen=True):
    """A key's place, and its value."""

    key_mark: Mark
    value: Tree


class Branch(Struct, frozen=True):
    """A map; `claims` are those written in it: one, or more where versions were merged."""

    members: Mapping[str, Member]
    mark: Mark
    claims: tuple[Claim, ...] = ()

    def get(self, key: str) -> Tree | None:
        """Return a key's value, or None where the map lacks it."""
        member = self.members.get(key)
        return member.value if member else None


class Series(Struct, frozen=True):
    """A list."""

    items: tuple[Tree, ...]
    mark: Mark


Tree = Leaf | Branch | Series


def item_id(tree: Tree) -> str | None:
    """Return the `id` of a list's item, or None where it has none."""
    match tree.get("id") if isinstance(tree, Branch) else None:
        case Leaf(scalar=ScalarNode(kind=Kind.TEXT, text=text)):
            return text
        case _:
            return None


def is_null(tree: Tree) -> bool:
    """Tell whether a null stands there, or nothing at all."""
    return isinstance(tree, Leaf) and tree.scalar.kind is Kind.NULL


def is_removal(tree: Tree) -> bool:
    """Tell whether a null was written out; an empty value is more often an accident."""
    return isinstance(tree, Leaf) and tree.scalar.kind is Kind.NULL and bool(tree.scalar.text)


def children(tree: Tree) -> Iterator[tuple[str | int, Mark, Tree]]:
    """Yield what a tree directly holds: the step to it, the place of its key, and it."""
    match tree:
        case Branch(members=members):
            for key, member in members.items():
                yield key, member.key_mark, member.value
        case Series(items=items):
            for place, item in enumerate(items):
                yield item_id(item) or place, item.mark, item


def to_node(tree: Tree) -> Node:
    """Return the tree as nodes whose shape can be checked: maps with their marks, values without."""
    match tree:
        case Leaf(scalar=scalar):
            return scalar
        case Series(items=items, mark=mark):
            return ListNode(tuple(to_node(item) for item in items), mark)
        case Branch(members=members, mark=mark, claims=claims):
            entries = [Entry(key, each.key_mark, to_node(each.value)) for key, each in members.items()]
            entries += [Entry(claim.says, claim.mark, _text(claim)) for claim in claims[-1:]]
            return MapNode(tuple(entries), mark)


def _text(claim: Claim) -> ScalarNode:
    return ScalarNode(claim.text, claim.text, claim.mark, True, Kind.TEXT)
