"""`shopscore lint`: everything wrong with bundles and cases, at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shopscore_cli.failures import FINDINGS
from shopscore_cli.options import examples, format_option
from shopscore_cli.session import Session, pass_session, policies_option
from shopscore_cli.values import Word

if TYPE_CHECKING:
    from shopscore.errors import Finding
    from shopscore_cli.targets import Target


@click.command(
    "lint", epilog=examples("shopscore lint us-sps@2026.06", "shopscore lint policies/ --format json")
)
@click.argument("targets", type=Word(), nargs=-1, metavar="[PATH|BUNDLE]...")
@policies_option
@format_option()
@pass_session
def command(session: Session, targets: tuple[str, ...], format: str) -> None:
    """Check bundles and cases, by name, folder or file; by default every bundle there is.

    Each finding is a line `file:line:column: ID level message`; docs/checks/ has a page for each id. Ends
    with status 1 where one is an error.
    """
    from shopscore.errors import has_errors
    from shopscore_cli.output import print_findings
    from shopscore_cli.targets import targets_of

    findings = sorted(set(_lint(session, targets_of(session, targets))), key=lambda each: each.sort_key)
    print_findings(findings, format)
    if has_errors(findings):
        click.get_current_context().exit(FINDINGS)


def _lint(session: Session, targets: tuple[Target, ...]) -> Iterator[Finding]:
    from shopscore.checks.lint import lint_bundle, lint_catalog

    workspace = session.workspace
    folders = set()
    for target in targets:
        if target.is_case:
            yield from _lint_case(session, Path(target.reference))
            continue
        bundle, plan, findings = workspace.check(target.reference)
        yield from lint_bundle(bundle, plan, findings, workspace.plugins)
        folders |= {Path(bundle.mark.file).parent} if bundle is not None else set()
    if folders:
        yield from (each for each in lint_catalog(workspace.catalog) if _lies_in(each, folders))


def _lies_in(finding: Finding, folders: set[Path]) -> bool:
    return isinstance(finding.where, str) or Path(finding.where.file).parent in folders


def _lint_case(session: Session, path: Path) -> Iterator[Finding]:
    from shopscore.errors import FindingsError, UsageError
    from shopscore.events.cases import open_case
    from shopscore.testing.expectations import lint_expectations
    from shopscore.testing.findings import NO_POLICY
    from shopscore.testing.run import policy_of
    from shopscore.yaml.findings import finding

    file, findings = open_case(path)
    yield from findings
    if file is None:
        return
    try:
        policy = policy_of(file, path, session.workspace)
        case, read = file.read(policy.tables, policy.zone)
        yield from read
        if case is not None and case.expect is not None and case.as_of is not None:
            yield from lint_expectations(case.expect, policy.bind_case(case).layout)
    except FindingsError as error:
        yield from error.findings
    except UsageError as error:
        yield finding(NO_POLICY, file.root.mark, str(error))
