"""What if: one subject's events as they would be, had some of its appeals been granted (2.8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from shopscore.errors import UsageError, near_match
from shopscore.events.rows import Events, Note, Row

APPEALS = "appeals"


def undecided(events: Events, cutoff: int) -> tuple[str, ...]:
    """Return the appeals that an instant knows and that had no decision before it."""
    return tuple(str(row["appeal_id"]) for row in _filed(events, cutoff) if _is_open(row, cutoff))


def assume_granted(events: Events, ids: Collection[str], cutoff: int) -> Events:
    """Return events in which appeals were granted the moment they were filed.

    Raises UsageError for an appeal that is not among those filed before the cutoff.
    """
    known = {str(row["appeal_id"]) for row in _filed(events, cutoff)}
    for id_ in ids:
        if id_ not in known:
            raise UsageError(_unknown(id_, known, events))
    rows = tuple(
        {**row, "status": "granted", "decided_at": row["filed_at"]} if row["appeal_id"] in ids else row
        for row in events.tables.get(APPEALS, ())
    )
    return replace(events, tables={**events.tables, APPEALS: rows})


def granted_note(ids: Sequence[str]) -> Note:
    """Return the warning that tells which appeals are taken as granted."""
    if not ids:
        return "assumed_granted", "no appeal waits for a decision: none is taken as granted"
    what = f"appeal {ids[0]} is" if len(ids) == 1 else f"appeals {', '.join(ids)} are"
    return "assumed_granted", f"what if: {what} taken as granted"


def _filed(events: Events, cutoff: int) -> list[Row]:
    return [row for row in events.tables.get(APPEALS, ()) if _instant(row["filed_at"]) < cutoff]


def _is_open(row: Row, cutoff: int) -> bool:
    """Tell whether an appeal waits for its decision; one of an unknown time stands as written."""
    decided = row["decided_at"]
    return row["status"] == "pending" or (decided is not None and _instant(decided) >= cutoff)


def _instant(value: object) -> int:
    assert isinstance(value, int)
    return value


def _unknown(id_: str, known: Collection[str], events: Events) -> str:
    if any(row["appeal_id"] == id_ for row in events.tables.get(APPEALS, ())):
        return f"appeal {id_!r} was filed on the day of the score or after it; nothing is known of it yet"
    if not known:
        return f"there is no appeal {id_!r}: none of {events.subject!r} is known"
    return f"{events.subject!r} has no appeal {id_!r} among {len(known):,}{near_match(id_, known)}"
