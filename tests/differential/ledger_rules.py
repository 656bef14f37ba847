"""Policies, ledgers: points that come and go, milestones, and what appeals must keep to."""

from __future__ import annotations

from tests.differential.choices import Choices
from tests.differential.score_rules import in_plain
from tests.differential.sketch import Document, Number, Sketch

from shopscore.formula.tree import Type

STARTS = ("0", "0", "0", "10", "12", "200", "-5", "0.5")
STEPS = ("0", "1", "2", "3", "4", "5", "6", "8", "12", "0.5", "2.5", "0.3")
"""How far milestones, limits and caps lie from the start: about as far as a few events go."""
LENGTHS = (1, 2, 3, 5, 7, 10, 30, "permanent")
EXPIRIES = (1, 2, 3, 5, 10, 10, 30, 180)
KINDS = ("a", "b", "fake")
ACTIONS = ("no_events", "no_listings", "closed")


def ledger_rules(sketch: Sketch, most: int) -> Document:
    """Draw up to so many ledgers, to be read by every formula on the sheet."""
    choices = sketch.choices
    ledgers = {f"ledger{place}": _ledger(sketch) for place in range(choices.whole(1, most))}
    for name, ledger in ledgers.items():
        sketch.known[f"{name}.balance"] = Type.POINTS
        for milestone in _list(ledger, "milestones"):
            sketch.known[f"{name}.restricted.{milestone['id']}"] = Type.BOOLEAN
            sketch.ledger_tests += [f"{name}.restricted.{milestone['id']}", _line(choices, name, milestone)]
        for count in _part(ledger, "counts"):
            sketch.known[f"{name}.count.{count}"] = Type.COUNT
            sketch.ledger_tests.append(f"{name}.count.{count} >= {choices.pick(['1', '2', '3'])}")
    return {"ledgers": ledgers}


def appeal_rules(choices: Choices) -> Document:
    """Draw rules of appeals about metrics."""
    rules = {"records_per_ticket": choices.pick([1, 2, 30]), "times_per_record": choices.pick([1, 2, 3])}
    return {"appeals": {name: rules[name] for name in choices.some(list(rules), 1, 2)}}


def spans_of(document: Document) -> tuple[int, ...]:
    """Return how many days before D things change in a policy's ledgers: events expire, actions end."""
    found: set[int] = set()
    for ledger in _part(document, "ledgers").values():
        assert isinstance(ledger, dict)
        named = [ledger, *_part(ledger, "counts").values()]
        found |= {each[key] for each in named for key in ("expires_after_days", "within_days") if key in each}
        found |= {each["days"] for each in _list(ledger, "milestones") if each["days"] != "permanent"}
    return tuple(sorted(found))


def resets_of(document: Document) -> bool:
    """Tell whether points of a policy go with the calendar."""
    return any("resets" in ledger for ledger in _part(document, "ledgers").values())


def _ledger(sketch: Sketch) -> Document:
    choices = sketch.choices
    start, goes_up = choices.pick(STARTS), choices.chance(60)
    ledger: Document = {"starts_at": Number(start), "events": _events(choices, goes_up)}
    if choices.chance(60):
        ledger["limits"] = _limits(choices, start)
    if not goes_up or choices.chance(30):
        ledger["direction"] = "up" if goes_up else "down"
    if expires := choices.chance(75):
        ledger["expires_after_days"] = choices.pick(EXPIRIES)
    if choices.chance(35):
        ledger["resets"] = choices.pick(["monthly", "quarterly", "quarterly", "yearly"])
    if (expires or "resets" in ledger) and choices.chance(40):
        cap = _away(choices, start, goes_up)
        if in_plain(cap) != in_plain(start):  # else nothing would ever expire, which does not load
            ledger["never_expires_after"] = cap
    if choices.chance(50):
        ledger["warn_within"] = Number(choices.pick(["0", "1", "2", "5"]))
    if choices.chance(40):
        ledger["points"] = [Number("1"), Number(choices.pick(["3", "5"]))]
    if choices.chance(50):
        ledger["kinds"] = {
            kind: {"points": [Number("2"), Number("4")]} if choices.chance(40) else {}
            for kind in choices.some(KINDS, 1, 2)
        }
    if choices.chance(50):
        ledger["counts"] = {f"count{place}": _count(sketch) for place in range(choices.pick([1, 1, 2]))}
    ledger["milestones"] = _milestones(choices, start, goes_up)
    if choices.chance(45):
        ledger["appeals"] = {"within_days": choices.pick([1, 2, 5])}
        if choices.chance(60):
            ledger["appeals"]["again_within_days"] = choices.pick([1, 2, 5])
    return ledger


def _events(choices: Choices, goes_up: bool) -> Document:
    toward, back = ("add", "subtract") if goes_up else ("subtract", "add")
    if choices.chance(8):
        toward, back = back, toward
    points: Document = {"gain": back, "deduction": toward, "quiz": back}
    kinds = choices.some(list(points), 1, 3)
    found: Document = {}
    if choices.chance(90):
        found["violations"] = toward
    if not found or choices.chance(55):
        found["point_events"] = {kind: points[kind] for kind in kinds}
    return found


def _away(choices: Choices, start: str, up: bool) -> Number:
    step = in_plain(choices.pick(STEPS))
    return Number(repr(in_plain(start) + (step if up else -step)))


def _limits(choices: Choices, start: str) -> list[Number | None]:
    low, high = _away(choices, start, up=False), _away(choices, start, up=True)
    if choices.chance(6) and start != "0":  # even the start is outside
        low, high = Number("-1"), Number("0")
    if in_plain(low) >= in_plain(high):
        return [low, None]
    return choices.pick([[low, None], [low, high], [None, high], [low, high]])


def _count(sketch: Sketch) -> Document:
    choices = sketch.choices
    where = "kind == 'a'" if choices.chance(40) else sketch.on_rows("violations").condition(1)
    return {"where": where, **({"within_days": choices.pick(EXPIRIES)} if choices.chance(50) else {})}


def _milestones(choices: Choices, start: str, goes_up: bool) -> list[Document]:
    places = sorted(
        (_away(choices, start, goes_up) for _ in range(choices.pick([0, 1, 2, 2, 3, 3, 4]))),
        key=in_plain,
        reverse=not goes_up,
    )
    if len(places) > 1 and choices.chance(25):
        places[1] = places[0]
    return [
        {
            "id": f"at_{place}",
            "at": at,
            "days": choices.pick(LENGTHS),
            "actions": choices.some(ACTIONS, 1, 2),
        }
        for place, at in enumerate(places)
    ]


def _line(choices: Choices, ledger: str, milestone: Document) -> str:
    return f"{ledger}.balance {choices.pick(['<', '<=', '>=', '>'])} {milestone['at']}"


def _part(document: Document, name: str) -> Document:
    part = document.get(name, {})
    assert isinstance(part, dict)
    return part


def _list(document: Document, name: str) -> list[Document]:
    part = document[name]
    assert isinstance(part, list)
    return part
