"""Whose fault a reason is: codes and texts of every language, by tables that lie beside the policies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from shopscore.errors import UsageError, near_match
from shopscore.yaml.nodes import Entry, ListNode, MapNode, ScalarNode
from shopscore_plugins.tables import nodes, read

FAULTS = ("seller", "buyer", "logistics", "platform", "unknown")
FOLDER = "reasons"
EVERYWHERE = "all"
KINDS = ("cancellations", "refunds")
_REMARKS = ("sources", "source", "assumed")

Kind = Literal["cancellations", "refunds"]

_ENDINGS = re.compile(r"(_(uk|us|eu|seller|s|prod|\d))+$")
_APOSTROPHES = re.compile(r"['’‘`]")
_BETWEEN = re.compile(r"[\W_]+")
# A code of a return and refund is its refund's twin; one page misspells a word.
_SAME = (
    ("refund_and_return", "refund"),
    ("return_and_refund", "refund"),
    ("damagaed", "damaged"),
    ("cancelled", "canceled"),
)


class Reasons(Struct, frozen=True):
    """The reasons of one market."""

    known: Mapping[tuple[str, str], str]
    beginnings: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, market: str | None, more: Path | None = None) -> Reasons:
        """Return the reasons of a market, None is every market; those of the file `more` go before."""
        return _of(market, more)

    def fault(self, kind: Kind, reason: str) -> str | None:
        """Return whose fault a code or text is; None where no table has it."""
        meant = stem(reason)
        found = self.known.get((kind, meant))
        if found is not None:
            return found
        fitting = (fault for of, start, fault in self.beginnings if of == kind and meant.startswith(start))
        return next(fitting, None)


def stem(reason: str) -> str:
    """Return what is left of a reason without what differs from page to page.

    >>> stem("ecom_order_delivered_refund_and_return_reason_damagaed_uk")
    'ecom order delivered refund reason damaged'
    >>> stem("Order cancelled by system")
    'order canceled by system'
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", reason).strip().casefold())
    if " " not in text:
        text = _ENDINGS.sub("", text)
    for written, meant in _SAME:
        text = text.replace(written, meant)
    return _BETWEEN.sub(" ", text).strip()


@cache
def _of(market: str | None, more: Path | None) -> Reasons:
    own = [read(more, str(more))] if more is not None else []
    ours = [nodes(FOLDER, name) for name in (market, EVERYWHERE) if name is not None]
    known: dict[tuple[str, str], str] = {}
    beginnings: list[tuple[str, str, str]] = []
    for root in (*own, *ours):
        for kind, reason, fault in listed(root) if root is not None else ():
            if reason.endswith("*"):
                beginnings.append((kind, stem(reason), fault))
            else:
                known.setdefault((kind, stem(reason)), fault)
    return Reasons(known, tuple(beginnings))


def listed(root: MapNode) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, reason, fault) of all that a table lists; raises UsageError where it is no such table."""
    for kind in root.entries:
        _known(kind, (*KINDS, *_REMARKS))
        if kind.key in _REMARKS:
            continue
        for fault in _map(kind).entries:
            _known(fault, FAULTS)
            for language in _map(fault).entries:
                if language.key not in _REMARKS:
                    yield from ((kind.key, reason, fault.key) for reason in _texts(language))


def _known(entry: Entry, names: Sequence[str]) -> None:
    if entry.key not in names:
        hint = near_match(entry.key, names)
        raise UsageError(f"{entry.key_mark}: found {entry.key!r}; expected {', '.join(names)}{hint}")


def _map(entry: Entry) -> MapNode:
    if not isinstance(entry.value, MapNode):
        raise UsageError(f"{entry.value.mark}: {entry.key} is no map; expected one, as in {FOLDER}/all.yaml")
    return entry.value


def _texts(entry: Entry) -> Iterator[str]:
    items = entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
    for item in items:
        if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
            raise UsageError(f"{item.mark}: expected a reason, as a code or as a shop shows it")
        yield item.value
