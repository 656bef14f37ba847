"""A name in a supplied table that the policy does not have is told, not dropped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import shopscore

POLICY = "us-sps@2026.06"
NOON = "2026-06-20T12:00:00Z"
MISSPELT = [
    "supplied_metrics names the metric 'on_time_delivry_rate', which us-sps@2026.06 does not have;"
    " did you mean 'on_time_delivery_rate'?",
    "supplied_benchmarks names the dimension 'zzz', which us-sps@2026.06 does not have",
    "shop_states names the item 'crmm', which us-sps@2026.06 does not have; did you mean 'crm'?",
    "point_events names the milestone '150', which us-sps@2026.06 does not have; did you mean 'at_150'?",
    "appeals names the metric or ledger 'acount_health', which us-sps@2026.06 does not have;"
    " did you mean 'account_health'?",
]


def test_misspelt_names_of_a_case_are_told() -> None:
    case = {
        "bundle": POLICY,
        "as_of": "2026-06-22",
        "shop": {"shop_id": "S1"},
        "orders": [],
        "supplied_metrics": [
            {"metric": "on_time_delivry_rate", "value": 0.97},
            {"metric": "im_dissatisfaction_rate", "value": 0.1},
        ],
        "supplied_benchmarks": [{"category": "beauty", "dimension": "zzz", "weight": 2}],
        "shop_states": [{"item": "crmm", "state": "granted", "as_of_on": "2026-06-21"}],
        "violations": [],
        "point_events": [
            {"event_id": "q1", "at": NOON, "kind": "milestone_quiz", "milestone": "150", "days": 3}
        ],
        "appeals": [
            {"appeal_id": "a1", "about": "acount_health", "record_id": "v1", "filed_at": NOON},
            {"appeal_id": "a2", "about": "account_health", "record_id": "v1", "filed_at": NOON},
            {"appeal_id": "a3", "about": "on_time_delivery_rate", "record_id": "o1", "filed_at": NOON},
        ],
    }
    card = shopscore.load(POLICY).evaluate(case)
    assert [each["text"] for each in card["warnings"] if each["id"] == "unknown_name"] == MISSPELT


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_misspelt_names_of_a_data_set_are_told(tmp_path: Path, engine: str) -> None:
    tables = {
        "orders": "order_id,shop_id,placed_at\no1,S1,2026-06-01T10:00:00Z\n",
        "supplied_metrics": "shop_id,metric,value\nS1,on_time_delivry_rate,0.97\n",
        "supplied_benchmarks": "category,metric,dimension,weight\nbeauty,,zzz,2\n",
        "shop_states": "shop_id,item,state,as_of_on\nS1,crmm,granted,2026-06-21\n",
        "violations": "violation_id,shop_id,issued_at,points\n",
        "point_events": f"event_id,shop_id,at,kind,milestone,days\nq1,S1,{NOON},milestone_quiz,150,3\n",
        "appeals": "appeal_id,shop_id,about,record_id,filed_at\n"
        f"a1,S1,acount_health,v1,{NOON}\na2,S1,account_health,v1,{NOON}\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (card,) = shopscore.load(POLICY).score(tmp_path, date(2026, 6, 22), engine=engine).to_pylist()
    assert [each["text"] for each in card["warnings"] if each["id"] == "unknown_name"] == MISSPELT
