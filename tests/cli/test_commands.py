"""bundles, show, schema, plugins, new, sample: what each prints and writes."""

import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore


def test_bundles_are_listed_with_the_days_they_are_in_force(shopscore: Shopscore) -> None:
    lines = [line.split("   ") for line in shopscore("bundles", "--as-of", "2027-01-01").out.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert cells[0] == ["bundle", "market", "subject", "program", "in force", "2027-01-01", "title"]
    assert [
        "corner-shop@1",
        "ZZ",
        "shop",
        "main",
        "2026-01-01 to 2026-12-31",
        "no",
        "Corner shop rating",
    ] in cells


def test_bundles_as_ndjson_are_one_object_each(shopscore: Shopscore) -> None:
    lines = shopscore("bundles", "--as-of", "2026-12-31", "--format", "ndjson").out.splitlines()
    ours = next(each for each in map(json.loads, lines) if each["bundle"] == "corner-shop@1")
    assert (ours["from"], ours["until"], ours["in_force"]) == ("2026-01-01", "2026-12-31", True)


def test_a_bundle_that_cannot_be_read_does_not_hide_the_others(shopscore: Shopscore, workshop: Path) -> None:
    broken = workshop / "policies/torn/1"
    broken.mkdir(parents=True)
    (broken / "bundle.yaml").write_text("id: torn\nversion: [\n")
    outcome = shopscore("bundles")
    assert "corner-shop@1" in outcome.out
    assert outcome.status == 2
    assert outcome.err == "policies/torn/1/bundle.yaml:3:1: Y105 error expected a value\n"


def test_assumptions_come_with_reasons_places_and_both_readings(shopscore: Shopscore) -> None:
    lines = shopscore("show", "corner-shop@1", "--assumptions").out.splitlines()
    assert [re.split(" {3,}", line.strip()) for line in lines] == [
        ["Assumed, not published"],
        ["timezone", "the rules name no clock", "bundle.yaml:7"],
        ["metrics.poor_chat_rate", "the window is not published", "metrics.yaml:27"],
        ["score.benchmarks.late_rate.curve[2]", "nothing published", "score.yaml:12"],
        ["score.dimensions.delivery", "no weights are published", "score.yaml:19"],
        [""],
        ["Read in two ways"],
        ["late-means", "metrics.late_rate", "bundle.yaml:12"],
        ["used", "after the deadline"],
        ["other", "a day after the deadline"],
        [""],
        ["Sources"],
        ["rules", "2025-12-01", "The rules of the corner shops"],
    ]


def test_assumptions_as_json_name_every_source(shopscore: Shopscore) -> None:
    said = json.loads(shopscore("show", "corner-shop@1", "--assumptions", "--format", "json").out)
    assert [each["path"] for each in said["assumptions"]] == [
        "timezone",
        "metrics.poor_chat_rate",
        "score.benchmarks.late_rate.curve[2]",
        "score.dimensions.delivery",
    ]
    assert said["sources"][0]["id"] == "rules"


def test_the_resolved_view_names_the_line_of_each_value(shopscore: Shopscore) -> None:
    lines = shopscore("show", "corner-shop@1", "--resolved").out.splitlines()
    (window,) = [line for line in lines if line.split("#")[0].strip() == 'grant: "score >= 3.5"']
    assert window.endswith("# policies/corner-shop/1/benefits.yaml:4")
    assert json.loads(shopscore("show", "corner-shop@1", "--format", "json").out)["id"] == "corner-shop"


def test_the_plan_lists_its_stages_in_order(shopscore: Shopscore) -> None:
    lines = shopscore("show", "corner-shop@1", "--plan").out.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "Tables", "Populations", "Metrics", "Inputs", "Sheet",
    ]  # fmt: skip
    plan = json.loads(shopscore("show", "corner-shop@1", "--plan", "--format", "json").out)
    late = next(each for each in plan["metrics"] if each["id"] == "late_rate")
    assert (late["window"], late["weights"]) == ("30 days", [1.0, 0.5, 0.25])
    assert "orders.deliver_by" in late["needs"]


def test_the_statement_that_duckdb_runs_can_be_read(shopscore: Shopscore) -> None:
    sql = shopscore("show", "corner-shop@1", "--sql").out
    assert sql.startswith("WITH ")
    assert '"orders_known"' in sql or "orders_known" in sql


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--plan", "--sql"), "--plan and --sql are views of their own; give one of them"),
        (
            ("--sql", "--plan", "--resolved", "--sql"),
            "--sql, --plan and --resolved are views of their own; give one of them",
        ),
        (("--as-of", "2026-03-11"), "--as-of changes nothing here; it is for --sql"),
        (("--plan", "--lang", "de"), "--lang changes nothing here; it is for the overview"),
        (
            ("--sql", "--format", "json"),
            "--format changes nothing here; it is for the overview, --resolved, --assumptions, --plan",
        ),
    ],
)
def test_views_and_options_that_contradict_each_other_are_refused(
    shopscore: Shopscore, words: tuple[str, ...], said: str
) -> None:
    outcome = shopscore("show", "corner-shop@1", *words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"Error: {said}\n")


