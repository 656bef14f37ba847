"""Deadlines of orders that name none: the market's rule makes them, and each is marked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from shopscore.events.rows import Note
from shopscore.events.time import Zone
from shopscore.events.values import Problem, parse_instant
from shopscore_plugins.deadlines import MARK, UNKNOWN, Count, Deadlines
from shopscore_plugins.json_values import Record, moment, part, text, whole
from shopscore_plugins.partner_api.columns import Row

_EPOCH = date(1970, 1, 1)
_CALENDAR = 253_370_764_800_000_000
"""Microseconds that calendars do not reach any more."""
_MOST_HANDLING = 365
"""Days; what says more is no time that anybody handles an order in."""


class Due:
    """Adds the deadlines that the rule of a market gives, and counts them."""

    def __init__(self, market: str | None, zone: str | None) -> None:
        self._rules = Deadlines.of(market) if market is not None else None
        self._zone = Zone(zone or self._rules.zone) if self._rules is not None else None
        self._count = Count(self._rules, "the answers do") if self._rules is not None else None

    def add(self, row: Row, order: Record) -> None:
        """Add the deadlines an order lacks; what names its own keeps it."""
        rules, zone, count = self._rules, self._zone, self._count
        placed = None if zone is None else _day(row["placed_at"], zone)
        if rules is None or zone is None or count is None or placed is None:
            return
        made = []
        for column in rules.columns:
            if row.get(column) is not None:
                continue
            type_ = row["order_type"] or ("normal" if text(order, "order_type") is None else UNKNOWN)
            release = _day(moment(order, "release_date"), zone)
            by = rules.day(column, type_, placed, _handling_days(order), release)
            count.add(column, type_, by)
            if by is None:
                continue
            end = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=zone.end_of((by - _EPOCH).days))
            row[column] = end.isoformat()
            made.append(column)
        row[MARK] = ",".join(made) or None

    def notes(self) -> list[Note]:
        """Say how many deadlines were computed, and how many orders have none."""
        return self._count.notes() if self._count is not None else []


def _day(written: str | None, zone: Zone) -> date | None:
    at = parse_instant(written, zone)
    if isinstance(at, Problem) or not 0 < at < _CALENDAR:
        return None
    return _EPOCH + timedelta(days=zone.day_of(at))


def _handling_days(order: Record) -> int | None:
    """Return the days of handling, where they are business days as the rules count them."""
    said = part(order, "handling_duration")
    kind = text(said, "type")
    days = whole(text(said, "days")) if kind is None or "BUSINESS" in kind.upper() else None
    return days if days is not None and days <= _MOST_HANDLING else None
