"""`shopscore show`: what is in a bundle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from shopscore_cli.options import examples, format_option
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Day, Word

if TYPE_CHECKING:
    from shopscore.policy import Policy


_OVERVIEW = "overview"
_VIEWS_OF = {
    "as_of": ("sql",),
    "lang": (_OVERVIEW,),
    "format": (_OVERVIEW, "resolved", "assumptions", "plan"),
}
"""The views that an option changes."""


def _view(name: str, help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate the command with a view; all that are asked for gather, so that two are not taken for one."""
    return click.option(f"--{name}", "views", flag_value=name, multiple=True, help=help)


@click.command(
    "show",
    epilog=examples("shopscore show us-sps@2026.06", "shopscore show us-sps@2026.06 --assumptions"),
)
@click.argument("bundle", type=Word(), metavar="BUNDLE")
@_view("resolved", "Every value with the file and line it came from.")
@_view("assumptions", "What is assumed and why, both readings of every conflict, and the sources.")
@_view("plan", "The plan that engines carry out.")
@_view("sql", "The SQL statement that DuckDB runs.")
@click.option("--as-of", type=Day(), help="The day of --sql; by default the version's first.")
@click.option("--lang", metavar="L", default="en", show_default=True, help="Language of labels.")
@policies_option
@format_option(("table", "json"))
@pass_session
def command(
    session: Session, bundle: str, views: tuple[str, ...], as_of: date | None, lang: str, format: str
) -> None:
    """Print what a bundle says: an overview, or one of the views below."""
    match _one_of(views):
        case "resolved":
            _resolved(session, bundle, format)
        case "assumptions":
            _assumptions(session, bundle, format)
        case "plan":
            _plan(session.workspace.policy(bundle), format)
        case "sql":
            _sql(session.workspace.policy(bundle), as_of)
        case _:
            _overview(session, bundle, lang, format)


def _one_of(views: tuple[str, ...]) -> str:
    """Return the view asked for; raises UsageError for several, and for an option that does not change it."""
    from shopscore.errors import UsageError

    asked = [f"--{name}" for name in dict.fromkeys(views)]
    if len(asked) > 1:
        raise UsageError(f"{', '.join(asked[:-1])} and {asked[-1]} are views of their own; give one of them")
    view = views[0] if views else _OVERVIEW
    context = click.get_current_context()
    for option, of in _VIEWS_OF.items():
        given = context.get_parameter_source(option) is ParameterSource.COMMANDLINE
        if given and view not in of:
            shown = ", ".join("the overview" if name == _OVERVIEW else f"--{name}" for name in of)
            raise UsageError(f"--{option.replace('_', '-')} changes nothing here; it is for {shown}")
    return view


def _overview(session: Session, name: str, language: str, format: str) -> None:
    from shopscore.errors import FindingsError, has_errors
    from shopscore_cli.languages import note_language
    from shopscore_cli.render.paint import paint_for
    from shopscore_cli.render.policy_page import policy_page

    if format == "json":
        _resolved(session, name, format)
        return
    bundle, plan, findings = session.workspace.check(name)
    if has_errors(findings) or bundle is None:
        raise FindingsError(findings)
    note_language([bundle], language)
    click.echo(policy_page(bundle, plan, language, paint_for()))


def _resolved(session: Session, name: str, format: str) -> None:
    from shopscore.bundle.resolved import resolved_lines
    from shopscore.bundle.tree import to_node
    from shopscore.errors import FindingsError
    from shopscore.yaml.nodes import to_plain
    from shopscore_cli.render.records import to_json

    loaded = session.workspace.catalog.load(name)
    if loaded.root is None:
        raise FindingsError(loaded.findings)
    if format == "json":
        click.echo(to_json(to_plain(to_node(loaded.root))))
    else:
        click.echo("\n".join(resolved_lines(loaded.root)))


def _assumptions(session: Session, name: str, format: str) -> None:
    from shopscore.errors import FindingsError
    from shopscore_cli.render.assumptions_page import assumptions_page, assumptions_record
    from shopscore_cli.render.paint import paint_for
    from shopscore_cli.render.records import to_json

    loaded = session.workspace.catalog.load(name)
    if loaded.bundle is None:
        raise FindingsError(loaded.findings)
    record = format == "json"
    click.echo(
        to_json(assumptions_record(loaded.bundle)) if record else assumptions_page(loaded.bundle, paint_for())
    )


def _plan(policy: Policy, format: str) -> None:
    from shopscore_cli.render.paint import paint_for
    from shopscore_cli.render.plan_page import plan_page, plan_record
    from shopscore_cli.render.records import to_json

    click.echo(to_json(plan_record(policy.plan)) if format == "json" else plan_page(policy.plan, paint_for()))


def _sql(policy: Policy, as_of: date | None) -> None:
    from shopscore.engines.bind import bind
    from shopscore.engines.duckdb import DuckDbEngine
    from shopscore.engines.sql.bare import bare_models, bare_supply
    from shopscore.errors import UsageError

    day = as_of or policy.bundle.effective_from
    if day is None:
        raise UsageError(f"{policy.name} has no first day; give --as-of, the day the statement is for")
    supply = bare_supply(bare_models(policy.bundle))
    click.echo(DuckDbEngine().statement(bind(policy.plan, day, supply)))
