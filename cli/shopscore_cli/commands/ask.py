"""`shopscore ask`: a scorecard from a few numbers, asked for one by one."""

from __future__ import annotations

from datetime import date

import click

from shopscore_cli.options import as_of_option, bundle_option, examples, market_option
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Word


@click.command(
    "ask",
    epilog=examples("shopscore ask --market US", "shopscore ask --bundle us-sps@2026.06 --as-of 2026-06-22"),
)
@bundle_option
@market_option
@as_of_option
@click.option("--category", type=Word(), metavar="C", help="The category; it is not asked for then.")
@click.option("--lang", metavar="L", default="en", show_default=True, help="Language of labels.")
@policies_option
@pass_session
def command(
    session: Session,
    bundle: str | None,
    market: str | None,
    as_of: date | None,
    category: str | None,
    lang: str,
) -> None:
    """Ask for the numbers a score is made of, and print the scorecard.

    Each question says what the number is and where the platform shows it. Without --as-of it is today's
    score. The last line is the command that gives the same scorecard again.
    """
    from shopscore_cli.asking import again, ask_numbers, ask_policy
    from shopscore_cli.inputs import Request, choose_policy, evaluate_request
    from shopscore_cli.languages import DEFAULT, note_language
    from shopscore_cli.output import print_scorecard

    day = as_of or date.today()
    if bundle is None and market is None:
        said, policy = ask_policy(session, day)
        bundle = said if "@" in said or "/" in said else policy.name
    else:
        policy = choose_policy(session, bundle, market, day)
        bundle = bundle or policy.name
    note_language([policy.bundle], lang)
    answers = ask_numbers(policy, category, lang)
    request = Request(
        None, bundle, None, day, None, None, None, "fail", answers.category, metrics=answers.metrics
    )
    click.echo(err=True)
    policy, result = evaluate_request(session, request)
    print_scorecard(session, policy, result, "table", lang)
    folders = [("--policies", str(folder)) for folder in session.policies]
    language = lang if lang != DEFAULT else None
    words = again([*folders, ("--bundle", bundle), ("--as-of", str(day)), ("--lang", language)], answers)
    click.echo(f"\n  Again: {words}")
