"""Which answers the reader knows, and the records in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from shopscore.errors import near_match
from shopscore_plugins.json_pages import Page, Record, kind_of, refuse_lost_digits, unreadable
from shopscore_plugins.json_values import maps, text, whole
from shopscore_plugins.performance_api.codes import is_of_score

LISTS = {
    "orders": "orders",
    "order_list": "orders",  # of the old v2: another form of the same
    "return_orders": "returns",
    "reverse_list": "returns",
    "cancellations": "cancellations",
    "reviews": "reviews",
    "sessions": "sessions",
    "messages": "messages",
    "records": "return_records",
    "reverse_reason_list": "reasons",
}
"""The key that holds an answer's records, and what they are."""

OTHER = ("performance", "conversations", "aftersales")
"""Answers of the same API that hold nothing the event model has a place for."""

EMPTY = "empty answers"
_SCORE = "the official score"  # another reader's, often saved beside

_NEXT = ("next_page_token", "next_cursor")
_PAGES = (*_NEXT, "more", "total_count")
_PAGING = (*_PAGES, "code", "message", "request_id", "data")
_LINES = ("line_items", "item_list")
_INSIDE = {
    "line_items": ("product_id", "display_status", "cancel_reason", "cancel_user"),
    "item_list": ("product_id", "sku_display_status", "sku_cancel_reason", "sku_cancel_user"),
    "payment": ("total_amount", "currency"),
    "payment_info": ("total_amount", "currency"),
    "handling_duration": ("days", "type"),
    "sender": ("role",),
}
"""What is read of the lists and objects in a record; all others are let go, so that many orders fit."""

_OWNER = {"messages": ("conversation_id", "conversations"), "return_records": ("return_id", "returns")}
"""What records that do not name it themselves belong to: the key, and the folder of the API's path."""

_ID = re.compile(r"\d{6,}")


class Item(Struct, frozen=True):
    """One record and its place.

    Attributes:
        form: the key of the list it stood in, which tells its version.
        owner: the id it belongs to where the record itself does not say so.
    """

    file: str
    row: int
    form: str
    record: Record
    owner: str | None = None


class Answers(Struct):
    """Everything that was saved, by kind, in the order of the files.

    Attributes:
        endless: kinds and the ids their records belong to of which no page is the last one.
        totals: how many records of a kind the API said there are.
        not_read: how many answers hold nothing to read, by their key.
        asked: kinds there was an answer about, even an empty one.
    """

    items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    endless: set[tuple[str, str | None]] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    not_read: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    asked: set[str] = field(default_factory=set)
    _ended: set[tuple[str, str | None]] = field(default_factory=set)
    _rows: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def of(self, kind: str) -> list[Item]:
        """Return the records of one kind."""
        return self.items.get(kind, [])

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Return the kinds of which some last page is missing."""
        return tuple(dict.fromkeys(kind for kind in self.items if any(kind == of for of, _ in self.endless)))

    def owners_without_end(self, kind: str) -> frozenset[str | None]:
        """Return the conversations or returns of whose records the last page is missing."""
        return frozenset(owner for of, owner in self.endless if of == kind)

    def add(self, page: Page) -> None:
        """Take in a page; raises BadInputError for an answer nobody knows."""
        forms = [key for key in LISTS if key in page.data]
        if not forms:
            self.not_read[_other(page)] += 1
        for form in forms:
            kind = LISTS[form]
            self.asked.add(kind)
            owner = _owner(page, kind)
            found = [
                Item(page.file, self._next_row(page.file, kind), form, _slim(record), owner)
                for record in _records(page, form)
            ]
            self.items[kind] += found
            self.totals[kind] = max(self.totals.get(kind, 0), whole(text(page.data, "total_count")) or 0)
            if kind != "orders" or any(key in page.data for key in _PAGES):  # details are no page of a search
                owners = {owner_of(item) for item in found} if kind in _OWNER else {None}
                self._end({(kind, each) for each in owners or {owner}}, _has_more(page.data))

    def _next_row(self, file: str, kind: str) -> int:
        self._rows[file, kind] += 1
        return self._rows[file, kind]

    def _end(self, lists: set[tuple[str, str | None]], has_more: bool) -> None:
        if has_more:
            self.endless |= lists - self._ended
        else:
            self._ended |= lists
            self.endless -= lists


def contents(data: Record) -> list[str]:
    """Return the keys of what an answer holds: none of a search that finds nothing, which has no list."""
    return [key for key in data if key not in _PAGING]


def is_known(data: Record) -> bool:
    """Tell whether an answer is one of these, or empty: another reader lets it be."""
    return any(key in data for key in (*LISTS, *OTHER)) or not contents(data)


def owner_of(item: Item) -> str | None:
    """Return the id of the conversation or return that a record belongs to."""
    key, _ = _OWNER[LISTS[item.form]]
    return text(item.record, key) or item.owner


def _records(page: Page, form: str) -> Iterator[Record]:
    listed = page.data[form]
    if not isinstance(listed, (list, type(None))):
        raise unreadable(page.where, f"{form} is {kind_of(listed)}; expected a list")
    for number, found in enumerate(listed or (), 1):
        what = f"{form}[{number}]"
        if not isinstance(found, dict):
            raise unreadable(page.where, f"{what} is {kind_of(found)}; expected an object")
        inner = found.get("review")
        record = inner if form == "reviews" and isinstance(inner, dict) else found
        refuse_lost_digits(page.where, what, record)
        for lines in _LINES:
            for line, each in enumerate(maps(record, lines), 1):
                refuse_lost_digits(page.where, f"{what}.{lines}[{line}]", each)
        yield record


def _slim(record: Record) -> Record:
    """Return a record with its single values, and with what is read of the lists and objects in it."""
    slim: dict[str, Any] = {}
    for key, value in record.items():
        if key in _INSIDE:
            names = _INSIDE[key]
            slim[key] = (
                [_part(each, names) for each in value] if isinstance(value, list) else _part(value, names)
            )
        elif not isinstance(value, (dict, list)):
            slim[key] = value
    return slim


def _part(value: Any, names: Iterable[str]) -> Any:
    return {name: value[name] for name in names if name in value} if isinstance(value, dict) else value


def _has_more(data: Record) -> bool:
    return data.get("more") is True or any(text(data, name) for name in _NEXT)


def _other(page: Page) -> str:
    """Return the key of an answer that is known and not read."""
    for key in OTHER:
        if key in page.data:
            return key
    if is_of_score(page.data):
        return _SCORE
    keys = contents(page.data)[:4]
    if not keys:
        return EMPTY
    hint = next(filter(None, (near_match(key, LISTS) for key in keys)), "")
    known = ", ".join(LISTS)
    raise unreadable(
        page.where, f"an answer with {', '.join(keys)}; expected one with a list of {known}{hint}"
    )


def _owner(page: Page, kind: str) -> str | None:
    """Return the conversation or return an answer is about: said beside the data, or in the file's path."""
    if kind not in _OWNER:
        return None
    key, folder = _OWNER[kind]
    if said := text(page.data, key) or text(page.around, key):
        return said
    parts = page.file.split("/")
    if folder in parts[:-1] and (after := _ID.search("/".join(parts[parts.index(folder) + 1 :]))):
        return after[0]
    found = _ID.search(parts[-1]) or next(filter(None, map(_ID.search, reversed(parts[:-1]))), None)
    return found[0] if found else None
