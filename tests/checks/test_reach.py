"""Rules that are there and never apply: found by trying the thresholds, and nothing else reported."""

from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.checks import lint_bundle

HEAD = """\
id: p
version: "1"
title: {en: P}
program: main
subject: shop
market: ZZ
timezone: UTC
sources: {rules: {title: Rules}}
source: rules
populations: {all_orders: {of: orders, at: placed_at}}
metrics:
  orders_30d: {label: {en: Orders}, count_of: all_orders, window: {days: 30}}
score:
  scale: [0, 5]
  decimals: 2
  combine: mean
  benchmarks: {orders_30d: {curve: [{at: 0, points: 0}, {at: 100, points: 5}]}}
  dimensions: {volume: {label: {en: volume}, weight: 1, metrics: {orders_30d: 1}}}
"""


def found(tmp_path: Path, more: str) -> list[str]:
    folder = tmp_path / "p" / "1"
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(HEAD + more)
    workspace = Workspace([tmp_path])
    findings = lint_bundle(*workspace.check(str(folder)), workspace.plugins)
    return [f"{each.id} {each.level.value} {each.message}" for each in findings]


def bands(*conditions: str) -> str:
    listed = "".join(
        f'    - {{id: b{n}, when: "{when}", label: {{en: b}}}}\n' for n, when in enumerate(conditions)
    )
    return f"  bands:\n{listed}"


def benefit(**conditions: str) -> str:
    forms = {part: when if when.startswith("{") else f'"{when}"' for part, when in conditions.items()}
    written = ", ".join(f"{part}: {form}" for part, form in forms.items())
    return f"benefits: {{ads: {{label: {{en: ads}}, unscored: locked, {written}}}}}\n"


def ladder(*conditions: str) -> str:
    steps = ", ".join(f'{{when: "{when}", value: {n}}}' for n, when in enumerate(conditions, 1))
    return f"ladders: {{days: {{label: {{en: days}}, unit: number, default: 0, steps: [{steps}]}}}}\n"


@pytest.mark.parametrize(
    "more",
    [
        bands("score >= 4", "score >= 2.5", "score < 2.5"),
        bands("score > 4", "score == 4", "score < 4"),
        bands("score >= 4 and orders_30d.value > 3", "score < 4"),  # two numbers: not to be decided here
        benefit(grant="score >= 3.5", revoke="score < 3.0"),
        benefit(grant="score >= 3.5", freeze="score < 3.5", revoke="score < 3.0"),
        benefit(grant="score >= 3.5", revoke="score < 3.5"),
        benefit(grant="score >= 3.5", freeze="score < 3.0", revoke="{when: 'score < 3.0', consecutive: 3}"),
        benefit(grant="score >= 3.5 and orders_30d.value > 3", revoke="score < 4"),
        ladder("score >= 2", "score >= 3", "score >= 4"),
        ladder("score < 1", "score > 4"),
    ],
)
def test_what_can_apply_is_no_finding(tmp_path: Path, more: str) -> None:
    assert found(tmp_path, more) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            bands("score >= 4", "score < 3"),
            ["L102 warning no band for a score of 3 to 4: give every score of the scale a name"],
        ),
        (
            bands("score > 2.5", "score < 2.5"),
            ["L102 warning no band for a score of 2.5: give every score of the scale a name"],
        ),
        (
            bands("score < 5"),
            ["L102 warning no band for a score of 5: give every score of the scale a name"],
        ),
        (
            bands("score >= 2.5", "score >= 4", "score < 2.5"),
            ["L103 warning no score is b1: a band before it is true wherever it is"],
        ),
        (
            benefit(grant="score >= 3.0", revoke="score < 3.5"),
            ["L104 warning ads: grant and revoke are both true for score of 3 to 3.5; revoking wins"],
        ),
        (
            benefit(grant="score >= 3.5", revoke="score <= 3.5"),
            ["L104 warning ads: grant and revoke are both true for score of 3.5; revoking wins"],
        ),
        (
            benefit(grant="score >= 3.5", freeze="score < 3.0", revoke="score < 3.5"),
            ["L106 warning ads is never frozen: grant or revoke is true wherever freeze is"],
        ),
        (
            benefit(grant="{when: 'score >= 3.5', consecutive: 2}", freeze="score < 3", revoke="score < 3"),
            ["L106 warning ads is never frozen: grant or revoke is true wherever freeze is"],
        ),
        (
            ladder("score >= 4", "score >= 3"),
            ["L105 warning step 1 of days is never taken: a later one is true wherever it is"],
        ),
        (
            ladder("score >= 3", "score >= 3"),
            ["L105 warning step 1 of days is never taken: a later one is true wherever it is"],
        ),
    ],
)
def test_what_never_applies_is_told(tmp_path: Path, more: str, said: list[str]) -> None:
    assert found(tmp_path, more) == said
