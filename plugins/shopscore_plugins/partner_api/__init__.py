"""The reader `partner-api`: saved answers of the platform's Open API, one folder for one shop.

Orders of 202309 and the old v2 (list and detail), returns and the reverse list, cancellations, reviews,
chat sessions with their messages, and the records of returns. Only what the event model has a place for
is read: names, addresses, phones, buyers' ids and messages never leave the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.errors import UsageError, near_match
from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.events.wording import counted
from shopscore.hookspecs import hookimpl
from shopscore_plugins.json_pages import find_files, read_pages
from shopscore_plugins.partner_api.answers import EMPTY, Answers, Item, sort_answers

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.rows import Note
    from shopscore_plugins.partner_api.copies import Single

NAME = "partner-api"
OPTIONS = {"shop": "the shop's id, which the answers do not have; without one it is called shop"}
_NO_NAME = "shop"
_NAMED = 5

_KEYS = {
    "orders": ("order_id", "id"),
    "returns": ("return_id", "reverse_order_id"),
    "cancellations": ("cancel_id", "reverse_order_id"),
    "reviews": ("review_id", "id"),
    "sessions": ("id",),
}


def read(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the event tables of saved answers, in files or folders of pages."""
    for name in options.more:
        if name not in OPTIONS:
            hint = near_match(name, OPTIONS)
            raise UsageError(f"the reader {NAME} has no option {name!r}; expected {', '.join(OPTIONS)}{hint}")
    files = find_files(paths, NAME)
    found = sort_answers(read_pages(files))
    tables, dropped, notes = _tables(found, options)
    if found.unfinished:
        which = ", ".join(kind.replace("_", " ") for kind in found.unfinished)
        notes.insert(0, ("pages_missing", f"no last page of {which}: the API had more than was saved"))
    for what, answers in found.not_read.items():
        dropped[what if what == EMPTY else f"answers about {what}"] += answers
    if files.ignored:
        dropped["files that are no JSON"] += len(files.ignored)
    return ReadResult(
        reader=NAME,
        tables=tables,
        zone=options.zone,
        dropped=dropped,
        notes=tuple(notes),
        files=tuple(path for path, _ in files.read),
    )


def _tables(found: Answers, options: ReadOptions) -> tuple[dict[str, pa.Table], Counter[str], list[Note]]:
    from shopscore_plugins.partner_api.cancellations import is_cancellation, read_cancellations
    from shopscore_plugins.partner_api.chats import read_chats
    from shopscore_plugins.partner_api.faults import Faults
    from shopscore_plugins.partner_api.orders import not_cancelled, read_orders
    from shopscore_plugins.partner_api.returns import read_returns
    from shopscore_plugins.partner_api.reviews import read_reviews
    from shopscore_plugins.partner_api.rounds import read_rounds

    shop = options.more.get("shop", _NO_NAME)
    faults = Faults(options.market, found.of("reasons"))
    dropped: Counter[str] = Counter()
    notes: list[Note] = []
    tables: dict[str, pa.Table] = {}

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
            text = (
                f"the last change stands for the time of cancellation in {counted(orders.undated, 'order')}"
            )
            notes.append(("cancelled_at_assumed", text))
    if "returns" in found.asked:
        returned = [item for item in reverse if not is_cancellation(item)]
        returns = read_returns(returned, shop, faults.of("refunds"))
        tables["returns"] = returns.rows.table()
        if returns.ended:
            text = f"the last change stands for the end of {counted(returns.ended, 'return')}"
            notes.append(("resolved_at_assumed", text))
        if returns.unknown:
            notes.append(
                ("unknown_status", f"returns kept as open, of an unknown status: {_listed(returns.unknown)}")
            )
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
            text = f"{counted(chats.silent, 'chat')} without messages: first replies are not read of any"
            notes.append(("messages_missing", text))
    if "return_records" in found.asked:
        rounds = read_rounds(found.of("return_records"), shop)
        tables["after_sales_rounds"] = rounds.rows.table()
        dropped["records of an unnamed return"] += rounds.unnamed
        text = "a review round is taken to run from the buyer's record to the seller's next one"
        notes.append(("rounds_assumed", text))
    if faults.unmapped:
        notes.append(
            ("unmapped_reasons", f"reasons of nobody's fault, in no table: {_listed(faults.unmapped)}")
        )
    return tables, +dropped, notes


def _single(items: Sequence[Item], kind: str) -> Single:
    from shopscore_plugins.json_values import text
    from shopscore_plugins.partner_api.copies import without_copies

    return without_copies(items, lambda item: text(item.record, *_KEYS[kind]))


def _listed(counts: Counter[str]) -> str:
    """Return what was counted, the most frequent first."""
    some = [f"{what!r} ({count:,})" for what, count in counts.most_common(_NAMED)]
    more = len(counts) - _NAMED
    return ", ".join(some) + (f" and {more} more" if more > 0 else "")


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return the reader `partner-api`."""
    return [
        Reader(NAME, "saved JSON answers of the Open API: orders, returns, reviews, chats", read, OPTIONS)
    ]
