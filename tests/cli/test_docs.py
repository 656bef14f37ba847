"""The generated pages are current, and say what the commands themselves say."""

from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

from shopscore.resources import data_root
from shopscore_cli.docs import pages
from shopscore_cli.main import COMMANDS

DOCS = Path(str(data_root())) / "docs"


def test_the_pages_are_current() -> None:
    """`make docs` writes them anew."""
    made = pages()
    there = {path.relative_to(DOCS).as_posix() for path in (DOCS / "checks").glob("*.md")} | {"cli.md"}
    assert there == set(made)
    assert [name for name in made if (DOCS / name).read_text(encoding="utf-8") != made[name]] == []


@pytest.mark.parametrize("command", [*COMMANDS, "new bundle", "new case"])
def test_every_command_has_a_help_with_an_example(shopscore: Shopscore, command: str) -> None:
    outcome = shopscore(*command.split(), "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"Usage: shopscore {command}" in outcome.out
    assert f"\n  Example:\n    shopscore {command}" in outcome.out
