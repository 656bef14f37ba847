"""Local days by a join to a zone's offsets are those of the zone itself, at its changes and far from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopscore.engines.sql.local_days import _offsets, with_local_days
from shopscore.engines.sql.stages import Stages, parsed
from shopscore.events.time import SECOND, Transition, Zone

ZONES = ("America/Los_Angeles", "Asia/Jakarta", "Africa/Casablanca", "Pacific/Apia", "UTC")
"""Two changes a year; few and long ago; four in a year; a day that never was; none."""

_YEAR_1900, _YEAR_2100 = -2_208_988_800_000_000, 4_102_444_800_000_000


@cache
def statement(zone: Zone) -> str:
    stages = Stages()
    source = stages.add("rows_given", parsed('SELECT place, "at" FROM given'))
    days = with_local_days(stages, "days", source, zone, {"day": "at"})
    return stages.statement(parsed(f'SELECT "day" FROM {days} ORDER BY place')).sql("duckdb")


def days_by_sql(zone: Zone, instants: Sequence[int | None]) -> list[int | None]:
    rows = {"place": pa.array(range(len(instants)), pa.int32()), "at": pa.array(instants, pa.int64())}
    with duckdb.connect() as connection:
        connection.register("given", pa.table(rows))
        return [day for (day,) in connection.execute(statement(zone)).fetchall()]


@pytest.mark.parametrize("name", ZONES)
def test_a_day_changes_where_the_zone_says_at_each_change_of_its_clock(name: str) -> None:
    zone = Zone(name)
    about = [change.at + step for change in zone.changes for step in (-1, 0, 1)]
    # A stretch of the list of offsets ends at each 2**25 seconds, one on both sides of 1970.
    stretches = [place * 2**25 * 1_000_000 + step for place in range(-60, 120) for step in (-1, 0, 1)]
    instants = [at for at in (*about, *stretches) if _YEAR_1900 <= at < _YEAR_2100]
    assert days_by_sql(zone, instants) == [zone.day_of(at) for at in instants]


@settings(max_examples=25)  # each has up to a hundred instants; what takes time is the statement
@given(st.sampled_from(ZONES), st.lists(st.integers(_YEAR_1900, _YEAR_2100 - 1), max_size=100))
def test_any_instant_of_two_centuries_has_the_zones_own_day(name: str, instants: list[int]) -> None:
    zone = Zone(name)
    assert days_by_sql(zone, instants) == [zone.day_of(at) for at in instants]


def test_before_the_first_change_and_after_the_last_the_offsets_go_on_and_null_has_no_day() -> None:
    # Los Angeles was 7:52:58 behind until 1883 and is listed from 1900 on: 8 hours behind before that, too.
    year_1800, year_2500 = -5_364_662_400_000_000, 16_725_225_600_000_000
    before_and_on = [year_1800 + 8 * 3_600_000_000 - 1, year_1800 + 8 * 3_600_000_000]
    later = [year_2500 + 8 * 3_600_000_000 - 1, year_2500 + 8 * 3_600_000_000]
    found = days_by_sql(Zone("America/Los_Angeles"), [*before_and_on, *later, None])
    assert found == [-62_092, -62_091, 193_578, 193_579, None]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # 536,870,912 s are 6,213 days and 18:48:32: an hour later it is the same day still.
        (16 * 2**25, [6_213, 6_213, 6_213]),
        # 100,663,295 s are 1,165 days and 2:08:15: the day before 1970 that many is the 1,166th.
        (-3 * 2**25 + 1, [-1_166, -1_166, -1_166]),
    ],
)
def test_a_change_at_the_border_of_a_stretch_leaves_no_instant_without_a_day(
    change: int, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    zone, hour = Zone("Etc/UTC"), 3_600 * SECOND
    monkeypatch.setitem(zone.__dict__, "changes", (Transition(change * SECOND, 0, hour),))
    try:
        assert days_by_sql(zone, [change * SECOND + step for step in (-SECOND // 2, -1, 0)]) == expected
    finally:
        statement.cache_clear()
        _offsets.cache_clear()
