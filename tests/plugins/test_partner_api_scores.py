"""One shop as a case and as answers of the API: the same numbers.

The case is the one of tests/cli/reconcile; its rows are written as the API writes them, several pages each.
The API has neither ratings of chats nor review rounds, so what is made of orders, reviews and returns is
compared.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import shopscore
from shopscore.engines.reference.engine import evaluate
from shopscore.hooks import Loaded, collect
from shopscore_plugins import partner_api

CASE = Path(__file__).parents[1] / "cli" / "reconcile" / "shop.yaml"
READER = collect([Loaded("partner_api", "0", partner_api)]).reader("partner-api")
TIMES = {
    "placed_at": "create_time",
    "deliver_by": "delivery_sla_time",
    "delivered_at": "delivery_time",
    "cancelled_at": "cancel_time",
}
METRICS = (
    "negative_review_rate",
    "non_buyer_fault_return_rate",
    "seller_fault_cancellation_rate",
    "on_time_delivery_rate",
    "delivered_orders_90d",
)
FIELDS = ("state", "value", "numerator", "denominator", "numerator_count", "denominator_count")
STATUSES = {
    "open": "RETURN_OR_REFUND_REQUEST_PENDING",
    "completed": "RETURN_OR_REFUND_REQUEST_COMPLETE",
    "rejected": "REFUND_OR_RETURN_REQUEST_REJECT",
}


def written(at: Any, unit: int) -> int:
    """Return an instant in seconds (1) or milliseconds (1000)."""
    return int(at) * unit // 1_000_000


def order(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return an order as the API has it; every other one in milliseconds, absent keys left out."""
    unit = 1000 if number % 2 else 1
    times = {name: written(row[column], unit) for column, name in TIMES.items() if row[column] is not None}
    status = "CANCELLED" if row["cancelled_at"] is not None else "COMPLETED"
    cancelled = {
        "cancel_reason": row["cancel_reason"],
        "cancellation_initiator": str(row["cancelled_by"]).upper(),
    }
    return {
        "id": row["order_id"],
        "status": status,
        "update_time": times["create_time"],
        "order_type": str(row["order_type"]).upper(),
        **times,
        **(cancelled if status == "CANCELLED" else {}),
    }


def return_(row: Mapping[str, Any]) -> dict[str, Any]:
    ended = row["resolved_at"] if row["resolved_at"] is not None else row["requested_at"]
    return {
        "return_id": row["return_id"],
        "order_id": row["order_id"],
        "return_type": "REFUND",
        "return_status": STATUSES[row["status"]],
        "return_reason_text": row["reason"],
        "create_time": written(row["requested_at"], 1),
        "update_time": written(ended, 1),
    }


def review(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "review": {
            "review_id": row["review_id"],
            "order_id": row["order_id"],
            "rating": int(row["stars"]),
            "create_time": written(row["posted_at"], 1),
        }
    }


def save(folder: Path, key: str, records: list[dict[str, Any]], size: int) -> None:
    """Write pages that overlap by one record, the data nested twice."""
    for first in range(0, len(records), size):
        page = {key: records[max(first - 1, 0) : first + size]}
        page["next_page_token"] = "more" if first + size < len(records) else ""
        answer = {"code": 0, "data": {"code": 0, "message": "Success", "data": page}}
        (folder / f"{key}-{first:02}.json").write_text(json.dumps(answer), encoding="utf-8")


def test_answers_give_the_numbers_of_the_case(tmp_path: Path) -> None:
    policy = shopscore.load("us-sps@2026.07")
    case = policy.case(CASE)
    rows = case.events.tables
    save(tmp_path, "orders", [order(row, number) for number, row in enumerate(rows["orders"])], 4)
    save(tmp_path, "return_orders", [return_(row) for row in rows["returns"]], 2)
    save(tmp_path, "reviews", [review(row) for row in rows["reviews"]], 5)
    day = date(2026, 8, 1)
    with policy.open(tmp_path, reader=READER) as data:
        card = evaluate(policy.bind_data(data, day), data.subject_events("shop")).scorecard
        dropped = [text for id_, text in data.notes(day) if id_ == "rows_dropped"]
    expected = policy.evaluate(case)
    for metric in METRICS:
        ours, theirs = card["metrics"][metric], expected["metrics"][metric]
        assert {name: ours[name] for name in FIELDS} == {name: theirs[name] for name in FIELDS}
    # 14 orders on pages of 4, 3 returns of 2, 6 reviews of 5: each page but the first repeats a record.
    assert dropped == [
        "partner-api dropped 3 rows: older copies of orders",
        "partner-api dropped 1 row: older copies of returns",
        "partner-api dropped 1 row: older copies of reviews",
    ]
