"""Metric kinds of plugins: the same numbers by their SQL and by their Python."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from sqlglot import exp
from tests.engines.sql.world import World, at, policy

from shopscore.engines.duckdb import DuckDbEngine
from shopscore.hookspecs import Fraction, Row
from shopscore.policy import Policy

BUNDLE = 'timezone: America/Los_Angeles\nplugins: {metric_kinds: ">=0.1.0"}\n'
METRICS = """
populations:
  replies: {of: chats, where: "not buyer_blocked", at: started_at}
metrics:
  slow_reply:
    kind: percentile_of
    of: replies
    value: "hours_between(started_at, first_reply_at)"
    where: "not during_holiday_mode"
    with: {share: 0.5}
    window: {days: 10}
    assumed: test
"""
BENEFITS = 'badges:\n  quick: {when: "slow_reply.value <= 1", assessed: monthly on 1, assumed: test}\n'


def chat(number: int, started: str, seconds: int | None, **more: Any) -> Mapping[str, Any]:
    begin = at(started)
    reply = None if seconds is None else begin + seconds * 1_000_000
    row = {"chat_id": f"c{number}", "shop_id": "S1", "started_at": begin, "first_reply_at": reply}
    return {**row, "during_holiday_mode": False, "buyer_blocked": False, **more}


CHATS = [
    chat(1, "2026-05-30 10:00", 3600),
    chat(2, "2026-06-01 10:00", 7200),
    chat(3, "2026-06-02 10:00", 10800),
    chat(4, "2026-06-03 10:00", None),
    chat(5, "2026-06-03 11:00", 1, during_holiday_mode=True),
    chat(6, "2026-06-03 12:00", 1, buyer_blocked=True),
    chat(7, "2026-05-01 12:00", 1),
]


def with_kind(mini: Policy, **changes: Any) -> Policy:
    """Return the policy with its plugin's kind changed."""
    (metric,) = mini.plan.metrics
    assert metric.plugin is not None
    changed = replace(metric, plugin=replace(metric.plugin, **changes))
    return replace(mini, plan=replace(mini.plan, metrics=(changed,)))


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("policy"), bundle=BUNDLE, metrics=METRICS, benefits=BENEFITS)


@pytest.mark.parametrize("by_python", [False, True])
def test_a_kind_gives_the_same_with_and_without_its_sql(mini: Policy, by_python: bool) -> None:
    """The median of 1, 2 and 3 hours as of 5 June; on 1 June only the hour of 30 May is known."""
    chosen = with_kind(mini, sql=None) if by_python else mini
    world = World(chosen, {"chats": CHATS}, subjects=["S1", "S2"])
    cards = world.by_duckdb("2026-06-05")
    assert cards == world.by_reference("2026-06-05")
    found = cards["S1"]["metrics"]["slow_reply"]
    assert (found["value"], found["numerator_count"]) == (2.0, 3)
    assert cards["S1"]["benefits"]["quick"]["state"] == "granted"
    assert cards["S2"]["metrics"]["slow_reply"]["state"] == "no_data"


def test_python_is_given_the_rows_by_time_and_then_by_row_id(mini: Policy) -> None:
    seen: list[Sequence[Row]] = []

    def spy(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
        seen.append(rows)
        return Fraction(2**70 + 1, 1, len(rows), len(rows))

    rows = [chat(number, "2026-06-03 10:00", number) for number in (10, 9, 2)]
    rows.append(chat(1, "2026-06-02 23:59:59.999999", None, during_holiday_mode=True))
    world = World(with_kind(mini, sql=None, reference=spy), {"chats": rows})
    found = world.metric("slow_reply", "2026-06-05")
    early, late = at("2026-06-02 23:59:59.999999"), at("2026-06-03 10:00")
    assert seen[-1] == (
        Row(early, 20_606, None, False),
        Row(late, 20_607, 10, True),  # c10 comes before c2 and c9
        Row(late, 20_607, 2, True),
        Row(late, 20_607, 9, True),
    )
    assert found["numerator"] == float(2**70 + 1) / 3600.0


def test_what_a_kind_gives_without_rows_is_what_subjects_without_rows_get(mini: Policy) -> None:
    def always(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
        return Fraction(7200 * (1 + len(rows)), 1, 1, 1)

    for sql in (None, _seven_hours):
        world = World(with_kind(mini, sql=sql, reference=always), {"chats": []}, subjects=["S1"])
        assert world.metric("slow_reply", "2026-06-05")["value"] == 2.0


def _seven_hours(rows: str, parameters: Mapping[str, Any]) -> exp.Select:
    return exp.select(
        "subject_id", "25200 AS numerator", "1 AS denominator", "1 AS numerator_rows", "1 AS denominator_rows"
    ).from_(exp.table_(rows, quoted=True))


def test_a_run_says_which_kinds_work_in_python(mini: Policy) -> None:
    world = World(with_kind(mini, sql=None), {"chats": CHATS})
    said = "slow_reply: kind percentile_of has no SQL; its Python runs on the rows in order"
    assert DuckDbEngine().notes(world.bound("2026-06-05")) == [("python_kind", said)]
    assert DuckDbEngine().notes(World(mini, {"chats": CHATS}).bound("2026-06-05")) == []
