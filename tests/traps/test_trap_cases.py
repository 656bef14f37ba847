"""Traps that a case can set, each a file named after it, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.shapes.batches import ENGINES, read_cases, scorecards

from shopscore.api import Workspace
from shopscore.checks.lint import lint_bundle
from shopscore.testing import check_expectations
from shopscore.testing.case_files import case_files

POLICIES = Path(__file__).parent / "policies"
BUNDLES = sorted("@".join(folder.parts[-2:]) for folder in POLICIES.glob("*/*"))
TRAPS = [(name, path) for name in BUNDLES for path in case_files(POLICIES.joinpath(*name.split("@")))]

Findings = dict[Path, list[str]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Findings]:
    """Give what is wrong with the cases of a bundle on an engine, worked out once."""
    workspace = Workspace([POLICIES])

    @cache
    def run(name: str, engine: str) -> Findings:
        policy = workspace.policy(name)
        cases = read_cases(policy, POLICIES.joinpath(*name.split("@")))
        wrong = {}
        for each, card in scorecards(policy, cases, engine, tmp_path_factory.mktemp("cases")):
            assert each.case.expect is not None
            wrong[each.path] = [str(finding) for finding in check_expectations(each.case.expect, card)]
        return wrong

    return run


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "path"), [pytest.param(*trap, id=trap[1].stem) for trap in TRAPS])
def test_a_trap_is_not_walked_into(
    name: str, path: Path, engine: str, found: Callable[[str, str], Findings]
) -> None:
    assert found(name, engine)[path] == []


@pytest.mark.parametrize("name", BUNDLES)
def test_the_policies_of_the_traps_have_nothing_to_complain_of(name: str) -> None:
    workspace = Workspace([POLICIES])
    bundle, plan, findings = workspace.check(name)
    assert [str(each) for each in lint_bundle(bundle, plan, findings, workspace.plugins)] == []
