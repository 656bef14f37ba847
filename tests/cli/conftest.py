"""A workshop for the command line: a folder of its own, a small policy, and no settings from outside."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from shopscore_cli.main import run

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    status: int
    out: str
    err: str


Shopscore = Callable[..., Outcome]


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a new folder with the corner shop's policy under policies/."""
    shutil.copytree(HERE / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("SHOPSCORE_") or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("SHOPSCORE_POLICIES", "policies")
    return tmp_path


@pytest.fixture
def more_policies(workshop: Path) -> None:
    """Put beside the corner shop's policy one with ledgers, and one of another market."""
    shutil.copytree(HERE / "more_policies", workshop / "policies", dirs_exist_ok=True)


@pytest.fixture
def shopscore(
    workshop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shopscore:
    """Run a command line in this process."""

    def call(*words: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        status = run(words)
        printed = capsys.readouterr()
        return Outcome(status, printed.out, printed.err)

    return call


@pytest.fixture
def case() -> Path:
    """Give the path of the corner shop's case, seen from the workshop."""
    return Path("policies/corner-shop/1/cases/twenty-orders.yaml")
