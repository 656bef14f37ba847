"""A subject's days as a table: score, what each item was, and what changed by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shopscore.bundle.model import Item
from shopscore.engines.reference.engine import Result
from shopscore.formula.tree import Type, Value
from shopscore.plan.model import ItemPlan, LedgerPlan
from shopscore.policy import Policy
from shopscore_cli.render.columns import columns
from shopscore_cli.render.ledger_lines import restriction_text
from shopscore_cli.render.limits import limits_of
from shopscore_cli.render.numbers import NOTHING, as_written, quantity
from shopscore_cli.render.words import said

_HELD = ("granted", "frozen")

Day = tuple[Policy, Result]
"""A day's policy and result."""


def history_page(days: Sequence[Day], language: str) -> str:
    """Return the days as text: one line each, only with items and ledgers that change in them."""
    told = [_Told(policy, result.scorecard, language) for policy, result in days]
    items = _changing([each.items for each in told])
    ledgers = _changing([each.ledgers for each in told])
    shown = [*items, *ledgers]
    header = ["day", "score", "band", *(_label(told, name) for name in shown), "what changed"]
    rows = [header]
    before: _Told | None = None
    for each in told:
        cells = [each.items[name] if name in each.items else each.ledgers.get(name, "") for name in shown]
        rows.append([each.day, each.score, each.band, *cells, "; ".join(each.changes(before))])
        before = each
    still = _unchanged(told[-1], shown)
    return "\n".join([*_heading(told), "", *columns(rows, "<>", indent="  "), *still])


@dataclass(frozen=True)
class _Told:
    """One day in words."""

    policy: Policy
    card: Any
    language: str

    @property
    def day(self) -> str:
        return str(self.card["as_of"])

    @property
    def score(self) -> str:
        score = self.policy.bundle.score
        limits = limits_of(self.policy.plan).get("score", ())
        return quantity(self.card["score"], Type.POINTS, limits, score.decimals if score else 2)

    @property
    def band(self) -> str:
        score = self.policy.bundle.score
        labels = {band.id: band.label for band in score.bands} if score else {}
        band = self.card["band"]
        if band is not None:
            return said(labels[band], self.language)
        return self.card["state"].replace("_", " ") if self.card["score"] is None and score else NOTHING

    @property
    def items(self) -> dict[str, str]:
        return {plan.id: self._state(plan) for plan in self.policy.plan.items}

    @property
    def held(self) -> list[str]:
        """Return the items that are granted or frozen; a ladder is neither."""
        cards = self.card["benefits"]
        return [plan.id for plan in self.policy.plan.items if cards[plan.id].get("state") in _HELD]

    @property
    def ledgers(self) -> dict[str, str]:
        return {
            plan.id: quantity(self.card["ledgers"][plan.id]["balance"], Type.NUMBER)
            for plan in self.policy.plan.ledgers
        }

    def label(self, name: str) -> str | None:
        bundle = self.policy.bundle
        found = bundle.items.get(name) or bundle.ledgers.get(name)
        return said(found.label, self.language) if found else None

    def changes(self, before: _Told | None) -> Iterator[str]:
        """Yield what became different since the day before, and by which rule."""
        if before is not None and before.policy.name != self.policy.name:
            yield f"{self.policy.name} in force"
            yield from self._come_and_gone(before)
        alike: dict[str, list[str]] = {}
        for plan in self.policy.plan.items:
            card = self.card["benefits"][plan.id]
            if card["since"] == self.card["as_of"]:
                rule = "" if plan.kind == "ladder" else f" ({card['decided_by']})"
                became = f"{self._state(plan)}{rule}"
                alike.setdefault(became, []).append(str(self.label(plan.id)))
        yield from (f"{', '.join(labels)} {became}" for became, labels in alike.items())
        for ledger in self.policy.plan.ledgers:
            was = before.card["ledgers"].get(ledger.id) if before is not None else None
            yield from self._restrictions(ledger, was)

    def _come_and_gone(self, before: _Told) -> Iterator[str]:
        """Yield what only the version before had, and what is open in this one alone."""
        gone = [str(before.label(name)) for name in before.held if name not in self.items]
        told = [name for name, text in before.ledgers.items() if text != NOTHING]
        gone += [str(before.label(name)) for name in told if name not in self.ledgers]
        new = [
            f"{self.label(name)} {self.items[name]}"
            for name in self.held
            if name not in before.items and self.card["benefits"][name]["since"] != self.card["as_of"]
        ]
        if gone:
            yield f"gone: {', '.join(gone)}"
        if new:
            yield f"new: {', '.join(new)}"

    def _restrictions(self, ledger: LedgerPlan, before: Any) -> Iterator[str]:
        known = before["restrictions"] if before is not None else []
        now = self.card["ledgers"][ledger.id]["restrictions"]
        lengths = {(each["milestone"], each["from"]): each["until"] for each in known}
        for each in now:
            was = lengths.get((each["milestone"], each["from"]), each["until"])
            if each["from"] == self.card["as_of"] or was != each["until"]:
                yield f"{each['milestone']}: {restriction_text(ledger, each, self.language)}"
        begun = [(each["milestone"], each["from"]) for each in now]
        for each in known:
            if (each["milestone"], each["from"]) not in begun:
                yield f"{each['milestone']} over"

    def _state(self, plan: ItemPlan) -> str:
        card, item = self.card["benefits"][plan.id], self.policy.bundle.items[plan.id]
        return _value(plan, card["value"]) if plan.kind == "ladder" else self._word(item, card["state"])

    def _word(self, item: Item, state: str) -> str:
        own = item.state_labels.get(state)
        return said(own, self.language) if own else state


def _value(plan: ItemPlan, value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    assert isinstance(value, float)
    return as_written(value, plan.unit or Type.NUMBER)


def _changing(days: Sequence[dict[str, str]]) -> list[str]:
    """Return the names whose text is not the same on all days that know them."""
    names = list(dict.fromkeys(name for day in days for name in day))
    return [name for name in names if len({day[name] for day in days if name in day}) > 1]


def _label(told: Sequence[_Told], name: str) -> str:
    return next(label for each in reversed(told) if (label := each.label(name)) is not None)


def _heading(told: Sequence[_Told]) -> Iterator[str]:
    first, last = told[0], told[-1]
    names = list(dict.fromkeys(each.policy.name for each in told))
    digests = {each.policy.name: each.card["bundle"]["digest"][:8] for each in told}
    versions = ", ".join(f"{name} (sha256 {digests[name]}…)" for name in names)
    yield f"{said(last.policy.bundle.title, last.language)}   {versions}"
    subject = last.policy.bundle.subject.capitalize()
    yield f"{subject} {last.card['subject']['id']} · {first.day} to {last.day}"


def _unchanged(last: _Told, shown: Sequence[str]) -> Iterator[str]:
    same = {**last.items, **{name: text for name, text in last.ledgers.items() if text != NOTHING}}
    told = [f"{last.label(name)} {text}" for name, text in same.items() if name not in shown]
    if told:
        yield ""
        yield f"  Unchanged: {', '.join(told)}"
