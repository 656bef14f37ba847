"""The scorecard of one subject as a page of text."""

from __future__ import annotations

from collections.abc import Iterator

from shopscore.formula.tree import Type, names
from shopscore_cli.render.columns import columns, spread, width
from shopscore_cli.render.item_lines import item_lines
from shopscore_cli.render.ledger_lines import ledger_lines
from shopscore_cli.render.metric_lines import other_lines, scored_lines, supplied_lines, target_lines
from shopscore_cli.render.numbers import NOTHING, as_written, quantity
from shopscore_cli.render.view import View
from shopscore_cli.render.words import count_of

DIGEST_SHOWN = 8
"""Hexadecimal digits of a digest that people are shown."""

_WIDEST = 120
"""Columns the heading is spread over; a longer line below does not pull it apart."""

_STATES = {
    "excluded": "excluded",
    "not_enough_data": "not enough data",
    "provisional": "provisional",
}


def scorecard_page(view: View) -> str:
    """Return a scorecard as text: what is, what it is made of, what comes next."""
    blocks = [
        [*_score_lines(view)],
        scored_lines(view),
        [*_change_lines(view), *supplied_lines(view)],
        other_lines(view),
        target_lines(view),
        item_lines(view),
        ledger_lines(view),
        [*_note_lines(view)],
    ]
    body = [line for block in blocks if block for line in ("", *block)]
    across = min(max(map(width, body)), _WIDEST)
    return "\n".join([*_heading(view, across), *body, *_footer(view)])


def _heading(view: View, across: int) -> list[str]:
    card, bundle = view.card, view.policy.bundle
    version = f"{bundle.name} (sha256 {card['bundle']['digest'][:DIGEST_SHOWN]}…)   as of {card['as_of']}"
    subject = [f"{bundle.subject.capitalize()} {card['subject']['id']}"]
    if card["subject"]["category"] is not None:
        subject.append(card["subject"]["category"])
    subject += _eligibility_counts(view)
    return [spread(view.paint(view.say(bundle.title), "bold"), version, across), " · ".join(subject)]


def _eligibility_counts(view: View) -> Iterator[str]:
    """Yield the metrics that decide whether there is a score: `412 delivered orders in 90 days`."""
    cell = next((each for each in view.policy.plan.sheet if each.name == "eligibility.when"), None)
    read = names(cell.tree) if cell is not None else frozenset()
    for metric in view.policy.plan.metric_infos.values():
        if f"{metric.id}.value" in read:
            label, value = view.say(metric.label), view.card["metrics"][metric.id]["value"]
            yield f"{view.amount(metric, value)} {label[0].lower()}{label[1:]}"


def _score_lines(view: View) -> Iterator[str]:
    if view.policy.bundle.score is None:
        return
    card = view.card
    parts = [view.paint("Score", "bold"), view.paint(view.points(card["score"], "score"), "bold")]
    parts.append(_verdict(view))
    dimensions = [_dimension(view, each.id) for each in view.policy.plan.dimensions]
    coming = _next_threshold(view)
    yield "  " + "   ".join(parts) + "".join(f"     {each}" for each in (*dimensions, coming) if each)
    if card["eligibility"]["reason"]:
        yield f"          {card['eligibility']['reason']}"


def _verdict(view: View) -> str:
    card = view.card
    words = []
    if card["band"] is not None:
        words.append(_band(view, card["band"]))
    if card["state"] in _STATES:
        words.append(view.paint(_STATES[card["state"]], "yellow"))
    return " · ".join(words)


def _band(view: View, id_: str) -> str:
    score = view.policy.bundle.score
    assert score is not None
    label = next(band.label for band in score.bands if band.id == id_)
    return view.say(label) + view.star(f"score.bands.{id_}")


