"""`shopscore test`: cases against what they expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shopscore_cli.failures import FINDINGS
from shopscore_cli.options import examples, format_option
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Word

if TYPE_CHECKING:
    from shopscore.testing import CaseResult

_ENGINES = {"reference": ("reference",), "duckdb": ("duckdb",), "all": ("reference", "duckdb")}


@click.command(
    "test", epilog=examples("shopscore test us-sps@2026.06", "shopscore test my-cases/ --engine all")
)
@click.argument("targets", type=Word(), nargs=-1, metavar="[PATH|BUNDLE]...")
@click.option(
    "--engine", type=click.Choice(list(_ENGINES)), default="reference", show_default=True,
    help="What runs the cases; all runs both and compares them.",
)  # fmt: skip
@policies_option
@format_option()
@pass_session
def command(session: Session, targets: tuple[str, ...], engine: str, format: str) -> None:
    """Run cases and compare the scorecards with what the cases expect.

    PATH is a case, a folder of cases, or a bundle with its cases; by default every bundle there is. Each
    difference is a line with the place of the expectation. Ends with status 1 where a case fails.
    """
    from shopscore.errors import UsageError
    from shopscore.testing import run_case
    from shopscore_cli.targets import cases_of, targets_of

    paths = list(dict.fromkeys(cases_of(session, targets_of(session, targets))))
    if not paths:
        raise UsageError(f"there are no cases in {', '.join(targets) or 'any bundle'}")
    results = [result for path in paths for result in run_case(path, session.workspace, _ENGINES[engine])]
    _print(results, format, engine)
    if not all(result.passed for result in results):
        click.get_current_context().exit(FINDINGS)


def _print(results: list[CaseResult], format: str, engine: str) -> None:
    from shopscore_cli.failures import finding_line
    from shopscore_cli.output import finding_record, print_records
    from shopscore_cli.render.paint import paint_for
    from shopscore_cli.render.words import count_of

    if format != "table":
        records = [
            {
                "case": each.name,
                "file": each.file,
                "engine": each.engine,
                "passed": each.passed,
                "findings": [finding_record(finding) for finding in each.findings],
            }
            for each in results
        ]
        print_records(records, format)
        return
    paint = paint_for()
    for result in results:
        suffix = f" [{result.engine}]" if engine == "all" else ""
        for finding in result.findings:
            click.echo(f"{finding_line(finding, paint)}{paint(suffix, 'dim')}")
    cases = {result.file for result in results}
    failed = {result.file for result in results if not result.passed}
    if failed:
        click.echo(paint(f"{len(failed)} of {count_of(len(cases), 'case')} failed", "bold", "red"))
    else:
        click.echo(paint(f"{count_of(len(cases), 'case')} passed", "bold", "green"))
