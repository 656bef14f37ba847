"""What engines do on their own (facts, windows, sums, what was supplied), by cases worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.shapes.batches import ENGINES, read_cases, scorecards

from shopscore.api import Workspace
from shopscore.checks.lint import lint_bundle
from shopscore.testing import check_expectations

POLICIES = Path(__file__).parent / "policies"
BUNDLES = sorted("@".join(folder.parts[-2:]) for folder in POLICIES.glob("*/*"))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@pytest.mark.parametrize("name", BUNDLES)
def test_the_policy_has_nothing_to_complain_of(name: str, workspace: Workspace) -> None:
    bundle, plan, findings = workspace.check(name)
    assert [str(each) for each in lint_bundle(bundle, plan, findings, workspace.plugins)] == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", BUNDLES)
def test_cases_come_out_as_worked_out_by_hand(
    name: str, engine: str, workspace: Workspace, tmp_path: Path
) -> None:
    policy = workspace.policy(name)
    cases = read_cases(policy, POLICIES.joinpath(*name.split("@")))
    assert cases
    assert [each.path.name for each in cases if not each.case.note.strip()] == []
    wrong = []
    for each, card in scorecards(policy, cases, engine, tmp_path):
        assert each.case.expect is not None
        wrong += [str(found) for found in check_expectations(each.case.expect, card)]
    assert wrong == []
