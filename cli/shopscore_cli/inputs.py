"""What evaluate and explain are pointed at: a case, or one subject of a data set."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from shopscore.errors import BadInputError, Finding, UsageError, has_errors, near_match
from shopscore.events.reach import beyond_reach
from shopscore_cli.categories import note_category
from shopscore_cli.failures import say_findings
from shopscore_cli.session import Session
from shopscore_cli.typed_metrics import nothing_but_typed, refuse_unknown, with_typed

if TYPE_CHECKING:
    from shopscore.engines.reference.engine import Result
    from shopscore.events.cases import CaseFile
    from shopscore.events.dataset import DataSet
    from shopscore.events.rows import Events, Note
    from shopscore.policy import Policy

STANDARD_INPUT = "-"
CASE_ENDINGS = (".yaml", ".yml", ".json")
_JSON = ".json"
EVERY_APPEAL = "*"
_NAMED, _COMPARED = 5, 5000
"""How many subjects a message names, and up to how many a misspelt one is compared with."""


class Request(Struct, frozen=True):
    """Which policy, day and subject a person asked for; what is None is the case's own to say."""

    target: str | None
    """None where all that is known was typed."""
    bundle: str | None
    market: str | None
    as_of: date | None
    shop: str | None
    reader: str | None
    zone: str | None
    on_bad_rows: Literal["fail", "set-aside"]
    category: str | None
    assume_granted: tuple[str, ...] = ()
    """Ids of appeals to take as granted; EVERY_APPEAL stands for all that are not decided."""
    metrics: tuple[tuple[str, str], ...] = ()
    """Metrics by name and what was typed for each."""


Evaluated: TypeAlias = "tuple[Policy, Result]"
"""A subject's result and the policy behind it."""


def evaluate_request(session: Session, request: Request) -> Evaluated:
    """Return the policy asked for and the result of the one subject asked for.

    Raises UsageError and FindingsError; warnings about the input are said at once.
    """
    (found,) = _evaluate(session, request)
    return found


def compare_request(session: Session, request: Request, other: str) -> tuple[Evaluated, Evaluated]:
    """Return the same subject's results by the policy asked for and by another."""
    first, second = _evaluate(session, request, other)
    return first, second


def is_case(request: Request) -> bool:
    """Tell whether the target is a case; a JSON file is the reader's where one is named."""
    if request.target is None:
        return True
    is_readers = request.reader is not None and Path(request.target).suffix == _JSON
    return is_case_name(request.target) and not is_readers


def is_case_name(target: str) -> bool:
    """Tell whether a target is named as cases are: YAML, JSON or standard input."""
    return target == STANDARD_INPUT or Path(target).suffix in CASE_ENDINGS


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


def _evaluate(session: Session, request: Request, *others: str) -> list[Evaluated]:
    file = _case_of(request) if is_case(request) and request.target is not None else None
    if file is None and request.as_of is None:
        what = "a data set has no day of its own" if request.target is not None else "numbers have no day"
        raise UsageError(f"{what}; give --as-of, the day to evaluate as of")
    day = request.as_of or (file.as_of if file is not None else None)
    first = choose_policy(session, request.bundle, request.market, day, file)
    policies = [first, *map(session.workspace.policy, others)]
    refuse_unknown(request.metrics, policies)
    if request.target is None:
        file = nothing_but_typed(first.bundle.subject, request.shop)
    for policy in policies:
        if policy.bundle.subject != first.bundle.subject:
            raise UsageError(
                f"{first.name} scores a {first.bundle.subject}, {policy.name} a {policy.bundle.subject}; "
                "expected two policies for one kind of subject"
            )
    note_category((policy.bundle for policy in policies), request.category, request.target is None)
    say = _Once()
    if file is not None:
        return [(policy, _evaluate_case(file, policy, request, say)) for policy in policies]
    return [
        (policy, _evaluate_data(session, policy, request, first.bundle.market, say)) for policy in policies
    ]


class _Once(Struct):
    """Says findings that were not said before."""

    said: set[Finding] = field(default_factory=set)

    def __call__(self, findings: Iterable[Finding]) -> None:
        new = [each for each in findings if each not in self.said]
        self.said.update(new)
        say_findings(new)


def _case_of(request: Request) -> CaseFile:
    assert request.target is not None
    file = open_case_file(request.target)
    if request.as_of is None and file.as_of is not None and (expected := beyond_reach(file.as_of)):
        raise UsageError(f"{request.target}: as_of is {file.as_of}; {expected}")
    return file


def _evaluate_case(file: CaseFile, policy: Policy, request: Request, say: _Once) -> Result:
    case, findings = file.read(policy.tables, policy.zone)
    if case is None:
        raise BadInputError(findings)
    say(findings)
    subject = case.events.subject
    if request.shop is not None and request.shop != subject:
        raise UsageError(f"the case is about {subject!r}; there is no {request.shop!r} in it")
    day = request.as_of or case.as_of
    if day is not None:
        events, notes = _changed(case.events, policy, day, request)
        case = replace(case, events=events, notes=(*case.notes, *notes))
    return policy.run(case, as_of=day, category=request.category)


def _changed(events: Events, policy: Policy, day: date, request: Request) -> tuple[Events, tuple[Note, ...]]:
    """Return events with the typed numbers and assumed appeals that were asked for, and notes of them."""
    events, assumed = _assumed(events, policy, day, request.assume_granted)
    if not request.metrics:
        return events, assumed
    events, typed = with_typed(events, policy, request.metrics)
    return events, (*assumed, *(typed if request.target is not None else ()))


def _assumed(
    events: Events, policy: Policy, day: date, wanted: Sequence[str]
) -> tuple[Events, tuple[Note, ...]]:
    """Return events with some appeals taken as granted, and a note of it; without any, as they are."""
    if not wanted:
        return events, ()
    from shopscore.appeals_assumed import assume_granted, granted_note, undecided
    from shopscore.plan.windows import to_day

    cutoff = policy.zone.start_of(to_day(day))
    named = [undecided(events, cutoff) if each == EVERY_APPEAL else (each,) for each in wanted]
    ids = list(dict.fromkeys(id_ for each in named for id_ in each))
    return assume_granted(events, ids, cutoff), (granted_note(ids),)


def open_case_file(target: str) -> CaseFile:
    """Return a case as written, from a file or standard input; warnings are said at once."""
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


def _evaluate_data(
    session: Session, policy: Policy, request: Request, market: str | None, say: _Once
) -> Result:
    """Return the result of one subject of a data set, which is of a market, by whatever policy."""
    from shopscore.engines.reference.engine import evaluate
    from shopscore_cli.data import Opening, open_data

    assert request.as_of is not None
    assert request.target is not None
    opening = Opening(Path(request.target), request.reader, request.zone, request.on_bad_rows)
    # A policy of another market would take the data's own subjects for strangers.
    at_home = replace(policy, bundle=replace(policy.bundle, market=market))
    with open_data(session, at_home, opening) as data:
        say(data.findings)
        subject = choose_subject(request.shop, data, policy.bundle.subject)
        events, notes = _changed(data.subject_events(subject), policy, request.as_of, request)
        data = dataclasses.replace(data, supply=events.supply)
        binding = policy.bind_data(data, request.as_of, category=request.category, notes=notes)
        return evaluate(binding, events)


def choose_subject(wanted: str | None, data: DataSet, what: str) -> str:
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
        others = f"among {len(subjects):,}" if len(subjects) != 1 else f"but one called {min(subjects)!r}"
        raise UsageError(f"the data has no {what} {wanted!r} {others}{hint}")
    return wanted
