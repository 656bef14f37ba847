"""Ledgers on the pages: the balance, what comes next, what is restricted, what expires, and why.

Expected values are worked out in the note of the case, thirteen-marks.yaml.
"""

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

pytestmark = pytest.mark.usefixtures("more_policies")

CASE = Path("policies/corner-account/1/cases/thirteen-marks.yaml")
PAGES = Path(__file__).parent / "pages"


def _account(page: str) -> list[str]:
    """Return the lines of a page's block of ledgers."""
    lines = page.splitlines()
    first = lines.index("  Account") + 1
    return lines[first : lines.index("", first)]


def _case(workshop: Path, name: str, text: str) -> str:
    head = "bundle: corner-account@1\nas_of: 2026-03-09\nshop: {shop_id: S1}\n"
    (workshop / name).write_text(head + text)
    return name


def test_the_case_comes_out_as_its_note_says(shopscore: Shopscore) -> None:
    outcome = shopscore("test", "corner-account@1", "--engine", "all")
    assert (outcome.status, outcome.out) == (0, "1 case passed\n")


@pytest.mark.parametrize("command", ["evaluate", "explain", "show"])
def test_the_page_with_ledgers_is_the_one_that_was_approved(shopscore: Shopscore, command: str) -> None:
    outcome = shopscore(command, "corner-account@1" if command == "show" else str(CASE))
    assert (outcome.status, outcome.err) == (0, "")
    printed = re.sub(r"sha256 [0-9a-f]{8}", "sha256 00000000", outcome.out)
    approved = (PAGES / f"account-{command}.txt").read_text(encoding="utf-8")
    assert printed.splitlines() == approved.splitlines()


def test_what_was_not_supplied_has_no_balance(shopscore: Shopscore, workshop: Path) -> None:
    page = shopscore("evaluate", _case(workshop, "bare.yaml", "")).out
    assert _account(page) == ["    Marks    not supplied", "    Health   not supplied"]


def test_an_empty_table_is_the_start_and_says_how_far_the_milestones_are(
    shopscore: Shopscore, workshop: Path
) -> None:
    """Marks go up from 0 to 12, health down from 200 to 190."""
    page = shopscore("evaluate", _case(workshop, "empty.yaml", "violations: []\n")).out
    assert _account(page) == [
        "    Marks    0 points; no milestone in force; 12 is 12 away",
        "    Health   200 points; no milestone in force; 190 is 10 away",
    ]


def test_a_restriction_without_an_end_is_permanent_and_leads(shopscore: Shopscore, workshop: Path) -> None:
    """20 marks of 7 March count as of the 8th: at_12 runs to the 11th. They go on the 18th, closed stays.

    Health is 180 as of the 8th: at_190 runs to the 12th.
    """
    row = "violations: [{violation_id: v, issued_at: 2026-03-07T12:00:00Z, kind: fake, points: 20}]\n"
    page = shopscore("evaluate", _case(workshop, "closed.yaml", row)).out
    assert _account(page) == [
        "    Marks    20 points; no milestone ahead",
        "             closed permanently",
        "             no new listings, no fairs until 2026-03-11",
        "             expiring: 20 points on 2026-03-18",
        "    Health   180 points; 150 is 30 away",
        "             no new listings until 2026-03-12",
    ]


def test_an_assumed_length_of_a_restriction_is_marked(shopscore: Shopscore, workshop: Path) -> None:
    """60 points in three on 7 March: health 140 as of the 8th, at_190 to the 12th, at_150 to the 16th."""
    rows = "".join(
        f"  - {{violation_id: v{n}, issued_at: 2026-03-07T12:00:00Z, kind: fake, points: 20}}\n"
        for n in range(3)
    )
    page = shopscore("evaluate", _case(workshop, "sixty.yaml", f"violations:\n{rows}")).out
    assert _account(page)[-3:] == [
        "    Health   140 points; no milestone ahead",
        "             no new listings until 2026-03-16*",
        "             no new listings until 2026-03-12",
    ]


def test_points_of_one_are_singular_and_fractions_are_written_out(
    shopscore: Shopscore, workshop: Path
) -> None:
    """1 mark of 7 March; 0.7 and 0.1 of health gained make 199.8, 9.8 above the milestone."""
    rows = (
        "violations: [{violation_id: v, issued_at: 2026-03-07T12:00:00Z, kind: late, points: 1}]\n"
        "point_events:\n"
        "  - {event_id: e, at: 2026-03-07T13:00:00Z, kind: gain, points: 0.7}\n"
        "  - {event_id: f, at: 2026-03-07T14:00:00Z, kind: gain, points: 0.1}\n"
    )
    page = shopscore("evaluate", _case(workshop, "little.yaml", rows)).out
    assert _account(page) == [
        "    Marks    1 point; no milestone in force; 12 is 11 away",
        "             expiring: 1 point on 2026-03-18",
        "    Health   199.8 points; no milestone in force; 190 is 9.8 away",
    ]


def test_points_that_bring_the_balance_back_are_signed(shopscore: Shopscore, workshop: Path) -> None:
    """With an expiry of 20 days, 3 of 1 March go on the 22nd: health rises by them."""
    bundle = workshop / "policies/corner-account/1/bundle.yaml"
    text = bundle.read_text(encoding="utf-8").replace(
        "direction: down\n", "direction: down\n    expires_after_days: 20\n"
    )
    bundle.write_text(text, encoding="utf-8")
    row = "violations: [{violation_id: v, issued_at: 2026-03-01T12:00:00Z, kind: late, points: 3}]\n"
    page = shopscore("evaluate", _case(workshop, "three.yaml", row)).out
    assert _account(page)[-2:] == [
        "    Health   197 points; no milestone in force; 190 is 7 away",
        "             expiring: −3 points on 2026-03-22",
    ]


