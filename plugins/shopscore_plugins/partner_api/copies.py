"""One record of the several copies that pages, lists and details have of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from shopscore_plugins.json_values import moment, seconds, text
from shopscore_plugins.partner_api.answers import Item

Key = Callable[[Item], str | None]


class Single(Struct, frozen=True):
    """Records without their copies, in the order in which each was met first."""

    items: tuple[Item, ...]
    copies: int


def without_copies(items: Iterable[Item], key: Key) -> Single:
    """Return each record once: the newest copy, with what only an older one says of its creation.

    A list names an order that its detail describes, and pages overlap when something changes while they
    are read. Records without an id stay as they are, for the checks to tell.
    """
    kept: dict[object, Item] = {}
    copies = 0
    for item in items:
        id_ = key(item)
        if id_ is None:
            kept[len(kept), item.file] = item
        elif id_ in kept:
            kept[id_] = _newer(kept[id_], item)
            copies += 1
        else:
            kept[id_] = item
    return Single(tuple(kept.values()), copies)


def _newer(a: Item, b: Item) -> Item:
    older, newer = sorted((a, b), key=_age)
    if _is_full(newer) or not _is_full(older):
        return newer
    # The newer one is an entry of a list: it knows the state, the older one everything else.
    return replace(older, record={**older.record, **newer.record})


def _age(item: Item) -> tuple[float, bool, int]:
    changed = seconds(moment(item.record, "update_time", "reverse_update_time"))
    return changed, _is_full(item), len(item.record)


def _is_full(item: Item) -> bool:
    return text(item.record, "create_time", "reverse_request_time", "begin_time") is not None
