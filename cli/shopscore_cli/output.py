"""Results on standard output, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from shopscore.errors import Finding, Mark
from shopscore_cli.failures import finding_line, say, tally
from shopscore_cli.render.paint import paint_for
from shopscore_cli.render.records import Record, place_of, to_csv, to_json, to_ndjson
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.engines.reference.engine import Result
    from shopscore.policy import Policy
    from shopscore_cli.inputs import Evaluated


def print_records(records: Sequence[Record], format: str) -> None:
    """Print records as json, ndjson or csv; without records ndjson and csv print nothing."""
    match format:
        case "json":
            click.echo(to_json(records))
        case "ndjson" if records:
            click.echo(to_ndjson(records))
        case "csv" if records:
            click.echo(to_csv(records))


def print_findings(findings: Sequence[Finding], format: str) -> None:
    """Print findings as lines, with their number beside the results, or as records."""
    if format != "table":
        print_records([finding_record(each) for each in findings], format)
        return
    paint = paint_for()
    for each in findings:
        click.echo(finding_line(each, paint))
    say(tally(findings))


def finding_record(finding: Finding) -> Record:
    """Return a finding as fields."""
    return {
        "id": finding.id,
        "level": finding.level.value,
        "message": finding.message,
        "place": str(finding.where),
        **place_of(finding.where if isinstance(finding.where, Mark) else None),
    }


def print_scorecard(session: Session, policy: Policy, result: Result, format: str, language: str) -> None:
    """Print one scorecard: as a page, as 2.9's object, as a line of it, or as a plugin prints it."""
    card = result.scorecard
    match format:
        case "table":
            from shopscore_cli.render.scorecard import scorecard_page
            from shopscore_cli.render.view import View

            click.echo(scorecard_page(View(policy, result, language, paint_for())))
        case "json":
            click.echo(card.to_json(indent=2))
        case "ndjson" | "csv":
            print_records([card], format)
        case _:
            click.echo(session.workspace.plugins.renderers[format].render([card]))


def print_comparison(first: Evaluated, second: Evaluated, format: str, language: str) -> None:
    """Print two scorecards of one subject: side by side, as one object, or a row per difference."""
    from shopscore_cli.comparison import compare
    from shopscore_cli.render.comparison import comparison_page
    from shopscore_cli.render.view import View

    (_, a), (_, b) = first, second
    found = compare(a.scorecard, b.scorecard)
    match format:
        case "table":
            ours, theirs = (View(*each, language, paint_for()) for each in (first, second))
            click.echo(comparison_page(ours, theirs, found))
        case "json":
            click.echo(to_json(found.record()))
        case "ndjson":
            click.echo(to_ndjson([found.record()]))
        case _:
            click.echo(to_csv(found.rows()) if found.rows() else "what,path,a,b")
