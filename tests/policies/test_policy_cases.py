"""The cases beside the policies come out as worked out by hand, on the reference engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.checks.cases import case_files
from shopscore.resources import data_root
from shopscore.testing import run_case

POLICIES = Path(str(data_root() / "policies"))
CASES = [path for folder in sorted(POLICIES.glob("*/*")) for path in case_files(folder)]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(POLICIES).with_suffix("")))
def test_a_case_comes_out_as_worked_out_by_hand(path: Path, workspace: Workspace) -> None:
    found = [str(finding) for result in run_case(path, workspace) for finding in result.findings]
    assert found == []
