"""From saved answers to event tables: every kind in turn, with what was left out or assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.errors import UsageError, near_match
from shopscore.events.reader import ReadOptions, ReadResult
from shopscore.events.wording import counted
from shopscore_plugins.json_pages import find_files, read_pages
from shopscore_plugins.json_values import text
from shopscore_plugins.partner_api import NAME, OPTIONS
from shopscore_plugins.partner_api.answers import EMPTY, Answers, Item, sort_answers
from shopscore_plugins.partner_api.cancellations import is_cancellation, read_cancellations
from shopscore_plugins.partner_api.chats import read_chats
from shopscore_plugins.partner_api.copies import Single, without_copies
from shopscore_plugins.partner_api.faults import Faults
from shopscore_plugins.partner_api.orders import not_cancelled, read_orders
from shopscore_plugins.partner_api.returns import read_returns
from shopscore_plugins.partner_api.reviews import read_reviews
from shopscore_plugins.partner_api.rounds import read_rounds

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.rows import Note

_NO_NAME = "shop"
_NAMED = 5

_KEYS = {
    "orders": ("order_id", "id"),
    "returns": ("return_id", "reverse_order_id"),
    "cancellations": ("cancel_id", "reverse_order_id"),
    "reviews": ("review_id", "id"),
    "sessions": ("id",),
}


@dataclass(frozen=True, slots=True)
class _Made:
    tables: dict[str, pa.Table]
    dropped: Counter[str]
    notes: list[Note]
    unmapped: dict[str, Counter[str]]


def read_answers(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the event tables of saved answers, in files or folders of pages."""
    for name in options.more:
        if name not in OPTIONS:
            hint = near_match(name, OPTIONS)
            raise UsageError(f"the reader {NAME} has no option {name!r}; expected {', '.join(OPTIONS)}{hint}")
    files = find_files(paths, NAME)
    found = sort_answers(read_pages(files))
    made = _tables(found, options)
    dropped, notes = made.dropped, made.notes
    if found.unfinished:
        which = ", ".join(kind.replace("_", " ") for kind in found.unfinished)
        notes.insert(0, ("pages_missing", f"no last page of {which}: the API had more than was saved"))
    for what, answers in found.not_read.items():
        dropped[what if what == EMPTY else f"answers about {what}"] += answers
    if files.ignored:
        dropped["files that are no JSON"] += len(files.ignored)
    return ReadResult(
        reader=NAME,
        tables=made.tables,
        zone=options.zone,
        dropped=dropped,
        notes=(*notes, *(_words_note(what, words) for what, words in made.unmapped.items())),
        files=tuple(path for path, _ in files.read),
        unmapped=made.unmapped,
    )


def _tables(found: Answers, options: ReadOptions) -> _Made:
    shop = options.more.get("shop", _NO_NAME)
    faults = Faults(options.market, found.of("reasons"))
    dropped: Counter[str] = Counter()
    notes: list[Note] = []
    tables: dict[str, pa.Table] = {}
    unmapped: dict[str, Counter[str]] = {}

    single = {kind: _single(found.of(kind), kind) for kind in _KEYS}
    for kind, each in single.items():
        dropped[f"older copies of {kind}"] += each.copies
    reverse, requests = single["returns"].items, single["cancellations"].items
    cancellations = read_cancellations((*filter(is_cancellation, reverse), *requests))
    dropped["cancellation requests that wait or came to nothing"] += cancellations.requests
    if "orders" in found.asked:
        orders = read_orders(
            single["orders"].items, shop, cancellations.of_orders, faults.of("cancellations")
        )
        tables["orders"] = orders.rows.table()
        dropped["orders of a list without their detail"] += orders.nameless
        dropped += not_cancelled(cancellations.of_orders, orders)
        if orders.undated:
            said = (
                f"the last change stands for the time of cancellation in {counted(orders.undated, 'order')}"
            )
            notes.append(("cancelled_at_assumed", said))
    if "returns" in found.asked:
        returned = [item for item in reverse if not is_cancellation(item)]
        returns = read_returns(returned, shop, faults.of("refunds"))
        tables["returns"] = returns.rows.table()
        if returns.ended:
            said = f"the last change stands for the end of {counted(returns.ended, 'return')}"
            notes.append(("resolved_at_assumed", said))
        unmapped["return statuses"] = returns.unknown
    if "reviews" in found.asked:
        reviews = read_reviews(single["reviews"].items, shop)
        tables["reviews"] = reviews.rows.table()
        dropped["reviews of no order"] += reviews.orderless
    if "sessions" in found.asked or "messages" in found.asked:
        chats = read_chats(single["sessions"].items, found.of("messages"), shop)
        if "sessions" in found.asked:
            tables["chats"] = chats.rows.table()
        dropped["messages outside of every session"] += chats.homeless
        dropped["messages of an unnamed conversation"] += chats.unnamed
        if found.of("messages") and chats.silent:
            said = f"{counted(chats.silent, 'chat')} without messages: first replies are not read of any"
            notes.append(("messages_missing", said))
    if "return_records" in found.asked:
        rounds = read_rounds(found.of("return_records"), shop)
        tables["after_sales_rounds"] = rounds.rows.table()
        dropped["records of an unnamed return"] += rounds.unnamed
        said = "a review round is taken to run from the buyer's record to the seller's next one"
        notes.append(("rounds_assumed", said))
    unmapped |= faults.unmapped
    return _Made(tables, +dropped, notes, {what: words for what, words in unmapped.items() if words})


def _words_note(what: str, words: Counter[str]) -> Note:
    """Say which words no table has, and what they were read as."""
    meant = "open" if what == "return statuses" else "unknown"
    number, rows = counted(len(words), "text"), counted(words.total(), "row")
    return "words_unknown", f"{what}: {number} in no table, in {rows}: read as {meant}: {_listed(words)}"


def _single(items: Sequence[Item], kind: str) -> Single:
    return without_copies(items, lambda item: text(item.record, *_KEYS[kind]))


def _listed(counts: Counter[str]) -> str:
    """Return what was counted, the most frequent first."""
    some = [f"{what!r} ({count:,})" for what, count in counts.most_common(_NAMED)]
    more = len(counts) - _NAMED
    return ", ".join(some) + (f" and {more} more" if more > 0 else "")
