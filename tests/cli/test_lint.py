"""Lint: all findings at once, at their places, with the right status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

from shopscore.bundle.model import Bundle
from shopscore.errors import Finding, Level
from shopscore.hooks import Loaded, collect
from shopscore.hookspecs import Check, hookimpl

POLICY = Path("policies/corner-shop/1")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_clean_bundle_has_no_findings(shopscore: Shopscore) -> None:
    outcome = shopscore("lint", "corner-shop@1")
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "no findings\n")


def test_a_bundle_may_be_named_by_its_folder_a_folder_above_or_one_of_its_files(shopscore: Shopscore) -> None:
    edit(POLICY / "metrics.yaml", "better: lower", "better: worse")
    said = (
        f"{POLICY}/metrics.yaml:15:13: Y204 error metrics.late_rate.better: expected higher or "
        "lower, found the text 'worse'\n"
    )
    for target in (str(POLICY), "policies", str(POLICY / "score.yaml"), "corner-shop@1"):
        assert shopscore("lint", target).out == said


def test_every_finding_is_told_in_one_run(shopscore: Shopscore) -> None:
    edit(POLICY / "metrics.yaml", "populations:\n", "populations:\n  unread: {of: orders, at: placed_at}\n")
    edit(POLICY / "benefits.yaml", 'revoke: "score < 3.0"', 'revoke: "score < 3.8"')
    edit(POLICY / "score.yaml", 'when: "score < 2.5"', 'when: "score < 2"')
    outcome = shopscore("lint", "corner-shop@1")
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        f"{POLICY}/benefits.yaml:2:3: L104 warning window_display: grant and revoke are both true for score "
        "of 3.5 to 3.8; revoking wins",
        f"{POLICY}/benefits.yaml:2:3: L106 warning window_display is never frozen: grant or revoke is true "
        "wherever freeze is",
        f"{POLICY}/metrics.yaml:2:3: L101 warning the population 'unread' is never used",
        f"{POLICY}/score.yaml:26:7: L102 warning no band for a score of 2 to 2.5: give every score of the "
        "scale a name",
    ]
    assert outcome.err == "4 warnings\n"


def test_warnings_alone_do_not_fail(shopscore: Shopscore) -> None:
    edit(POLICY / "metrics.yaml", "populations:\n", "populations:\n  unread: {of: orders, at: placed_at}\n")
    outcome = shopscore("lint", "corner-shop@1")
    assert (outcome.status, outcome.err) == (0, "1 warning\n")


def test_findings_as_json_have_their_place_in_fields(shopscore: Shopscore) -> None:
    edit(POLICY / "metrics.yaml", "populations:\n", "populations:\n  unread: {of: orders, at: placed_at}\n")
    (found,) = json.loads(shopscore("lint", "corner-shop@1", "--format", "json").out)
    assert found == {
        "id": "L101", "level": "warning", "message": "the population 'unread' is never used",
        "place": f"{POLICY}/metrics.yaml:2:3", "file": f"{POLICY}/metrics.yaml", "line": 2, "column": 3,
    }  # fmt: skip


def test_two_versions_in_force_on_one_day_are_an_error_of_the_later_one(
    shopscore: Shopscore, workshop: Path
) -> None:
    second = workshop / "policies/corner-shop/2"
    second.mkdir()
    (second / "bundle.yaml").write_text(
        'id: corner-shop\nversion: "2"\nextends: corner-shop@1\n'
        "effective: {from: 2026-12-31, assumed: to be announced}\n"
    )
    said = (
        "policies/corner-shop/2/bundle.yaml:4:1: B280 error corner-shop@2 is in force from 2026-12-31, "
        "and so is corner-shop@1 (2026-01-01 to 2026-12-31); a programme has one version on any day\n"
    )
    assert shopscore("lint", "corner-shop@2").out == said
    assert shopscore("lint", "policies").out == said
    assert shopscore("lint", "corner-shop@1").out == ""


def test_what_a_case_expects_is_looked_up_without_being_scored(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "odd.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\nexpect:\n"
        "  metrics.late_rat.value: 4 %\n"
        "  benefits: {golden_bel: {state: granted}}\n"
        "  ledgers.points.balance: 3\n"
        "  benefits.golden_bell.sinse: 2026-03-01\n"
        "  score.value: 3\n"
        "  score: {near: 3}\n"
        "  warnings.whatever.txt: x\n"
        "  warnings.whatever.text: x\n"
        "  warnings.0.id: x\n"
        "  metrics.late_rate.value: 40 %\n"
    )
    outcome = shopscore("lint", "odd.yaml")
    assert (outcome.status, outcome.err) == (1, "7 errors\n")
    assert outcome.out.splitlines() == [
        "odd.yaml:5:3: T101 error metrics.late_rat.value: metrics has no 'late_rat'; "
        "did you mean 'late_rate'?",
        "odd.yaml:6:27: T101 error benefits.golden_bel.state: benefits has no 'golden_bel'; "
        "did you mean 'golden_bell'?",
        "odd.yaml:7:3: T101 error ledgers.points.balance: ledgers has no 'points'",
        "odd.yaml:8:3: T101 error benefits.golden_bell.sinse: benefits.golden_bell has no 'sinse'; "
        "did you mean 'since'?",
        "odd.yaml:9:3: T101 error score.value: score is a single value and has no 'value'",
        "odd.yaml:10:10: T102 error near and within are written together: near what, within how much",
        "odd.yaml:11:3: T101 error warnings.whatever.txt: warnings.whatever has no 'txt'; "
        "did you mean 'text'?",
    ]


def test_a_case_of_its_own_is_linted_with_the_policy_it_names(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "mine.yaml").write_text(
        "bundle: corner-shop@1\nshop: {shop_id: S1}\norders: [{order_id: o1, placed_at: yesterday}]\n"
    )
    (workshop / "lost.yaml").write_text("shop: {shop_id: S1}\n")
    outcome = shopscore("lint", "mine.yaml", "lost.yaml")
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        "lost.yaml:1:1: T104 error the case names no policy; write bundle: with an id@version",
        "mine.yaml:3:36: I302 error orders: placed_at is 'yesterday'; expected a time with its zone, such as "
        "2026-06-01T10:00:00-07:00, or Unix seconds",
    ]


class House:
    """A plugin with a check of its own."""

    @hookimpl
    def shopscore_checks(self) -> list[Check]:
        def run(bundle: Bundle) -> Iterator[Finding]:
            yield Finding("X900", Level.WARNING, bundle.mark, f"{bundle.name} was looked at")

        return [Check("X900", "looked at", "To be seen.", "any bundle", "none", run)]


def test_plugins_checks_run_beside_ours(shopscore: Shopscore, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = collect([Loaded("house", "1.0", House())])
    monkeypatch.setattr("shopscore.api.installed", lambda: plugins)
    assert shopscore("lint", "corner-shop@1").out == (
        f"{POLICY}/benefits.yaml:1:1: X900 warning corner-shop@1 was looked at\n"
    )
