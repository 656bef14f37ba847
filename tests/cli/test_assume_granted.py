"""What if appeals had been granted: `--assume-granted`.

The case has 13 marks, 5 of v-a, 7 of v-b (a fake) and 1 of v-c, and two poor chats, c1 and c2, of four.
Appeals: ap-1 about c1 and ap-2 about v-b wait; ap-3 about v-a was rejected; ap-4 is filed on the day itself.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Shopscore

pytestmark = pytest.mark.usefixtures("more_policies")

CASE = "policies/corner-account/1/cases/thirteen-marks.yaml"


def _card(shopscore: Shopscore, *words: str) -> Any:
    outcome = shopscore("evaluate", CASE, *words, "--format", "json")
    assert (outcome.status, outcome.err) == (0, "")
    return json.loads(outcome.out)


def _told(card: Any) -> list[tuple[str, str]]:
    return [(each["id"], each["text"]) for each in card["warnings"]]


def test_without_ids_all_that_wait_are_taken_as_granted(shopscore: Shopscore) -> None:
    """c1 leaves 1 poor chat of 3; without v-b 5 + 1 = 6 marks never reached 12, and no fake counts."""
    card = _card(shopscore, "--assume-granted")
    assert card["metrics"]["poor_chat_rate"]["numerator_count"] == 1
    assert card["metrics"]["poor_chat_rate"]["denominator_count"] == 3
    assert (card["ledgers"]["marks"]["balance"], card["ledgers"]["marks"]["restrictions"]) == (6, [])
    assert card["ledgers"]["health"]["balance"] == 187  # the appeal was about marks
    assert (card["benefits"]["stall"]["streak"], card["benefits"]["stall"]["decided_by"]) == (0, "grant")
    assert _told(card) == [("assumed_granted", "what if: appeals ap-1, ap-2 are taken as granted")]


def test_a_rejected_appeal_can_be_asked_about_by_its_id(shopscore: Shopscore) -> None:
    """Without v-a 7 + 1 = 8 marks."""
    card = _card(shopscore, "--assume-granted", "ap-3")
    assert card["ledgers"]["marks"]["balance"] == 8
    assert card["metrics"]["poor_chat_rate"]["value"] == 0.5
    assert _told(card) == [("assumed_granted", "what if: appeal ap-3 is taken as granted")]


@pytest.mark.parametrize(
    "words",
    [
        ("--assume-granted", "ap-2,ap-3"),
        ("--assume-granted", " ap-2, ap-3 "),
        ("--assume-granted", "ap-2", "--assume-granted", "ap-3"),
        ("--assume-granted=ap-2,ap-3",),
        ("--assume-granted", "ap-2,ap-3", "--assume-granted", "ap-2"),
    ],
)
def test_ids_come_one_by_one_or_with_commas(shopscore: Shopscore, words: tuple[str, ...]) -> None:
    """Only v-c is left: 1 mark."""
    card = _card(shopscore, *words)
    assert card["ledgers"]["marks"]["balance"] == 1
    assert _told(card) == [("assumed_granted", "what if: appeals ap-2, ap-3 are taken as granted")]


def test_those_that_wait_and_one_more(shopscore: Shopscore) -> None:
    card = _card(shopscore, "--assume-granted", "ap-3", "--assume-granted")
    assert _told(card) == [("assumed_granted", "what if: appeals ap-3, ap-1, ap-2 are taken as granted")]


def test_an_appeal_decided_on_the_day_waits_for_its_decision(shopscore: Shopscore, workshop: Path) -> None:
    """As of 9 March nobody knows of a rejection on the 9th; one on the 8th is known."""
    text = (workshop / CASE).read_text(encoding="utf-8")
    told = []
    for day in ("2026-03-08", "2026-03-09"):
        decided = f"filed_at: 2026-03-07T12:00:00Z, status: rejected, decided_at: {day}T00:00:00Z}}"
        (workshop / CASE).write_text(
            text.replace("filed_at: 2026-03-07T12:00:00Z}", decided), encoding="utf-8"
        )
        told += _told(_card(shopscore, "--assume-granted"))
    assert told == [
        ("assumed_granted", "what if: appeal ap-1 is taken as granted"),
        ("assumed_granted", "what if: appeals ap-1, ap-2 are taken as granted"),
    ]


def test_where_none_waits_the_scorecard_says_so(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "none.yaml").write_text(
        "bundle: corner-account@1\nas_of: 2026-03-09\nshop: {shop_id: S1}\nviolations: []\nshop_states: []\n"
    )
    card = json.loads(shopscore("evaluate", "none.yaml", "--format", "json", "--assume-granted").out)
    assert _told(card) == [("assumed_granted", "no appeal waits for a decision: none is taken as granted")]


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ("ap-33", "'S1' has no appeal 'ap-33' among 3; did you mean 'ap-3'?"),
        ("ap-2,zz", "'S1' has no appeal 'zz' among 3"),
        ("ap-4", "appeal 'ap-4' was filed on the day of the score or after it; nothing is known of it yet"),
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_an_appeal_that_is_not_known_is_refused(
    shopscore: Shopscore, ids: str, said: str, command: str
) -> None:
    outcome = shopscore(command, CASE, "--assume-granted", ids)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"Error: {said}\n")


def test_an_id_where_there_are_no_appeals_is_refused(shopscore: Shopscore, case: Path) -> None:
    outcome = shopscore("evaluate", str(case), "--assume-granted", "ap-1")
    assert (outcome.status, outcome.err) == (2, "Error: there is no appeal 'ap-1': none of 'S1' is known\n")


def test_an_empty_id_is_refused(shopscore: Shopscore) -> None:
    outcome = shopscore("evaluate", CASE, "--assume-granted", "ap-1,")
    assert outcome.status == 2
    assert outcome.err.endswith(
        "Error: Invalid value for '--assume-granted': an id is empty; "
        "expected appeals by id, such as ap-1,ap-2\n"
    )


def test_explain_shows_the_values_that_would_be(shopscore: Shopscore) -> None:
    tree = shopscore("explain", CASE, "--assume-granted", "ap-2").out.splitlines()
    assert "├─ marks 6 points; 12 is 6 away" in [line.split("    ")[0].rstrip() for line in tree]


def test_one_shop_of_a_data_set_can_be_asked_about(shopscore: Shopscore, workshop: Path) -> None:
    """5 and 7 marks; without the 7 of v-b 5 are left. The appeal of the other shop is not this one's."""
    data = workshop / "data"
    data.mkdir()
    (data / "violations.csv").write_text(
        "violation_id,shop_id,issued_at,kind,points\n"
        "v-a,S1,2026-03-01T12:00:00Z,late,5\n"
        "v-b,S1,2026-03-05T12:00:00Z,fake,7\n"
        "v-c,S2,2026-03-05T12:00:00Z,fake,7\n"
    )
    (data / "appeals.csv").write_text(
        "appeal_id,shop_id,about,record_id,filed_at\n"
        "ap-1,S1,marks,v-b,2026-03-06T12:00:00Z\n"
        "ap-2,S2,marks,v-c,2026-03-06T12:00:00Z\n"
    )
    words = ("evaluate", "data", "--shop", "S1", "--bundle", "corner-account@1", "--as-of", "2026-03-09")
    card = json.loads(shopscore(*words, "--format", "json", "--assume-granted").out)
    assert card["ledgers"]["marks"]["balance"] == 5
    assert ("assumed_granted", "what if: appeal ap-1 is taken as granted") in _told(card)
    assert json.loads(shopscore(*words, "--format", "json").out)["ledgers"]["marks"]["balance"] == 12
    other = shopscore(*words, "--assume-granted", "ap-2")
    assert (other.status, other.err) == (
        2,
        "Error: 'S1' has no appeal 'ap-2' among 1; did you mean 'ap-1'?\n",
    )
