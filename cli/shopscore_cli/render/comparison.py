"""Two scorecards of one subject side by side, what differs marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from shopscore.bundle.model import Bundle
from shopscore.formula.tree import Type
from shopscore.plan.model import LedgerPlan
from shopscore_cli.comparison import Comparison
from shopscore_cli.render.columns import columns, spread, width
from shopscore_cli.render.item_lines import item_text
from shopscore_cli.render.ledger_lines import balance_text, expiring_text, next_text, restriction_text
from shopscore_cli.render.metric_lines import counts_text, value_text, window_text
from shopscore_cli.render.numbers import NOTHING, quantity
from shopscore_cli.render.view import View
from shopscore_cli.render.words import count_of

DIFFERS = "≠"
_DIGEST_SHOWN = 8
_WIDEST = 120
_MOST = 12
"""Decimals more than usual up to which near numbers are told apart."""
_ENTRIES = {"dimensions": "dimension", "metrics": "metric", "benefits": "benefit", "ledgers": "ledger"}


class _Pair(Struct, frozen=True):
    """One value on both sides, as text."""

    a: str
    b: str
    differ: bool


class _Sides(Struct, frozen=True):
    """The two scorecards of one comparison."""

    a: View
    b: View

    def of(self, text: Callable[[View], str]) -> _Pair:
        """Return what both sides say."""
        a, b = text(self.a), text(self.b)
        return _Pair(a, b, a != b)

    def numbers(self, value: Callable[[View], object], text: Callable[[View, int], str]) -> _Pair:
        """Return a number of both sides, with as many decimals as it takes to tell them apart."""
        differ, more = value(self.a) != value(self.b), 0
        a, b = text(self.a, 0), text(self.b, 0)
        while differ and a == b and more < _MOST:
            more += 1
            a, b = text(self.a, more), text(self.b, more)
        return _Pair(a, b, differ or a != b)

    def cells(self, pair: _Pair) -> list[str]:
        """Return the two cells of a table; the second has the mark, or room for it."""
        mark = self.a.paint(DIFFERS, "yellow") if pair.differ else " "
        return [pair.a, f"{pair.b} {mark}"]


def comparison_page(a: View, b: View, found: Comparison) -> str:
    """Return both scorecards as one page."""
    sides = _Sides(a, b)
    blocks = [
        _table(a, "", _score_rows(sides), "<>>"),
        _metric_lines(sides),
        _table(a, "Benefits", _item_rows(sides), "<<<"),
        _table(a, "Account", _ledger_rows(sides), "<<<"),
        _only(a, "a", found.only_a),
        _only(b, "b", found.only_b),
        _warning_lines(sides),
    ]
    body = [line for block in blocks if block for line in ("", *block)]
    across = min(max(map(width, body)), _WIDEST)
    return "\n".join([*_heading(sides, across), *body, "", a.paint(_footer(found), "dim")])


def standing(bundle: Bundle, day: date) -> str:
    """Return whether a version is in force on a day."""
    first, last = bundle.effective_from, bundle.effective_until
    if bundle.preview:
        return "preview"
    if first is None and last is None:
        return "never in force by itself"
    outside = (first is not None and day < first) or (last is not None and day > last)
    return f"{'outside its range,' if outside else 'in force'} {first or '…'} to {last or '…'}"


def _heading(sides: _Sides, across: int) -> list[str]:
    card, what = sides.a.card, sides.a.policy.bundle.subject
    rows = []
    for letter, view in (("a", sides.a), ("b", sides.b)):
        bundle = view.policy.bundle
        name = f"{bundle.name} (sha256 {bundle.digest[:_DIGEST_SHOWN]}…)"
        rows.append([letter, name, standing(bundle, card["as_of"]), view.say(bundle.title)])
    subject = sides.a.paint(f"{what.capitalize()} {card['subject']['id']}", "bold")
    return [spread(subject, f"as of {card['as_of']}", across), *columns(rows, indent="  ")]


def _footer(found: Comparison) -> str:
    if not (found.differences or found.only_a or found.only_b):
        return "  no differences"
    only = {"a": found.only_a, "b": found.only_b}
    one_sided = "".join(f", {len(paths)} only in {letter}" for letter, paths in only.items() if paths)
    counted = count_of(len(found.differences), "difference")
    return f"  {DIFFERS} differs; {counted} in what both have{one_sided}, each with its path: --format json"


def _table(view: View, title: str, rows: Sequence[Sequence[str]], align: str) -> list[str]:
    """Return rows of a name and a value on each side, under a title."""
    if not rows:
        return []
    head = [view.paint(title, "bold"), view.paint("a", "dim"), view.paint("b", "dim") + "  "]
    return columns([head, *rows], align, indent="  ")


def _score_rows(sides: _Sides) -> list[list[str]]:
    pairs = []
    if any(view.card["subject"]["category"] is not None for view in (sides.a, sides.b)):
        pairs.append(("Category", sides.of(lambda view: view.card["subject"]["category"] or NOTHING)))
    if any(view.policy.bundle.score is not None for view in (sides.a, sides.b)):
        pairs += [
            ("Score", sides.numbers(lambda view: view.card["score"], _score)),
            ("Band", sides.of(_band)),
            ("State", sides.of(lambda view: (view.card["state"] or NOTHING).replace("_", " "))),
        ]
    for dimension in sides.a.policy.plan.dimensions:
        if dimension.id in sides.b.card["dimensions"]:
            pairs.append((sides.a.say(dimension.label), _dimension(sides, dimension.id)))
    return [[name, *sides.cells(pair)] for name, pair in pairs]


def _score(view: View, more: int) -> str:
    return view.points(view.card["score"], "score", more)


def _band(view: View) -> str:
    score, band = view.policy.bundle.score, view.card["band"]
    if score is None or band is None:
        return NOTHING
    return view.say(next(each.label for each in score.bands if each.id == band))


def _dimension(sides: _Sides, id_: str) -> _Pair:
    return sides.numbers(
        lambda view: view.card["dimensions"][id_], lambda view, more: _dimension_text(view, id_, more)
    )


def _dimension_text(view: View, id_: str, more: int = 0) -> str:
    card = view.card["dimensions"][id_]
    if card["points"] is None:
        return NOTHING
    return f"{view.points(card['points'], id_, more)} × {quantity(card['weight'], Type.SHARE, (), more)}"


def _metric_lines(sides: _Sides) -> list[str]:
    """Return the metrics that both have; points where they are scored, windows where some differ."""
    both = [each for each in sides.a.policy.plan.metric_infos if each in sides.b.card["metrics"]]
    if not both:
        return []
    parts = {"value": _value, "of": _counts, "points": _points, "window": _windows}
    found = {name: {each: part(sides, each) for each in both} for name, part in parts.items()}
    if not any(view.policy.plan.metric_infos[each].scored for view in (sides.a, sides.b) for each in both):
        del found["points"]
    if not any(pair.differ for pair in found["window"].values()):
        del found["window"]
    titles = [title for name in found for title in (f"{name} a", f"{name} b  ")]
    rows = [[sides.a.paint(title, "dim") for title in ("metric", *titles)]]
    for each in both:
        label = sides.a.say(sides.a.policy.plan.metric_infos[each].label)
        rows.append([label, *(cell for pairs in found.values() for cell in sides.cells(pairs[each]))])
    return columns(rows, "<>>>>>><<", indent="  ")


def _value(sides: _Sides, id_: str) -> _Pair:
    def text(view: View, more: int) -> str:
        return value_text(view, view.policy.plan.metric_infos[id_], view.card["metrics"][id_], more)

    return sides.numbers(lambda view: view.card["metrics"][id_]["value"], text)


def _counts(sides: _Sides, id_: str) -> _Pair:
    def text(view: View) -> str:
        return counts_text(view, view.policy.plan.metric_infos[id_], view.card["metrics"][id_])

    return sides.of(text)


def _points(sides: _Sides, id_: str) -> _Pair:
    def points(view: View) -> Any:
        return view.card["metrics"][id_]["points"]

    return sides.numbers(points, lambda view, more: view.points(points(view), f"{id_}.points", more))


def _windows(sides: _Sides, id_: str) -> _Pair:
    return sides.of(lambda view: window_text(view, view.card["metrics"][id_]))


def _item_rows(sides: _Sides) -> list[list[str]]:
    theirs = {each.id: each for each in sides.b.policy.plan.items}
    rows = []
    for plan in sides.a.policy.plan.items:
        if plan.id in theirs:
            a, b = item_text(sides.a, plan), item_text(sides.b, theirs[plan.id])
            rows.append([sides.a.say(plan.label), *sides.cells(_Pair(a, b, a != b))])
    return rows


def _ledger_rows(sides: _Sides) -> list[list[str]]:
    theirs = {each.id: each for each in sides.b.policy.plan.ledgers}
    rows = []
    for plan in sides.a.policy.plan.ledgers:
        if plan.id in theirs:
            ours = _ledger_texts(sides.a, plan)
            other = _ledger_texts(sides.b, theirs[plan.id])
            for what, a in ours.items():
                b = other[what]
                if a or b:
                    name = f"{sides.a.say(plan.ledger.label)}{what}"
                    rows.append([name, *sides.cells(_Pair(a or NOTHING, b or NOTHING, a != b))])
    return rows


def _ledger_texts(view: View, plan: LedgerPlan) -> Mapping[str, str]:
    """Return what a ledger tells, by what stands behind its name."""
    card = view.card["ledgers"][plan.id]
    return {
        "": balance_text(card),
        ", next": next_text(card),
        ", restricted": "; ".join(
            restriction_text(plan, each, view.language) for each in card["restrictions"]
        ),
        ", expiry": expiring_text(card["expiring"]).removeprefix("expiring: "),
    }


def _only(view: View, letter: str, paths: Sequence[str]) -> list[str]:
    """Return what only one policy has, with what the subject has of it."""
    if not paths:
        return []
    title = f"Only in {letter}, {view.policy.name}"
    rows = []
    for path in paths:
        section, _, id_ = path.partition(".")
        rows.append([_ENTRIES[section], *_entry(view, section, id_)])
    return [f"  {view.paint(title, 'bold')}", *columns(rows, "<<<", indent="    ")]


def _entry(view: View, section: str, id_: str) -> list[str]:
    """Return the name and the value of what only one policy has."""
    plan = view.policy.plan
    match section:
        case "dimensions":
            label = next(each.label for each in plan.dimensions if each.id == id_)
            return [view.say(label), _dimension_text(view, id_)]
        case "metrics":
            info, card = plan.metric_infos[id_], view.card["metrics"][id_]
            counts = counts_text(view, info, card)
            scored = card["points"] is not None
            points = f"{view.points(card['points'], f'{id_}.points')} points" if scored else ""
            parts = (value_text(view, info, card), counts, points)
            return [view.say(info.label), ", ".join(part for part in parts if part)]
        case "benefits":
            item = next(each for each in plan.items if each.id == id_)
            return [view.say(item.label), item_text(view, item)]
        case _:
            ledger = next(each for each in plan.ledgers if each.id == id_)
            return [view.say(ledger.ledger.label), balance_text(view.card["ledgers"][id_])]


def _warning_lines(sides: _Sides) -> list[str]:
    """Return the warnings, each with the side it is of where it is of one."""
    ours, theirs = (
        [(each["id"], each["text"]) for each in view.card["warnings"]] for view in (sides.a, sides.b)
    )
    rows = []
    for id_, text in dict.fromkeys((*ours, *theirs)):
        of = "" if (id_, text) in ours and (id_, text) in theirs else "a" if (id_, text) in ours else "b"
        rows.append([sides.a.paint("Warning", "yellow"), of, f"{text} ({id_})"])
    return columns(rows, indent="  ")
