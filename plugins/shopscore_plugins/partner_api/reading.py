"""From saved answers to event tables: every kind in turn, with what was left out or assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from shopscore.errors import UsageError, near_match
from shopscore.events.reader import ReadOptions, ReadResult
from shopscore.events.wording import counted
from shopscore_plugins.json_pages import find_files, read_pages
from shopscore_plugins.json_values import text
from shopscore_plugins.partner_api import NAME, OPTIONS
from shopscore_plugins.partner_api.answers import EMPTY, Answers, Item
from shopscore_plugins.partner_api.cancellations import is_cancellation, read_cancellations
from shopscore_plugins.partner_api.chats import read_chats
from shopscore_plugins.partner_api.copies import Single, without_copies
from shopscore_plugins.partner_api.due import Due
from shopscore_plugins.partner_api.faults import Faults
from shopscore_plugins.partner_api.orders import SAID, Reading, not_cancelled, read_orders
from shopscore_plugins.partner_api.returns import read_returns
from shopscore_plugins.partner_api.reviews import read_reviews
from shopscore_plugins.partner_api.rounds import read_rounds
from shopscore_plugins.partner_api.words import Unknown
from shopscore_plugins.read_as import READ_AS

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


class _Made(Struct, frozen=True):
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
    found = Answers()
    read_pages(files, found.add, options.on_progress)
    made = _tables(found, options)
    if not made.tables:
        expected = "expected orders, returns, reviews, chat sessions or records of returns"
        raise UsageError(f"no answer is about something that becomes a table; {expected}")
    if options.market is not None:
        made.tables["shops"] = _shop(options)
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
    faults, unknown = Faults(options.market, found.of("reasons")), Unknown()
    dropped: Counter[str] = Counter()
    notes: list[Note] = []
    tables: dict[str, pa.Table] = {}

    single = {kind: _single(found.of(kind), kind) for kind in _KEYS}
    for kind, each in single.items():
        dropped[f"older copies of {kind}"] += each.copies
        if missing := max(found.totals.get(kind, 0) - len(each.items), 0):
            said = f"{missing:,} of {found.totals[kind]:,} {kind} are on no page that was saved"
            notes.append(("pages_missing", said))
    reverse, requests = single["returns"].items, single["cancellations"].items
    cancellations = read_cancellations((*filter(is_cancellation, reverse), *requests), unknown)
    dropped["cancellation requests that wait or came to nothing"] += cancellations.requests
    if "orders" in found.asked:
        due, fault_of = Due(options.market, options.zone), faults.of("cancellations")
        how = Reading(shop, cancellations.of_orders, fault_of, unknown, due)
        orders = read_orders(single["orders"].items, how)
        tables["orders"] = orders.rows.table()
        dropped += orders.dropped
        dropped += not_cancelled(cancellations.of_orders, orders)
        assumed = [(id_, orders.said[id_], said) for id_, said in SAID.items()]
        notes += [(id_, f"{counted(rows, 'order')} {said}") for id_, rows, said in assumed if rows]
        notes += due.notes()
    if "returns" in found.asked:
        returned = [item for item in reverse if not is_cancellation(item)]
        returns = read_returns(returned, shop, faults.of("refunds"), unknown)
        tables["returns"] = returns.rows.table()
        if returns.ended:
            said = f"the last change stands for the end of {counted(returns.ended, 'return')}"
            notes.append(("resolved_at_assumed", said))
    if "reviews" in found.asked:
        reviews = read_reviews(single["reviews"].items, shop)
        tables["reviews"] = reviews.rows.table()
        dropped["reviews of no order"] += reviews.orderless
    if "sessions" in found.asked or "messages" in found.asked:
        endless = found.owners_without_end("messages")
        chats = read_chats(single["sessions"].items, found.of("messages"), shop, endless)
        if "sessions" in found.asked:
            tables["chats"] = chats.rows.table()
        dropped["messages outside of every session"] += chats.homeless
        dropped["messages of an unnamed conversation"] += chats.unnamed
        if found.of("messages") and chats.silent:
            lacking = f"the messages of {counted(chats.silent, 'chat')} were not all saved"
            said = f"{lacking}: first replies are not read of any"
            notes.append(("messages_missing", said))
    if "return_records" in found.asked:
        rounds = read_rounds(found.of("return_records"), shop)
        tables["after_sales_rounds"] = rounds.rows.table()
        dropped["records of an unnamed return"] += rounds.unnamed
        said = "a review round is taken to run from the buyer's record to the seller's next one"
        notes.append(("rounds_assumed", said))
    words = {what: words for what, words in (unknown.words | faults.unmapped).items() if words}
    return _Made(tables, +dropped, notes, words)


def _shop(options: ReadOptions) -> pa.Table:
    import pyarrow as pa

    return pa.table({"shop_id": [options.more.get("shop", _NO_NAME)], "market": [options.market]})


def _words_note(what: str, words: Counter[str]) -> Note:
    """Say which words no table has, and what they were read as."""
    meant = READ_AS.get(what, "unknown")
    number, rows = counted(len(words), "text"), counted(words.total(), "row")
    return "words_unknown", f"{what}: {number} in no table, in {rows}: read as {meant}: {_listed(words)}"


def _single(items: Sequence[Item], kind: str) -> Single:
    return without_copies(items, lambda item: text(item.record, *_KEYS[kind]))


def _listed(counts: Counter[str]) -> str:
    """Return what was counted, the most frequent first."""
    some = [f"{what!r} ({count:,})" for what, count in counts.most_common(_NAMED)]
    more = len(counts) - _NAMED
    return ", ".join(some) + (f" and {more} more" if more > 0 else "")
