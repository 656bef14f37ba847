"""Whose fault a reason is: codes and texts of every language, by tables that lie beside the policies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from shopscore_plugins.tables import table

FAULTS = ("seller", "buyer", "logistics", "platform", "unknown")
FOLDER = "reasons"
EVERYWHERE = "all"

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


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one market."""

    known: Mapping[tuple[str, str], str]
    beginnings: tuple[tuple[str, str, str], ...]

    @classmethod
    def of(cls, market: str | None) -> Reasons:
        """Return the reasons of a market; of None, those of every market."""
        return _of(market)

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
def _of(market: str | None) -> Reasons:
    known: dict[tuple[str, str], str] = {}
    beginnings: list[tuple[str, str, str]] = []
    for name in (market, EVERYWHERE):
        for kind, reason, fault in listed(table(FOLDER, name) or {}) if name else ():
            if reason.endswith("*"):
                beginnings.append((kind, stem(reason), fault))
            else:
                known.setdefault((kind, stem(reason)), fault)
    return Reasons(known, tuple(beginnings))


def listed(content: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (kind, reason, fault) of everything a table lists."""
    return [
        (kind, reason, fault)
        for kind in ("cancellations", "refunds")
        for fault, languages in content.get(kind, {}).items()
        for language, reasons in languages.items()
        if language != "source"
        for reason in reasons
    ]
