"""`shopscore sample`: a generated marketplace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from shopscore_cli.options import examples
from shopscore_cli.session import Session, pass_session
from shopscore_cli.values import Day, Place, Threads


@click.command(
    "sample",
    epilog=examples("shopscore sample ./market --shops 2000 --orders 200000 --seed 7 --end 2026-06-21"),
)
@click.argument("out", type=Place())
@click.option("--shops", type=int, default=1000, show_default=True, help="How many shops.")
@click.option("--orders", type=int, default=100_000, show_default=True, help="How many orders.")
@click.option("--days", type=int, default=180, show_default=True, help="Over how many local days.")
@click.option("--end", type=Day(), default="2026-06-21", show_default=True, help="The last of these days.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same market.")
@click.option("--market", default="US", show_default=True, help="Whose zone, money and names to use.")
@click.option("--threads", type=Threads(), help="Threads to write with; by default one per core.")
@click.option("--dirty", type=float, default=0.0, help="Share of bad rows to plant, up to 0.5.")
@click.option("--force", is_flag=True, help="Replace an existing folder.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@pass_session
def command(
    session: Session,
    out: Path,
    shops: int,
    orders: int,
    days: int,
    end: date,
    seed: int,
    market: str,
    threads: int | None,
    dirty: float,
    force: bool,
    quiet: bool,
) -> None:
    """Write a data set of every table of the event model into the new folder OUT.

    Everything in it is invented. Nothing happens after the last day, so it can be scored as of the next.
    """
    from shopscore_cli.failures import say
    from shopscore_cli.progress import meter
    from shopscore_cli.render.words import count_of
    from shopscore_cli.sample import generate

    _refuse(out, force)
    with meter("writing", quiet) as advance:
        report = generate(
            out,
            shops=shops,
            orders=orders,
            days=days,
            end=end,
            seed=seed,
            market=market,
            threads=threads,
            dirty=dirty,
            replace=force,
            on_progress=lambda table, done, total: advance(done, total),
        )
    if not quiet:
        rows = ", ".join(f"{table} {count:,}" for table, count in report.tables.items())
        say(f"{out}: {rows}; score it as of {report.as_of}")
        if report.bad_rows:
            kinds = ", ".join(f"{kind} {rows:,}" for kind, rows in report.bad_rows.items())
            say(f"planted {count_of(sum(report.bad_rows.values()), 'bad row')}: {kinds}")


def _refuse(out: Path, force: bool) -> None:
    """Raise UsageError where OUT is there, unless it may be replaced and holds nothing but tables."""
    from shopscore.errors import UsageError
    from shopscore.events.files import MANIFEST
    from shopscore.events.tables import catalog

    if not out.exists():
        return
    if out.is_file():
        raise UsageError(f"{out} is a file; expected a folder that is not there yet")
    if not force:
        raise UsageError(f"{out} exists already; --force replaces it")
    for each in sorted(out.iterdir()):
        if each.name != MANIFEST and each.name.partition(".")[0] not in catalog():
            raise UsageError(f"{out} holds {each.name}, which is no table of a sample; it is not replaced")
