"""`shopscore score`: a scorecard for every subject of a data set."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from shopscore_cli.options import (
    as_of_option,
    bundle_option,
    engine_option,
    examples,
    market_option,
    on_bad_rows_option,
    reader_option,
    zone_option,
)
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import MemorySize, Place, Threads, Word


@click.command(
    "score",
    epilog=examples(
        "shopscore score ./market --bundle us-sps@2026.06 --as-of 2026-06-22 -o scores.parquet",
        "shopscore score exports/ --market US --as-of 2026-06-22 -o scores.xlsx --on-bad-rows set-aside",
    ),
)
@click.argument("data", type=Place())
@bundle_option
@market_option
@as_of_option
@click.option(
    "-o", "--output", type=Place(dir_okay=False), required=True,
    help="The .parquet, .csv or .xlsx to write; a run manifest is written beside it.",
)  # fmt: skip
@engine_option
@on_bad_rows_option
@reader_option
@zone_option
@click.option(
    "--category", type=Word(), metavar="C", help="The category of every shop; wins over the data's own."
)
@click.option("--states-in", type=Place(dir_okay=False), help="The states a former run left, to go on from.")
@click.option("--states-out", type=Place(dir_okay=False), help="Write the states for the next run here.")
@click.option("--checked", is_flag=True, help="Trust what a former run found in unchanged files.")
@click.option("--threads", type=Threads(), help="Threads to use; by default one per core.")
@click.option("--memory-limit", type=MemorySize(), help="Memory to use at most, such as 4GiB.")
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@policies_option
@pass_session
def command(
    session: Session,
    data: Path,
    bundle: str | None,
    market: str | None,
    as_of: date | None,
    output: Path,
    engine: str,
    on_bad_rows: Literal["fail", "set-aside"],
    reader: str | None,
    zone: str | None,
    category: str | None,
    states_in: Path | None,
    states_out: Path | None,
    checked: bool,
    threads: int | None,
    memory_limit: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Write a scorecard of every shop of a data set to a file.

    DATA is a folder with one file per table, a DuckDB file, or what --reader opens. The ending of OUT says
    the form: nested in .parquet; flat, a column per value, in .csv and .xlsx. Beside it come
    OUT.manifest.json and, with --on-bad-rows set-aside, OUT.bad-rows.parquet; all of them appear together,
    or none. --states-in and --states-out carry what is granted, frozen or locked from a run to the next, as
    `history` does from day to day.
    """
    from shopscore.errors import UsageError
    from shopscore.events.connection import Settings
    from shopscore_cli.categories import note_category
    from shopscore_cli.data import Opening, open_data, refuse_as_table, refuse_read
    from shopscore_cli.failures import say, say_findings
    from shopscore_cli.files import refuse_existing
    from shopscore_cli.inputs import choose_policy
    from shopscore_cli.progress import meter
    from shopscore_cli.render.run_summary import summary_lines
    from shopscore_cli.scoring import Outputs, Run, score_to_files
    from shopscore_cli.states import check_states_path, read_states, refuse_two

    for path in filter(None, (states_in, states_out)):
        check_states_path(path)
    outputs = Outputs.beside(output, states_out)
    if as_of is None:
        raise UsageError("a data set has no day of its own; give --as-of, the day to score as of")
    policy = choose_policy(session, bundle, market, as_of)
    if reader is None:
        refuse_as_table(output, data, policy.tables)
    refuse_existing(outputs.all, force)
    if not quiet:
        note_category([policy.bundle], category)
    # The drafts lie beside the outputs, so that they can take their places in one step.
    settings = Settings(threads=threads, memory_limit=memory_limit, outputs=(output.resolve().parent,))
    states = read_states(policy, states_in, as_of) if states_in is not None else None
    opening = Opening(data, reader, zone, on_bad_rows, checked, settings)
    with meter("checking the data", quiet):
        checked_data = open_data(session, policy, opening)
    with checked_data as opened:
        refuse_read(outputs.all, opened.files)
        if states_in is not None:
            refuse_two(opened, states_in)
        if not quiet:
            say_findings(opened.findings)
        is_replay = states_in is not None or states_out is not None
        plugins = session.workspace.plugins.versions
        run = Run(policy, opened, as_of, engine, category, plugins, is_replay, states)
        report = score_to_files(run, outputs, quiet)
        if not checked:
            opened.write_manifest()
    if not quiet:
        for line in summary_lines(report, outputs):
            say(line)
