"""`shopscore explain`: the sheet behind a scorecard."""

from __future__ import annotations

from datetime import date
from typing import Literal

import click

from shopscore_cli.evaluation import assume_granted_option, evaluation_options, refuse_ignored
from shopscore_cli.inputs import Request, evaluate_request
from shopscore_cli.languages import note_language
from shopscore_cli.options import examples, format_option
from shopscore_cli.output import print_records
from shopscore_cli.session import Session, pass_session


@click.command(
    "explain",
    epilog=examples("shopscore explain shop.yaml", "shopscore explain shop.yaml --format json"),
)
@evaluation_options
@assume_granted_option
@format_option()
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
    assume_granted: tuple[str, ...],
    format: str,
) -> None:
    """Print what a score is made of: each rule with its formula, value, place and source.

    The table shows the tree from the score down; the other formats list every cell of the sheet.
    """
    request = Request(
        target, bundle, market, as_of, shop, reader, zone, on_bad_rows, category, assume_granted, metrics
    )
    refuse_ignored(request)
    policy, result = evaluate_request(session, request)
    note_language([policy.bundle], lang)

    from shopscore_cli.render.cells import cell_records
    from shopscore_cli.render.explain import explain_page
    from shopscore_cli.render.paint import paint_for
    from shopscore_cli.render.view import View

    view = View(policy, result, lang, paint_for())
    if format == "table":
        click.echo(explain_page(view))
    else:
        print_records(cell_records(view), format)
