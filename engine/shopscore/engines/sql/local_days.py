"""Local days of small tables: by a join to the zone's offsets, one short list for all instants.

A CASE over a zone's hundreds of changes is fast on many rows and slow to plan; here it is the other way.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp

from shopscore.engines.sql.stages import Stages, parsed, quoted
from shopscore.events.time import DAY, Zone

_OFFSETS = "zone_offsets"
_NEVER = 2**62


def with_local_days(stages: Stages, name: str, source: str, zone: Zone, days: Mapping[str, str]) -> str:
    """Add a stage with the columns of another and the local days of some of its instants.

    `days` names the instant each new column is the day of: days since 1970-01-01, null for null.
    """
    if _OFFSETS not in stages.queries:
        stages.add(_OFFSETS, _offsets(zone).copy(), is_kept=True)
    columns = [f"rows_.{quoted(each)}" for each in stages.queries[source].named_selects]
    joins = ""
    for place, (day, at) in enumerate(days.items()):
        local = f"(rows_.{quoted(at)} + z{place}.shift)"
        # DIV cuts towards zero: what is left over is taken off first, so that it divides evenly.
        rest = f"(({local} % {DAY}) + {DAY}) % {DAY}"
        columns.append(f"CAST(({local} - {rest}) // {DAY} AS INT) AS {quoted(day)}")
        joins += (
            f" LEFT JOIN {_OFFSETS} AS z{place}"
            f" ON rows_.{quoted(at)} >= z{place}.begins AND rows_.{quoted(at)} < z{place}.ends"
        )
    return stages.add(
        name, parsed(f"SELECT {', '.join(columns)} FROM {quoted(source)} AS rows_{joins}"), is_kept=True
    )


@lru_cache(maxsize=8)
def _offsets(zone: Zone) -> exp.Query:
    """Return the zone's offsets as rows; before its first change and after its last they go on."""
    changes = zone.changes
    first = changes[0].before if changes else zone.offset(0)
    shifts = [first, *(change.after for change in changes)]
    begins = [-_NEVER, *(change.at for change in changes)]
    rows = ", ".join(
        f"({begin}, {end}, {shift})"
        for begin, end, shift in zip(begins, [*begins[1:], _NEVER], shifts, strict=True)
    )
    return parsed(
        "SELECT CAST(begins AS BIGINT) AS begins, CAST(ends AS BIGINT) AS ends, "
        f"CAST(shift AS BIGINT) AS shift FROM (VALUES {rows}) AS offsets(begins, ends, shift)"
    )
