"""One shop's data and the platform's saved answers about it, brought together."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from shopscore.errors import BadInputError, UsageError
from shopscore_cli.data import Opening, open_data
from shopscore_cli.failures import say_findings
from shopscore_cli.inputs import choose_policy, choose_subject, is_case_name, open_case_file
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.engines.contract import Binding
    from shopscore.events.rows import Events
    from shopscore.policy import Policy
    from shopscore_plugins.performance_api.compare import Compared
    from shopscore_plugins.performance_api.model import Official


class Reconciling(Struct, frozen=True):
    """What a person asked to bring together; what is None the data or the answers say."""

    target: str
    opening: Opening
    official: tuple[Path, ...]
    bundle: str | None
    market: str | None
    as_of: date | None
    shop: str | None


class Reconciled(Struct, frozen=True):
    """Both sides of one shop.

    Attributes:
        unknown: codes of their metrics that the policy does not have.
        notes: what was assumed or left out in reading our data.
    """

    policy: Policy
    subject: str
    as_of: date
    official: Official
    metrics: tuple[Compared, ...]
    unknown: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]


def reconcile(session: Session, asked: Reconciling) -> Reconciled:
    """Return both sides, metric by metric; raises UsageError and BadInputError for what cannot be read."""
    from shopscore_plugins.performance_api.official import read_official

    official = read_official(asked.official)
    if not official.metrics:
        shown = ", ".join(map(str, asked.official))
        expected = "expected saved answers of metrics, diagnosis or problem_details"
        raise UsageError(f"{shown} has no metric; {expected}")
    if is_case_name(asked.target) and asked.opening.reader is None:
        return _of_case(session, asked, official)
    return _of_data(session, asked, official)


def _of_case(session: Session, asked: Reconciling, official: Official) -> Reconciled:
    file = open_case_file(asked.target)
    # Their day goes before the case's own: it is theirs that is compared with.
    day = asked.as_of or _their_day(official) or file.as_of or _no_day()
    policy = choose_policy(session, asked.bundle, asked.market, day, file)
    case, findings = file.read(policy.tables, policy.zone)
    if case is None:
        raise BadInputError(findings)
    say_findings(findings)
    if asked.shop not in (None, case.events.subject):
        raise UsageError(f"the case is about {case.events.subject!r}; there is no {asked.shop!r} in it")
    return _reconciled(policy, policy.bind_case(case, as_of=day), case.events, official, day, case.notes)


def _of_data(session: Session, asked: Reconciling, official: Official) -> Reconciled:
    day = asked.as_of or _their_day(official) or _no_day()
    policy = choose_policy(session, asked.bundle, asked.market, day)
    with open_data(session, policy, asked.opening) as data:
        say_findings(data.findings)
        subject = choose_subject(asked.shop, data, policy.bundle.subject)
        notes = tuple(data.notes(day))
        return _reconciled(
            policy, policy.bind_data(data, day), data.subject_events(subject), official, day, notes
        )


def _reconciled(
    policy: Policy,
    binding: Binding,
    events: Events,
    official: Official,
    day: date,
    notes: tuple[tuple[str, str], ...],
) -> Reconciled:
    from shopscore_plugins.performance_api.compare import compare

    metrics, unknown = compare(binding, events, official)
    return Reconciled(policy, events.subject, day, official, tuple(metrics), tuple(unknown), notes)


def _their_day(official: Official) -> date | None:
    """Return the day most of their metrics are as of, the latest of several."""
    days = Counter(each.window.as_of for each in official.metrics.values() if each.window is not None)
    return max(days, key=lambda day: (days[day], day), default=None)


def _no_day() -> date:
    raise UsageError("the answers say no evaluation period; give --as-of, the day to compare as of")
