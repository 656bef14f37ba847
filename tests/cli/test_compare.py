"""Two scorecards of one shop: what differs, what only one has, and which policies they are by.

street-market@1 is corner-shop@1 with other rules. Twenty orders due on 1 March, one late: 5 % in ten days as
in thirty. A quarter of the chats is poor: 1 + (0.25 - 0.5) / (0.1 - 0.5) x 3 = 2.875 points in the corner
shop, 1 + (0.25 - 0.4) / (0.1 - 0.4) x 3 = 2.5 on the street. The scores are (3.916666667 + 2.875) / 2 =
3.395833333 and (3.916666667 + 2.5) / 2 = 3.208333333.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Shopscore

pytestmark = pytest.mark.usefixtures("more_policies")

ACCOUNT = "policies/corner-account/1/cases/thirteen-marks.yaml"
PAGES = Path(__file__).parent / "pages"
OUTSIDE = "street-market@1 is in force from 2026-04-01 to ...; 2026-03-11 is outside"
DIFFERENCES = [
    ("score", 3.395833333, 3.208333333),
    ("dimensions.chats.points", 2.875, 2.5),
    ("metrics.late_rate.window.from", "2026-02-09", "2026-03-01"),
    ("metrics.poor_chat_rate.points", 2.875, 2.5),
    ("metrics.poor_chat_rate.points_before_floor", 2.875, 2.5),
    ("metrics.poor_chat_rate.points_lost", 1.0625, 1.25),  # half of what 5 points are more
    ("benefits.window_display.margin.distance", 0.104166667, 0.291666667),  # to 3.5
    ("benefits.payout_days.margin.distance", 0.104166667, 0.291666667),
    ("warnings.outside_range", None, {"id": "outside_range", "text": OUTSIDE}),
]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("account-compare", (ACCOUNT, "--compare", "corner-account@2")),
        (
            "market-compare",
            ("policies/corner-shop/1/cases/twenty-orders.yaml", "--compare", "street-market@1"),
        ),
    ],
)
def test_the_page_of_two_is_the_one_that_was_approved(
    shopscore: Shopscore, page: str, words: tuple[str, ...]
) -> None:
    outcome = shopscore("evaluate", *words)
    assert (outcome.status, outcome.err) == (0, "")
    printed = re.sub(r"sha256 [0-9a-f]{8}", "sha256 00000000", outcome.out)
    assert printed.splitlines() == (PAGES / f"{page}.txt").read_text(encoding="utf-8").splitlines()


def _by_path(found: Any) -> list[tuple[str, Any, Any]]:
    return [(each["path"], each["a"], each["b"]) for each in found["differences"]]


def test_json_has_both_scorecards_and_what_differs_by_path(shopscore: Shopscore, case: Path) -> None:
    found = json.loads(
        shopscore("evaluate", str(case), "--compare", "street-market@1", "--format", "json").out
    )
    assert list(found) == ["a", "b", "differences", "only_a", "only_b"]
    assert found["a"] == json.loads(shopscore("evaluate", str(case), "--format", "json").out)
    other = shopscore("evaluate", str(case), "--bundle", "street-market@1", "--format", "json")
    assert found["b"] == json.loads(other.out)
    assert _by_path(found) == DIFFERENCES
    assert found["only_a"] == ["benefits.golden_bell"]
    assert found["only_b"] == ["metrics.chats_30d", "benefits.lantern"]


def test_ndjson_is_one_line_of_the_same(shopscore: Shopscore, case: Path) -> None:
    words = ("evaluate", str(case), "--compare", "street-market@1", "--format")
    line = shopscore(*words, "ndjson").out
    assert line.count("\n") == 1
    assert json.loads(line) == json.loads(shopscore(*words, "json").out)


def test_csv_has_a_row_for_each_difference_and_for_what_one_side_lacks(
    shopscore: Shopscore, case: Path
) -> None:
    text = shopscore("evaluate", str(case), "--compare", "street-market@1", "--format", "csv").out
    rows = [tuple(row.values()) for row in csv.DictReader(io.StringIO(text))]
    assert rows[:3] == [
        ("difference", "score", "3.395833333", "3.208333333"),
        ("difference", "dimensions.chats.points", "2.875", "2.5"),
        ("difference", "metrics.late_rate.window.from", "2026-02-09", "2026-03-01"),
    ]
    assert [row[1] for row in rows[:9]] == [path for path, _, _ in DIFFERENCES]
    assert json.loads(rows[8][3]) == DIFFERENCES[8][2]
    assert rows[9:] == [
        ("only_a", "benefits.golden_bell", "", ""),
        ("only_b", "metrics.chats_30d", "", ""),
        ("only_b", "benefits.lantern", "", ""),
    ]


def test_a_policy_beside_itself_has_no_differences(shopscore: Shopscore, case: Path) -> None:
    words = ("evaluate", str(case), "--compare", "corner-shop@1")
    page = shopscore(*words).out
    assert page.splitlines()[-1] == "  no differences"
    assert "≠" not in page
    found = json.loads(shopscore(*words, "--format", "json").out)
    assert (found["differences"], found["only_a"], found["only_b"]) == ([], [], [])
    assert shopscore(*words, "--format", "csv").out == "what,path,a,b\n"


def test_lists_are_compared_by_the_names_of_their_entries(shopscore: Shopscore, workshop: Path) -> None:
    """Two orders, both late, lift late_rate by a floor of 2.5 in one, of 3 in the other."""
    street = workshop / "policies/street-market/1/bundle.yaml"
    floor = "score:\n  floors: [{id: beginners, points: 3.0, source: rules}]\n"
    street.write_text(street.read_text(encoding="utf-8").replace("score:\n", floor), encoding="utf-8")
    (workshop / "two.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n"
        "repeat: {orders: [{times: 2, order_id: 'o{n}', placed_at: 2026-02-20T10:00:00Z, "
        "deliver_by: 2026-03-01, delivered_at: 2026-03-05T10:00:00Z}]}\n"
    )
    words = ("evaluate", "two.yaml", "--compare", "street-market@1", "--format", "json")
    differences = _by_path(json.loads(shopscore(*words).out))
    assert ("floors.beginners.after", 2.5, 3.0) in differences
    assert ("metrics.late_rate.points", 2.5, 3.0) in differences


def test_numbers_that_look_alike_get_the_decimals_that_tell_them_apart(
    shopscore: Shopscore, workshop: Path, case: Path
) -> None:
    """With 1 point at 50.002 % a quarter earns 1 + 0.25002 / 0.40002 x 3 = 2.87505625, else 2.875."""
    street = workshop / "policies/street-market/1/bundle.yaml"
    text = street.read_text(encoding="utf-8").replace("{at: 40 %, points: 1}", "{at: 50.002 %, points: 1}")
    street.write_text(text, encoding="utf-8")
    page = shopscore("evaluate", str(case), "--compare", "street-market@1").out
    (chats,) = [line for line in page.splitlines() if line.startswith("  Poor chats")]
    assert chats.split()[8:11] == ["2.8750", "2.8751", "≠"]


def test_a_state_of_its_own_is_no_zero_on_either_side(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "bare.yaml").write_text("bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n")
    page = shopscore("evaluate", "bare.yaml", "--compare", "street-market@1").out.splitlines()
    (chats,) = [line for line in page if line.startswith("  Poor chats")]
    assert re.split("   +", chats.strip())[:3] == ["Poor chats", "not supplied", "not supplied"]
    (only,) = [line for line in page if "Chats in 30 days" in line]
    assert re.split("   +", only.strip()) == ["metric", "Chats in 30 days", "not supplied"]


def test_the_case_is_read_in_each_policys_own_zone(shopscore: Shopscore, workshop: Path) -> None:
    """1 March ends nine hours earlier in Tokyo: the order delivered at 20:00 UTC is late there only."""
    street = workshop / "policies/street-market/1/bundle.yaml"
    zone = "timezone: {value: Asia/Tokyo, source: rules}\nmarket: YY"
    street.write_text(street.read_text(encoding="utf-8").replace("market: YY", zone), encoding="utf-8")
    (workshop / "one.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n"
        "orders: [{order_id: o, placed_at: 2026-02-20T10:00:00Z, deliver_by: 2026-03-01, "
        "delivered_at: 2026-03-01T20:00:00Z}]\n"
    )
    words = ("evaluate", "one.yaml", "--compare", "street-market@1", "--format", "json")
    found = json.loads(shopscore(*words).out)
    late = [found[side]["metrics"]["late_rate"]["numerator_count"] for side in ("a", "b")]
    assert late == [0, 1]


def test_appeals_are_assumed_on_both_sides(shopscore: Shopscore) -> None:
    """Without v-b 6 marks by the first policy, and only the 1 of v-c by the second."""
    words = ("evaluate", ACCOUNT, "--compare", "corner-account@2", "--assume-granted", "ap-2")
    found = json.loads(shopscore(*words, "--format", "json").out)
    assert [found[side]["ledgers"]["marks"]["balance"] for side in ("a", "b")] == [6, 1]
    note = {"id": "assumed_granted", "text": "what if: appeal ap-2 is taken as granted"}
    assert [note in found[side]["warnings"] for side in ("a", "b")] == [True, True]


def test_a_shop_of_a_data_set_is_read_by_a_policy_of_another_market(
    shopscore: Shopscore, workshop: Path
) -> None:
    """Four chats, one poor: 2.875 and 2.5 points, as in the case; the shop is of market ZZ."""
    data = workshop / "data"
    data.mkdir()
    (data / "shops.csv").write_text("shop_id,market\nshop-1,ZZ\nshop-2,YY\n")
    chats = ["chat_id,shop_id,started_at,rating"]
    chats += [f"c{n},shop-1,2026-03-01T10:00:00Z,{rating}" for n, rating in enumerate((1, 5, 5, 4))]
    (data / "chats.csv").write_text("\n".join(chats) + "\n")
    words = ("evaluate", "data", "--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--format", "json")
    found = json.loads(shopscore(*words, "--compare", "street-market@1").out)
    assert [found[side]["subject"]["id"] for side in ("a", "b")] == ["shop-1", "shop-1"]
    assert [found[side]["bundle"]["id"] for side in ("a", "b")] == ["corner-shop", "street-market"]
    assert ("metrics.poor_chat_rate.points", 2.875, 2.5) in _by_path(found)


def test_a_note_about_the_input_is_said_once(shopscore: Shopscore, workshop: Path, case: Path) -> None:
    text = (workshop / case).read_text(encoding="utf-8").replace("rating: 1}", "rating: 1, mood: low}")
    (workshop / "case.yaml").write_text(text, encoding="utf-8")
    outcome = shopscore("evaluate", "case.yaml", "--compare", "street-market@1")
    assert (outcome.status, outcome.err.count("mood")) == (0, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--compare", "street-markt@1"),
            "no bundle is called 'street-markt'; did you mean 'street-market'?",
        ),
        (
            ("--compare", "street-market@2"),
            "street-market has no version '2'; did you mean 'street-market@1'?",
        ),
        (
            ("--compare", "creator-health@2026.06"),
            "corner-shop@1 scores a shop, creator-health@2026.06 a creator; "
            "expected two policies for one kind of subject",
        ),
    ],
)
def test_a_policy_that_cannot_be_compared_with_is_refused(
    shopscore: Shopscore, case: Path, words: tuple[str, ...], said: str
) -> None:
    outcome = shopscore("evaluate", str(case), *words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"Error: {said}\n")


def test_a_plugins_format_is_not_for_two(
    shopscore: Shopscore, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cli.test_evaluate import Till

    from shopscore.hooks import Loaded, collect

    plugins = collect([Loaded("till", "1.0", Till())])
    for place in ("shopscore.hooks.installed", "shopscore.api.installed"):
        monkeypatch.setattr(place, lambda: plugins)
    outcome = shopscore("evaluate", str(case), "--compare", "street-market@1", "--format", "receipt")
    assert (outcome.status, outcome.out, outcome.err) == (
        2,
        "",
        "Error: --format receipt prints scorecards; with --compare expected table, json, ndjson, csv\n",
    )
