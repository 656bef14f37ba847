"""`shopscore new`: a version or a case to begin with."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from shopscore_cli.options import as_of_option, examples
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Day, Place, Word

_NAME = re.compile(r"[a-z][a-z0-9-]*@[0-9A-Za-z][0-9A-Za-z.-]*")


@click.group(
    "new",
    epilog=examples(
        "shopscore new bundle us-sps@2026.08 --extends us-sps@2026.07 -o policies",
        "shopscore new case us-sps@2026.06 -o shop.yaml",
    ),
)
def command() -> None:
    """Begin a version of a bundle, or a case.

    A bundle as written lints clean and has no cases yet; a case as written
    passes its test.
    """


@command.command("bundle", epilog=examples("shopscore new bundle us-sps@2026.08 --extends us-sps@2026.07"))
@click.argument("name", type=Word(), metavar="ID@VERSION")
@click.option("--extends", "parent", metavar="B@V", help="The version whose rules it changes.")
@click.option("--from", "begins", type=Day(), help="The first day it is in force; without, it is a preview.")
@click.option(
    "-o", "--output", type=Place(file_okay=False), default=Path("policies"),
    show_default=True, help="The folder of policies to write into.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an existing bundle.yaml.")
@policies_option
@pass_session
def bundle(
    session: Session, name: str, parent: str | None, begins: date | None, output: Path, force: bool
) -> None:
    """Write OUTPUT/ID/VERSION/bundle.yaml: a change to another version, or a small programme."""
    from shopscore.errors import UsageError
    from shopscore_cli.failures import say
    from shopscore_cli.files import refuse_existing, write_text
    from shopscore_cli.scaffold import version_text

    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a bundle; expected id@version such as us-sps@2026.08")
    if parent is not None:
        session.workspace.catalog.identity(parent)
    id_, _, version = name.partition("@")
    path = output / id_ / version / "bundle.yaml"
    if path.exists():
        refuse_existing([path], force)
    elif name in session.workspace.catalog.names():
        # Two bundles of one name would hide one another, depending on the order of the folders.
        raise UsageError(f"{name} is there already in another folder of policies; expected a new name")
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "cases").mkdir(exist_ok=True)
    write_text(path, version_text(name, parent, begins), force)
    say(f"{path}: now lint it with --policies {output}")


@command.command("case", epilog=examples("shopscore new case us-sps@2026.06 -o shop.yaml"))
@click.argument("bundle", type=Word(), metavar="B@V")
@click.option("-o", "--output", type=Place(dir_okay=False), required=True, help="The file.")
@as_of_option
@click.option("--force", is_flag=True, help="Replace an existing file.")
@policies_option
@pass_session
def case(session: Session, bundle: str, output: Path, as_of: date | None, force: bool) -> None:
    """Write a case for a bundle: the tables it reads, an example row of each, and what comes out now."""
    import json

    from shopscore.errors import FindingsError, UsageError
    from shopscore.events.cases import open_case_text
    from shopscore_cli.failures import say
    from shopscore_cli.files import refuse_existing, write_text
    from shopscore_cli.inputs import CASE_ENDINGS
    from shopscore_cli.scaffold import case_text

    if output.suffix not in CASE_ENDINGS:
        found = f"{output.suffix!r}" if output.suffix else "no ending"
        raise UsageError(f"{output} has {found}; cases are written as {', '.join(CASE_ENDINGS)} only")
    refuse_existing([output], force)
    policy = session.workspace.policy(bundle)
    day = as_of or policy.bundle.effective_from
    if day is None:
        raise UsageError(f"{policy.name} has no first day; give --as-of, the day the case is evaluated on")
    tables = policy.tables
    file, findings = open_case_text(case_text(policy.plan, day, {"state": "null"}, tables), str(output))
    read, more = file.read(tables, policy.zone) if file else (None, ())
    if read is None:
        raise FindingsError((*findings, *more))
    card = policy.evaluate(read)
    paths = ("state", "score") if policy.bundle.score is not None else ("state",)
    expected = {path: json.dumps(card[path]).strip('"') for path in paths}
    write_text(output, case_text(policy.plan, day, expected, tables), force)
    say(f"{output}: now run it with shopscore test {output}")
