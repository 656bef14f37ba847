"""`shopscore reconcile`: one shop's case beside made-up official answers; every reason once.

Our rates weigh an order of age a by 0.7 ** ((a - 1) // 15), a from its local day to 1 August. Delivered:
104, 106, 107 and 108 weigh 1, 101, 102 and 105 (17 to 22 days) 0.7, 113, 114 and 115 (37 days) 0.49; in
all 4 + 2.1 + 1.47 = 7.57. Negative reviews 101 and 104: 1.7 / 7.57 = 22.46 %. Returns 113: 0.49 / 7.57 =
6.47 %. Cancelled 111 (16 days) 0.7 of 104 (5 days) at 1 and 101, 102, 105, 106, 107, 108, 110 at 0.7, in
all 5.9: 11.86 %. Due 105, 106, 110 (8 to 14 days) at 1, 101 and 102 (19 days) at 0.7; in time all but
106 and 110: 2.4 / 4.4 = 54.55 %. Rounds 4, 6.5 and 3 hours: 4.5 on average. Rated chats without the
robot's 1, 3 and 5 stars: 1 of 3.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Shopscore

HERE = Path(__file__).parent
PAGES = HERE / "pages"


@pytest.fixture
def both(workshop: Path) -> None:
    """Put the case and the official answers into the workshop."""
    shutil.copytree(HERE / "reconcile", workshop, dirs_exist_ok=True)


pytestmark = pytest.mark.usefixtures("both")


def test_the_page_is_the_one_that_was_approved(shopscore: Shopscore) -> None:
    outcome = shopscore("reconcile", "shop.yaml", "--official", "official")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == (PAGES / "reconcile.txt").read_text(encoding="utf-8").splitlines()


def found(shopscore: Shopscore, *words: str) -> dict[str, Any]:
    outcome = shopscore("reconcile", "shop.yaml", "--official", "official", "--format", "json", *words)
    assert (outcome.status, outcome.err) == (0, "")
    result: dict[str, Any] = json.loads(outcome.out)
    return result


def test_each_record_is_on_both_lists_or_on_one_with_a_reason(shopscore: Shopscore) -> None:
    metrics = found(shopscore)["metrics"]
    records = {
        each["code"]: [
            (record["id"], record["match"], [reason["id"] for reason in record["reasons"]])
            for record in each["records"]
        ]
        for each in metrics.values()
    }
    assert records == {
        "NRR": [
            ("101", "agree", []),
            ("102", "only_theirs", ["later_review"]),  # 5 stars first, 1 star later
            ("103", "only_theirs", ["window_edge"]),  # delivered at 03:00 UTC of their first day
            ("104", "only_ours", ["window_edge"]),  # delivered at 02:00 UTC after their last day
            ("105", "only_theirs", ["later_review"]),  # reviewed on the day of the score
            ("109", "only_theirs", ["not_in_data"]),
        ],
        "NBFR": [
            ("113", "agree", []),
            ("114", "only_theirs", ["other_fault"]),
            ("115", "only_theirs", ["return_refused"]),
        ],
        "SFCR": [("111", "agree", []), ("112", "only_theirs", ["other_fault"])],
        "OTDR": [
            ("106", "agree", []),
            ("107", "only_theirs", ["exempt_type"]),
            ("108", "only_theirs", ["missing_deadline"]),
            ("110", "only_ours", ["not_delivered"]),
        ],
        "AHT": [
            ("t1", "agree", []),
            ("t2", "differ", ["other_rounds"]),
            ("t3", "only_theirs", ["exempt_type"]),
        ],
        "IM_DSAT": [("c1", "agree", []), ("c2", "only_theirs", ["exempt_type"])],
    }


def test_numbers_stand_side_by_side_with_how_theirs_were_read(shopscore: Shopscore) -> None:
    delivery = found(shopscore)["metrics"]["on_time_delivery_rate"]
    assert delivery["ours"] == {"value": pytest.approx(2.4 / 4.4), "numerator": 3, "denominator": 5}
    assert delivery["theirs"] == {"value": 0.5, "numerator": 3, "denominator": 6}
    assert delivery["agrees"] == {"value": False, "numerator": True, "denominator": False}
    assert delivery["reading"] == {
        "place": "OTDR-diagnosis.json",
        "written": "0.5",
        "unit": "PERCENT",
        "read_as": "a share: its numerator and denominator give it",
        "assumed": False,
        "parts_agree": True,
        "numerator": "On-time delivered orders",
        "denominator": "Delivered orders",
    }
    assert delivery["window"] == {
        "ours": {"from": "2026-07-02T07:00:00Z", "to": "2026-08-01T07:00:00Z"},
        "theirs": {"from": "2026-07-02T00:00:00Z", "to": "2026-08-01T00:00:00Z"},
        "end_read_as": "its end is excluded",
    }


def test_a_list_that_was_cut_short_says_so(shopscore: Shopscore) -> None:
    Path("official/NRR-problems-2.json").unlink()
    reviews = found(shopscore)["metrics"]["negative_review_rate"]
    assert reviews["records_not_saved"] == 3
    (ours,) = [record for record in reviews["records"] if record["match"] == "only_ours"]
    assert [reason["id"] for reason in ours["reasons"]] == ["window_edge", "list_incomplete"]


def test_without_their_list_only_numbers_are_compared(shopscore: Shopscore) -> None:
    for path in Path("official").glob("*-problems-*.json"):
        path.unlink()
    metrics = found(shopscore)["metrics"]
    assert {each["counts"] for each in metrics.values()} == {None}
    assert [each["records"] for each in metrics.values()] == [[]] * 6


def test_our_supplied_numbers_are_not_taken_for_ours(shopscore: Shopscore) -> None:
    with Path("shop.yaml").open("a", encoding="utf-8") as case:
        case.write("supplied_metrics: [{metric: on_time_delivery_rate, value: 99 %, as_of: 2026-08-01}]\n")
    assert found(shopscore)["metrics"]["on_time_delivery_rate"]["ours"]["denominator"] == 5


def test_data_without_deadlines_says_what_it_lacks(shopscore: Shopscore) -> None:
    text = Path("shop.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "deliver_by" not in line]
    Path("shop.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    delivery = found(shopscore)["metrics"]["on_time_delivery_rate"]
    assert delivery["lacking"] == ["orders.deliver_by"]
    assert delivery["ours"] == {"value": None, "numerator": None, "denominator": None}


def test_saved_answers_are_compared_without_a_step_between(shopscore: Shopscore) -> None:
    answers = Path("answers.json")
    order = {"id": "101", "status": "DELIVERED", "create_time": 1783274400, "delivery_time": 1783706400}
    review = {"review_id": "v1", "order_id": "101", "create_time": 1783879200, "rating": 1}
    answers.write_text(
        json.dumps([{"code": 0, "data": {"orders": [order]}}, {"code": 0, "data": {"reviews": [review]}}])
    )
    words = ("--reader", "partner-api", "--bundle", "us-sps@2026.07", "--format", "json")
    outcome = shopscore("reconcile", str(answers), "--official", "official", *words)
    assert (outcome.status, outcome.err) == (0, "")
    result = json.loads(outcome.out)
    assert (result["as_of"], result["subject"]) == ("2026-08-01", "shop")
    reviews = result["metrics"]["negative_review_rate"]
    assert reviews["ours"]["numerator"] == reviews["counts"]["agree"] == 1
    assert reviews["counts"]["only_theirs"] == 4


def test_a_folder_with_every_answer_of_a_shop_serves_both_sides(shopscore: Shopscore) -> None:
    order = {"id": "101", "status": "DELIVERED", "create_time": 1783274400, "delivery_time": 1783706400}
    answer = json.dumps({"code": 0, "data": {"orders": [order]}})
    Path("official/orders.json").write_text(answer, encoding="utf-8")
    words = ("official", "--reader", "partner-api", "--official", "official", "--bundle", "us-sps@2026.07")
    outcome = shopscore("reconcile", *words, "--format", "json")
    assert (outcome.status, outcome.err) == (0, "")
    result = json.loads(outcome.out)
    assert result["official"]["answers_not_read"] == 1
    # Without a deadline of its own: 6, 7, 8, 9, 10 and 13 July, delivered on the 10th.
    assert result["metrics"]["on_time_delivery_rate"]["ours"] == {
        "value": 1,
        "numerator": 1,
        "denominator": 1,
    }


def test_nothing_of_customers_or_agents_is_printed(shopscore: Shopscore) -> None:
    words = ("reconcile", "shop.yaml", "--official", "official")
    printed = shopscore(*words).out + shopscore(*words, "--format", "json").out
    assert "Ayu" in Path("official/IM_DSAT-problems-1.json").read_text(encoding="utf-8")
    assert "Ayu" not in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("shop.yaml", "--official", "shop.yaml"),
            "shop.yaml:1:1: I321 error the file is not JSON: Expecting value; the text begins with "
            "'# One sh'\n",
        ),
        (
            ("shop.yaml", "--official", "official/overview.json"),
            "Error: official/overview.json has no metric; expected saved answers of metrics, diagnosis or "
            "problem_details\n",
        ),
        (
            ("shop.yaml", "--official", "official", "--shop", "S2"),
            "Error: the case is about 'S1'; there is no 'S2' in it\n",
        ),
        (
            ("shop.yaml", "--official", "answers"),
            "Error: no answer is about the official score; expected overview, metrics, diagnosis or "
            "problem_details\n",
        ),
        (
            (
                "answers",
                "--reader",
                "partner-api",
                "--official",
                "official",
                "--bundle",
                "us-sps@2026.07",
                "--shop",
                "S1",
            ),
            "Error: the data has no shop 'S1' but one called 'shop'\n",
        ),
        (("shop.yaml", "--official", "officials"), "Error: there is no file or folder officials\n"),
        (
            ("nowhere", "--official", "official", "--bundle", "us-sps@2026.07"),
            "Error: there is no file or folder nowhere\n",
        ),
    ],
)
def test_wrong_requests_give_one_clear_message(
    shopscore: Shopscore, words: tuple[str, ...], message: str
) -> None:
    Path("answers").mkdir()
    Path("answers/orders.json").write_text(
        '{"code": 0, "data": {"orders": [{"id": "1", "create_time": 1783274400}]}}', encoding="utf-8"
    )
    outcome = shopscore("reconcile", *words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", message)


def test_answers_without_a_period_need_a_day(shopscore: Shopscore) -> None:
    Path("one.json").write_text('{"code": 0, "data": {"metrics": [{"metric_code": "AHT", "value": "3"}]}}')
    text = Path("shop.yaml").read_text(encoding="utf-8").replace("as_of: 2026-08-01\n", "")
    Path("shop.yaml").write_text(text, encoding="utf-8")
    outcome = shopscore("reconcile", "shop.yaml", "--official", "one.json")
    assert (outcome.status, outcome.err) == (
        2,
        "Error: the answers say no evaluation period; give --as-of, the day to compare as of\n",
    )


def test_the_policy_may_lack_what_they_measure(shopscore: Shopscore) -> None:
    words = ("shop.yaml", "--official", "official", "--bundle", "corner-shop@1", "--as-of", "2026-08-01")
    outcome = shopscore("reconcile", *words)
    assert outcome.status == 0
    assert outcome.out.splitlines()[-1] == "Not in corner-shop@1: NRR, NBFR, SFCR, OTDR, AHT, IM_DSAT"
