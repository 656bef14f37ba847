"""`shopscore read`: foreign files to a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from shopscore_cli.options import examples, on_bad_rows_option, zone_option
from shopscore_cli.session import Session, pass_session
from shopscore_cli.values import Place


@click.command(
    "read",
    epilog=examples(
        "shopscore read --reader seller-center orders.csv returns.xlsx -o shop",
        "shopscore read --reader seller-center exports/ -o shop --market VN --option shop=S1",
    ),
)
@click.argument("files", type=Place(), nargs=-1, required=True, metavar="FILES…")
@click.option(
    "--reader", metavar="NAME", required=True, help="The reader that opens the files (see plugins)."
)
@click.option("-o", "--output", type=Place(), required=True, help="The folder to write.")
@click.option("--market", metavar="M", help="The market the files are from, where they do not show it.")
@zone_option
@click.option("--option", "options", metavar="NAME=VALUE", multiple=True, help="An option of the reader.")
@on_bad_rows_option
@click.option("--force", is_flag=True, help="Replace a folder that `read` wrote.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@pass_session
def command(
    session: Session,
    files: Sequence[Path],
    reader: str,
    output: Path,
    market: str | None,
    zone: str | None,
    options: Sequence[str],
    on_bad_rows: Literal["fail", "set-aside"],
    force: bool,
    quiet: bool,
) -> None:
    """Read FILES and write a data set: a folder with one Parquet file per table.

    What was dropped is counted, and words that no table of the reader knows are listed; both go along
    with the folder, for scorecards to tell. The folder appears whole or not at all. With --on-bad-rows
    set-aside it is written with its bad rows in it, for `score` to set aside.
    """
    from shopscore.events.reader import ReadOptions
    from shopscore_cli.failures import say, say_findings
    from shopscore_cli.progress import meter
    from shopscore_cli.reading import check, new_folder, refuse_folder, write_tables
    from shopscore_cli.render.read_summary import read_lines

    chosen = session.workspace.plugins.reader(reader)
    more = _parsed(options, tuple(chosen.options), reader)
    refuse_folder(output, force)
    with new_folder(output, force) as draft:
        with meter("reading", quiet) as advance:
            result = chosen.read(files, ReadOptions(zone, market, more, advance))
        with meter("writing", quiet):
            rows = write_tables(result, draft)
        with meter("checking", quiet):
            reports, findings = check(draft, result, on_bad_rows)
    if not quiet:
        say_findings(findings)
        for line in read_lines(output, result, rows, reports):
            say(line)


def _parsed(options: Sequence[str], known: Sequence[str], reader: str) -> dict[str, str]:
    from shopscore.errors import UsageError, near_match

    found: dict[str, str] = {}
    for each in options:
        name, is_there, value = each.partition("=")
        if not is_there or not name or not value:
            raise UsageError(f"--option is {each!r}; expected NAME=VALUE")
        if name not in known:
            listed = ", ".join(known) or "none"
            raise UsageError(
                f"the reader {reader} has no option {name!r}; expected {listed}{near_match(name, known)}"
            )
        if name in found:
            raise UsageError(f"--option {name} is given twice; expected it once")
        found[name] = value
    return found
