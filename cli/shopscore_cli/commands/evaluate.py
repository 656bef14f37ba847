"""`shopscore evaluate`: the scorecard of one subject."""

from __future__ import annotations

from datetime import date
from typing import Literal

import click

from shopscore.errors import UsageError
from shopscore_cli.evaluation import assume_granted_option, evaluation_options, refuse_ignored
from shopscore_cli.inputs import Request, compare_request, evaluate_request
from shopscore_cli.languages import note_language
from shopscore_cli.options import examples, scorecard_format_option
from shopscore_cli.output import print_comparison, print_scorecard
from shopscore_cli.render.records import FORMATS
from shopscore_cli.session import Session, pass_session
from shopscore_cli.values import Word


@click.command(
    "evaluate",
    epilog=examples(
        "shopscore evaluate shop.yaml",
        "shopscore evaluate exports/ --market US --as-of 2026-06-22 --shop S1 --format json",
        "shopscore evaluate shop.yaml --compare us-sps@2026.07",
        "shopscore evaluate shop.yaml --assume-granted ap-1,ap-2",
        "shopscore evaluate --market US --as-of 2026-06-22 --metric negative_review_rate=0.58%",
    ),
)
@evaluation_options
@click.option(
    "--compare", metavar="B@V", type=Word(),
    help="A second policy; the scorecards of both stand side by side.",
)  # fmt: skip
@assume_granted_option
@scorecard_format_option
@pass_session
def command(
    session: Session,
    target: str | None,
    bundle: str | None,
    market: str | None,
    as_of: date | None,
    shop: str | None,
    reader: str | None,
    zone: str | None,
    on_bad_rows: Literal["fail", "set-aside"],
    metrics: tuple[tuple[str, str], ...],
    category: str | None,
    lang: str,
    compare: str | None,
    assume_granted: tuple[str, ...],
    format: str,
) -> None:
    """Print the scorecard of a case, or of one shop of a data set.

    A case is a YAML or JSON file, or `-` for standard input; it can name its policy and day itself.
    With --metric numbers take the place of what a case or data set says of these metrics, or do without one.
    """
    request = Request(
        target, bundle, market, as_of, shop, reader, zone, on_bad_rows, category, assume_granted, metrics
    )
    refuse_ignored(request)
    if compare is None:
        policy, result = evaluate_request(session, request)
        note_language([policy.bundle], lang)
        print_scorecard(session, policy, result, format, lang)
        return
    if format not in FORMATS:
        raise UsageError(f"--format {format} prints scorecards; with --compare expected {', '.join(FORMATS)}")
    both = compare_request(session, request, compare)
    note_language([policy.bundle for policy, _ in both], lang)
    print_comparison(*both, format, lang)
