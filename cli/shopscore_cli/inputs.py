"""What evaluate and explain are pointed at: a case, or one subject of a data set."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.errors import BadInputError, Finding, UsageError, has_errors
from shopscore_cli.failures import say_findings
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.api import Policy
    from shopscore.engines.reference.engine import Result
    from shopscore.events.cases import CaseFile

STANDARD_INPUT = "-"
_CASES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Request:
    """Which policy, day and subject a person asked for; what is None is the case's own to say."""

    target: str
    bundle: str | None
    market: str | None
    as_of: date | None
    shop: str | None
    reader: str | None
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
    named = request.target == STANDARD_INPUT or Path(request.target).suffix in _CASES
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
    policy = choose_policy(session, request.bundle, request.market, request.as_of or file.as_of, file)
    from shopscore.checks.cases import event_tables

    case, findings = file.read(event_tables(policy.bundle), policy.zone)
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
    if file is None:
        raise BadInputError(findings)
    _stop_or_say(findings)
    return file


def _stop_or_say(findings: Sequence[Finding]) -> None:
    if has_errors(findings):
        raise BadInputError(findings)
    say_findings(findings)


def _evaluate_data(session: Session, request: Request) -> tuple[Policy, Result]:
    raise NotImplementedError
