"""Which answers the reader knows, and the records in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shopscore.errors import near_match
from shopscore_plugins.json_pages import Page, Record, kind_of, unreadable
from shopscore_plugins.json_values import text

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
_OLD_ORDERS = "order_list"

_NEXT = ("next_page_token", "next_cursor")
_PAGING = (*_NEXT, "more", "total_count", "code", "message", "request_id", "data")
_OWNER = {"messages": ("conversation_id", "conversations"), "return_records": ("return_id", "returns")}
"""What records that do not name it themselves belong to: the key, and the folder of the API's path."""

_ID = re.compile(r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Item:
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


@dataclass(slots=True)
class Answers:
    """Everything that was saved, by kind, in the order of the files.

    Attributes:
        unfinished: kinds of which no page is the last one.
        not_read: how many answers hold nothing to read, by their key.
        asked: kinds there was an answer about, even an empty one.
    """

    items: Mapping[str, list[Item]]
    unfinished: tuple[str, ...]
    not_read: Mapping[str, int]
    asked: frozenset[str] = field(default_factory=frozenset)

    def of(self, kind: str) -> list[Item]:
        """Return the records of one kind."""
        return self.items.get(kind, [])


def sort_answers(pages: Iterable[Page]) -> Answers:
    """Return the records of pages by kind; raises BadInputError for an answer nobody knows."""
    items: defaultdict[str, list[Item]] = defaultdict(list)
    not_read: defaultdict[str, int] = defaultdict(int)
    last: dict[str, bool] = {}
    asked: set[str] = set()
    rows: defaultdict[tuple[str, str], int] = defaultdict(int)
    for page in pages:
        forms = [key for key in LISTS if isinstance(page.data.get(key, ""), (list, type(None)))]
        if not forms:
            not_read[_other(page)] += 1
        for form in forms:
            kind = LISTS[form]
            asked.add(kind)
            if form != _OLD_ORDERS or "more" in page.data:  # an answer with details is no page of a search
                last[kind] = last.get(kind, False) or not _has_more(page.data)
            owner = _owner(page, kind)
            for record in _records(page, form):
                rows[page.file, kind] += 1
                items[kind].append(Item(page.file, rows[page.file, kind], form, record, owner))
    unfinished = tuple(kind for kind, is_last in last.items() if not is_last)
    return Answers(dict(items), unfinished, dict(not_read), frozenset(asked))


def _records(page: Page, form: str) -> Iterator[Record]:
    for number, found in enumerate(page.data[form] or (), 1):
        if not isinstance(found, dict):
            raise unreadable(page.where, f"{form}[{number}] is {kind_of(found)}; expected an object")
        inner = found.get("review")
        yield inner if form == "reviews" and isinstance(inner, dict) else found


def _has_more(data: Record) -> bool:
    return data.get("more") is True or any(text(data, name) for name in _NEXT)


def _other(page: Page) -> str:
    """Return the key of an answer that is known and not read."""
    for key in OTHER:
        if key in page.data:
            return key
    keys = [key for key in page.data if key not in _PAGING][:4]
    if not keys:  # a search that finds nothing has no list at all
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
