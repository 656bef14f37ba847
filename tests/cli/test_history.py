"""Histories: a shop's days on a page, every shop's in a file, states from run to run."""

import json
import re
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Shopscore

from shopscore.replay import ReferenceReplay
from shopscore_cli import interruption

# Chats earn 4 points (10 % poor), so that the score is (4 + p) / 2 with p the points of late orders. On the
# curve 40 % -> 1, 4 % -> 4 a point is 12 %: 13.6 % -> 3.2, 23.2 % -> 2.4, 30.4 % -> 1.8, 18.4 % -> 2.8 and
# 16 % -> 3. On the 1st, when the bell is assessed, only the chats are known: 4.
STORY = """
case: up and down
bundle: corner-shop@1
shop: {shop_id: A}
supplied_metrics:
  - {metric: orders_30d, value: 20}
  - {metric: poor_chat_rate, value: 10 %}
  - {metric: late_rate, value: 13.6 %, as_of: 2026-03-10}
  - {metric: late_rate, value: 23.2 %, as_of: 2026-03-11}
  - {metric: late_rate, value: 30.4 %, as_of: 2026-03-12}
  - {metric: late_rate, value: 18.4 %, as_of: 2026-03-13}
  - {metric: late_rate, value: 16 %, as_of: 2026-03-14}
"""

PAGE = """\
Corner shop rating   corner-shop@1 (sha256 …)
Shop A · 2026-03-10 to 2026-03-14

  day          score   band   window display   payout   what changed
  2026-03-10    3.60   good   granted          5 days   window display granted (grant); payout 5 days
  2026-03-11    3.20   good   covered          8 days   window display covered (freeze); payout 8 days
  2026-03-12    2.90   good   locked           8 days   window display locked (revoke)
  2026-03-13    3.40   good   locked           8 days
  2026-03-14    3.50   good   granted          5 days   window display granted (grant); payout 5 days

  Unchanged: street sale locked, golden bell granted
"""

DAYS = ("--from", "2026-03-10", "--to", "2026-03-14")


@pytest.fixture
def story(workshop: Path) -> str:
    (workshop / "story.yaml").write_text(STORY)
    return "story.yaml"


@pytest.fixture
def market(workshop: Path) -> str:
    """Write two shops: A delivers ever later, B has one chat."""
    folder = workshop / "market"
    folder.mkdir()
    (folder / "shops.csv").write_text("shop_id,account_health\nA,200\nB,100\n")
    orders = ["order_id,shop_id,placed_at,deliver_by,delivered_at"]
    for day in range(1, 15):
        late = "2026-03-20T10:00:00Z" if day % 3 == 0 else f"2026-03-{day:02}T10:00:00Z"
        orders.append(f"o{day},A,2026-02-20T10:00:00Z,2026-03-{day:02},{late}")
    (folder / "orders.csv").write_text("\n".join(orders) + "\n")
    chats = "chat_id,shop_id,started_at,rating\nc1,A,2026-03-01T10:00:00Z,5\nc2,B,2026-03-02T10:00:00Z,1\n"
    (folder / "chats.csv").write_text(chats)
    return "market"


def test_a_case_is_told_day_by_day(shopscore: Shopscore, story: str) -> None:
    outcome = shopscore("history", story, *DAYS)
    assert (outcome.status, outcome.err) == (0, "")
    assert re.sub(r"sha256 [0-9a-f]{8}…", "sha256 …", outcome.out) == PAGE


def test_lines_of_json_are_the_scorecards_of_the_days(shopscore: Shopscore, story: str) -> None:
    cards = [
        json.loads(line) for line in shopscore("history", story, *DAYS, "--format", "ndjson").out.splitlines()
    ]
    assert [card["score"] for card in cards] == [3.6, 3.2, 2.9, 3.4, 3.5]
    window = [card["benefits"]["window_display"] for card in cards]
    assert [(each["state"], each["since"]) for each in window] == [
        ("granted", "2026-03-10"),
        ("frozen", "2026-03-11"),
        ("locked", "2026-03-12"),
        ("locked", "2026-03-12"),
        ("granted", "2026-03-14"),
    ]


