"""Running cases: findings once, engines compared, nothing that can go wrong ends in a traceback."""

from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.events.cases import Case
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard
from shopscore.testing import run, run_case
from shopscore.testing.run import differences

CASE = """\
case: nothing happened
bundle: us-sps@2026.06
as_of: 2026-06-22
shop: {shop_id: S1}
expect: {state: provisional}
"""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace()


def results(
    tmp_path: Path, workspace: Workspace, text: str, *engines: str
) -> list[tuple[str, bool, list[str]]]:
    path = tmp_path / "case.yaml"
    path.write_text(text)
    found = []
    for each in run_case(path, workspace, engines or ("reference",)):
        said = [str(finding).replace(f"{path}:", "") for finding in each.findings]
        found.append((each.engine, each.passed, said))
    return found


def test_a_case_that_cannot_be_read_fails_once(tmp_path: Path, workspace: Workspace) -> None:
    assert results(tmp_path, workspace, "[" * 60, "reference", "duckdb") == [
        ("reference", False, ["1:51: Y106 error nested more than 50 levels deep"])
    ]


def test_a_case_of_an_unknown_policy_fails_with_a_near_match(tmp_path: Path, workspace: Workspace) -> None:
    text = CASE.replace("us-sps@2026.06", "us-sp@2026.06")
    assert results(tmp_path, workspace, text) == [
        ("reference", False, ["1:1: T104 error no bundle is called 'us-sp'; did you mean 'us-sps'?"])
    ]


def test_a_case_without_a_day_fails(tmp_path: Path, workspace: Workspace) -> None:
    text = CASE.replace("as_of: 2026-06-22\n", "")
    said = (
        "1:1: T104 error nothing happened: no day to evaluate as of; write as_of: in the case or give --as-of"
    )
    assert results(tmp_path, workspace, text) == [("reference", False, [said])]


def test_warnings_about_the_file_are_told_once_over_all_engines(tmp_path: Path, workspace: Workspace) -> None:
    text = CASE + "chats: [{chat_id: c1, started_at: 2026-06-01T10:00:00Z, mood: good}]\n"
    assert results(tmp_path, workspace, text, "reference", "duckdb") == [
        (
            "reference",
            False,
            [
                "6:57: I341 warning chats has no column 'mood', it is ignored",
                "5:10: T103 error state: expected provisional, found 'not_enough_data'",
            ],
        ),
        ("duckdb", False, ["5:10: T103 error state: expected provisional, found 'not_enough_data'"]),
    ]


def test_a_closed_shop_has_no_scorecard_in_a_data_set(tmp_path: Path, workspace: Workspace) -> None:
    text = CASE.replace("{shop_id: S1}", "{shop_id: S1, state: closed}")
    (duckdb,) = results(tmp_path, workspace, text, "duckdb")
    assert duckdb == ("duckdb", False, ["1:1: T104 error a data set leaves out S1, as it is closed"])


def test_engines_that_disagree_are_told_with_both_values(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(case: Case, policy: Policy, engine: str) -> Scorecard:
        card = dict(policy.evaluate(case))
        return Scorecard({**card, "score": 3.5, "metrics": {}})

    monkeypatch.setattr(run, "_on_data", another)
    policy_state = next(iter(results(tmp_path, workspace, CASE)))
    reference, duckdb = results(tmp_path, workspace, CASE, "reference", "duckdb")
    assert reference == policy_state
    assert "1:1: T105 error score is null on reference and 3.5 on duckdb" in duckdb[2]
    assert duckdb[1] is False


def test_differences_are_found_at_any_depth() -> None:
    one = {"a": {"b": [1, {"c": 2.0}]}, "d": True, "e": 1}
    other = {"a": {"b": [1, {"c": 2.5}]}, "d": 1, "e": 1, "f": None}
    assert list(differences(one, other)) == [("a.b.1.c", 2.0, 2.5), ("d", True, 1)]