def _dimension(view: View, id_: str) -> str:
    dimension = next(each for each in view.policy.plan.dimensions if each.id == id_)
    card, label = view.card["dimensions"][id_], view.say(dimension.label)
    if card["points"] is None:
        return f"{label} {NOTHING}"
    weights = [each["weight"] for each in view.card["dimensions"].values() if each["weight"] is not None]
    share = f" ({quantity(card['weight'], Type.SHARE, places=0)})" if len(set(weights)) > 1 else ""
    return f"{label} {view.points(card['points'], id_)}{share}{view.star(f'score.dimensions.{id_}')}"


def _next_threshold(view: View) -> str:
    """Return the next threshold above the score, and how far it is."""
    score = view.card["score"]
    above = [limit for limit in view.limits.get("score", ()) if score is not None and limit > score]
    if not above:
        return ""
    away = quantity(round(min(above) - score, 9), Type.POINTS)
    return f"{as_written(min(above), Type.POINTS, 1)} is {away} away"


def _change_lines(view: View) -> Iterator[str]:
    """Yield what floors, adjustments and the ends of the scale changed."""
    plan, rows = view.policy.plan, []
    floors = {floor.id: floor for floor in plan.floors}
    for each in view.card["floors"]:
        floor = floors[each["id"]]
        metric = view.say(plan.metric_infos[each["metric"]].label)
        text = f"{view.say(floor.label)}: {metric}, {view.points(each['before'], '')} without it"
        rows.append(["Floor", view.points(each["after"], ""), text + view.star(f"score.floors.{floor.id}")])
    adjustments = {adjustment.id: adjustment for adjustment in plan.adjustments}
    for each in view.card["adjustments"]:
        adjustment = adjustments[each["id"]]
        text = view.say(adjustment.label) + view.star(f"score.adjustments.{adjustment.id}")
        rows.append(["Adjusted", _signed(each["after"] - each["before"]), text])
    rows += _clipped(view)
    yield from columns(rows, "<><", indent="  ")


def _clipped(view: View) -> list[list[str]]:
    score = view.policy.bundle.score
    clipped = view.cells.get("score.clipped")
    if score is None or clipped is None:
        return []
    last = [f"adjustment.{each.id}.after" for each in view.policy.plan.adjustments]
    before = view.cells[last[-1] if last else "score.before_adjustments"]
    assert isinstance(before, float) and isinstance(clipped, float)
    if before == clipped:
        return []
    ends = " to ".join(as_written(end, Type.NUMBER) for end in score.scale)
    return [["Clipped", _signed(clipped - before), f"to the scale, {ends}"]]


def _signed(change: float) -> str:
    # Differences of quantised numbers carry noise below their grain of 1e-9.
    change = round(change, 9)
    return f"{'−' if change < 0 else '+'}{quantity(abs(change), Type.POINTS)}"


def _note_lines(view: View) -> Iterator[str]:
    """Yield advice, what was left out, and warnings, each with its kind in front."""
    bundle, card = view.policy.bundle, view.card
    rows: list[list[str]] = []
    advice = {advisory.id: advisory for advisory in bundle.advisories}
    for each in card["advisories"]:
        rows.append(["Advice", view.say(advice[each["id"]].text) + view.star(f"advisories.{each['id']}")])
    labels = {exclusion.id: exclusion.label for exclusion in bundle.exclusions}
    for each in card["exclusions"]:
        if each["rows"]:
            rows.append(["Left out", f"{count_of(each['rows'], 'row')}: {view.say(labels[each['id']])}"])
    for each in card["warnings"]:
        rows.append([view.paint("Warning", "yellow"), f"{each['text']} ({each['id']})"])
    yield from columns(rows, indent="  ")


def _footer(view: View) -> list[str]:
    card, name = view.card, view.policy.name
    command = f"shopscore show {name} --assumptions"
    lines = []
    if card["assumptions"]:
        lines.append(f"  * assumed by the policy, not published: {command}")
    if card["conflicts"]:
        lines.append(
            f"  {count_of(len(card['conflicts']), 'value')} read in two ways by the sources: {command}"
        )
    return ["", *(view.paint(line, "dim") for line in lines)] if lines else []
