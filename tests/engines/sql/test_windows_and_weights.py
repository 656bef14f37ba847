"""Windows and decay as literal cut-offs: local midnights, days of 23 and 25 hours, deadlines, two days."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.engines.sql.world import World, at, policy

from shopscore.policy import Policy

METRICS = """
populations:
  placed: {of: orders, at: placed_at}
  due: {of: orders, where: "missing(cancelled_at)", at: deliver_by}
  delivered: {of: orders, at: delivered_at}
metrics:
  two_days: {count_of: placed, window: {days: 2}, assumed: test}
  lagged: {count_of: placed, window: {days: 2, lag: 1}, assumed: test}
  stepped: {count_of: placed, window: {days: 4}, decay: {factor: 0.5, every_days: 2}, assumed: test}
  lagged_steps:
    {count_of: placed, window: {days: 3, lag: 1}, decay: {factor: 0.5, every_days: 2}, assumed: test}
  due: {count_of: due, window: {days: 2}, assumed: test}
  delivered: {count_of: delivered, window: {days: 2}, assumed: test}
"""

BADGE = 'badges:\n  was_{0}: {{when: "{0}.value >= 1", assessed: monthly on 1, assumed: test}}\n'


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("policy"), metrics=METRICS)


def orders(*rows: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    blank = {"shop_id": "S1", "placed_at": at("2026-01-01 10:00")}
    return [{"order_id": f"o{n}", **blank, **row} for n, row in enumerate(rows)]


def placed(*times: str) -> list[Mapping[str, Any]]:
    return orders(*({"placed_at": at(time)} for time in times))


@pytest.mark.parametrize(
    ("time", "inside"),
    [
        ("2026-06-07 23:59:59.999999", 0),
        ("2026-06-08 00:00:00", 1),
        ("2026-06-09 23:59:59.999999", 1),
        ("2026-06-10 00:00:00", 0),
    ],
)
def test_a_window_begins_and_ends_at_local_midnight(mini: Policy, time: str, inside: int) -> None:
    assert World(mini, {"orders": placed(time)}).metric("two_days", "2026-06-10")["value"] == inside


def test_a_lag_moves_both_ends(mini: Policy) -> None:
    times = ["2026-06-06 23:59", "2026-06-07 00:00", "2026-06-08 23:59", "2026-06-09 00:00"]
    assert World(mini, {"orders": placed(*times)}).metric("lagged", "2026-06-10")["value"] == 2


@pytest.mark.parametrize("as_of", ["2026-03-10", "2026-11-03"])
def test_days_of_23_and_25_hours_are_whole_days(mini: Policy, as_of: str) -> None:
    """The clock changes on 8 March and on 1 November: both windows begin there at midnight."""
    day = {"2026-03-10": "2026-03-08", "2026-11-03": "2026-11-01"}[as_of]
    world = World(mini, {"orders": placed(f"{day} 00:00", f"{day} 23:59:59.999999")})
    assert world.metric("two_days", as_of)["value"] == 2
    before = at(f"{day} 00:00") - 1
    assert World(mini, {"orders": orders({"placed_at": before})}).metric("two_days", as_of)["value"] == 0


def test_both_turns_of_a_repeated_hour_are_of_one_day(mini: Policy) -> None:
    twice = [at("2026-11-01 01:30", fold=fold) for fold in (0, 1)]
    assert twice[1] - twice[0] == 3_600_000_000
    rows = orders(*({"placed_at": each} for each in twice))
    assert World(mini, {"orders": rows}).metric("two_days", "2026-11-03")["value"] == 2


def test_weights_step_at_local_midnights(mini: Policy) -> None:
    """Ages 1 and 2 weigh 1, ages 3 and 4 a half."""
    times = ["2026-06-08 00:00", "2026-06-07 23:59:59.999999", "2026-06-06 00:00", "2026-06-05 23:59"]
    found = World(mini, {"orders": placed(*times)}).metric("stepped", "2026-06-10")
    assert (found["value"], found["numerator_count"]) == (2.0, 3)


def test_steps_count_the_lag_into_the_age(mini: Policy) -> None:
    """The window covers ages 2 to 4: the first weighs 1, the others a half."""
    times = ["2026-06-08 12:00", "2026-06-07 12:00", "2026-06-06 12:00"]
    assert World(mini, {"orders": placed(*times)}).metric("lagged_steps", "2026-06-10")["value"] == 2.0


def test_a_deadline_is_plain_data_also_after_the_day(mini: Policy) -> None:
    rows = orders({"deliver_by": at("2026-06-09 10:00")}, {"deliver_by": at("2026-06-10 00:00")})
    world = World(mini, {"orders": rows})
    assert [world.metric("due", day)["value"] for day in ("2026-06-10", "2026-06-11")] == [1, 2]


def test_an_instant_of_the_day_itself_is_not_known_yet(mini: Policy) -> None:
    rows = orders({"cancelled_at": at("2026-06-10 00:00"), "deliver_by": at("2026-06-09 10:00")})
    world = World(mini, {"orders": rows})
    assert [world.metric("due", day)["value"] for day in ("2026-06-10", "2026-06-11")] == [1, 0]


def test_a_row_placed_after_an_earlier_day_is_not_there_as_of_it(tmp_path: Path) -> None:
    """A deadline before 1 June counts for the badge of 1 June only if its order existed by then."""
    text = BADGE.format("due")
    mini = policy(tmp_path, metrics=METRICS, benefits=text)
    states = []
    for placed_at in ("2026-05-31 23:59:59.999999", "2026-06-01 00:00"):
        rows = orders({"placed_at": at(placed_at), "deliver_by": at("2026-05-31 10:00")})
        card = World(mini, {"orders": rows}).by_duckdb("2026-06-10")["S1"]
        states.append(card["benefits"]["was_due"]["state"])
    assert states == ["granted", "locked"]


def test_windows_of_two_days_are_read_from_one_pass_over_the_table(tmp_path: Path) -> None:
    mini = policy(
        tmp_path, metrics=METRICS, benefits=BADGE.format("two_days") + BADGE.format("delivered")[8:]
    )
    rows = orders(
        {"placed_at": at("2026-05-31 12:00"), "delivered_at": at("2026-06-01 00:00")},
        {"placed_at": at("2026-06-09 12:00")},
    )
    world = World(mini, {"orders": rows})
    card = world.by_duckdb("2026-06-10")["S1"]
    assert card == world.by_reference("2026-06-10")["S1"]
    assert card["metrics"]["two_days"]["value"] == 1.0
    states = [card["benefits"][name]["state"] for name in ("was_two_days", "was_delivered")]
    assert states == ["granted", "locked"]


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "Pacific/Apia", "America/Santiago", "Africa/Cairo"]
)
def test_midnights_are_those_of_the_policy_s_zone(tmp_path: Path, zone: str) -> None:
    """Santiago and Cairo change their clocks at midnight; Apia skipped 30 December 2011 whole."""
    mini = policy(tmp_path, bundle=f"timezone: {zone}\n", metrics=METRICS)
    local = ZoneInfo(zone)
    for as_of, first in [
        ("2026-06-10", "2026-06-08"),
        ("2026-09-07", "2026-09-05"),
        ("2026-04-25", "2026-04-23"),
    ]:
        start = mini.zone.start_of(mini.zone.day_of(at(f"{first} 12:00", local)))
        rows = orders({"placed_at": start}, {"placed_at": start - 1})
        world = World(mini, {"orders": rows})
        assert world.metric("two_days", as_of)["value"] == 1
        assert world.by_duckdb(as_of) == world.by_reference(as_of)
