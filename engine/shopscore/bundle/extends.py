"""What a version inherits: one parent, whose maps it merges by key and whose lists it replaces."""

from __future__ import annotations

from shopscore.bundle.findings import NOTHING_TO_REMOVE, PLACE, UNUSED_CLAIM
from shopscore.bundle.placing import PLACES, merge_items, unplaced
from shopscore.bundle.tree import Branch, Leaf, Member, Path, Series, Tree, is_null, is_removal, item_id
from shopscore.errors import Finding
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import dotted

NOT_INHERITED = frozenset({"id", "version", "effective", "abstract", "preview", "extends"})
"""What a version says of itself; its cases stand in files of their own and are not inherited either."""


def inherit(parent: Branch, child: Branch) -> tuple[Branch, tuple[Finding, ...]]:
    """Return the child's tree with everything it does not change taken from the parent's."""
    merge = _Merge()
    kept = {key: member for key, member in parent.members.items() if key not in NOT_INHERITED}
    merged = merge.maps(Branch(kept, child.mark, parent.claims), child, ())
    return merged, tuple(merge.findings)


def without_parent(tree: Branch) -> tuple[Branch, tuple[Finding, ...]]:
    """Return a tree that inherits nothing: a null or a place in it has nothing to refer to."""
    merge = _Merge()
    return merge.new_map(tree, ()), tuple(merge.findings)


class _Merge:
    """One walk over parent and child; findings gather in the order of the child's text."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def maps(self, parent: Branch, child: Branch, path: Path) -> Branch:
        """Return the parent's map with the child's keys put in, replaced or, where null, taken out."""
        if child.claims and not child.members:
            claim = child.claims[0]
            message = f"{claim.says} is said of nothing; write the values it is about beside it"
            self.findings.append(finding(UNUSED_CLAIM, claim.mark, f"{dotted(path)}: {message}"))
            return parent
        members = dict(parent.members)
        for key, member in child.members.items():
            inherited = parent.members.get(key)
            if inherited is None:
                if (new := self._new(member.value, (*path, key))) is not None:
                    members[key] = Member(member.key_mark, new)
            elif is_null(member.value):
                if not is_removal(member.value):
                    message = f"{dotted((*path, key))} has no value; write null to remove what is inherited"
                    self.findings.append(finding(NOTHING_TO_REMOVE, member.key_mark, message))
                del members[key]
            else:
                members[key] = self._member(inherited, member, (*path, key))
        return Branch(members, parent.mark, parent.claims + child.claims)

    def new_map(self, tree: Branch, path: Path) -> Branch:
        """Return a map the parent has nothing of."""
        members = {
            key: Member(member.key_mark, new)
            for key, member in tree.members.items()
            if (new := self._new(member.value, (*path, key))) is not None
        }
        return Branch(members, tree.mark, tree.claims)

    def _member(self, parent: Member, child: Member, path: Path) -> Member:
        match parent.value, child.value:
            case Branch() as before, Branch() as after:
                return Member(parent.key_mark, self.maps(before, after, path))
            case Series(items=items) as before, Series() as after if items and all(map(item_id, items)):
                items, found = merge_items(before, after, path, self.maps, self.new_map)
                self.findings.extend(found)
                return Member(parent.key_mark, Series(items, before.mark))
            case Leaf() as before, Leaf(claim=None) as after if _same(before, after):
                return Member(child.key_mark, Leaf(after.scalar, before.claim, before.wrapped))
            case _, after:
                new = self._new(after, path)
                assert new is not None, "a null takes the key out and never comes here"
                return Member(child.key_mark, new)

    def _new(self, tree: Tree, path: Path) -> Tree | None:
        """Return what the parent has nothing of, or None for a null."""
        match tree:
            case Leaf() if is_null(tree):
                self.findings.append(finding(NOTHING_TO_REMOVE, tree.mark, _no_value(path, is_removal(tree))))
                return None
            case Branch():
                return self.new_map(tree, path)
            case Series(items=items):
                steps = ((*path, item_id(item) or place) for place, item in enumerate(items))
                return Series(tuple(map(self._new_item, items, steps)), tree.mark)
            case _:
                return tree

    def _new_item(self, item: Tree, path: Path) -> Tree:
        """Return an item of a list that is new or replaced whole; a bare null in it is left to the shape."""
        if not isinstance(item, Branch):
            return item
        if item_id(item) is None:
            return self.new_map(item, path)
        for word in PLACES:
            if word in item.members:
                message = f"{dotted(path)}: {word} needs an inherited list; this list stands in its own order"
                self.findings.append(finding(PLACE, item.members[word].key_mark, message))
        return self.new_map(unplaced(item), path)


def _no_value(path: Path, written: bool) -> str:
    """Say that a null removes nothing, that a value is missing, or that a text was cut at its comma."""
    if written:
        return f"{dotted(path)} is null, which removes what is inherited; nothing is inherited here"
    if str(path[-1]).isidentifier():
        return f"{dotted(path)} has no value"
    return f"{dotted(path[:-1])}: {path[-1]!r} has no value; inside {{ }} a text with a comma needs quotes"


def _same(parent: Leaf, child: Leaf) -> bool:
    return (parent.scalar.kind, parent.scalar.value) == (child.scalar.kind, child.scalar.value)
