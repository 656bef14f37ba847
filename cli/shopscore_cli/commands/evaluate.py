"""`shopscore evaluate`: the scorecard of one subject."""

from __future__ import annotations

from datetime import date
from typing import Literal

import click

from shopscore_cli.evaluation import evaluation_options
from shopscore_cli.inputs import Request, evaluate_request
from shopscore_cli.options import examples, scorecard_format_option
from shopscore_cli.output import print_scorecard
from shopscore_cli.session import Session, pass_session


@click.command(
    "evaluate",
    epilog=examples(
        "shopscore evaluate shop.yaml",
        "shopscore evaluate exports/ --market US --as-of 2026-06-22 --shop S1 --format json",
    ),
)
@evaluation_options
@scorecard_format_option
@pass_session
def command(
    session: Session,
    target: str,
    bundle: str | None,
    market: str | None,
    as_of: date | None,
    shop: str | None,
    reader: str | None,
    zone: str | None,
    on_bad_rows: Literal["fail", "set-aside"],
    category: str | None,
    lang: str,
    format: str,
) -> None:
    """Print the scorecard of a case, or of one shop of a data set.

    A case is a YAML or JSON file, or `-` for standard input; it can name its policy and day itself.
    """
    request = Request(target, bundle, market, as_of, shop, reader, zone, on_bad_rows, category)
    policy, result = evaluate_request(session, request)
    print_scorecard(session, policy, result, format, lang)
