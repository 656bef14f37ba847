"""Why a record is on one list only: one record for each reason, as of 1 August 2026 in Los Angeles.

That morning begins at 07:00 UTC; the windows of 60 and 30 days begin on 2 June and 2 July. Theirs are of the
same days from midnight to midnight UTC.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import shopscore
from shopscore_plugins.performance_api.compare import Match, compare
from shopscore_plugins.performance_api.official import read_official

ORDERED, DELIVERED = "2026-07-05T18:00:00Z", "2026-07-11T18:00:00Z"
DUE = "2026-07-14T06:59:00Z"
NEXT_DAY = "2026-08-01T10:00:00Z"


def order(id_: str, **more: Any) -> dict[str, Any]:
    """Return an order that was delivered in time, with what is special about it."""
    usual = {"placed_at": ORDERED, "delivered_at": DELIVERED, "deliver_by": DUE}
    return {name: value for name, value in {"order_id": id_, **usual, **more}.items() if value is not None}


def review(id_: str, stars: int, day: str = "2026-07-12") -> dict[str, Any]:
    number = f"{id_}-{day}-{stars}"
    return {"review_id": number, "order_id": id_, "posted_at": f"{day}T18:00:00Z", "stars": stars}


def round_(case: str, number: int, begins: str, ends: str) -> dict[str, Any]:
    day = "2026-07-12"
    return {"round_id": f"{case}-{number}", "case_id": case, "stage": "approval", "handled_by": "seller",
            "started_at": f"{day}T{begins}:00Z", "finished_at": f"{day}T{ends}:00Z"}  # fmt: skip


CASE = {
    "case": "one record for each reason",
    "bundle": "us-sps@2026.07",
    "as_of": "2026-08-01",
    "shop": {"shop_id": "S1", "market": "US", "category": "beauty", "opened_on": "2024-01-10"},
    "orders": [
        order("unreviewed"),
        order("liked"),
        order("liked-too"),
        order("cancelled", cancelled_at="2026-07-18T18:00:00Z", cancelled_by="buyer", cancel_fault="buyer"),
        order("sample", is_sample=True),
        order("on-its-way", delivered_at=None),
        order("long-ago", placed_at="2026-04-25T18:00:00Z", delivered_at="2026-05-01T18:00:00Z"),
        order("their-first-instant", placed_at="2026-05-28T18:00:00Z", delivered_at="2026-06-02T00:00:00Z"),
        order("after-their-last", delivered_at="2026-08-01T00:00:00Z"),
        order("next-day", placed_at=NEXT_DAY, delivered_at=None),
        order("appealed"),
        order("changed-mind"),
        order("late-for-them", deliver_by="2026-07-25T06:59:00Z", delivered_at="2026-07-20T18:00:00Z"),
        order("in-time", deliver_by="2026-07-25T06:59:00Z", delivered_at="2026-07-20T18:00:00Z"),
        order("theirs-to-ship", delivered_at=None, fulfillment="platform", cancelled_at=DELIVERED,
              cancelled_by="seller", cancel_fault="seller"),
        order("no-fault-known", delivered_at=None, cancelled_at=DELIVERED, cancelled_by="system"),
    ],
    "reviews": [
        review("liked", 4), review("liked-too", 4), review("cancelled", 1), review("sample", 1),
        review("their-first-instant", 1, "2026-06-05"), review("after-their-last", 1),
        review("on-its-way", 1), review("long-ago", 1, "2026-05-02"), review("appealed", 1),
        review("changed-mind", 1), review("changed-mind", 5, "2026-07-20"),
    ],
    "returns": [{"return_id": "t1", "order_id": "liked", "requested_at": NEXT_DAY, "fault": "seller"}],
    "after_sales_rounds": [
        {"round_id": "k-1", "case_id": "waiting", "stage": "approval", "started_at": DELIVERED,
         "handled_by": "seller"},
        round_("rounded", 1, "18:00", "20:03"),
        round_("recounted", 1, "18:00", "19:00"), round_("recounted", 2, "20:00", "21:00"),
    ],
    "chats": [
        {"chat_id": "unrated", "started_at": DELIVERED},
        {"chat_id": "fine", "started_at": DELIVERED, "rating": 4, "rated_at": DELIVERED},
    ],
    "appeals": [
        {"appeal_id": "a1", "about": "negative_review_rate", "record_id": "appealed", "filed_at": DELIVERED,
         "decided_at": "2026-07-20T18:00:00Z", "status": "granted"},
    ],
}  # fmt: skip

EXPECT_18_JULY = 1784358000  # 07:00 UTC

THEIRS: dict[str, list[dict[str, Any]]] = {
    "NRR": [
        {"order_id": "unreviewed"},
        {"order_id": "liked", "user_review_rating": 2},
        {"order_id": "liked-too"},
        {"order_id": "cancelled"},
        {"order_id": "sample"},
        {"order_id": "on-its-way"},
        {"order_id": "long-ago"},
        {"order_id": "their-first-instant"},
        {"order_id": "next-day"},
        {"order_id": "appealed"},
        {"order_id": "elsewhere"},
    ],
    "NBFR": [{"order_id": "unreviewed"}, {"order_id": "liked"}],
    "SFCR": [{"order_id": "liked"}, {"order_id": "theirs-to-ship"}, {"order_id": "no-fault-known"}],
    "OTDR": [
        {"order_id": "late-for-them", "expect_deliver_time": EXPECT_18_JULY * 1000},
        {"order_id": "in-time"},
    ],
    "AHT": [
        {"return_order_id": "waiting"},
        {"return_order_id": "rounded", "total_handle_duration_hours": "2.0", "review_count": 1},
        {"return_order_id": "recounted", "total_handle_duration_hours": "2.0", "review_count": 1},
    ],
    "IM_DSAT": [
        {"chat_record_id": "unrated", "customer_rating": 1},
        {"chat_record_id": "fine", "customer_rating": 1},
    ],
}
LISTS = {
    "NRR": "nrr_problem_order_items", "NBFR": "nbfr_problem_order_items", "SFCR": "sfcr_problem_order_items",
    "OTDR": "otdr_problem_order_items", "AHT": "aht_problem_order_items", "IM_DSAT": "im_dsat_chat_items",
}  # fmt: skip

Found = dict[str, dict[str, tuple[Match, list[tuple[str, str]]]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return match and reasons of each record of each metric."""
    folder = tmp_path_factory.mktemp("official")
    start, end = 1780358400, 1785542400  # 2 June and 1 August 2026, 00:00 UTC
    for code, items in THEIRS.items():
        days = 30 if code in ("SFCR", "OTDR") else 60
        window = {"start_evaluation_time": end - days * 86400, "end_evaluation_time": end}
        assert days == 30 or window["start_evaluation_time"] == start
        metric = {"metric_code": code, "value": "1.5", "evaluate_duration_days": days, **window}
        pages = {"metric": {"metrics": [metric]}, "list": {"metric_code": code, LISTS[code]: items}}
        for name, data in pages.items():
            text = json.dumps({"code": 0, "data": data})
            (folder / f"{code}-{name}.json").write_text(text, encoding="utf-8")
    policy = shopscore.load("us-sps@2026.07")
    case = policy.case(CASE)
    compared, _ = compare(policy.bind_case(case), case.events, read_official([Path(folder)]))
    return {
        each.measured.code: {
            record.id: (record.match, [(reason.id, reason.text) for reason in record.reasons])
            for record in each.records
        }
        for each in compared
    }


