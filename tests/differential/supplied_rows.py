"""Data, second part: supplied metrics, benchmarks and earlier states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.differential.event_rows import Data, Row, Rows
from tests.differential.score_rules import in_plain
from tests.differential.sketch import WORDS, Document

from shopscore.formula.tree import Value

FRACTIONS = (
    (1.0, 2.0), (3.0, 10.0), (0.0, 5.0), (2.5, 4.0), (1.0, 3.0), (1.0, 0.0),
    (None, 4.0), (7.0, None), (None, None),
)  # fmt: skip
VALUES = (0.5, 0.0, 1.0, 3.5, 0.012, 26.5, -1.0, 1e15, 0.1)


def add_supplied(rows: Rows, document: Document) -> None:
    """Draw the tables a policy's programme may supply beside the events."""
    choices = rows.choices
    metrics, items = list(_part(document, "metrics")), _items(document)
    score = _part(document, "score")
    if choices.chance(45):
        _fill(rows, "supplied_metrics", [_metric(rows, metrics) for _ in range(choices.whole(0, 6))])
    if score and choices.chance(35):
        owners = [*_part(score, "benchmarks"), *_part(score, "dimensions")]
        drawn = [_benchmark(rows, score, choices.pick(owners)) for _ in range(choices.whole(0, 5))]
        _fill(rows, "supplied_benchmarks", drawn)
    if items and choices.chance(65):
        _fill(rows, "shop_states", [_state(rows, items) for _ in range(choices.whole(0, 8))])


def _part(document: Mapping[str, object], name: str) -> Document:
    part = document.get(name, {})
    assert isinstance(part, dict)
    return part


def _items(document: Document) -> list[str]:
    return [
        item for section in ("benefits", "gates", "badges", "ladders") for item in _part(document, section)
    ]


def _fill(rows: Rows, name: str, drawn: Sequence[Row]) -> None:
    """Keep the first row of each key, with the required columns and some of the others."""
    table = rows.tables[name]
    columns = [
        each.name for each in table.columns.values() if each.required or name == "supplied_benchmarks"
        or not rows.choices.chance(15)
    ]  # fmt: skip
    if name == "shop_states" and not {"state", "value"} & set(columns):
        columns.append("state")
    kept: dict[tuple[Value, ...], Row] = {}
    for row in drawn:
        short: Row = {column: row[column] for column in columns}
        if name == "shop_states" and short.get("state") is None and short.get("value") is None:
            short["state" if "state" in columns else "value"] = "granted" if "state" in columns else 1.0
        kept.setdefault(tuple(row[key] if key in columns else None for key in table.key), short)
    rows.made[name] = Data(columns, list(kept.values()))


def _metric(rows: Rows, metrics: Sequence[str]) -> Row:
    choices = rows.choices
    numerator, denominator = choices.pick(FRACTIONS)
    value = choices.pick(VALUES)
    if numerator is not None and denominator:
        value = numerator / denominator
    days = rows.calendar.days
    return {
        rows.key: choices.pick(rows.subjects),
        "metric": choices.pick([*metrics, *metrics, "of_another_policy"]),
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "as_of": None if choices.chance(30) else choices.pick(days),
    }


def _benchmark(rows: Rows, score: Document, owner: str) -> Row:
    choices = rows.choices
    is_metric = owner in _part(score, "benchmarks")
    to_subject = choices.chance(50)
    row: Row = {
        rows.key: choices.pick(rows.subjects) if to_subject else None,
        "category": None if to_subject else choices.pick(WORDS),
        "metric": owner if is_metric else None,
        "dimension": None if is_metric else owner,
        "poor": None,
        "excellent": None,
        "average": choices.pick(VALUES) if choices.chance(50) else None,
        "weight": choices.pick([1.0, 0.5, 0.0, 2.0000005, 1 / 3]) if choices.chance(60) else None,
    }
    if is_metric:
        for end, points in (("poor", 1.0), ("excellent", 4.0)):
            if choices.chance(60):
                row[end] = _moved(score, owner, points)
    return row


def _moved(score: Document, metric: str, points: float) -> float | None:
    """Return a raw value a little off the knot with these points, which keeps every curve monotone."""
    curves = [_part(_part(score, "benchmarks"), metric)]
    curves += [
        _part(_part(each, "benchmarks"), metric)
        for each in _part(score, "categories").values()
        if isinstance(each, dict)
    ]
    rooms = [room for curve in curves for room in _rooms(curve, points)]
    low, high = max((room[0] for room in rooms), default=0.0), min((room[1] for room in rooms), default=0.0)
    return low + (high - low) * 0.75 if low < high else None


def _rooms(curve: Document, points: float) -> list[tuple[float, float]]:
    """Return between which raw values each knot with these points may move: halfway to its neighbours."""
    knots = curve.get("curve", [])
    assert isinstance(knots, list)
    raws = [in_plain(str(knot["at"])) for knot in knots]
    found = []
    for place, knot in enumerate(knots):
        if float(knot["points"]) == points:
            near = [raws[other] for other in (place - 1, place + 1) if 0 <= other < len(raws)]
            ends = sorted([*((raws[place] + each) / 2 for each in near), *([raws[place]] * (len(near) == 1))])
            found.append((ends[0], ends[-1]))
    return found


def _state(rows: Rows, items: Sequence[str]) -> Row:
    choices, days = rows.choices, rows.calendar.days
    state = choices.pick(["granted", "granted", "frozen", "frozen", "locked", None])
    by = ("grant", "freeze", "revoke", "unscored", "start", "supplied")
    since, as_of = choices.pick(days), choices.pick(days)
    return {
        rows.key: choices.pick(rows.subjects),
        "item": choices.pick([*items, *items[:2], *items[:2], "of_another_policy"]),
        "state": state,
        "value": choices.pick([1.0, 0.0, 3.5, -1.0]) if state is None or choices.chance(10) else None,
        "since_on": None if choices.chance(20) else min(since, as_of),
        "as_of_on": as_of,
        "streak": None if choices.chance(25) else choices.pick([0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0]),
        "decided_by": None if choices.chance(40) else choices.pick(by),
    }
