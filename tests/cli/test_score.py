"""Scoring a data set: all files or none, a manifest that accounts for every row, no progress in a pipe."""

import hashlib
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from pyarrow import csv
from tests.cli.conftest import Shopscore

WORDS = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11")

SHOPS = "shop_id,market,state,account_health\nA,ZZ,active,200\nB,ZZ,active,\nC,YY,active,\nD,ZZ,closed,\n"


@pytest.fixture
def data(workshop: Path) -> Path:
    """Write a small market: A has 30 orders and four rated chats, B one order; C and D are left out."""
    folder = workshop / "data"
    folder.mkdir()
    (folder / "shops.csv").write_text(SHOPS)
    orders = ["order_id,shop_id,placed_at,deliver_by,delivered_at"]
    orders += [f"a{n},A,2026-02-20T10:00:00Z,2026-03-01,2026-02-28T10:00:00Z" for n in range(30)]
    orders += ["b1,B,2026-02-20T10:00:00Z,2026-03-01,"]
    (folder / "orders.csv").write_text("\n".join(orders) + "\n")
    chats = ["chat_id,shop_id,started_at,rating"]
    chats += [f"c{n},A,2026-03-01T10:00:00Z,{rating}" for n, rating in enumerate((5, 5, 4, 5))]
    (folder / "chats.csv").write_text("\n".join(chats) + "\n")
    return folder


