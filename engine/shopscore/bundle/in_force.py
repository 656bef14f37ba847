"""Which version of a market's programme is in force on a day: none or one, never two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from shopscore.bundle.findings import OVERLAP
from shopscore.bundle.sections.identity import Identity
from shopscore.errors import Finding, FindingsError, UsageError, near_match
from shopscore.yaml.findings import finding

_MAIN = ("main", "shop")
"""The programme and subject that a market's name stands for."""


def pick(identities: Iterable[Identity], market: str, as_of: date) -> Identity:
    """Return the main programme of a market on a day.

    Raises UsageError where there is none, and FindingsError where there are two.
    """
    main = [each for each in identities if _is_dated(each) and (each.program, each.subject) == _MAIN]
    versions = sorted((each for each in main if each.market == market), key=_first_day)
    if not versions:
        markets = sorted({each.market for each in main if each.market})
        known = near_match(market, markets) or (f"; known are {', '.join(markets)}" if markets else "")
        raise UsageError(f"there is no main programme of a market {market!r}{known}")
    in_force = [each for each in versions if _covers(each, as_of)]
    if len(in_force) > 1:
        raise FindingsError(overlaps(in_force))
    if not in_force:
        nearest = _nearest(versions, as_of)
        raise UsageError(f"no main programme of market {market} is in force on {as_of}; nearest: {nearest}")
    return in_force[0]


def overlaps(identities: Iterable[Identity]) -> tuple[Finding, ...]:
    """Return a finding for each two versions of one programme that share a day."""
    programmes: dict[tuple[str | None, str, str], list[Identity]] = {}
    for each in identities:
        if _is_dated(each):
            programmes.setdefault((each.market, each.program, each.subject), []).append(each)
    return tuple(
        _overlap(first, second)
        for versions in programmes.values()
        for first, second in combinations(sorted(versions, key=_first_day), 2)
        if _covers(first, _first_day(second))
    )


def _is_dated(identity: Identity) -> bool:
    """Tell whether a version can be in force at all; a preview is only used by name."""
    can_be = not identity.abstract and not identity.preview and identity.market is not None
    return can_be and identity.effective_from is not None


def _first_day(identity: Identity) -> date:
    assert identity.effective_from is not None, "only dated versions are compared"
    return identity.effective_from


def _covers(identity: Identity, day: date) -> bool:
    last = identity.effective_until
    return _first_day(identity) <= day and (last is None or day <= last)


def _overlap(first: Identity, second: Identity) -> Finding:
    message = (
        f"{second.name} is in force from {second.effective_from}, and so is {first.name} ({_range(first)}); "
        f"a programme has one version on any day"
    )
    return finding(OVERLAP, second.mark, message)


def _range(identity: Identity) -> str:
    last = identity.effective_until
    return f"{identity.effective_from} to {last}" if last else f"from {identity.effective_from}"


def _nearest(versions: Sequence[Identity], day: date) -> str:
    """Return the ranges on both sides of a day without a version."""
    before = [each for each in versions if _first_day(each) < day][-1:]
    after = [each for each in versions if _first_day(each) > day][:1]
    return ", ".join(f"{each.name} ({_range(each)})" for each in (*before, *after))
