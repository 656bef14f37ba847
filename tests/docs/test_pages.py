"""What the documentation says without showing output: commands that exist, links that lead somewhere."""

import shlex
from pathlib import Path

import click
import pytest
from tests.docs.pages import ROOT, commands, links, pages

from shopscore_cli.main import PROGRAM, cli

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())


def _parse(words: list[str]) -> None:
    """Read a command line as the program would, without carrying it out; raises what click has against it."""
    context = click.Context(cli, info_name=PROGRAM)
    command: click.Command = cli
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)
        assert command is not None and name is not None
        context = click.Context(command, context, name)
    command.parse_args(context, words)


@PAGES
def test_commands_are_accepted_as_written(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-policies").mkdir()  # an earlier command of the pages would have made it
    for line in commands(page.read_text(encoding="utf-8")):
        program, *words = shlex.split(line, comments=True) or [""]
        if program == PROGRAM:
            _parse(words)


@PAGES
def test_links_lead_to_files(page: Path) -> None:
    targets = links(page.read_text(encoding="utf-8"))
    assert [link for link in targets if not (page.parent / link).exists()] == []