def test_a_replay_can_begin_before_the_first_day(shopscore: Shopscore, story: str) -> None:
    words = ("--from", "2026-03-13", "--to", "2026-03-13", "--format", "ndjson")
    alone = json.loads(shopscore("history", story, *words).out)["benefits"]["window_display"]
    replayed = json.loads(shopscore("history", story, *words, "--replay-from", "2026-03-10").out)
    assert (alone["state"], alone["since"]) == ("locked", None)
    window = replayed["benefits"]["window_display"]
    assert (window["state"], window["since"], window["decided_by"]) == ("locked", "2026-03-12", "revoke")


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_a_market_without_shops_has_a_history_without_rows(
    shopscore: Shopscore, workshop: Path, market: str, engine: str
) -> None:
    for file in Path(market).iterdir():
        header, *_ = file.read_text().splitlines()
        file.write_text(f"{header}\n")
    outcome = shopscore(
        "history", market, "--bundle", "corner-shop@1", *DAYS, "-o", "none.csv", "--engine", engine
    )
    said = "none.csv: 0 scorecards, 2026-03-10 to 2026-03-14, by corner-shop@1"
    assert (outcome.status, outcome.err.splitlines()[-1]) == (0, said)
    header, *rows = Path("none.csv").read_text().splitlines()
    assert (header.split(",")[:2], rows) == (["schema_version", "bundle.id"], [])


