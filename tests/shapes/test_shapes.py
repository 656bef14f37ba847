"""Rules of other marketplaces as small bundles: the language can say them, and both engines mean the same.

Each shape of the specification (1.5) is a bundle below policies/, named after the habit it stands for; its
cases stand at, one step below and one step above every line. What has a memory is also told day by day, in
stories/ (see test_histories.py).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.shapes.batches import read_cases, scorecards

from shopscore.api import Workspace
from shopscore.checks.lint import lint_bundle, lint_catalog
from shopscore.errors import UsageError
from shopscore.testing import check_expectations
from shopscore.testing.run import differences

POLICIES = Path(__file__).parent / "policies"
BUNDLES = sorted("@".join(folder.parts[-2:]) for folder in POLICIES.glob("*/*"))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@pytest.mark.parametrize("name", BUNDLES)
def test_a_shape_has_nothing_to_complain_of(name: str, workspace: Workspace) -> None:
    bundle, plan, findings = workspace.check(name)
    assert [str(each) for each in lint_bundle(bundle, plan, findings, workspace.plugins)] == []


@pytest.mark.parametrize("name", BUNDLES)
def test_cases_come_out_as_worked_out_by_hand(name: str, workspace: Workspace, tmp_path: Path) -> None:
    """On the reference engine case by case, on DuckDB in data sets of several shops, with the same result."""
    policy = workspace.policy(name)
    cases = read_cases(policy, POLICIES.joinpath(*name.split("@")))
    assert cases, "a shape without a case shows nothing"
    assert [each.path.name for each in cases if not each.case.note.strip()] == []
    wrong = []
    reference = {}
    for each, card in scorecards(policy, cases, "reference", tmp_path):
        reference[each.path] = dict(card)
        assert each.case.expect is not None
        wrong += [str(found) for found in check_expectations(each.case.expect, card)]
    for each, card in scorecards(policy, cases, "duckdb", tmp_path):
        for path, one, other in differences(reference.pop(each.path), dict(card)):
            if not path.startswith("warnings"):  # those of a data set are worded for a data set
                wrong.append(f"{each.path}: {path} is {one} on reference and {other} on duckdb")
    assert (wrong, reference) == ([], {})


def test_no_two_versions_of_a_shape_are_in_force_at_once(workspace: Workspace) -> None:
    assert [str(each) for each in lint_catalog(workspace.catalog)] == []


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2026-01-01", "1"),
        ("2026-06-30", "1"),
        ("2026-07-01", "2"),
        ("2026-07-14", "2"),
        ("2026-07-15", "2"),  # the preview's own first day
    ],
)
def test_a_preview_lies_beside_the_version_in_force(day: str, version: str, workspace: Workspace) -> None:
    assert workspace.in_force("ZP", date.fromisoformat(day)).name == f"preview-beside@{version}"


def test_before_the_first_version_nothing_is_in_force(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as raised:
        workspace.in_force("ZP", date(2025, 12, 31))
    assert str(raised.value) == (
        "no main programme of market ZP is in force on 2025-12-31; nearest: "
        "preview-beside@1 (2026-01-01 to 2026-06-30)"
    )
