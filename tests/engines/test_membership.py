"""Which rows are in a metric: as many as its numbers count, and the others with a reason."""

from pathlib import Path

import pytest

import shopscore
from shopscore.engines.reference.membership import Out, Reason, membership
from shopscore.policy import Policy

ROOT = Path(__file__).parents[2]
BOTH_SIDES = ROOT / "tests" / "cli" / "reconcile" / "shop.yaml"
US, INDONESIA = ROOT / "policies" / "us-sps" / "2026.06" / "cases", ROOT / "policies" / "id-store-rating"
CASES = [
    BOTH_SIDES,
    *sorted(US.glob("*worked*.yaml")),
    *(US / f"appeals-{what}.yaml" for what in ("round", "chat", "cancelled-order", "late-order")),
    *sorted(INDONESIA.rglob("cases/appeal-granted.yaml")),
]
UNWEIGHTED = ("share_of", "ratio", "mean_of")


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    return {}


@pytest.mark.parametrize("path", CASES, ids=[f"{path.parents[1].name}-{path.stem}" for path in CASES])
def test_as_many_rows_are_in_as_the_scorecard_counts(path: Path, policies: dict[str, Policy]) -> None:
    name = next(
        line.partition(":")[2].strip() for line in path.read_text().splitlines() if line[:7] == "bundle:"
    )
    policy = policies.setdefault(name, shopscore.load(name))
    case = policy.case(path)
    card = policy.run(case).scorecard
    binding = policy.bind_case(case)
    compared = 0
    for metric in policy.plan.metrics:
        own = card["metrics"][metric.id]
        if metric.kind not in UNWEIGHTED or own["state"] != "computed":
            continue
        rows = membership(binding, case.events, metric)
        counts = (
            sum(member.hit for member in rows.numerator),
            sum(member.counts for member in rows.denominator),
        )
        assert counts == (own["numerator_count"], own["denominator_count"]), metric.id
        compared += 1
    assert compared > 0


def reasons(metric: str) -> dict[str, tuple[Reason, ...]]:
    policy = shopscore.load("us-sps@2026.07")
    case = policy.case(BOTH_SIDES)
    (plan,) = (each for each in policy.plan.metrics if each.id == metric)
    rows = membership(policy.bind_case(case), case.events, plan)
    return {member.id: member.reasons for member in rows.denominator}


def test_a_row_outside_has_every_reason() -> None:
    # Window by deliver_by: 2 to 31 July in Los Angeles.
    assert reasons("on_time_delivery_rate") == {
        "101": (),
        "102": (),
        "103": (Reason(Out.BEFORE),),
        "104": (Reason(Out.AFTER),),
        "105": (),
        "106": (),
        "107": (Reason(Out.EXCLUDED, "own-deadline-types"),),
        "108": (Reason(Out.UNDATED, "deliver_by"),),
        "110": (),
        "111": (Reason(Out.UNDATED, "deliver_by"), Reason(Out.WHERE, "due_orders")),  # cancelled too
        "112": (Reason(Out.UNDATED, "deliver_by"), Reason(Out.WHERE, "due_orders")),
        "113": (Reason(Out.BEFORE),),
        "114": (Reason(Out.BEFORE),),
        "115": (Reason(Out.BEFORE),),
    }


def test_what_began_on_the_day_is_not_known_in_its_morning() -> None:
    policy = shopscore.load("us-sps@2026.07")
    rows = [
        {"chat_id": "early", "started_at": "2026-07-31T23:59:59-07:00", "rating": 1},
        {"chat_id": "late", "started_at": "2026-08-01T00:00:00-07:00", "rating": 1},
        {"chat_id": "bot", "started_at": "2026-07-31T10:00:00-07:00", "rating": 1, "resolved_by": "bot"},
        {"chat_id": "unrated", "started_at": "2026-07-31T10:00:00-07:00"},
    ]
    case = policy.case({"case": "chats", "as_of": "2026-08-01", "shop": {"shop_id": "S1"}, "chats": rows})
    (plan,) = (each for each in policy.plan.metrics if each.id == "im_dissatisfaction_rate")
    found = membership(policy.bind_case(case), case.events, plan)
    assert {member.id: (member.hit, [each.out for each in member.reasons]) for member in found.numerator} == {
        "early": (True, []),
        "late": (False, [Out.NOT_YET]),
        "bot": (False, [Out.WHERE]),
        "unrated": (False, [Out.WHERE]),
    }


def test_an_appeal_that_was_granted_is_the_first_reason() -> None:
    path = US / "appeals-round.yaml"
    policy = shopscore.load("us-sps@2026.06")
    case = policy.case(path)
    (plan,) = (each for each in policy.plan.metrics if each.id == "after_sales_handling_hours")
    rows = membership(policy.bind_case(case), case.events, plan)
    appealed = [member.id for member in rows.numerator if member.reasons[:1] == (Reason(Out.APPEALED),)]
    assert appealed == ["r2"]
