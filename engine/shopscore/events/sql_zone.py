"""Local times to instants in SQL by a zone's own steps; the database's time zones are never asked.

Databases resolve a time that the clock shows twice, or never, each in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from shopscore.events.expressions import case, whole
from shopscore.events.time import DAY, Moved, Walls

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


def instant_of(walls: Walls, wall: exp.Expression) -> exp.Expression:
    """Return the instant of a local time in microseconds, as `Zone.place` does.

    The local time is compared with many steps: pass a column, not a long expression.
    """
    steps = [(change.wall, whole(change.after)) for change in walls.changes]
    return exp.paren(wall) - exp.paren(stepped(wall, whole(walls.offset), steps))


def moved_of(walls: Walls, wall: exp.Expression) -> exp.Expression:
    """Return 1 for a local time the clock shows twice, 2 for one it skips, 0 for all others."""
    steps: list[tuple[int, exp.Expression]] = []
    for change in walls.changes:
        steps += [(change.doubt_from, whole(MOVED[change.doubt])), (change.wall, whole(0))]
    return stepped(wall, whole(0), steps)


def end_of_day(walls: Walls, midnight: exp.Expression) -> exp.Expression:
    """Return the last microsecond of the local day that begins at a midnight, as `Zone.end_of_date` does."""
    steps: list[tuple[int, exp.Expression]] = []
    for change in walls.changes:
        if change.doubt is Moved.GAP:
            # The next day's midnight is skipped: that day begins with the jump.
            steps.append((change.doubt_from - DAY, whole(change.at - DAY) - midnight))
        steps.append((change.wall - DAY, whole(-change.after)))
    return midnight + exp.paren(stepped(midnight, whole(-walls.offset), steps)) + whole(DAY - 1)
