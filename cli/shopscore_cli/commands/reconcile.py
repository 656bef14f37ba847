"""`shopscore reconcile`: our numbers and records beside the platform's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from shopscore_cli.languages import note_language
from shopscore_cli.options import (
    as_of_option,
    bundle_option,
    examples,
    format_option,
    market_option,
    on_bad_rows_option,
    reader_option,
    zone_option,
)
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Place, Word


@click.command(
    "reconcile",
    epilog=examples(
        "shopscore reconcile answers/ --reader partner-api --official official/ --bundle us-sps@2026.07",
        "shopscore reconcile shop.yaml --official official/ --format json",
    ),
)
@click.argument("target", type=Word(), metavar="CASE_OR_DATA")
@click.option(
    "--official", type=Place(), multiple=True, required=True,
    help="Saved answers of the official score API: files or folders. May be given more than once.",
)  # fmt: skip
@bundle_option
@market_option
@as_of_option
@click.option("--shop", metavar="ID", help="The subject, where a data set has several.")
@reader_option
@zone_option
@on_bad_rows_option
@click.option("--records", "shown", type=click.IntRange(0), default=20, show_default=True,
              help="How many records of a metric the table lists at most; json has all.")  # fmt: skip
@click.option("--lang", metavar="L", default="en", show_default=True, help="Language of labels.")
@policies_option
@format_option(("table", "json"))
@pass_session
def command(
    session: Session,
    target: str,
    official: tuple[Path, ...],
    bundle: str | None,
    market: str | None,
    as_of: date | None,
    shop: str | None,
    reader: str | None,
    zone: str | None,
    on_bad_rows: Literal["fail", "set-aside"],
    shown: int,
    lang: str,
    format: str,
) -> None:
    """Compare our metrics and problem records with those of the official score API.

    Each metric with its value, numerator and denominator on both sides and how theirs was read; each
    record that counts against the shop: on both lists, only ours, only theirs, and why where the data
    tells. Without --as-of the day is the one their answers are about.
    """
    from shopscore_cli.data import Opening
    from shopscore_cli.reconciling import Reconciling, reconcile

    opening = Opening(Path(target), reader, zone, on_bad_rows)
    found = reconcile(session, Reconciling(target, opening, official, bundle, market, as_of, shop))
    note_language([found.policy.bundle], lang)

    from shopscore_cli.render.reconcile import reconciliation_page, reconciliation_record
    from shopscore_cli.render.records import to_json

    if format == "json":
        click.echo(to_json(reconciliation_record(found)))
    else:
        click.echo(reconciliation_page(found, lang, shown))