def test_an_interruption_that_python_ignored_ends_it_after_the_day(
    shopscore: Shopscore, workshop: Path, market: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that comes while a destructor runs: only that it came is known."""
    came: list[int] = []
    days: list[date] = []
    scored = ReferenceReplay.run

    def run(replay: ReferenceReplay, day: date) -> Any:
        days.append(day)
        came.append(signal.SIGINT)
        return scored(replay, day)

    monkeypatch.setattr(interruption, "_came", came)
    monkeypatch.setattr(ReferenceReplay, "run", run)
    words = ("history", market, "--bundle", "corner-shop@1", *DAYS, "--engine", "reference", "--quiet")
    before = sorted(workshop.iterdir())
    outcome = shopscore(*words, "-o", "out.parquet")
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "interrupted\n")
    assert days == [date(2026, 3, 10)] and sorted(workshop.iterdir()) == before


def test_every_shop_is_written_the_same_by_both_engines(
    shopscore: Shopscore, workshop: Path, market: str
) -> None:
    words = ("history", market, "--bundle", "corner-shop@1", *DAYS)
    for engine in ("duckdb", "reference"):
        outcome = shopscore(*words, "-o", f"{engine}.parquet", "--engine", engine)
        assert (outcome.status, outcome.out) == (0, "")
        assert outcome.err == (
            f"{engine}.parquet: 10 scorecards, 2026-03-10 to 2026-03-14, by corner-shop@1\n"
        )
    rows = [pq.read_table(workshop / f"{engine}.parquet").to_pylist() for engine in ("duckdb", "reference")]
    assert rows[0] == rows[1]
    # A row group of each day would be nearly all statistics.
    assert pq.ParquetFile(workshop / "duckdb.parquet").num_row_groups == 1
    assert [(str(row["as_of"]), row["subject"]["id"]) for row in rows[0]] == [
        (f"2026-03-{day}", shop) for day in range(10, 15) for shop in "AB"
    ]
    manifest = json.loads((workshop / "duckdb.manifest.json").read_text())
    assert manifest["days"] == {"from": "2026-03-10", "to": "2026-03-14"}
    assert manifest["output"]["rows"] == 10


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
def test_states_carried_from_run_to_run_are_the_history(
    shopscore: Shopscore, workshop: Path, market: str, engine: str
) -> None:
    shopscore("history", market, "--bundle", "corner-shop@1", *DAYS, "-o", "all.parquet", "--engine", engine)
    rows = []
    for day in range(10, 15):
        before = ("--states-in", f"states-{day - 1}.parquet") if day > 10 else ()
        out = ("-o", f"{day}.parquet", "--states-out", f"states-{day}.parquet")
        words = ("--bundle", "corner-shop@1", "--as-of", f"2026-03-{day}", "--engine", engine)
        assert shopscore("score", market, *words, *before, *out).status == 0
        rows += pq.read_table(workshop / f"{day}.parquet").to_pylist()
    assert rows == pq.read_table(workshop / "all.parquet").to_pylist()
    states = pq.read_table(workshop / "states-14.parquet").to_pylist()
    assert {row["item"] for row in states} == {"window_display", "street_sale", "golden_bell", "payout_days"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("story.yaml", "--from", "2026-03-14", "--to", "2026-03-10"),
            "Error: the last day 2026-03-10 comes before the first, 2026-03-14\n",
        ),
        (
            ("story.yaml", *DAYS, "--replay-from", "2026-03-11"),
            "Error: the replay starts on 2026-03-11, after the first day 2026-03-10; expected it before\n",
        ),
        (
            ("story.yaml", *DAYS, "--shop", "B"),
            "Error: the case is about 'A'; there is no 'B' in it\n",
        ),
        (
            ("story.yaml", *DAYS, "-o", "out.parquet"),
            "Error: -o writes every shop of a data set, and story.yaml is a case; "
            "--format ndjson prints its days\n",
        ),
        (
            ("market", "--bundle", "corner-shop@1", *DAYS),
            "Error: the data has several shops (A, B); give --shop, the id of one\n",
        ),
        (
            ("market", "--bundle", "corner-shop@1", *DAYS, "--shop", "A", "-o", "out.parquet"),
            "Error: -o writes every shop's scorecards and --shop asks for one; give one of them\n",
        ),
    ],
)
def test_what_makes_no_history_is_told(
    shopscore: Shopscore, workshop: Path, story: str, market: str, words: tuple[str, ...], said: str
) -> None:
    outcome = shopscore("history", *words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)
    assert sorted(path.name for path in workshop.iterdir()) == ["market", "policies", "story.yaml"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("states.csv", b"", "Error: states.csv is no file of states; expected one that ends in .parquet\n"),
        (
            "states.parquet",
            b"junk",
            "states.parquet: I321 error the file is not Parquet: it begins with b'junk'; expected b'PAR1'; "
            "--states-in reads what --states-out writes\n",
        ),
    ],
)
def test_what_are_no_states_is_told(
    shopscore: Shopscore, workshop: Path, market: str, name: str, content: bytes, said: str
) -> None:
    (workshop / name).write_bytes(content)
    words = ("--bundle", "corner-shop@1", "--as-of", "2026-03-10", "-o", "out.parquet")
    outcome = shopscore("score", market, *words, "--states-in", name)
    assert (outcome.status, outcome.err) == (2, said)
    assert not (workshop / "out.parquet").exists()


def test_two_sources_of_states_are_refused(shopscore: Shopscore, workshop: Path, market: str) -> None:
    words = ("score", market, "--bundle", "corner-shop@1", "--as-of")
    shopscore(*words, "2026-03-10", "-o", "one.parquet", "--states-out", "states.parquet")
    (workshop / market / "shop_states.csv").write_text("shop_id,item,state,as_of_on\n")
    outcome = shopscore(*words, "2026-03-11", "-o", "two.parquet", "--states-in", "states.parquet")
    said = "Error: the data has a table shop_states and --states-in names states.parquet; give one of them\n"
    assert (outcome.status, outcome.err) == (2, said)


def test_states_of_the_day_or_later_are_told_and_not_left_out(
    shopscore: Shopscore, workshop: Path, market: str
) -> None:
    words = ("score", market, "--bundle", "corner-shop@1", "--as-of", "2026-03-10")
    shopscore(*words, "-o", "one.parquet", "--states-out", "states.parquet")
    outcome = shopscore(*words, "-o", "two.parquet", "--states-in", "states.parquet")
    said = "Error: states.parquet has no state from before 2026-03-10: its first are of 2026-03-10\n"
    assert (outcome.status, outcome.err) == (2, said)
    assert not (workshop / "two.parquet").exists()


def test_scorecards_instead_of_states_are_told_by_the_name_of_their_file(
    shopscore: Shopscore, workshop: Path, market: str
) -> None:
    words = ("score", market, "--bundle", "corner-shop@1")
    shopscore(*words, "--as-of", "2026-03-10", "-o", "one.parquet")
    outcome = shopscore(*words, "--as-of", "2026-03-11", "-o", "two.parquet", "--states-in", "one.parquet")
    lacks = "is missing; shop_states cannot be read without it"
    assert (outcome.status, outcome.err) == (
        2,
        f"one.parquet: I322 error the column as_of_on {lacks}; did you mean 'as_of'?\n"
        f"one.parquet: I322 error the column item {lacks}\n"
        f"one.parquet: I322 error the column shop_id {lacks}\n"
        "3 errors\n",
    )


NEXT = """
id: corner-shop
version: "2"
extends: corner-shop@1
effective: {from: 2026-03-13, until: 2026-12-31, source: rules}
badges:
  golden_bell: null
  silver_bell:
    label: {en: silver bell}
    assessed: monthly on 1
    when: "score >= 4.0"
    source: rules
  iron_bell:
    label: {en: iron bell}
    assessed: monthly on 1
    when: "score >= 4.1"
    source: rules
"""


def test_what_comes_and_goes_with_a_version_is_told(shopscore: Shopscore, workshop: Path, story: str) -> None:
    own = workshop / "policies/corner-shop/1/bundle.yaml"
    own.write_text(own.read_text().replace("until: 2026-12-31", "until: 2026-03-12"))
    (workshop / "policies/corner-shop/2").mkdir()
    (workshop / "policies/corner-shop/2/bundle.yaml").write_text(NEXT)
    outcome = shopscore("history", story, "--market", "ZZ", "--from", "2026-03-12", "--to", "2026-03-14")
    lines = [line.split("   ")[-1] for line in outcome.out.splitlines() if line.startswith("  2026-03-1")]
    # On the 1st the score was 4: the golden bell was there until the 12th, the iron one never.
    assert lines[1] == "corner-shop@2 in force; gone: golden bell; new: silver bell granted"
    assert outcome.out.endswith("silver bell granted, iron bell locked\n")