WINDOW = "2026-06-02 07:00 to 2026-08-01 07:00 UTC"


@pytest.mark.parametrize(
    ("code", "record", "reasons"),
    [
        ("NRR", "unreviewed", [("no_review", "our data has no review of it")]),
        ("NRR", "liked", [("other_rating", "rated 2 there; no negative review of it here")]),
        ("NRR", "liked-too", [("other_rating", "no negative review of it here")]),
        ("NRR", "cancelled", [("cancelled", "it was cancelled 2026-07-18 18:00")]),
        ("NRR", "sample", [("not_counted", "it does not count: is_sample")]),
        ("NRR", "on-its-way", [("undated", "our data has no delivered_at for it by that morning")]),
        (
            "NRR",
            "long-ago",
            [("outside_window", f"delivered_at 2026-05-01 18:00 is outside our window, {WINDOW}")],
        ),
        (
            "NRR",
            "their-first-instant",
            [("window_edge", f"delivered_at 2026-06-02 00:00 is outside our window, {WINDOW}")],
        ),
        (
            "NRR",
            "next-day",
            [
                ("not_yet", "it begins on the day of the score or later; its morning does not know it"),
                ("no_review", "our data has no review of it"),
            ],
        ),
        ("NRR", "appealed", [("appealed", "an appeal about it was granted")]),
        ("NRR", "elsewhere", [("not_in_data", "elsewhere is not in our data")]),
        ("NBFR", "unreviewed", [("no_return", "our data has no return of it")]),
        ("NBFR", "liked", [("later_return", "its return was requested later, 2026-08-01 10:00")]),
        ("SFCR", "liked", [("not_cancelled", "in our data it is not cancelled by that morning")]),
        ("SFCR", "theirs-to-ship", [("exempt_type", "exempt: the platform ships it")]),
        ("SFCR", "no-fault-known", [("other_fault", "our data has the fault unknown")]),
        ("OTDR", "late-for-them", [("other_deadline", "due 2026-07-25 06:59 here, 2026-07-18 07:00 there")]),
        ("OTDR", "in-time", [("on_time", "delivered 2026-07-20 18:00 here, before its deadline")]),
        ("AHT", "waiting", [("undated", "our data has no finished_at for it by that morning")]),
        ("IM_DSAT", "unrated", [("not_rated", "our data has no rating of it by that morning")]),
        ("IM_DSAT", "fine", [("other_rating", "rated 1 there; rated 4 here")]),
    ],
)
def test_only_theirs_for_a_reason(
    found: Found, code: str, record: str, reasons: list[tuple[str, str]]
) -> None:
    assert found[code][record] == (Match.ONLY_THEIRS, reasons)