def test_a_default_from_the_settings_need_not_change_every_view(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "shopscore.toml").write_text('[show]\nlang = "de"\n')
    assert shopscore("show", "corner-shop@1", "--sql", "--sql").status == 0


def test_a_schema_is_printed_as_it_is(shopscore: Shopscore) -> None:
    listed = json.loads(shopscore("schema", "--format", "json").out)
    assert {"name": "scorecard", "title": "A scorecard"} in listed
    schema = json.loads(shopscore("schema", "scorecard").out)
    assert schema["$id"] == "scorecard.schema.json"
    unknown = shopscore("schema", "scorcard")
    known = ", ".join(each["name"] for each in listed)
    assert (unknown.status, unknown.err) == (
        2,
        f"Error: no schema is called 'scorcard'; did you mean 'scorecard'? (known: {known})\n",
    )


def test_plugins_are_listed_with_what_they_provide(shopscore: Shopscore) -> None:
    from importlib.metadata import version

    plugins = {each["plugin"]: each for each in json.loads(shopscore("plugins", "--format", "json").out)}
    assert plugins["olist"]["version"] == version("shopscore")
    assert [(each["what"], each["name"]) for each in plugins["olist"]["provides"]] == [("reader", "olist")]


@pytest.mark.parametrize(
    "words",
    [
        ("corner-shop@2", "--extends", "corner-shop@1"),
        ("corner-shop@2", "--extends", "corner-shop@1", "--from", "2027-01-01"),
        ("flower-shop@1",),
        ("flower-shop@1", "--from", "2027-01-01"),
    ],
)
def test_a_new_bundle_lints_clean_and_can_be_shown(shopscore: Shopscore, words: tuple[str, ...]) -> None:
    made = shopscore("new", "bundle", *words, "-o", "policies")
    path = f"policies/{words[0].replace('@', '/')}/bundle.yaml"
    assert (made.status, made.err) == (0, f"{path}: now lint it with --policies policies\n")
    linted = shopscore("lint", words[0])
    assert (linted.status, linted.out, linted.err) == (0, "", "no findings\n")
    assert shopscore("show", words[0]).status == 0


def test_a_new_bundle_may_stand_in_an_empty_place(shopscore: Shopscore, workshop: Path) -> None:
    assert shopscore("new", "bundle", "flower-shop@1", "-o", "deep/down").status == 0
    assert shopscore("lint", "deep/down").err == "no findings\n"


@pytest.mark.parametrize("bundle", ["corner-shop@1", "us-sps@2026.06"])
def test_a_new_case_passes_its_test_and_lints_clean(shopscore: Shopscore, bundle: str) -> None:
    made = shopscore("new", "case", bundle, "-o", "mine.yaml")
    assert (made.status, made.err) == (0, "mine.yaml: now run it with shopscore test mine.yaml\n")
    assert shopscore("test", "mine.yaml").out == "1 case passed\n"
    assert shopscore("lint", "mine.yaml").err == "no findings\n"


def test_the_example_rows_of_a_new_case_are_good_rows(shopscore: Shopscore, workshop: Path) -> None:
    shopscore("new", "case", "us-sps@2026.06", "-o", "mine.yaml")
    text = (workshop / "mine.yaml").read_text()
    filled = text.replace(": []\n#  - {", ":\n  - {")
    assert filled.count("\n  - {") == 5
    (workshop / "mine.yaml").write_text(filled)
    assert shopscore("lint", "mine.yaml").err == "no findings\n"


def test_a_sample_is_written_once_and_replaced_by_force(shopscore: Shopscore, workshop: Path) -> None:
    words = ("sample", "market", "--shops", "5", "--orders", "50", "--days", "40", "--seed", "3")
    first = shopscore(*words)
    assert first.status == 0
    assert first.err.startswith("market: shops 5, ")
    assert first.err.endswith("; score it as of 2026-06-22\n")
    again = shopscore(*words)
    assert (again.status, again.err) == (2, "Error: market exists already; --force replaces it\n")
    assert shopscore(*words, "--force", "--quiet").err == ""


def test_a_sample_says_which_bad_rows_it_planted(shopscore: Shopscore) -> None:
    words = ("sample", "market", "--shops", "5", "--orders", "200", "--days", "40", "--dirty", "0.1")
    said = shopscore(*words).err.splitlines()
    assert said[1].startswith("planted ")
    assert ": orders." in said[1]
