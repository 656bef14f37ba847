"""What a case can expect of a scorecard, and what is said where it is not so."""

from datetime import date
from typing import Any

import pytest

from shopscore.testing import check_expectations
from shopscore.yaml.compose import load
from shopscore.yaml.nodes import MapNode

CARD: dict[str, Any] = {
    "state": "scored",
    "score": 3.5,
    "band": None,
    "as_of": date(2026, 6, 22),
    "metrics": {
        "late_rate": {"state": "computed", "value": 0.04, "numerator_count": 8},
        "reply_hours": {"state": "computed", "value": 6.333333333},
    },
    "benefits": {"crm": {"state": "frozen", "since": date(2026, 5, 2), "margin": {"cell": None}}},
    "floors": [{"id": "young", "metric": "late_rate", "before": 2.0, "after": 3.5}],
    "warnings": [
        {"id": "no_earlier_state", "text": "benefits start locked"},
        {"id": "skipped", "text": "3 rows"},
    ],
    "conflicts": [{"path": "metrics.late_rate", "text": "two readings"}],
    "eligibility": {"state": "eligible", "reason": "needs 30 orders"},
    "targets": [],
    "flag": True,
}


def findings(text: str) -> list[str]:
    """Return what is found wrong with expectations, without their file."""
    node, wrong = load(text, "case.yaml")
    assert isinstance(node, MapNode), wrong
    return [str(each).removeprefix("case.yaml:") for each in check_expectations(node, CARD)]


@pytest.mark.parametrize(
    "text",
    [
        "state: scored",
        "score: 3.5",
        "score: 3.50",
        "band: null",
        "as_of: 2026-06-22",
        "metrics.late_rate.value: 0.04",
        "metrics.late_rate.value: 4 %",
        "metrics.late_rate: {state: computed, numerator_count: 8}",
        "metrics: {late_rate: {value: 4 %}}",
        "metrics.reply_hours.value: {near: 6.333333, within: 0.000001}",
        "metrics.reply_hours.value: {near: 6 h, within: 0.5 h}",
        "score: {near: 3.4, within: 0.1}",
        "score: {at_least: 3.5, at_most: 3.5}",
        "score: {above: 3.4, below: 3.6}",
        "benefits.crm.since: 2026-05-02",
        "benefits.crm.margin.cell: null",
        "floors.0.id: young",
        "floors.young.after: 3.5",
        "floors: {has: young}",
        "floors: [{id: young, metric: late_rate, before: 2, after: 3.5}]",
        "targets: []",
        "warnings: {has: skipped}",
        "warnings: {has: [skipped, no_earlier_state], lacks: adjustment_unknown}",
        "conflicts: {has: metrics.late_rate}",
        "metrics: {has: [late_rate, reply_hours], lacks: [late_rat]}",
        "eligibility.reason: {has: 30 orders}",
        "flag: true",
    ],
)
def test_what_is_as_expected_is_no_finding(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("state: provisional", "1:1: T103 error state: expected provisional, found 'scored'"),
        ("score: 3.496", "1:1: T103 error score: expected 3.496, found 3.5"),
        ("score: null", "1:1: T103 error score: expected null, found 3.5"),
        ("score: '3.5'", "1:1: T103 error score: expected '3.5', found 3.5"),
        ("band: poor", "1:1: T103 error band: expected poor, found null"),
        ("flag: 1", "1:1: T103 error flag: expected 1, found true"),
        ("flag: yes", "1:1: T103 error flag: expected yes, found true"),
        ("as_of: 2026-06-21", "1:1: T103 error as_of: expected 2026-06-21, found 2026-06-22"),
        (
            "metrics.reply_hours.value: {near: 6.333, within: 0.0001}",
            "1:1: T103 error metrics.reply_hours.value: expected 6.333 within 0.0001, found 6.333333333",
        ),
        ("score: {at_least: 3.6}", "1:1: T103 error score: expected at least 3.6, found 3.5"),
        ("score: {below: 3.5}", "1:1: T103 error score: expected below 3.5, found 3.5"),
        ("band: {below: 3.5}", "1:1: T103 error band: expected below 3.5, found null"),
        (
            "floors: []",
            '1:1: T103 error floors: expected [], found [{"id": "young", "metric": "late_rate", '
            '"before": 2.0, "after": 3.5}]',
        ),
        ("targets: {has: x}", "1:1: T103 error targets: expected has x, found []"),
        (
            "benefits.crm: {lacks: [margin, x]}",
            "1:1: T103 error benefits.crm: expected lacks margin, x, found a map of state, since, margin",
        ),
        ("score: {has: x}", "1:1: T103 error score: expected has x, found 3.5"),
        ("score: {lacks: x}", "1:1: T103 error score: expected lacks x, found 3.5"),
        (
            "metrics.late_rat.value: 1",
            "1:1: T101 error metrics.late_rat.value: metrics has no 'late_rat'; did you mean 'late_rate'?",
        ),
        ("scor: 1", "1:1: T101 error scor: the scorecard has no 'scor'; did you mean 'score'?"),
        ("score.value: 1", "1:1: T101 error score.value: score is a single value and has no 'value'"),
        ("band.id: good", "1:1: T101 error band.id: band is null and has no 'id'"),
        ("floors.1.id: x", "1:1: T101 error floors.1.id: floors has 1 entry and no place 1"),
        (
            "floors.yong.after: 3.5",
            "1:1: T101 error floors.yong.after: floors has young; there is no 'yong'; did you mean 'young'?",
        ),
        ("targets.late.met: true", "1:1: T101 error targets.late.met: targets is empty; there is no 'late'"),
        (
            "metrics: {late_rate: {valu: 4 %}}",
            "1:23: T101 error metrics.late_rate.valu: metrics.late_rate has no 'valu'; did you mean 'value'?",
        ),
        (
            "score: {near: 3.5}",
            "1:8: T102 error near and within are written together: near what, within how much",
        ),
        (
            "score: {within: 3.5}",
            "1:8: T102 error near and within are written together: near what, within how much",
        ),
        (
            "score: {at_least: 3, at_mots: 4}",
            "1:22: T102 error an expected value has no key 'at_mots'; did you mean 'at_most'?",
        ),
        (
            "score: {}",
            "1:8: T102 error an empty map expects nothing; write one of near, within, at_least, at_most, "
            "above, below, has, lacks",
        ),
        ("score: {at_least: [3]}", "1:19: T102 error expected a number"),
        (
            "score: {at_least: 3 furlongs}",
            "1:19: Y210 error '3 furlongs' has the unknown unit 'furlongs'; units are %, h and d",
        ),
        ("warnings: {has: []}", "1:17: T102 error has: expected an id or a list of ids"),
    ],
)  # fmt: skip
def test_a_difference_is_told_at_its_place_with_both_sides(text: str, said: str) -> None:
    assert findings(text) == [said]


def test_every_difference_is_told(text: str = "state: x\nscore: 1\nband: null\n") -> None:
    assert findings(text) == [
        "1:1: T103 error state: expected x, found 'scored'",
        "2:1: T103 error score: expected 1, found 3.5",
    ]


def test_expecting_nothing_is_an_error() -> None:
    assert findings("{}") == ["1:1: T102 error expect: is empty and expects nothing"]