def outputs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_both_engines_write_the_same_rows(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    for engine in ("duckdb", "reference"):
        outcome = shopscore("score", "data", *WORDS, "-o", f"{engine}.parquet", "--engine", engine)
        assert (outcome.status, outcome.out) == (0, "")
    ours, theirs = (pq.read_table(workshop / f"{engine}.parquet") for engine in ("duckdb", "reference"))
    assert ours.to_pylist() == theirs.to_pylist()
    assert [row["subject"]["id"] for row in ours.to_pylist()] == ["A", "B"]
    assert ours.to_pylist()[0]["score"] == 5.0
    assert ours.schema.metadata == theirs.schema.metadata
    assumed = json.loads(ours.schema.metadata[b"shopscore.assumptions"])
    assert {"path": "score.dimensions.delivery", "text": "no weights are published"} in assumed


def test_the_manifest_accounts_for_inputs_rows_and_states(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    shopscore("score", "data", *WORDS, "-o", "out.parquet")
    manifest = json.loads((workshop / "out.manifest.json").read_text())
    orders = data / "orders.csv"
    assert {
        "path": str(orders.resolve()),
        "bytes": orders.stat().st_size,
        "sha256": hashlib.sha256(orders.read_bytes()).hexdigest(),
    } in manifest["inputs"]
    assert manifest["bundle"]["id"] == "corner-shop"
    assert (manifest["as_of"], manifest["engine"]) == ("2026-03-11", "duckdb")
    assert manifest["subjects"] == {"scored": 2, "of_other_markets": 1, "closed": 1}
    assert manifest["states"] == {"scored": 1, "not_enough_data": 1}
    assert manifest["bands"] == {"good": 1}
    assert manifest["tables"]["orders"] == {"rows": 31, "bad": {}}
    assert manifest["output"]["rows"] == 2
    assert manifest["output"]["sha256"] == hashlib.sha256((workshop / "out.parquet").read_bytes()).hexdigest()
    assert [each["id"] for each in manifest["warnings"]] == ["subjects_skipped", "after_data"]
    assert manifest["versions"]["plugins"]["olist"]


def test_the_summary_is_short_and_may_be_left_out(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet")
    first, *rest = outcome.err.splitlines()
    assert first.startswith("out.parquet: 2 scorecards in ")
    assert rest == [
        "  state     scored 1, not_enough_data 1",
        "  band      good 1",
        "  skipped   1 of other markets, 1 closed",
        "  warnings  subjects_skipped, after_data",
        "  manifest  out.manifest.json",
    ]
    quiet = shopscore("score", "data", *WORDS, "-o", "out.parquet", "--force", "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")


def test_a_day_on_which_the_version_is_not_in_force_is_told(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    day = ("--bundle", "corner-shop@1", "--as-of", "2025-12-31")
    outcome = shopscore("score", "data", *day, "-o", "out.parquet")
    told = [line for line in outcome.err.splitlines() if line.startswith("  warnings")]
    assert told == ["  warnings  outside_range, subjects_skipped, before_data"]
    warning = json.loads((workshop / "out.manifest.json").read_text())["warnings"][0]
    assert warning["text"] == "corner-shop@1 is in force from 2026-01-01 to 2026-12-31; 2025-12-31 is outside"


@pytest.mark.parametrize(
    "words",
    [
        ("score", "data", *WORDS, "-o", "out.parquet"),
        ("history", "data", *WORDS[:2], "--from", "2026-03-10", "--to", "2026-03-10", "-o", "out.parquet"),
        ("history", "data", *WORDS[:2], "--from", "2026-03-10", "--to", "2026-03-10", "--shop", "A"),
    ],
)
def test_a_category_that_no_rule_names_is_told(
    shopscore: Shopscore, workshop: Path, data: Path, words: tuple[str, ...]
) -> None:
    (workshop / "policies/corner-shop/1/values.yaml").write_text(
        "values:\n  line: {by: category, values: {sweets: 1 %}, unit: share, assumed: an example}\n"
    )
    outcome = shopscore(*words, "--category", "sweet")
    assert (outcome.status, outcome.err.splitlines()[0]) == (
        0,
        "no value by category of corner-shop@1 names 'sweet'; they name sweets; did you mean 'sweets'?",
    )


def test_an_existing_output_is_only_replaced_by_force(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    (workshop / "out.manifest.json").write_text("mine")
    outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet")
    assert (outcome.status, outcome.err) == (
        2,
        "Error: out.manifest.json exists already; --force replaces it\n",
    )
    assert outputs(workshop) == ["out.manifest.json"]
    assert (workshop / "out.manifest.json").read_text() == "mine"


@pytest.mark.parametrize(
    "output",
    [
        "data/orders.parquet",
        "data/reviews.parquet",
        "data/../data/chats.parquet",
        "data/returns/scores.parquet",
        "link/orders.parquet",
    ],
)
def test_an_output_that_would_be_read_as_a_table_is_refused(
    shopscore: Shopscore, workshop: Path, data: Path, output: str
) -> None:
    (data / "returns").mkdir()
    (workshop / "link").symlink_to(data)
    before = sorted(data.rglob("*"))
    outcome = shopscore("score", "data", *WORDS, "-o", output, "--force")
    assert (outcome.status, outcome.out, outcome.err) == (
        2,
        "",
        f"Error: {Path(output)} belongs to the data that is scored; expected an output outside of it\n",
    )
    assert sorted(data.rglob("*")) == before


def test_an_output_that_is_read_through_a_link_or_as_a_database_is_refused(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    table = workshop / "orders-of-may.parquet"
    pq.write_table(csv.read_csv(data / "orders.csv"), table)
    (data / "orders.csv").unlink()
    (data / "orders.parquet").symlink_to(table)
    with duckdb.connect(workshop / "database.parquet") as connection:
        connection.execute("CREATE TABLE shops (shop_id TEXT)")
    for words in (("data", table.name), ("database.parquet", "database.parquet")):
        before = (workshop / words[1]).read_bytes()
        outcome = shopscore("score", words[0], *WORDS, "-o", words[1], "--force", "--quiet")
        assert (outcome.status, outcome.out, outcome.err) == (
            2,
            "",
            f"Error: {words[1]} belongs to the data that is scored; expected an output outside of it\n",
        )
        assert (workshop / words[1]).read_bytes() == before


def test_an_output_beside_the_tables_that_is_none_is_written(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    assert shopscore("score", "data", *WORDS, "-o", "data/scores.parquet").status == 0


def test_threads_and_memory_can_be_limited(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    for size in ("500MB", "0.5 gib", "1TiB"):
        limits = ("--threads", "1", "--memory-limit", size)
        outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet", *limits, "--quiet", "--force")
        assert (outcome.status, outcome.err) == (0, "")


def test_bad_rows_stop_the_run_before_any_output(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    with (data / "chats.csv").open("a") as file:
        file.write("c9,A,2026-03-01T10:00:00,9\n")
    outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet")
    assert outcome.status == 2
    assert outcome.err.splitlines() == [
        "chats.csv:row 5:started_at: I303 error chats: started_at is '2026-03-01T10:00:00', a time without a "
        "zone; expected a time with its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds",
    ]
    assert outputs(workshop) == []


def test_bad_rows_set_aside_are_counted_and_kept_with_their_reasons(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    with (data / "chats.csv").open("a") as file:
        file.write("c9,A,2026-03-01T10:00:00Z,9\n")
    outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet", "--on-bad-rows", "set-aside")
    assert outcome.status == 0
    assert "  bad rows  chats 1, set aside in out.bad-rows.parquet" in outcome.err.splitlines()
    assert outputs(workshop) == ["out.bad-rows.parquet", "out.manifest.json", "out.parquet"]
    (bad,) = pq.read_table(workshop / "out.bad-rows.parquet").to_pylist()
    assert (bad["table"], bad["row"], bad["column"]) == ("chats", 5, "rating")
    manifest = json.loads((workshop / "out.manifest.json").read_text())
    assert manifest["tables"]["chats"] == {"rows": 4, "bad": {"I307 rating": 1}}
    again = shopscore("score", "data", *WORDS, "-o", "out.parquet", "--on-bad-rows", "set-aside", "--force")
    assert again.status == 0


def test_a_clean_second_run_takes_former_bad_rows_away(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    text = (data / "chats.csv").read_text()
    (data / "chats.csv").write_text(text + "c9,A,2026-03-01T10:00:00Z,9\n")
    shopscore("score", "data", *WORDS, "-o", "out.parquet", "--on-bad-rows", "set-aside")
    (data / "chats.csv").write_text(text)
    shopscore("score", "data", *WORDS, "-o", "out.parquet", "--force")
    assert outputs(workshop) == ["out.manifest.json", "out.parquet"]


def test_checked_trusts_what_a_former_run_found(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    shopscore("score", "data", *WORDS, "-o", "one.parquet")
    outcome = shopscore("score", "data", *WORDS, "-o", "two.parquet", "--checked")
    assert outcome.status == 0
    one, two = (pq.read_table(workshop / f"{name}.parquet").to_pylist() for name in ("one", "two"))
    assert one == two


def test_nothing_is_left_when_the_engine_fails(
    shopscore: Shopscore, workshop: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise MemoryError("no more")

    monkeypatch.setattr("shopscore_cli.scoring.count_cards", fail)
    outcome = shopscore("score", "data", *WORDS, "-o", "out.parquet")
    assert outcome.status == 3
    assert outputs(workshop) == []


def test_a_market_and_a_zone_for_times_without_one(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    text = (data / "chats.csv").read_text().replace("T10:00:00Z", "T10:00:00")
    (data / "chats.csv").write_text(text)
    words = ("score", "data", "--market", "ZZ", "--as-of", "2026-03-11", "-o", "out.parquet", "--zone", "UTC")
    assert shopscore(*words).status == 0
    wrong = shopscore(*words[:-1], "America/Los_Angles", "--force")
    assert wrong.status == 2
    assert wrong.err.startswith("Error: there is no time zone 'America/Los_Angles'")