def test_hours_of_a_case_agree_as_far_as_theirs_are_written(found: Found) -> None:
    rounds = [("other_rounds", "2.0 h in 2 rounds here, 2.0 h in 1 round there")]
    assert found["AHT"]["rounded"] == (Match.AGREE, [])  # 2 h 3 min
    assert found["AHT"]["recounted"] == (Match.DIFFER, rounds)


def test_what_is_after_their_last_instant_is_at_the_edge_of_the_window(found: Found) -> None:
    theirs = "2026-06-02 00:00 to 2026-08-01 00:00 UTC"
    edge = [("window_edge", f"delivered_at 2026-08-01 00:00 is outside their window, {theirs}")]
    assert found["NRR"]["after-their-last"] == (Match.ONLY_OURS, edge)


def test_a_better_review_that_came_later_is_why_only_we_count_it(found: Found) -> None:
    later = [("later_review", "a review with 5 stars came later")]
    assert found["NRR"]["changed-mind"] == (Match.ONLY_OURS, later)


def test_an_order_that_is_due_and_not_delivered_is_late_here_alone(found: Found) -> None:
    missing = [("not_delivered", "it is due and not delivered; they speak of delivered orders")]
    assert found["OTDR"]["on-its-way"] == (Match.ONLY_OURS, missing)


NOT_YET_DUE = """
id: late
version: "1"
title: {en: Deliveries that are due}
program: main
subject: shop
timezone: America/Los_Angeles
assumed: for the test
populations:
  due: {of: orders, at: placed_at, due: deliver_by}
metrics:
  on_time_delivery_rate: {share_of: due, where: "delivered_at <= deliver_by", window: {days: 30}, unit: share}
"""


def test_a_record_that_is_not_yet_due_says_so(tmp_path: Path) -> None:
    bundle = tmp_path / "late" / "1"
    bundle.mkdir(parents=True)
    (bundle / "bundle.yaml").write_text(NOT_YET_DUE, encoding="utf-8")
    items = [{"order_id": "due-next-day"}, {"order_id": "due-some-day"}]
    answer = {"code": 0, "data": {"metric_code": "OTDR", "otdr_problem_order_items": items}}
    (tmp_path / "list.json").write_text(json.dumps(answer), encoding="utf-8")
    policy = shopscore.load(str(bundle))
    rows = [
        order("due-next-day", delivered_at=None, deliver_by="2026-08-02T10:00:00Z"),
        order("due-some-day", delivered_at=None, deliver_by=None),
    ]
    case = policy.case({"case": "c", "bundle": "late@1", "as_of": "2026-08-01", "shop": {"shop_id": "S1"},
                        "orders": rows})  # fmt: skip
    (otdr,), _ = compare(policy.bind_case(case), case.events, read_official([tmp_path / "list.json"]))
    assert [(record.id, [(each.id, each.text) for each in record.reasons]) for record in otdr.records] == [
        ("due-next-day", [("not_due", "it is not due by that morning: deliver_by 2026-08-02 10:00")]),
        ("due-some-day", [("missing_deadline", "our data has no deliver_by for it")]),
    ]
