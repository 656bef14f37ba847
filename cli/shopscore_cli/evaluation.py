"""The arguments and options that evaluate and explain share, and which of them a case has no use for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from shopscore.errors import UsageError
from shopscore_cli.inputs import EVERY_APPEAL, STANDARD_INPUT, Request, is_case
from shopscore_cli.options import (
    as_of_option,
    bundle_option,
    market_option,
    on_bad_rows_option,
    reader_option,
    zone_option,
)
from shopscore_cli.session import policies_option
from shopscore_cli.values import Word

_OF_DATA_SETS = {"reader": "--reader", "zone": "--zone", "on_bad_rows": "--on-bad-rows"}
"""Options that say how to read a data set."""

Command = TypeVar("Command", bound=Callable[..., Any])


def evaluation_options(command: Command) -> Command:
    """Decorate a command with what says which subject, policy and day is meant."""
    for decorate in reversed(
        (
            click.argument("target", type=Word(), metavar="CASE_OR_DATA"),
            bundle_option,
            market_option,
            as_of_option,
            click.option("--shop", metavar="ID", help="The subject, where a data set has several."),
            reader_option,
            zone_option,
            on_bad_rows_option,
            click.option("--category", metavar="C", help="The category; wins over the data's own."),
            click.option("--lang", metavar="L", default="en", show_default=True, help="Language of labels."),
            policies_option,
        )
    ):
        command = decorate(command)
    return command


def _appeals(context: click.Context, parameter: click.Parameter, values: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of appeals, given one by one or with commas between them."""
    ids = tuple(id_.strip() for value in values for id_ in value.split(","))
    if "" in ids:
        raise click.BadParameter(
            "an id is empty; expected appeals by id, such as ap-1,ap-2", context, parameter
        )
    return ids


assume_granted_option = click.option(
    "--assume-granted", is_flag=False, flag_value=EVERY_APPEAL, multiple=True, callback=_appeals,
    metavar="[ID,…]",
    help="What if these appeals had been granted; without ids, as the last word, all that wait.",
)  # fmt: skip


def refuse_ignored(request: Request) -> None:
    """Raise UsageError for options on the command line that would change nothing about a case.

    Defaults from the settings or the environment are meant for whatever needs them.
    """
    if not is_case(request):
        return
    source = click.get_current_context().get_parameter_source
    given = [option for name, option in _OF_DATA_SETS.items() if source(name) is ParameterSource.COMMANDLINE]
    if given:
        what = "standard input" if request.target == STANDARD_INPUT else request.target
        use = "is an option" if len(given) == 1 else "are options"
        raise UsageError(f"{what} is a case; {' and '.join(given)} {use} for data sets only")
