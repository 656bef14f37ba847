"""Runs one case file on one or more engines and says what did not come out as expected."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from shopscore.api import Workspace
from shopscore.errors import Finding, FindingsError, Level, Mark, UsageError, has_errors
from shopscore.events.cases import Case, CaseFile, open_case
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard
from shopscore.testing.case_files import FOLDER
from shopscore.testing.expectations import check_expectations
from shopscore.testing.findings import ENGINES_DIFFER, EXPECTS_NOTHING, NO_POLICY, WRONG_BUNDLE
from shopscore.testing.forms import shown
from shopscore.yaml.findings import finding

REFERENCE = "reference"


class CaseResult(Struct, frozen=True):
    """What one case came to on one engine; errors mean it failed."""

    name: str
    file: str
    engine: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Tell whether everything came out as expected."""
        return not has_errors(self.findings)


def run_case(path: Path, workspace: Workspace, engines: Sequence[str] = (REFERENCE,)) -> Iterator[CaseResult]:
    """Yield a case's result on each engine; a case that cannot be read fails once, on all of them."""
    file, findings = open_case(path)
    if file is None:
        yield CaseResult(path.stem, str(path), engines[0], findings)
        return
    try:
        policy = policy_of(file, path, workspace)
        case, read = file.read(policy.tables, policy.zone)
        findings = (*findings, *_belongs(file, path), *read)
    except FindingsError as error:
        yield CaseResult(file.name, str(path), engines[0], (*findings, *error.findings))
        return
    except UsageError as error:
        where = Mark(str(path), 1, 1)
        yield CaseResult(file.name, str(path), engines[0], (*findings, finding(NO_POLICY, where, str(error))))
        return
    if case is None:
        yield CaseResult(file.name, str(path), engines[0], findings)
        return
    yield from _results(case, path, policy, engines, findings)


def bundle_around(path: Path) -> Path | None:
    """Return the folder of the bundle whose cases/ folder a file lies in."""
    folder = path.resolve().parent
    while folder.name != FOLDER and folder != folder.parent:
        folder = folder.parent
    return folder.parent if (folder.parent / "bundle.yaml").is_file() else None


def policy_of(file: CaseFile, path: Path, workspace: Workspace) -> Policy:
    """Return the policy a case names, else that of the bundle it lies with."""
    if file.bundle is not None:
        return workspace.policy(file.bundle)
    around = bundle_around(path)
    if around is None:
        raise UsageError("the case names no policy; write bundle: with an id@version")
    return workspace.policy(str(around))


def _belongs(file: CaseFile, path: Path) -> tuple[Finding, ...]:
    """Return a finding where a case lies with one bundle and names another."""
    around = bundle_around(path)
    node = file.root.get("bundle")
    if around is None or node is None or file.bundle == f"{around.parent.name}@{around.name}":
        return ()
    said = f"the case is for {file.bundle} and lies with {around.parent.name}@{around.name}"
    return (finding(WRONG_BUNDLE, node.mark, said),)


def _results(
    case: Case, path: Path, policy: Policy, engines: Sequence[str], findings: tuple[Finding, ...]
) -> Iterator[CaseResult]:
    first: tuple[str, Scorecard] | None = None
    for engine in engines:
        found = list(findings)
        findings = ()  # what is wrong with the file is said once
        try:
            card = policy.evaluate(case) if engine == REFERENCE else _on_data(case, policy, engine)
        except (UsageError, FindingsError) as error:
            told = error.findings if isinstance(error, FindingsError) else ()
            found += told or [finding(NO_POLICY, case.mark, str(error))]
            yield CaseResult(case.name, str(path), engine, tuple(found))
            continue
        if case.expect is None:
            message = "the case has no expect: and tests nothing"
            found.append(Finding(EXPECTS_NOTHING, Level.WARNING, case.mark, message))
        else:
            found += check_expectations(case.expect, card)
        if first is not None:
            found += _differences(case.mark, first, (engine, card))
        first = first or (engine, card)
        yield CaseResult(case.name, str(path), engine, tuple(found))


def _on_data(case: Case, policy: Policy, engine: str) -> Scorecard:
    from shopscore.events.opening import open_dataset
    from shopscore.testing.case_data import write_case

    if case.as_of is None:
        raise UsageError("the case has no day; write as_of:")
    tables = policy.tables
    with tempfile.TemporaryDirectory(prefix="shopscore-case-") as folder:
        write_case(case, tables, Path(folder))
        with open_dataset(
            Path(folder), zone=policy.zone, subject=policy.bundle.subject, tables=tables
        ) as data:
            known = data.notes(case.as_of)
            # What the case wrote was read already: its notes on that would be lost.
            notes = [note for note in case.notes if note not in known]
            cards = list(policy.scorecards(data, case.as_of, engine=engine, notes=notes))
    if not cards:
        raise UsageError(f"a data set leaves out {case.events.subject}, as it is closed")
    return cards[0]


def _differences(mark: Mark, first: tuple[str, Scorecard], second: tuple[str, Scorecard]) -> list[Finding]:
    """Return where two scorecards differ; warnings of a data set are worded for a data set."""
    found = []
    for path, one, other in differences(dict(first[1]), dict(second[1])):
        if not path.startswith("warnings"):
            message = f"{path} is {shown(one)} on {first[0]} and {shown(other)} on {second[0]}"
            found.append(finding(ENGINES_DIFFER, mark, message))
    return found


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield each path at which two results differ, with both values."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys((*one, *other)):
            yield from differences(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{path}.{place}")
    elif one != other or type(one) is not type(other):
        yield path, one, other
