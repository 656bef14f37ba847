"""What evaluate and explain are pointed at: a case, or one subject of a data set."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shopscore.errors import BadInputError, Finding, UsageError, has_errors, near_match
from shopscore.events.reach import beyond_reach
from shopscore_cli.failures import say_findings
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.engines.reference.engine import Result
    from shopscore.events.cases import CaseFile
    from shopscore.events.dataset import DataSet
    from shopscore.policy import Policy

STANDARD_INPUT = "-"
CASE_ENDINGS = (".yaml", ".yml", ".json")
_NAMED, _COMPARED = 5, 5000
"""How many subjects a message names, and up to how many a misspelt one is compared with."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which policy, day and subject a person asked for; what is None is the case's own to say."""

    target: str
    bundle: str | None
    market: str | None
    as_of: date | None
    shop: str | None
    reader: str | None
    zone: str | None
    on_bad_rows: Literal["fail", "set-aside"]
    category: str | None


def evaluate_request(session: Session, request: Request) -> tuple[Policy, Result]:
    """Return the policy asked for and the result of the one subject asked for.

    Raises UsageError and FindingsError; warnings about the input are said at once.
    """
    if is_case(request):
        return _evaluate_case(session, request)
    return _evaluate_data(session, request)


def is_case(request: Request) -> bool:
    """Tell whether the target is a case file: YAML or JSON, unless a reader is named."""
    named = request.target == STANDARD_INPUT or Path(request.target).suffix in CASE_ENDINGS
    return named and request.reader is None


def choose_policy(
    session: Session, bundle: str | None, market: str | None, as_of: date | None, case: CaseFile | None = None
) -> Policy:
    """Return the policy that was asked for, else the case's own."""
    if bundle is not None and market is not None:
        raise UsageError("--bundle names a policy and --market asks for one; give one of them")
    if bundle is not None:
        return session.workspace.policy(bundle)
    if market is not None:
        if as_of is None:
            raise UsageError(f"which version of market {market} is in force depends on the day; give --as-of")
        return session.workspace.in_force(market, as_of)
    if case is not None and case.bundle is not None:
        return session.workspace.policy(case.bundle)
    hint = ", or bundle: in the case" if case is not None else ""
    raise UsageError(f"no policy to evaluate by; give --bundle ID@VERSION or --market M{hint}")


def _evaluate_case(session: Session, request: Request) -> tuple[Policy, Result]:
    file = _open(request.target)
    if request.as_of is None and file.as_of is not None and (expected := beyond_reach(file.as_of)):
        raise UsageError(f"{request.target}: as_of is {file.as_of}; {expected}")
    policy = choose_policy(session, request.bundle, request.market, request.as_of or file.as_of, file)

    case, findings = file.read(policy.tables, policy.zone)
    if case is None:
        raise BadInputError(findings)
    say_findings(findings)
    subject = case.events.subject
    if request.shop is not None and request.shop != subject:
        raise UsageError(f"the case is about {subject!r}; there is no {request.shop!r} in it")
    return policy, policy.run(case, as_of=request.as_of, category=request.category)


def _open(target: str) -> CaseFile:
    from shopscore.events.cases import LARGEST_FILE, open_case, open_case_text

    if target == STANDARD_INPUT:
        file, findings = open_case_text(sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>")
    else:
        file, findings = open_case(target)
        if not Path(target).exists():
            findings = tuple(replace(each, message=each.message + _near(Path(target))) for each in findings)
    if file is None:
        raise BadInputError(findings)
    _stop_or_say(findings)
    return file


def _near(path: Path) -> str:
    """Return a hint at a case of the same folder with a similar name."""
    if not path.parent.is_dir():
        return ""
    return near_match(path.name, (each.name for each in path.parent.iterdir() if each.suffix in CASE_ENDINGS))


def _stop_or_say(findings: Sequence[Finding]) -> None:
    if has_errors(findings):
        raise BadInputError(findings)
    say_findings(findings)


def _evaluate_data(session: Session, request: Request) -> tuple[Policy, Result]:
    from shopscore.engines.reference.engine import evaluate
    from shopscore_cli.data import Opening, open_data

    if request.as_of is None:
        raise UsageError("a data set has no day of its own; give --as-of, the day to evaluate as of")
    policy = choose_policy(session, request.bundle, request.market, request.as_of)
    opening = Opening(Path(request.target), request.reader, request.zone, request.on_bad_rows)
    with open_data(session, policy, opening) as data:
        say_findings(data.findings)
        subject = _subject(request.shop, data, policy.bundle.subject)
        binding = policy.bind_data(data, request.as_of, category=request.category)
        return policy, evaluate(binding, data.subject_events(subject))


def _subject(wanted: str | None, data: DataSet, what: str) -> str:
    """Return the subject asked for, or the only one there is."""
    if wanted is None:
        some = list(islice(data.subjects(), _NAMED + 1))
        if len(some) == 1:
            return some[0]
        named = f"{', '.join(some[:_NAMED])}{', …' if len(some) > _NAMED else ''}"
        raise UsageError(
            f"the data has several {what}s ({named}); give --shop, the id of one"
            if some
            else f"the data has no {what}"
        )
    subjects = set(data.subjects())
    if wanted not in subjects:
        # Comparing with a whole market takes longer than a person waits for a hint.
        hint = near_match(wanted, subjects) if len(subjects) <= _COMPARED else ""
        raise UsageError(f"the data has no {what} {wanted!r} among {len(subjects):,}{hint}")
    return wanted
