"""Local days and instants: offsets change, midnights are missing, clocks show times twice."""

import pickle
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopscore.errors import UsageError
from shopscore.events.time import DAY, FIRST, LAST, SECOND, Moved, Transition, Zone

HOUR = 3600 * SECOND
LOS_ANGELES = Zone("America/Los_Angeles")
SAO_PAULO = Zone("America/Sao_Paulo")
HAVANA = Zone("America/Havana")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def at(text: str) -> int:
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return round(moment.timestamp() * SECOND)


def wall(text: str) -> int:
    return at(f"{text}+00:00")


@pytest.mark.parametrize(
    ("zone", "local_day", "starts", "hours"),
    [
        (LOS_ANGELES, "2026-06-22", "2026-06-22T00:00:00-07:00", 24),
        (LOS_ANGELES, "2026-03-08", "2026-03-08T00:00:00-08:00", 23),
        (LOS_ANGELES, "2026-11-01", "2026-11-01T00:00:00-07:00", 25),
        # The clock jumped from 00:00 to 01:00: the day began at 01:00.
        (SAO_PAULO, "2017-10-15", "2017-10-15T01:00:00-02:00", 23),
        # The clock went back from 00:00 to 23:00: the day before had 25 hours.
        (SAO_PAULO, "2018-02-17", "2018-02-17T00:00:00-02:00", 25),
        (SAO_PAULO, "2018-02-18", "2018-02-18T00:00:00-03:00", 24),
        # Midnight came twice: the day began with the first.
        (HAVANA, "2025-11-02", "2025-11-02T00:00:00-04:00", 25),
        (Zone("Asia/Jakarta"), "1970-01-01", "1970-01-01T00:00:00+07:00", 24),
        (Zone("UTC"), "1969-12-31", "1969-12-31T00:00:00+00:00", 24),
        # A whole day was left out when Samoa crossed the date line.
        (Zone("Pacific/Apia"), "2011-12-30", "2011-12-31T00:00:00+14:00", 0),
    ],
)
def test_a_local_day_begins_with_its_first_instant(
    zone: Zone, local_day: str, starts: str, hours: int
) -> None:
    start = zone.start_of(day(local_day))
    assert start == at(starts)
    assert zone.end_of(day(local_day)) - start + 1 == hours * HOUR
    assert zone.end_of_date(day(local_day)) == zone.end_of(day(local_day))


def test_an_instant_at_local_midnight_belongs_to_the_new_day() -> None:
    midnight = at("2026-06-22T00:00:00-07:00")
    assert LOS_ANGELES.day_of(midnight) == day("2026-06-22")
    assert LOS_ANGELES.day_of(midnight - 1) == day("2026-06-21")


# Up to 2020, for what lies ahead differs with the version of the system's rules.
ZONES = [Zone(name) for name in ("America/Los_Angeles", "America/Sao_Paulo", "Africa/Casablanca")]
ZONES += [Zone("Asia/Kathmandu"), Zone("Australia/Lord_Howe")]


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=at("1905-01-01T00:00:00+00:00"), max_value=at("2020-01-01T00:00:00+00:00")),
)
def test_days_are_those_of_the_standard_library(zone: Zone, instant: int) -> None:
    local = datetime.fromtimestamp(instant // SECOND, ZoneInfo(zone.name))
    assert zone.day_of(instant) == local.date().toordinal() - date(1970, 1, 1).toordinal()
    assert zone.start_of(zone.day_of(instant)) <= instant <= zone.end_of(zone.day_of(instant))
    assert zone.end_of_date(zone.day_of(instant)) == zone.end_of(zone.day_of(instant))


@pytest.mark.parametrize(
    ("zone", "local", "instant", "moved"),
    [
        (LOS_ANGELES, "2026-06-01T10:00:00", "2026-06-01T10:00:00-07:00", None),
        (LOS_ANGELES, "2026-11-01T00:59:59", "2026-11-01T00:59:59-07:00", None),
        (LOS_ANGELES, "2026-11-01T01:30:00", "2026-11-01T01:30:00-07:00", Moved.FOLD),
        (LOS_ANGELES, "2026-11-01T02:00:00", "2026-11-01T02:00:00-08:00", None),
        (LOS_ANGELES, "2026-03-08T01:59:59", "2026-03-08T01:59:59-08:00", None),
        (LOS_ANGELES, "2026-03-08T02:30:00", "2026-03-08T03:30:00-07:00", Moved.GAP),
        (LOS_ANGELES, "2026-03-08T03:00:00", "2026-03-08T03:00:00-07:00", None),
        (SAO_PAULO, "2017-10-15T00:00:00", "2017-10-15T01:00:00-02:00", Moved.GAP),
        (SAO_PAULO, "2018-02-17T23:00:00", "2018-02-17T23:00:00-02:00", Moved.FOLD),
    ],
)
def test_a_local_time_takes_the_first_of_two_and_moves_forward_out_of_a_gap(
    zone: Zone, local: str, instant: str, moved: Moved | None
) -> None:
    assert zone.place(wall(local)) == (at(instant), moved)


@settings(deadline=None)  # the first local time of a zone looks up two hundred years of rules
@given(st.sampled_from(ZONES), st.datetimes(min_value=datetime(1905, 1, 1), max_value=datetime(2020, 1, 1)))
def test_local_times_are_placed_as_with_fold_0(zone: Zone, local: datetime) -> None:
    offset = local.replace(tzinfo=ZoneInfo(zone.name), fold=0).utcoffset()
    assert offset is not None
    micros = wall(local.isoformat())
    assert zone.place(micros)[0] == micros - offset // timedelta(microseconds=1)


def test_transitions_are_found_to_the_second() -> None:
    found = LOS_ANGELES.transitions(at("2026-01-01T00:00:00+00:00"), at("2026-12-31T00:00:00+00:00"))
    assert found == (
        Transition(at("2026-03-08T10:00:00+00:00"), -8 * HOUR, -7 * HOUR),
        Transition(at("2026-11-01T09:00:00+00:00"), -7 * HOUR, -8 * HOUR),
    )


def test_the_ends_of_the_calendar_have_days() -> None:
    assert LOS_ANGELES.day_of(FIRST) == day("0001-01-01") - 1
    assert LOS_ANGELES.day_of(LAST) == day("9999-12-31")
    assert LOS_ANGELES.start_of(day("9999-12-31")) == LAST + 1 - DAY + 8 * HOUR


def test_an_unknown_zone_is_a_usage_error_with_its_near_match() -> None:
    with pytest.raises(UsageError) as raised:
        Zone("America/Los_Angles")
    assert str(raised.value) == (
        "there is no time zone 'America/Los_Angles'; expected an IANA name such as America/Los_Angeles; "
        "did you mean 'America/Los_Angeles'?"
    )


def test_a_name_that_leads_out_of_the_zone_files_is_no_zone() -> None:
    with pytest.raises(UsageError, match=r"^there is no time zone '\.\./zones'; expected an IANA name"):
        Zone("../zones")


def test_a_zone_is_its_name_and_survives_pickling() -> None:
    LOS_ANGELES.day_of(0)
    assert pickle.loads(pickle.dumps(LOS_ANGELES)) == Zone("America/Los_Angeles") != SAO_PAULO
