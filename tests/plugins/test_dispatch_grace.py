"""The example package, built and installed beside us, seen by fresh processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "examples" / "shopscore-dispatch-grace"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "plugins.md"
CASE = PACKAGE / "shopscore_dispatch_grace/policies/fair-dispatch/1.0/cases/one-late-order-is-forgiven.yaml"


def run(*command: str, beside: Path, fails: int = 0) -> subprocess.CompletedProcess[str]:
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
    assert done.returncode == fails, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the package is installed into, without network: we are its only dependency."""
    target = tmp_path_factory.mktemp("site")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check", "--quiet")
    run("-m", "pip", "install", *options, "--target", str(target), str(PACKAGE), beside=target)
    return target


SHOPSCORE = ("-m", "shopscore_cli.main")


def test_plugins_lists_it_as_the_guide_shows(installed: Path) -> None:
    printed = run(*SHOPSCORE, "plugins", beside=installed).stdout
    (shown,) = re.findall(
        r"^\$ shopscore plugins\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S
    )
    path = str(installed / "shopscore_dispatch_grace" / "policies")
    assert of_the_package(printed.replace(path, ".../shopscore_dispatch_grace/policies")) == of_the_package(
        shown
    )


def of_the_package(table: str) -> list[list[str]]:
    """Return the words of the package's lines; other plugins change the columns' widths."""
    lines = table.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("dispatch_grace"))
    ours = takewhile(lambda line: line.startswith(" "), lines[start + 1 :])
    return [line.split() for line in (lines[start], *ours)]


def test_a_case_of_its_policy_is_evaluated_with_its_function_kind_and_renderer(installed: Path) -> None:
    printed = run(*SHOPSCORE, "evaluate", str(CASE), "--format", "lines", beside=installed).stdout
    assert printed == "2026-03-01 fair-dispatch@1.0 S1 scored 2.448\n"


def test_its_policy_passes_its_own_cases_on_both_engines(installed: Path) -> None:
    done = run(*SHOPSCORE, "test", "fair-dispatch@1.0", "--engine", "all", beside=installed)
    assert (done.stdout, done.stderr) == ("1 case passed\n", "")


def test_its_policy_has_nothing_to_lint(installed: Path) -> None:
    done = run(*SHOPSCORE, "lint", "fair-dispatch@1.0", beside=installed)
    assert (done.stdout, done.stderr) == ("", "no findings\n")


def test_its_own_tests_pass(installed: Path) -> None:
    tests = ("-c", str(PACKAGE / "pyproject.toml"), "-p", "no:cacheprovider", str(PACKAGE / "tests"))
    run("-m", "pytest", "-q", *tests, beside=installed)


def test_without_the_package_its_policy_is_not_there(tmp_path: Path) -> None:
    done = run(*SHOPSCORE, "evaluate", str(CASE), beside=tmp_path, fails=2)
    assert done.stderr.startswith("Error: no bundle is called 'fair-dispatch'; known are ")


def test_without_the_package_a_copy_of_its_policy_names_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(CASE.parents[3], folder)
    done = run(*SHOPSCORE, "lint", str(folder), beside=tmp_path, fails=1)
    bundle, metrics = (folder / "fair-dispatch" / "1.0" / name for name in ("bundle.yaml", "metrics.yaml"))
    assert done.stdout.splitlines() == [
        f"{bundle}:1:1: P109 error the bundle needs plugin 'dispatch_grace' >=1.2, <2, "
        "which is not installed",
        f"{metrics}:8:3: P103 error no metric kind is called 'share_after_grace' (known: count_of, "
        "distinct_of, formula, mean_of, peak_of, percentile_of, ratio, share_of, sum_of, supplied)",
        f"{metrics}:24:13: F110 error no function 'hours_after_grace'; the functions are abs, clip, "
        "coalesce, days_between, hours_between, known, max, min, missing, round",
    ]
