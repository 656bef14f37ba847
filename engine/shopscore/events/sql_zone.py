"""Local times to instants in SQL by a zone's own steps; the database's time zones are never asked.

Databases resolve a time that the clock shows twice, or never, each in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from shopscore.events.expressions import case, whole
from shopscore.events.time import DAY, Moved, Zone

Steps = Sequence[tuple[int, exp.Expression]]
"""(from, value): the value holds from there up to the next one."""

MOVED = {Moved.FOLD: 1, Moved.GAP: 2}


def stepped(key: exp.Expression, before: exp.Expression, steps: Steps) -> exp.Expression:
    """Return the value of the last step at or below the key, by halving."""
    if not steps:
        return before
    middle = len(steps) // 2
    start, value = steps[middle]
    left = stepped(key, before, steps[:middle])
    right = stepped(key, value, steps[middle + 1 :])
    return case([(key < whole(start), left)], right)


def instant_of(zone: Zone, wall: exp.Expression) -> exp.Expression:
    """Return the instant of a local time in microseconds, as `Zone.place` does.

    The local time is compared with many steps: pass a column, not a long expression.
    """
    first, steps = zone.wall_steps
    offset = stepped(wall, whole(first), [(start, whole(each)) for start, each in steps])
    return exp.paren(wall) - exp.paren(offset)


def moved_of(zone: Zone, wall: exp.Expression) -> exp.Expression:
    """Return 1 for a local time the clock shows twice, 2 for one it skips, 0 for all others."""
    steps: list[tuple[int, exp.Expression]] = []
    for start, end, why in zone.wall_doubts:
        steps += [(start, whole(MOVED[why])), (end, whole(0))]
    return stepped(wall, whole(0), steps)


def end_of_day(zone: Zone, midnight: exp.Expression) -> exp.Expression:
    """Return the last microsecond of the local day that begins at a midnight, as `Zone.end_of` does."""
    first, _ = zone.wall_steps
    steps: list[tuple[int, exp.Expression]] = []
    for change in zone.changes:
        if change.after > change.before:
            # The next day's midnight is skipped: that day begins with the jump.
            steps.append((change.at + change.before - DAY, whole(change.at - DAY) - midnight))
        steps.append((change.at + max(change.before, change.after) - DAY, whole(-change.after)))
    return midnight + exp.paren(stepped(midnight, whole(-first), steps)) + whole(DAY - 1)
