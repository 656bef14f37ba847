"""The example package, built and installed beside us, seen by fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "examples" / "shopscore-dispatch-grace"
CASE = PACKAGE / "shopscore_dispatch_grace/policies/fair-dispatch/1.0/cases/one-late-order-is-forgiven.yaml"


def run(*command: str, beside: Path, succeeds: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(beside), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=beside,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the package is installed into, without network: we are its only dependency."""
    target = tmp_path_factory.mktemp("site")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check", "--quiet")
    run("-m", "pip", "install", *options, "--target", str(target), str(PACKAGE), beside=target)
    return target


SHOPSCORE = ("-m", "shopscore_cli.main")


def test_plugins_lists_what_the_package_adds(installed: Path) -> None:
    listed = json.loads(run(*SHOPSCORE, "plugins", "--format", "json", beside=installed).stdout)
    assert listed == {}


def test_a_case_of_its_policy_is_evaluated_with_its_function_kind_and_renderer(installed: Path) -> None:
    printed = run(*SHOPSCORE, "evaluate", str(CASE), "--format", "lines", beside=installed).stdout
    assert printed == "2026-03-01 fair-dispatch@1.0 S1 scored 2.448\n"


def test_its_policy_passes_its_own_cases(installed: Path) -> None:
    run(*SHOPSCORE, "test", "fair-dispatch@1.0", beside=installed)


def test_its_own_tests_pass(installed: Path) -> None:
    tests = ("-c", str(PACKAGE / "pyproject.toml"), "-p", "no:cacheprovider", str(PACKAGE / "tests"))
    run("-m", "pytest", "-q", *tests, beside=installed)


def test_without_the_package_its_policy_is_not_there(tmp_path: Path) -> None:
    done = run(*SHOPSCORE, "evaluate", str(CASE), beside=tmp_path, succeeds=False)
    assert (done.returncode, done.stderr) == (2, "")
