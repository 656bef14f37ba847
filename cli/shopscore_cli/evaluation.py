"""The arguments and options that evaluate and explain share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

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
