"""What we ship: sdist -> wheel holds exactly the tree, and works away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    "engine/": "",
    "cli/": "",
    "plugins/": "",
    "policies/": "shopscore/_data/policies/",
    "schemas/": "shopscore/_data/schemas/",
}


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from the sdist alone."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(out), str(ROOT))
    return out


@pytest.fixture(scope="session")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own and return its Python."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    (wheel,) = dist.glob("*.whl")
    run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    return python


def run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tracked() -> set[str]:
    """Return every file git knows below the shipped folders, as the wheel should name it."""
    names = set()
    for line in run("git", "ls-files", *SOURCES, cwd=ROOT).splitlines():
        folder = line.split("/")[0] + "/"
        names.add(SOURCES[folder] + line.removeprefix(folder))
    return names


def test_the_wheel_holds_exactly_the_tracked_files(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == tracked()


def test_the_sdist_can_run_the_tests(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        top = {"/".join(name.split("/")[1:2]) for name in archive.getnames()}
    assert {"engine", "cli", "plugins", "policies", "schemas", "tests", "pyproject.toml", "LICENSE"} <= top


def test_the_installed_wheel_knows_its_bundles_from_another_folder(installed: Path, tmp_path: Path) -> None:
    script = "import shopscore; print(shopscore.load('us-sps@2026.06').name, shopscore.__file__)"
    name, file = run(str(installed), "-c", script, cwd=tmp_path).split()
    assert name == "us-sps@2026.06"
    assert "site-packages" in file


def test_the_installed_command_lists_the_built_in_plugins(installed: Path, tmp_path: Path) -> None:
    out = run(str(installed.parent / "shopscore"), "plugins", cwd=tmp_path)
    assert "olist" in out
    assert "metric_kinds" in out


def test_an_edited_policy_is_seen_at_once_in_an_editable_install() -> None:
    script = "from shopscore.resources import data_root; print(data_root())"
    assert run(sys.executable, "-c", script).strip() == str(ROOT)
