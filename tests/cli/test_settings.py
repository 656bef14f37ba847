"""Option defaults from shopscore.toml and SHOPSCORE_*, and what is said where they are wrong."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore


def test_a_top_level_key_holds_for_every_command_and_a_table_for_one(
    shopscore: Shopscore, workshop: Path
) -> None:
    (workshop / "shopscore.toml").write_text('format = "json"\n[lint]\nformat = "ndjson"\n')
    assert json.loads(shopscore("schema").out)[0]["name"] == "bundle"
    assert shopscore("lint", "corner-shop@1").out == ""  # no findings are no lines of JSON


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    shopscore: Shopscore, workshop: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workshop / "shopscore.toml").write_text('[explain]\nformat = "csv"\n')
    monkeypatch.setenv("SHOPSCORE_EXPLAIN_FORMAT", "ndjson")
    assert shopscore("explain", str(case)).out.startswith('{"name": "as_of"')
    assert shopscore("explain", str(case), "--format", "json").out.startswith("[\n")
    monkeypatch.delenv("SHOPSCORE_EXPLAIN_FORMAT")
    assert shopscore("explain", str(case)).out.startswith("name,what,")


def test_settings_may_have_another_name(shopscore: Shopscore, workshop: Path, case: Path) -> None:
    (workshop / "mine.toml").write_text('as-of = 2026-03-12\n[evaluate]\nformat = "json"\n')
    card = json.loads(shopscore("--settings", "mine.toml", "evaluate", str(case)).out)
    assert card["as_of"] == "2026-03-12"


def test_policies_may_stand_in_the_settings(
    shopscore: Shopscore, workshop: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOPSCORE_POLICIES")
    (workshop / "shopscore.toml").write_text('policies = ["policies"]\n')
    assert shopscore("test", "corner-shop@1").out == "1 case passed\n"


WRONG = [
    (
        "tresholds = 1\n",
        "shopscore.toml:1:1: C102 error no option is called 'tresholds'; did you mean 'threads'?\n",
    ),
    (
        "quiet = true\n[scor]\nthreads = 2\n",
        "shopscore.toml:2:2: C102 error no command is called 'scor'; did you mean 'score'?\n",
    ),
    (
        "\n[score]\n  thread = 2\n",
        "shopscore.toml:3:3: C102 error score has no option 'thread'; did you mean 'threads'?\n",
    ),
    (
        '[score]\nengine = "spark"\n',
        "shopscore.toml:2:1: C103 error engine: 'spark' is not one of 'duckdb', 'reference'.\n",
    ),
    (
        "[score]\nthreads = 0\n",
        "shopscore.toml:2:1: C103 error threads: expected a whole number from 1 to 256, found '0'\n",
    ),
    (
        '[evaluate]\nas-of = "22 June"\n',
        "shopscore.toml:2:1: C103 error as-of: '22 June' is not a day; expected one such as 2026-06-22\n",
    ),
    (
        '[score]\nquiet = "yes"\n',
        "shopscore.toml:2:1: C103 error quiet: expected true or false, found 'yes'\n",
    ),
    (
        'policies = "policies"\n',
        "shopscore.toml:1:1: C103 error policies: expected a list, found 'policies'\n",
    ),
    (
        'format = "xml"\n',
        "shopscore.toml:1:1: C103 error format: 'xml' is not one of table, json, ndjson, csv\n",
    ),
    (
        'format = "csv"\n',
        "shopscore.toml:1:1: C103 error format (of reconcile, show): 'csv' is not one of 'table', 'json'.\n",
    ),
    (
        "[score]\nthreads: 2\n",
        "shopscore.toml:2:8: C101 error not TOML: expected '=' after a key in a key/value pair\n",
    ),
    (
        "[score]\nthreads = 2\nengin = 3\nformat = 4\n",
        "shopscore.toml:3:1: C102 error score has no option 'engin'; did you mean 'engine'?\n"
        "shopscore.toml:4:1: C102 error score has no option 'format'\n"
        "2 errors\n",
    ),
]


@pytest.mark.parametrize(
    ("text", "said"), WRONG, ids=[said.partition(" error ")[2][:40] for _, said in WRONG]
)
def test_what_is_wrong_in_the_settings_is_said_with_its_place(
    shopscore: Shopscore, workshop: Path, text: str, said: str
) -> None:
    (workshop / "shopscore.toml").write_text(text)
    outcome = shopscore("bundles")
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)


def test_settings_that_are_not_there_are_wrong_usage(shopscore: Shopscore) -> None:
    outcome = shopscore("--settings", "nowhere.toml", "bundles")
    assert (outcome.status, outcome.err) == (2, "Error: nowhere.toml: No such file or directory\n")
