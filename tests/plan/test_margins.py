"""The margin of an item: the nearest threshold at which it would change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shopscore.api import Workspace

BUNDLE = """\
id: lines
version: "1"
title: {en: Lines}
program: main
subject: shop
timezone: UTC
assumed: a bundle made for this test
metrics:
  mark: {supplied: points}
score:
  scale: [0, 5]
  combine: mean
  benchmarks: {mark: {curve: [{at: 0, points: 0}, {at: 5, points: 5}]}}
  dimensions: {all: {weight: 1, metrics: {mark: 1}}}
benefits:
  perk:
    grant: "score >= 3.2"
    freeze: "score < 3.5"
    revoke: "score < 3.0"
    unscored: locked
ladders:
  days:
    unit: days
    default: 8
    steps: [{when: "score >= 3.5", value: 5}, {when: "score >= 4", value: 1}]
"""


@pytest.fixture
def evaluate(tmp_path: Path) -> Any:
    folder = tmp_path / "lines" / "1"
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE)
    policy = Workspace([tmp_path]).policy("lines@1")

    def run(score: float, before: str | None = None) -> Any:
        case: dict[str, Any] = {
            "as_of": "2026-06-22",
            "shop": {"shop_id": "S1"},
            "supplied_metrics": [{"metric": "mark", "value": score}],
        }
        if before:
            case["shop_states"] = [{"item": "perk", "state": before, "as_of_on": "2026-06-21"}]
        return policy.evaluate(case)["benefits"]

    return run


@pytest.mark.parametrize(
    ("score", "before", "state", "threshold", "distance"),
    [
        # At 3.2 it would still be granted; just below, frozen (3.0 is further away).
        (3.6, "granted", "granted", 3.2, 0.4),
        (3.2, "locked", "granted", 3.2, 0.0),
        (3.1, "granted", "frozen", 3.0, 0.1),  # lost below 3.0 is as near as granted again at 3.2
        (3.15, "granted", "frozen", 3.2, 0.05),
        (2.9, "granted", "locked", 3.2, 0.3),
    ],
)
def test_a_benefit_names_the_nearest_line_that_would_change_it(
    evaluate: Any, score: float, before: str, state: str, threshold: float, distance: float
) -> None:
    perk = evaluate(score, before)["perk"]
    assert (perk["state"], perk["margin"]) == (
        state,
        {"cell": "score", "threshold": threshold, "distance": distance},
    )


@pytest.mark.parametrize(
    ("score", "value", "threshold", "distance"),
    [(3.0, 8, 3.5, 0.5), (3.7, 5, 3.5, 0.2), (3.8, 5, 4.0, 0.2), (4.5, 1, 4.0, 0.5)],
)
def test_a_ladder_names_the_nearest_step(
    evaluate: Any, score: float, value: float, threshold: float, distance: float
) -> None:
    days = evaluate(score)["days"]
    assert (days["value"], days["margin"]) == (
        value,
        {"cell": "score", "threshold": threshold, "distance": distance},
    )
