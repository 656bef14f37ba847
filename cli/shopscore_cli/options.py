"""Options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from shopscore_cli.render.records import FORMATS
from shopscore_cli.values import Day, Word

Command = TypeVar("Command", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """Return the examples that end a command's help."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def format_option(formats: Sequence[str] = FORMATS) -> Callable[[Command], Command]:
    """Decorate a command with --format."""
    return click.option(
        "--format", type=click.Choice(formats), default=formats[0], show_default=True,
        help="How to print the results.",
    )  # fmt: skip


class ScorecardFormat(click.ParamType[str]):
    """A built-in format, or one that a plugin renders."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what help shows."""
        return f"[{'|'.join(FORMATS)}|PLUGIN'S]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name; plugins are only asked for what is not built in."""
        if value in FORMATS:
            return value
        from shopscore.errors import near_match
        from shopscore.hooks import installed

        known = (*FORMATS, *installed().renderers)
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}{near_match(value, known)}", param, ctx)
        return value


scorecard_format_option = click.option(
    "--format", type=ScorecardFormat(), default="table", show_default=True,
    help="How to print the scorecard.",
)  # fmt: skip

as_of_option = click.option("--as-of", type=Day(), help="The local day to evaluate as of.")
bundle_option = click.option(
    "--bundle", type=Word(), metavar="B@V", help="The policy, by id@version or by its folder."
)
market_option = click.option(
    "--market", type=Word(), metavar="M", help="The market whose main program is in force on the day."
)
reader_option = click.option(
    "--reader", type=Word(), metavar="NAME", help="The reader that opens the data (see plugins)."
)
on_bad_rows_option = click.option(
    "--on-bad-rows", type=click.Choice(["fail", "set-aside"]), default="fail", show_default=True,
    help="Stop before any output, or go on without the bad rows and count them.",
)  # fmt: skip
engine_option = click.option(
    "--engine", type=click.Choice(["duckdb", "reference"]), default="duckdb", show_default=True,
    help="What computes; both give the same scorecards.",
)  # fmt: skip
zone_option = click.option("--zone", type=Word(), metavar="TZ", help="The zone of times written without one.")