def test_a_history_says_actions_in_the_language_asked_for(shopscore: Shopscore) -> None:
    words = ("--from", "2026-03-05", "--to", "2026-03-06", "--lang", "de")
    page = shopscore("history", str(CASE), *words).out
    assert next(line for line in page.splitlines() if line.startswith("  2026-03-06")).endswith(
        "at_12: kein Markt (no new listings, no fairs) until 2026-03-09; "
        "at_190: no new listings until 2026-03-10"
    )


def test_ledgers_and_their_actions_are_said_in_the_language_asked_for(shopscore: Shopscore) -> None:
    page = shopscore("evaluate", str(CASE), "--lang", "de").out
    assert _account(page)[:2] == [
        "    Strafpunkte   13 points; 20 is 7 away",
        "                  kein Markt (no new listings, no fairs) until 2026-03-09",
    ]


def test_a_threshold_of_a_balance_is_told_with_the_ledgers_name_and_its_points(
    shopscore: Shopscore, workshop: Path
) -> None:
    """Ten marks and no fake: the stall is lost at no threshold, the fair opens above 195, 5 away from 190."""
    row = "violations: [{violation_id: v, issued_at: 2026-02-20T12:00:00Z, kind: odd, points: 10}]\n"
    page = shopscore("evaluate", _case(workshop, "ten.yaml", row)).out
    (fair,) = [line for line in page.splitlines() if line.startswith("    · fair")]
    assert fair == "    · fair    locked; granted with Health above 195 (5 away)"


def test_a_row_that_is_long_enough_has_done_its_work(shopscore: Shopscore, workshop: Path) -> None:
    """Three times in a row with the fake: lost; four times: lost since, and no more than asked for."""
    told = []
    for before in (2, 3):
        text = (workshop / CASE).read_text(encoding="utf-8")
        (workshop / "more.yaml").write_text(
            text.replace("streak: 1}", f"streak: {before}}}"), encoding="utf-8"
        )
        page = shopscore("evaluate", "more.yaml").out
        tree = shopscore("explain", "more.yaml").out
        told += [line for line in page.splitlines() if "stall" in line]
        told += re.findall(r"revoke: .*   (true.*?)  ", tree)
    assert told == [
        "    · stall   locked; needs marks.balance < 12 (13 points)",
        "true, 3 of 3 assessments in a row",
        "    · stall   locked; needs marks.balance < 12 (13 points)",
        "true, 4 assessments in a row, 3 asked for",
    ]


def test_explain_names_the_place_in_the_ledger_of_what_conditions_read(shopscore: Shopscore) -> None:
    cells = {
        each["name"]: each for each in json.loads(shopscore("explain", str(CASE), "--format", "json").out)
    }
    file = "policies/corner-account/1/bundle.yaml"
    lines = (Path(file)).read_text(encoding="utf-8").splitlines()
    found = {
        name: (cells[name]["value"], cells[name]["file"], lines[cells[name]["line"] - 1].strip())
        for name in ("marks.balance", "marks.restricted.at_12", "marks.count.fakes", "health.balance")
    }
    assert found == {
        "marks.balance": (13.0, file, "marks:"),
        "marks.restricted.at_12": (True, file, "- id: at_12"),
        "marks.count.fakes": (1.0, file, "fakes: {where: \"kind == 'fake'\"}"),
        "health.balance": (187.0, file, "health:"),
    }
    assert cells["health.restricted.at_150"]["assumed"] == "the days are not published"


def test_explain_says_what_is_unknown_without_violations(shopscore: Shopscore, workshop: Path) -> None:
    tree = shopscore("explain", _case(workshop, "bare.yaml", "")).out.splitlines()
    ledgers = [re.split("   +", line.strip("│ "))[0] for line in tree[tree.index("ledgers") + 1 :]]
    assert ledgers == [
        "├─ marks not supplied",
        "0 points at the start; violations add",
        "restricted.at_12: unknown",
        "count.fakes: unknown",
        "└─ health not supplied",
        "200 points at the start; gain adds; violations subtract",
    ]


def test_the_plan_has_the_ledgers_between_the_metrics_and_the_inputs(shopscore: Shopscore) -> None:
    lines = shopscore("show", "corner-account@1", "--plan").out.splitlines()
    titles = [line for line in lines if line and not line.startswith(" ")]
    assert titles == ["Tables", "Populations", "Metrics", "Ledgers", "Inputs", "Sheet"]
    first = lines.index("Ledgers") + 1
    assert [re.split("   +", line.strip()) for line in lines[first : first + 2]] == [
        ["marks", "violations add", "at_12, at_20", "counts fakes where kind == 'fake'"],
        ["health", "gain adds; violations subtract", "at_190, at_150"],
    ]
    plan = json.loads(shopscore("show", "corner-account@1", "--plan", "--format", "json").out)
    marks, _ = plan["ledgers"]
    assert (marks["id"], marks["counts"], marks["needs"]) == (
        "marks",
        {"fakes": {"where": "kind == 'fake'", "within_days": None}},
        ["violations", "violations.points"],
    )
