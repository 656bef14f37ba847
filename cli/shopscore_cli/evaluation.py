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


def _pairs(
    context: click.Context, parameter: click.Parameter, values: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Return names of metrics and what was typed for each; the policy says later what they are."""
    pairs: dict[str, str] = {}
    for each in values:
        name, sign, value = (part.strip() for part in each.partition("="))
        if not (name and sign):
            raise click.BadParameter(
                f"{each!r} is no NAME=VALUE; expected one such as negative_review_rate=0.58%",
                context,
                parameter,
            )
        if name in pairs:
            raise click.BadParameter(f"{name} is given twice; expected each metric once", context, parameter)
        pairs[name] = value
    return tuple(pairs.items())


metric_option = click.option(
    "--metric", "metrics", multiple=True, callback=_pairs, metavar="NAME=VALUE",
    help="A number you know, such as negative_review_rate=0.58%. May be given more than once; no case is "
    "needed then.",
)  # fmt: skip


def evaluation_options(command: Command) -> Command:
    """Decorate a command with what says which subject, policy and day is meant."""
    for decorate in reversed(
        (
            click.argument("target", type=Word(), metavar="[CASE_OR_DATA]", required=False),
            bundle_option,
            market_option,
            as_of_option,
            click.option(
                "--shop", type=Word(), metavar="ID", help="The subject, where a data set has several."
            ),
            reader_option,
            zone_option,
            on_bad_rows_option,
            metric_option,
            click.option(
                "--category", type=Word(), metavar="C", help="The category; wins over the data's own."
            ),
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
    context = click.get_current_context()
    if request.target is None and not request.metrics:
        missing = "Missing argument 'CASE_OR_DATA', or --metric NAME=VALUE in its place."
        raise click.UsageError(missing, context)
    if not is_case(request):
        return
    source = context.get_parameter_source
    given = [option for name, option in _OF_DATA_SETS.items() if source(name) is ParameterSource.COMMANDLINE]
    if given:
        what = {STANDARD_INPUT: "standard input is a case", None: "there is no data set"}
        use = "is an option" if len(given) == 1 else "are options"
        said = what.get(request.target, f"{request.target} is a case")
        raise UsageError(f"{said}; {' and '.join(given)} {use} for data sets only")
