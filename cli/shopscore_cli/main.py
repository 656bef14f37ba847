"""The `shopscore` command: commands are imported when they are asked for, so that it starts fast."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from shopscore.errors import near_match
from shopscore_cli.failures import report
from shopscore_cli.interruption import status, watch
from shopscore_cli.settings import FILE, read_settings
from shopscore_cli.streams import prepare_streams
from shopscore_cli.values import Place

PROGRAM = "shopscore"
COMMANDS = (
    "evaluate", "explain", "ask",
    "read", "score", "history", "reconcile", "lint", "test", "bundles", "show", "schema", "plugins", "new",
    "sample",
)  # fmt: skip
"""Commands in the order in which help lists them; each is a module of `shopscore_cli.commands`."""

_COMPLETE = "_SHOPSCORE_COMPLETE"


class LazyGroup(click.Group):
    """A group whose commands are modules, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"shopscore_cli.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"no command is called {name!r}{near_match(name, COMMANDS)}")
        return super().resolve_command(ctx, args)


def _settings(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> None:
    if ctx.resilient_parsing:
        return
    chosen = path or (Path(FILE) if Path(FILE).exists() else None)
    if chosen is not None:
        ctx.default_map = read_settings(chosen, cli)


def _version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"{PROGRAM} {version(PROGRAM)}")
        ctx.exit()


@click.group(
    PROGRAM,
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SHOPSCORE"},
    epilog=(
        "Results go to standard output, messages to standard error. Exit status: 0 fine, 1 findings, "
        "2 wrong usage or bad input, 3 a fault of shopscore itself."
    ),
)
@click.option(
    "--settings", type=Place(dir_okay=False), is_eager=True, expose_value=False,
    callback=_settings, help=f"Option defaults in TOML.  [default: {FILE}, where there is one]",
)  # fmt: skip
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
def cli() -> None:
    """Score marketplace shops by declarative, versioned policies.

    \b
    Example:
      shopscore evaluate shop.yaml
    """


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line and return its exit status; nothing but a report reaches the screen."""
    try:
        if _COMPLETE in os.environ:
            from click.shell_completion import shell_complete

            return shell_complete(cli, {}, PROGRAM, _COMPLETE, os.environ[_COMPLETE])
        with cli.make_context(PROGRAM, list(arguments)) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        return report(error)
    return 0


def _leave_cycles() -> None:
    """Look for none at exit: that takes a tenth of a short command, and all goes with the process anyway."""
    if "_duckdb" not in sys.modules:  # its bindings count what is left over, and complain
        gc.freeze()


def main() -> None:
    """Run the command line of this process."""
    atexit.register(_leave_cycles)
    prepare_streams()
    watch()
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # a second Ctrl-C, while the first is being reported
        code = status()
    sys.exit(code)


if __name__ == "__main__":
    main()
