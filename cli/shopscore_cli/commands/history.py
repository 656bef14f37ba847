"""`shopscore history`: daily scorecards between two days, states replayed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from shopscore_cli.options import (
    bundle_option,
    engine_option,
    examples,
    format_option,
    market_option,
    on_bad_rows_option,
    reader_option,
    zone_option,
)
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Day, MemorySize, Place, Threads, Word


@click.command(
    "history",
    epilog=examples(
        "shopscore history shop.yaml --from 2026-06-01 --to 2026-07-31",
        "shopscore history ./market --market US --from 2026-06-01 --to 2026-06-30 -o june.parquet",
    ),
)
@click.argument("target", type=Word(), metavar="CASE_OR_DATA")
@bundle_option
@market_option
@click.option("--from", "first", type=Day(), required=True, help="The first day to score as of.")
@click.option("--to", "last", type=Day(), required=True, help="The last day to score as of, included.")
@click.option("--replay-from", type=Day(), help="The day to replay states from.  [default: the first day]")
@click.option("--shop", type=Word(), metavar="ID", help="The subject, where a data set has several.")
@click.option(
    "-o", "--output", type=Place(dir_okay=False),
    help="Write every shop's scorecards to a .parquet, .csv or .xlsx, with a run manifest beside it.",
)  # fmt: skip
@engine_option
@reader_option
@zone_option
@on_bad_rows_option
@click.option("--category", type=Word(), metavar="C", help="The category; wins over the data's own.")
@click.option("--lang", metavar="L", default="en", show_default=True, help="Language of labels.")
@click.option("--checked", is_flag=True, help="Trust what a former run found in unchanged files.")
@click.option("--threads", type=Threads(), help="Threads to use; by default one per core.")
@click.option("--memory-limit", type=MemorySize(), help="Memory to use at most, such as 4GiB.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@format_option()
@policies_option
@pass_session
def command(
    session: Session,
    target: str,
    bundle: str | None,
    market: str | None,
    first: date,
    last: date,
    replay_from: date | None,
    shop: str | None,
    output: Path | None,
    engine: str,
    reader: str | None,
    zone: str | None,
    on_bad_rows: Literal["fail", "set-aside"],
    category: str | None,
    lang: str,
    checked: bool,
    threads: int | None,
    memory_limit: str | None,
    force: bool,
    quiet: bool,
    format: str,
) -> None:
    """Print one shop's scorecards day by day, or write those of every shop.

    What is granted, frozen or locked is carried from day to day, from --replay-from on. With --market
    each day is scored by the version in force on it; states go on by their names.
    """
    from shopscore.errors import UsageError
    from shopscore.events.connection import Settings
    from shopscore.replay import Span
    from shopscore_cli.data import Opening
    from shopscore_cli.histories import History, print_history, write_history

    outputs = () if output is None else (output.resolve().parent,)
    settings = Settings(threads=threads, memory_limit=memory_limit, outputs=outputs)
    opening = Opening(Path(target), reader, zone, on_bad_rows, checked, settings)
    span = Span.of(first, last, replay_from)
    history = History(session, bundle, market, span, opening, shop, category)
    if output is None:
        print_history(history, format, lang)
    elif shop is not None:
        raise UsageError("-o writes every shop's scorecards and --shop asks for one; give one of them")
    else:
        write_history(history, output, engine, force, quiet)
