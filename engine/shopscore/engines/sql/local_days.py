"""Local days of small tables: by a join to the zone's offsets, one short list for all instants.

A CASE over a zone's hundreds of changes is fast on many rows and slow to plan; here it is the other way.
Offsets are listed by stretches of time of one length, so that engines join by what is equal; by what is
less alone they sort, or compare each row with each offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp

from shopscore.engines.sql.stages import Stages, parsed, quoted
from shopscore.events.time import DAY, SECOND, Zone

_OFFSETS = "zone_offsets"
_NEVER = 2**42
"""Seconds before which, and after which, nothing is told."""
_STRETCH = 2**25
"""Seconds of a stretch, some 388 days: of most zones few changes lie in one."""


def with_local_days(stages: Stages, name: str, source: str, zone: Zone, days: Mapping[str, str]) -> str:
    """Add a stage with the columns of another and the local days of some of its instants.

    `days` names the instant each new column is the day of: days since 1970-01-01, null for null.
    """
    if _OFFSETS not in stages.queries:
        stages.add(_OFFSETS, _offsets(zone).copy(), is_kept=True)
    columns = [f"rows_.{quoted(each)}" for each in stages.queries[source].named_selects]
    first, last = _stretches(zone)
    joins = ""
    for place, (day, at) in enumerate(days.items()):
        local = f"(rows_.{quoted(at)} + z{place}.shift)"
        # DIV cuts towards zero: what is left over is taken off first, so that it divides evenly.
        rest = f"(({local} % {DAY}) + {DAY}) % {DAY}"
        columns.append(f"CAST(({local} - {rest}) // {DAY} AS INT) AS {quoted(day)}")
        own = f"rows_.{quoted(at)} // {_STRETCH * SECOND}"
        stretch = f"CASE WHEN {own} < {first} THEN {first} WHEN {own} > {last} THEN {last} ELSE {own} END"
        joins += (
            f" LEFT JOIN {_OFFSETS} AS z{place} ON {stretch} = z{place}.stretch"
            f" AND rows_.{quoted(at)} >= z{place}.begins AND rows_.{quoted(at)} < z{place}.ends"
        )
    return stages.add(
        name, parsed(f"SELECT {', '.join(columns)} FROM {quoted(source)} AS rows_{joins}"), is_kept=True
    )


def _stretches(zone: Zone) -> tuple[int, int]:
    """Return the first and the last stretch with a change; those before and after belong to them."""
    changes = zone.changes
    return (_stretch(changes[0].at // SECOND), _stretch(changes[-1].at // SECOND)) if changes else (0, 0)


def _stretch(seconds: int) -> int:
    """Return the stretch of a time; the two about 1970 are one, for DIV cuts towards zero."""
    return seconds // _STRETCH if seconds >= 0 else -(-seconds // _STRETCH)


@lru_cache(maxsize=8)
def _offsets(zone: Zone) -> exp.Query:
    """Return the zone's offsets in each stretch; before its first change and after its last they go on."""
    changes = zone.changes
    first, last = _stretches(zone)
    shifts = [changes[0].before if changes else zone.offset(0), *(change.after for change in changes)]
    begins = [-_NEVER, *(change.at // SECOND for change in changes)]
    rows = ", ".join(
        f"({stretch}, {begin}, {end}, {shift // SECOND})"
        for begin, end, shift in zip(begins, [*begins[1:], _NEVER], shifts, strict=True)
        for stretch in range(max(first, _stretch(begin)), min(last, _stretch(end)) + 1)
    )
    instants = ", ".join(
        f"CAST({each} AS BIGINT) * {SECOND} AS {each}" for each in ("begins", "ends", "shift")
    )
    return parsed(
        f"SELECT CAST(stretch AS BIGINT) AS stretch, {instants} "
        f"FROM (VALUES {rows}) AS offsets(stretch, begins, ends, shift)"
    )
