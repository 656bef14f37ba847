"""Lists of items with an `id`: inherited ones keep their place, new ones say where they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shopscore.bundle.findings import ITEM_WITHOUT_ID, NOTHING_TO_REMOVE, PLACE
from shopscore.bundle.tree import Branch, Leaf, Path, Series, Tree, is_removal, item_id
from shopscore.errors import Finding, near_match
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import dotted

PLACES = ("before", "after")

_ANY_ORDER = frozenset({"conflicts", "advisories"})
"""Lists whose order has no meaning, so that a new item may come last without saying so."""

MergeMaps = Callable[[Branch, Branch, Path], Branch]
NewMap = Callable[[Branch, Path], Branch]


def merge_items(
    parent: Series, child: Series, path: Path, merge_maps: MergeMaps, new_map: NewMap
) -> tuple[tuple[Tree, ...], tuple[Finding, ...]]:
    """Return the parent's items changed, removed (`- some-id: null`) or kept, with the new ones placed."""
    merge = _Items(list(parent.items), path)
    if not child.items:
        message = f"{dotted(path)}: an empty list changes nothing; write null to remove the inherited list"
        merge.findings.append(finding(ITEM_WITHOUT_ID, child.mark, message))
    for item in child.items:
        id, removed = item_id(item), _removed(item)
        if removed is not None:
            merge.remove(removed, item)
        elif id is None or not isinstance(item, Branch):
            message = f"{dotted(path)} merges with the inherited list by id, and this item has none"
            merge.findings.append(finding(ITEM_WITHOUT_ID, item.mark, message))
        elif (inherited := merge.inherited(id)) is not None:
            merge.stays(item, id)
            merge.replace(inherited, merge_maps(inherited, unplaced(item), (*path, id)))
        else:
            merge.place(new_map(unplaced(item), (*path, id)), item, id)
    return tuple(merge.items), tuple(merge.findings)


def unplaced(item: Branch) -> Branch:
    """Return an item without the words that say its place."""
    members = {key: member for key, member in item.members.items() if key not in PLACES}
    return Branch(members, item.mark, item.claims)


def _removed(item: Tree) -> str | None:
    """Return the id an item such as `- some-id: null` takes out."""
    if not isinstance(item, Branch) or len(item.members) != 1:
        return None
    ((key, member),) = item.members.items()
    return key if is_removal(member.value) and key != "id" else None


class _Items:
    """The list while it is put together."""

    def __init__(self, items: list[Tree], path: Path) -> None:
        self.items = items
        self.findings: list[Finding] = []
        self._path = path
        self._inherited = {id: item for item in items if (id := item_id(item))}
        self._last_after: dict[str, str] = {}

    def inherited(self, id: str) -> Branch | None:
        """Return the parent's item of an id, as it stands by now."""
        item = self._inherited.get(id)
        return item if isinstance(item, Branch) else None

    def remove(self, id: str, by: Tree) -> None:
        """Take an inherited item out."""
        if (item := self._inherited.pop(id, None)) is not None:
            self.items.remove(item)
            return
        message = f"{dotted(self._path)} inherits no item {id!r} to remove{near_match(id, self._inherited)}"
        self.findings.append(finding(NOTHING_TO_REMOVE, by.mark, message))

    def replace(self, item: Branch, by: Branch) -> None:
        """Put a changed item where the inherited one was."""
        self.items[self.items.index(item)] = by
        self._inherited[str(item_id(by))] = by

    def stays(self, item: Branch, id: str) -> None:
        """Report an inherited item that asks for another place."""
        for word in PLACES:
            if word in item.members:
                message = f"{id} is inherited and keeps its place; after `- {id}: null` it is a new one"
                self.findings.append(finding(PLACE, item.members[word].key_mark, message))

    def place(self, new: Branch, written: Branch, id: str) -> None:
        """Put a new item beside the one it names, last where it names none."""
        word, anchor = self._anchor(written, id)
        ids = [item_id(item) for item in self.items]
        if anchor is None:
            self.items.append(new)
        elif word == "before":
            self.items.insert(ids.index(anchor), new)
        else:
            # Several new items after one stand in the order they are written in.
            self.items.insert(ids.index(self._last_after.get(anchor, anchor)) + 1, new)
            self._last_after[anchor] = id

    def _anchor(self, item: Branch, id: str) -> tuple[str, str | None]:
        words = [word for word in PLACES if word in item.members]
        where = dotted(self._path)
        if not words:
            if self._path[-1] not in _ANY_ORDER:
                message = f"{where}: the new item {id} does not say before: or after: which item it comes"
                self.findings.append(finding(PLACE, item.mark, message))
            return "after", None
        if len(words) == 2:
            message = f"{where}: {id} says both before and after; say one of them"
            self.findings.append(finding(PLACE, item.members["after"].key_mark, message))
        place = item.members[words[0]].value
        text = place.scalar.text if isinstance(place, Leaf) else ""
        ids: Sequence[str] = [each for each in map(item_id, self.items) if each]
        if text in ids:
            return words[0], text
        message = f"{where}: there is no item {text!r} to come {words[0]}{near_match(text, ids)}"
        self.findings.append(finding(PLACE, place.mark, message))
        return words[0], None
