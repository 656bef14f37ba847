"""`shopscore bundles`: what there is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from shopscore_cli.options import as_of_option, examples, format_option
from shopscore_cli.session import Session, pass_session, policies_option

if TYPE_CHECKING:
    from shopscore.bundle.sections.identity import Identity
    from shopscore.errors import Finding


@click.command("bundles", epilog=examples("shopscore bundles --as-of 2026-06-22"))
@as_of_option
@policies_option
@format_option()
@pass_session
def command(session: Session, as_of: date | None, format: str) -> None:
    """List the bundles that can be found, with the days they are in force."""
    from shopscore.errors import FindingsError
    from shopscore_cli.output import print_records

    identities, broken = _identities(session)
    records = [_record(each, as_of) for each in identities]
    if format == "table":
        _print(records, as_of)
    else:
        print_records(records, format)
    if broken:
        raise FindingsError(broken)


def _identities(session: Session) -> tuple[list[Identity], list[Finding]]:
    """Return who the bundles are, and what keeps others from being told."""
    from shopscore.errors import FindingsError

    catalog = session.workspace.catalog
    found: list[Identity] = []
    broken: list[Finding] = []
    for name in catalog.names():
        try:
            found.append(catalog.identity(name))
        except FindingsError as error:
            broken += error.findings
    return found, broken


def _record(bundle: Identity, as_of: date | None) -> dict[str, Any]:
    record = {
        "bundle": bundle.name,
        "market": bundle.market,
        "subject": bundle.subject,
        "program": bundle.program,
        "from": bundle.effective_from,
        "until": bundle.effective_until,
        "kind": "abstract" if bundle.abstract else "preview" if bundle.preview else "version",
        "title": bundle.title.get("en"),
    }
    return record | ({"in_force": _in_force(bundle, as_of)} if as_of is not None else {})


def _in_force(bundle: Identity, day: date) -> bool:
    """Tell whether a version is in force on a day; abstract bundles and previews never are."""
    first, last = bundle.effective_from, bundle.effective_until
    if bundle.abstract or bundle.preview or first is None:
        return False
    return first <= day and (last is None or day <= last)


def _print(records: list[dict[str, Any]], as_of: date | None) -> None:
    from shopscore_cli.render.columns import columns
    from shopscore_cli.render.numbers import NOTHING
    from shopscore_cli.render.paint import paint_for

    paint = paint_for()
    titles = ["bundle", "market", "subject", "program", "in force", *([str(as_of)] if as_of else []), "title"]
    rows = [[paint(title, "dim") for title in titles]]
    for each in records:
        days = f"{each['from'] or '…'} to {each['until'] or '…'}" if each["from"] or each["until"] else ""
        on_day = ["yes" if each["in_force"] else "no"] if as_of else []
        shown = days if each["kind"] == "version" else each["kind"]
        cells = [each["bundle"], each["market"] or NOTHING, each["subject"], each["program"] or NOTHING]
        rows.append([*cells, shown or NOTHING, *on_day, each["title"] or NOTHING])
    for line in columns(rows):
        click.echo(line)
