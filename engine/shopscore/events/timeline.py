"""How the day of a run lies to the data: before it, well before its end, or long after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from shopscore.events.check import TableReport
from shopscore.events.physical import Source
from shopscore.events.rows import Note
from shopscore.events.tables import Kind, Table
from shopscore.events.time import Zone
from shopscore.events.wording import counted

WELL = 7
"""Days by which data may go on after D, or end before it, without a word."""

_EPOCH = date(1970, 1, 1).toordinal()
_NAMED = 8


def timeline_notes(
    as_of: date,
    zone: Zone,
    tables: Mapping[str, Table],
    sources: Mapping[str, Source],
    reports: Mapping[str, TableReport],
) -> list[Note]:
    """Return what a run as of a day has to say about where the data begin and end."""
    firsts = [report.first for report in reports.values() if report.first is not None]
    lasts = [report.last for report in reports.values() if report.last is not None]
    if not firsts or not lasts:
        return []
    day = as_of.toordinal() - _EPOCH
    first, last = zone.day_of(min(firsts)), zone.day_of(max(lasts))
    if day <= first:
        return [("before_data", f"{as_of} is not after the first day of the data, {_date(first)}")]
    if day - 1 - last > WELL:
        ends = f"the data end on {_date(last)}, {counted(day - 1 - last, 'day')} before the last day counted"
        return [("after_data", ends)]
    timeless = [name for source in sources.values() for name in _timeless(tables[source.table], source)]
    if last - day < WELL or not timeless:
        return []
    named = _some(timeless)
    goes_on = f"the data go on to {_date(last)}, {counted(last - day, 'day')} after {as_of}"
    return [
        ("columns_without_clock", f"{goes_on}: columns without a clock are taken as they stand ({named})")
    ]


def _timeless(table: Table, source: Source) -> list[str]:
    """Return the columns whose content nothing dates, apart from ids and plain data about time."""
    dated = {name for each in table.dates.values() for name in each}
    kinds = (Kind.TEXT, Kind.FLAG, Kind.NUMBER, Kind.COUNT)
    return [
        f"{table.name}.{name}"
        for name, column in table.columns.items()
        if name in source.columns and column.kind in kinds and name not in dated and not _is_dated_row(table)
    ]


def _is_dated_row(table: Table) -> bool:
    """Tell whether rows carry the day they are about: those of D and later are not looked at."""
    return any(
        column.kind is Kind.DAY and column.name.startswith("as_of") for column in table.columns.values()
    )


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _date(day: int) -> date:
    return date.fromordinal(day + _EPOCH)
