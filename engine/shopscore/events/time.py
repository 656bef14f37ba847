"""Local days and instants of one time zone, by the same rules on every machine.

Instants are integer microseconds since the Unix epoch, days integer days since 1970-01-01. Rules come
from the tzdata package, never from the system, and no database's date arithmetic is used anywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from msgspec import Struct

from shopscore.errors import UsageError, near_match

SECOND = 1_000_000
DAY = 86_400 * SECOND
"""Microseconds of a day without a change of offset."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
"""The first instant that can be told: 0001-01-01T00:00:00Z."""
LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
"""The last instant that can be told: 9999-12-31T23:59:59.999999Z."""

# Local times need an offset that exists in Python's calendar: two days inside its ends.
_OFFSET_FIRST, _OFFSET_LAST = FIRST + 2 * DAY, LAST - 2 * DAY
# No zone's offset was ever more than 26 hours from another's.
_REACH = 26 * 3600 * SECOND
_STEP = 7 * DAY
"""Transitions are looked for a week at a time; no zone ever went there and back within one."""

# Times without a zone are placed by the offsets of these years; before and after, the first and the
# last of them stand, so that a step table in SQL says the same.
_WALL_FIRST = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_WALL_LAST = (datetime(2100, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


class Moved(StrEnum):
    """Why a local time did not name one instant by itself."""

    FOLD = "fold"  # the clock showed it twice; the first is taken
    GAP = "gap"  # the clock skipped it; it moves forward


class Transition(Struct, frozen=True):
    """An instant at which the offset from UTC changes; offsets in microseconds."""

    at: int
    before: int
    after: int

    @property
    def wall(self) -> int:
        """Return the local time from which on the offset after holds.

        A local time written twice keeps the earlier offset (fold 0); one that does not exist keeps it
        too and thereby moves forward. Both are what Python's fold=0 means.
        """
        return self.at + max(self.before, self.after)

    @property
    def doubt_from(self) -> int:
        """Return the first local time before `wall` that names two instants, or none."""
        return self.at + min(self.before, self.after)

    @property
    def doubt(self) -> Moved:
        """Return why the local times from `doubt_from` up to `wall` are doubtful."""
        return Moved.FOLD if self.after < self.before else Moved.GAP


class Walls(Struct, frozen=True):
    """The offset some local times begin with, and the changes among them."""

    offset: int
    changes: tuple[Transition, ...]


@dataclass(frozen=True)
class Zone:
    """A time zone by its IANA name; an unknown name is a usage error."""

    name: str
    _rules: ZoneInfo = field(init=False, repr=False, compare=False)
    _offsets: dict[int, int | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rules", _rules(self.name))

    def __reduce__(self) -> tuple[type[Zone], tuple[str]]:
        return Zone, (self.name,)

    def offset(self, at: int) -> int:
        """Return local time minus UTC at an instant, in microseconds."""
        # Most UTC days have one offset throughout; the few others are asked instant by instant.
        day = at // DAY
        if day not in self._offsets:
            start, end = self._ask(day * DAY), self._ask((day + 1) * DAY - 1)
            self._offsets[day] = start if start == end else None
        known = self._offsets[day]
        return self._ask(at) if known is None else known

    def day_of(self, at: int) -> int:
        """Return the local day of an instant."""
        return (at + self.offset(at)) // DAY

    def start_of(self, day: int) -> int:
        """Return the first instant of a local day, also where the day has no midnight."""
        midnight = day * DAY
        begin = midnight - _REACH
        offset = self.offset(begin)
        for change in self.transitions(begin, midnight + _REACH):
            if midnight - offset < change.at:
                break
            # Where the clock jumps over midnight, the day begins with the jump.
            offset, begin = change.after, change.at
        return max(begin, midnight - offset)

    def end_of(self, day: int) -> int:
        """Return the last microsecond of a local day."""
        return self.start_of(day + 1) - 1

    def transitions(self, first: int, last: int) -> tuple[Transition, ...]:
        """Return the changes of offset after `first` up to and including `last`, in order."""
        found = []
        low, before = first, self._ask(first)
        while low < last:
            high = min(low + _STEP, last)
            after = self._ask(high)
            if after != before:
                found.append(Transition(self._change(low, high), before, after))
            low, before = high, after
        return tuple(found)

    @cached_property
    def changes(self) -> tuple[Transition, ...]:
        """Return the changes of offset of the years whose local times are placed, 1900 to 2099."""
        return _changes(self)

    def walls(self, first: int, last: int) -> Walls:
        """Return what is needed to place the local times from `first` to `last`."""
        before = [change for change in self.changes if change.at < first - _REACH]
        offset = before[-1].after if before else self._ask(_WALL_FIRST)
        near = self.changes[len(before) :]
        return Walls(offset, tuple(change for change in near if change.at <= last + _REACH))

    @cached_property
    def _cuts(self) -> list[int]:
        return [change.wall for change in self.changes]

    def place(self, wall: int) -> tuple[int, Moved | None]:
        """Return the instant of a local time (microseconds as if it were UTC), and whether it moved."""
        offset, following = self._around(wall)
        # A doubtful time is one just before the cut: the cut ends the fold or the gap.
        is_doubtful = following is not None and wall >= following.doubt_from
        return wall - offset, following.doubt if following is not None and is_doubtful else None

    def end_of_date(self, day: int) -> int:
        """Return the last microsecond of a written date: as `end_of`, by the rules of local times."""
        midnight = (day + 1) * DAY
        if _WALL_FIRST + 2 * DAY < midnight < _WALL_LAST - 2 * DAY:
            return self.end_of(day)  # the same, without looking up all rules
        offset, following = self._around(midnight)
        if following is not None and midnight >= following.doubt_from and following.doubt is Moved.GAP:
            return following.at - 1
        return midnight - offset - 1

    def _around(self, wall: int) -> tuple[int, Transition | None]:
        """Return the offset that holds at a local time, and the change that comes next."""
        index = bisect_right(self._cuts, wall)
        offset = self.changes[index - 1].after if index else self._ask(_WALL_FIRST)
        return offset, self.changes[index] if index < len(self.changes) else None

    def _ask(self, at: int) -> int:
        inside = min(max(at, _OFFSET_FIRST), _OFFSET_LAST)
        utc = (_EPOCH + timedelta(microseconds=inside)).replace(tzinfo=self._rules)
        offset = self._rules.fromutc(utc).utcoffset()
        assert offset is not None
        return offset // timedelta(microseconds=1)

    def _change(self, low: int, high: int) -> int:
        """Return the instant between two at which the offset changes; offsets change on whole seconds."""
        before = self._ask(low)
        low, high = low // SECOND, -(-high // SECOND)
        while high - low > 1:
            middle = (low + high) // 2
            if self._ask(middle * SECOND) == before:
                low = middle
            else:
                high = middle
        return high * SECOND


@lru_cache(maxsize=64)
def _changes(zone: Zone) -> tuple[Transition, ...]:
    # Asked for by many short runs, each with a zone of its own.
    return zone.transitions(_WALL_FIRST, _WALL_LAST)


def _rules(name: str) -> ZoneInfo:
    package = files("tzdata")
    names = package.joinpath("zones").read_text(encoding="utf-8").split()
    if name not in names:
        raise UsageError(
            f"there is no time zone {name!r}; expected an IANA name such as America/Los_Angeles"
            f"{near_match(name, names)}"
        )
    with package.joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)
