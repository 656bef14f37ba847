"""`shopscore test`: what passes, what fails, and what is said."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

CASE = Path("policies/corner-shop/1/cases/twenty-orders.yaml")


@pytest.mark.parametrize("engine", ["reference", "duckdb", "all"])
def test_cases_pass_on_either_engine(shopscore: Shopscore, engine: str) -> None:
    outcome = shopscore("test", "corner-shop@1", "--engine", engine)
    assert (outcome.status, outcome.out, outcome.err) == (0, "1 case passed\n", "")


@pytest.mark.parametrize(
    "target", ["policies", "policies/corner-shop/1", str(CASE), "policies/corner-shop/1/cases"]
)
def test_cases_are_found_by_bundle_folder_and_file(shopscore: Shopscore, target: str) -> None:
    assert shopscore("test", target).out == "1 case passed\n"


def test_each_difference_is_told_at_the_line_that_expects_it(shopscore: Shopscore, workshop: Path) -> None:
    text = CASE.read_text()
    text = text.replace("state: scored", "state: provisional").replace("state: locked", "stat: locked")
    CASE.write_text(text)
    (CASE.parent / "other.yaml").write_text("bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n")
    outcome = shopscore("test", "corner-shop@1")
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        f"{CASE.parent}/other.yaml:1:1: T106 warning the case has no expect: and tests nothing",
        f"{CASE}:20:3: T103 error state: expected provisional, found 'scored'",
        f"{CASE}:25:3: T101 error benefits.window_display.stat: benefits.window_display has no 'stat'; "
        "did you mean 'state'?",
        "1 of 2 cases failed",
    ]


def test_a_policy_that_does_not_load_fails_its_cases(shopscore: Shopscore, workshop: Path) -> None:
    score = workshop / "policies/corner-shop/1/score.yaml"
    score.write_text(score.read_text().replace("orders_30d.value >= 2", "orders_30.value >= 2"))
    outcome = shopscore("test", str(CASE))
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        "policies/corner-shop/1/score.yaml:6:21: F109 error no name 'orders_30.value' is known here; did "
        "you mean 'orders_30d.value'?",
        "1 of 1 case failed",
    ]


def test_results_as_json_name_case_engine_and_findings(shopscore: Shopscore, workshop: Path) -> None:
    CASE.write_text(CASE.read_text().replace("band: good", "band: poor"))
    outcome = shopscore("test", "corner-shop@1", "--engine", "all", "--format", "json")
    results = json.loads(outcome.out)
    assert [(each["case"], each["engine"], each["passed"]) for each in results] == [
        ("twenty orders", "reference", False),
        ("twenty orders", "duckdb", False),
    ]
    (finding,) = results[1]["findings"]
    assert (finding["id"], finding["line"], finding["message"]) == (
        "T103", 22, "band: expected poor, found 'good'"
    )  # fmt: skip


def test_a_folder_without_cases_is_wrong_usage(shopscore: Shopscore, workshop: Path) -> None:
    CASE.unlink()
    outcome = shopscore("test", "corner-shop@1")
    assert (outcome.status, outcome.err) == (2, "Error: there are no cases in corner-shop@1\n")


def test_a_case_may_leave_its_bundle_to_the_folder_it_lies_in(shopscore: Shopscore, workshop: Path) -> None:
    CASE.write_text(CASE.read_text().replace("bundle: corner-shop@1\n", ""))
    assert shopscore("test", str(CASE)).out == "1 case passed\n"


def test_a_case_that_names_another_bundle_does_not_belong_there(shopscore: Shopscore, workshop: Path) -> None:
    (CASE.parent / "stray.yaml").write_text(
        "bundle: us-sps@2026.06\nas_of: 2026-06-22\nshop: {shop_id: S1}\nexpect: {state: not_enough_data}\n"
    )
    outcome = shopscore("test", str(CASE.parent / "stray.yaml"))
    assert outcome.status == 1
    assert outcome.out.splitlines()[0] == (
        f"{CASE.parent}/stray.yaml:1:9: T107 error the case is for us-sps@2026.06 and lies with corner-shop@1"
    )
