"""Whose fault the reasons of an answer are, and which of them no table has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial

from shopscore_plugins.json_values import text
from shopscore_plugins.partner_api.answers import Item
from shopscore_plugins.partner_api.orders import FaultOf
from shopscore_plugins.reasons import Kind, Reasons, stem

_UNKNOWN = "unknown"
_CALLED: Mapping[Kind, str] = {"cancellations": "cancel reasons", "refunds": "return reasons"}


class Faults:
    """Looks reasons up in the tables beside the policies; what none of them has is nobody's fault.

    `unmapped` counts the reasons that no table has, by what they are.
    """

    def __init__(self, market: str | None, listed: Iterable[Item]) -> None:
        self.unmapped: dict[str, Counter[str]] = {what: Counter() for what in _CALLED.values()}
        self._reasons = Reasons.of(market)
        # The API's own list of reasons says which code a shop's text stands for.
        self._codes = {
            stem(said): code
            for item in listed
            if (said := text(item.record, "reverse_reason"))
            and (code := text(item.record, "reverse_reason_key"))
        }

    def of(self, kind: Kind) -> FaultOf:
        """Return what tells the fault of reasons of one kind."""
        return partial(self._fault, kind)

    def _fault(self, kind: Kind, reasons: Iterable[str]) -> str:
        reasons = list(reasons)
        known = [found for each in reasons if (found := self._one(kind, each)) is not None]
        if reasons and not known:
            self.unmapped[_CALLED[kind]][reasons[0]] += 1
        return next((fault for fault in known if fault != _UNKNOWN), _UNKNOWN)

    def _one(self, kind: Kind, reason: str) -> str | None:
        found = self._reasons.fault(kind, reason)
        if found is None and (code := self._codes.get(stem(reason))) is not None:
            found = self._reasons.fault(kind, code)
        return found
