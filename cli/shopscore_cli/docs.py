"""Makes the pages of docs/ that follow from the code: `python -m shopscore_cli.docs [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from shopscore.checks.catalogue import Documented, documented
from shopscore.hooks import installed
from shopscore.resources import data_root
from shopscore.testing.findings import FINDINGS as OF_TESTS
from shopscore_cli.main import PROGRAM, cli
from shopscore_cli.settings import FINDINGS as OF_SETTINGS

_AREAS = {
    "Y": "Text and shape of YAML and JSON files",
    "F": "Formulas",
    "B": "Bundles",
    "P": "Plans: what a bundle means",
    "L": "Lint: rules that are there and never apply",
    "I": "Input: event tables and cases",
    "T": "Tests: what a case expects",
    "C": "Settings of the command line",
    "X": "Checks of plugins",
}
_COLUMNS = 100
_MADE = "<!-- Made by `make docs` from the tables in the code; do not edit. -->"


def pages() -> dict[str, str]:
    """Return the generated pages by their place in docs/."""
    found = all_findings()
    made = {"cli.md": _commands(), "checks/README.md": _index(found)}
    made |= {f"checks/{each.id}.md": _finding(each) for each in found}
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def all_findings() -> tuple[Documented, ...]:
    """Return the documentation of every finding there is, by id."""
    found: Iterable[Documented] = (*documented(installed()), *OF_TESTS, *OF_SETTINGS)
    return tuple(sorted(found, key=lambda each: each.id))


def _index(found: Iterable[Documented]) -> Iterator[str]:
    yield "# Findings"
    yield ""
    yield "What can be found wrong, by its permanent id; each has a page of its own. `shopscore lint` prints"
    yield "a finding as `file:line:column: ID level message`; rows of data are named `table:row:column`."
    yield ""
    yield _MADE
    for letter, title in _AREAS.items():
        ours = [each for each in found if each.id.startswith(letter)]
        if ours:
            yield from ("", f"## {title}", "", "| id | what is wrong |", "|---|---|")
        for each in ours:
            yield f"| [{each.id}]({each.id}.md) | {each.title} |"


def _finding(finding: Documented) -> Iterator[str]:
    yield f"# {finding.id} · {finding.title}"
    yield ""
    yield finding.why
    yield ""
    yield from _block("found", finding.example)
    yield from _block("instead", finding.instead)
    yield ""
    yield f"[All findings](README.md) · {_AREAS[finding.id[0]]}"
    yield ""
    yield _MADE


def _block(title: str, text: str) -> Iterator[str]:
    """Yield an example; long and many-lined ones are cut, as they show a size and nothing else."""
    lines = text.rstrip("\n").splitlines() or [""]
    shown = [line if len(line) <= _COLUMNS else f"{line[:_COLUMNS]}…" for line in lines]
    yield f"```text {title}"
    yield from shown
    yield "```"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield f"What `{PROGRAM} COMMAND --help` prints. Options may also come from `shopscore.toml` or the"
    yield "environment: see the end of this page."
    yield ""
    yield "<!-- Made by `make docs` from the commands themselves; do not edit. -->"
    with click.Context(cli, info_name=PROGRAM, **cli.context_settings) as context:
        yield from _command(context, cli)
    yield from _ELSEWHERE


def _command(context: click.Context, command: click.Command) -> Iterator[str]:
    context.terminal_width = _COLUMNS
    yield ""
    yield f"## {context.command_path}"
    yield ""
    yield "```text"
    yield from (line.rstrip() for line in command.get_help(context).splitlines())
    yield "```"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            with click.Context(below, info_name=name, parent=context) as inner:
                yield from _command(inner, below)


_ELSEWHERE = """
## Defaults of options

An option that is not given on the command line is looked for in the environment, then in `shopscore.toml`
in the current folder (or the file `--settings` names). The first that is found counts.

```toml
policies = ["my-policies"]     # top-level keys hold for every command that has the option
format = "json"

[score]                        # a table holds for one command
threads = 4
```

A variable of the environment holds for one command and is called `SHOPSCORE_<COMMAND>_<OPTION>`, with `_` for
`-` and spaces: `SHOPSCORE_BUNDLES_FORMAT`, `SHOPSCORE_SCORE_ON_BAD_ROWS`, `SHOPSCORE_NEW_BUNDLE_OUTPUT`. Only
`--policies` can be set for all commands at once: `SHOPSCORE_POLICIES`, several folders with the system's path
separator. `SHOPSCORE_SETTINGS` names the file of settings.

A key of `shopscore.toml` that is no option is an error (C102); a variable that names no option is ignored.
Options of `new bundle` and `new case` cannot be set in the file.

## Shell completion

Add the line for your shell to its start-up file:

```sh
eval "$(_SHOPSCORE_COMPLETE=bash_source shopscore)"    # ~/.bashrc
eval "$(_SHOPSCORE_COMPLETE=zsh_source shopscore)"     # ~/.zshrc
_SHOPSCORE_COMPLETE=fish_source shopscore | source     # ~/.config/fish/completions/shopscore.fish
```

## Exit status

| status | means |
|---|---|
| 0 | fine |
| 1 | findings: a failed test, an error of lint |
| 2 | wrong usage or bad input |
| 3 | a fault of shopscore itself; `SHOPSCORE_DEBUG=1` shows the whole trace |
| 130, 143 | interrupted by Ctrl-C, ended from outside; nothing is left half-written |
| 141 | the reader of standard output went away |

`NO_COLOR` turns colours off; without a terminal there are none, nor progress.""".splitlines()


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check tell whether they are current."""
    folder = Path(str(data_root())) / "docs"
    made = pages()
    stale = [name for name, text in made.items() if _text(folder / name) != text]
    left = [path for path in sorted((folder / "checks").glob("*.md")) if f"checks/{path.name}" not in made]
    is_check = "--check" in arguments
    if not is_check:
        (folder / "checks").mkdir(exist_ok=True)
        for name in stale:
            (folder / name).write_text(made[name], encoding="utf-8")
        for path in left:
            path.unlink()
    for name in stale:
        click.echo(f"docs/{name} {'is not current' if is_check else 'written'}")
    for path in left:
        click.echo(f"docs/checks/{path.name} {'is of no finding' if is_check else 'removed'}")
    return 1 if is_check and (stale or left) else 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
