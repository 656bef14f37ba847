"""Languages that are not there, and options that say nothing about a case."""

from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

pytestmark = pytest.mark.usefixtures("more_policies")


@pytest.fixture
def data(workshop: Path) -> str:
    """Write a data set of one shop without events."""
    (workshop / "data").mkdir()
    (workshop / "data/shops.csv").write_text("shop_id,market\nS1,ZZ\n")
    return "data"


NOTE = "no label of corner-shop@1 is in 'zz'; there is de, en\n"


@pytest.mark.parametrize("format", ["table", "json"])
@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_a_language_no_label_is_in_is_told_with_those_there_are(
    shopscore: Shopscore, case: Path, command: str, format: str
) -> None:
    asked = shopscore(command, str(case), "--lang", "zz", "--format", format)
    assert (asked.status, asked.err) == (0, NOTE)
    assert asked.out == shopscore(command, str(case), "--format", format).out


def test_a_data_set_and_show_tell_of_it_too(shopscore: Shopscore, data: str) -> None:
    words = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--lang", "zz")
    assert shopscore("evaluate", data, *words).err == NOTE
    assert shopscore("show", "corner-shop@1", "--lang", "zz").err == NOTE


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_language_of_some_label_is_no_matter(shopscore: Shopscore, case: Path, language: str) -> None:
    assert shopscore("evaluate", str(case), "--lang", language).err == ""


def test_of_two_policies_each_that_lacks_the_language_is_told_once(shopscore: Shopscore, case: Path) -> None:
    words = ("evaluate", str(case), "--lang", "zz", "--compare")
    assert shopscore(*words, "corner-shop@1").err == NOTE
    other = NOTE.replace("corner-shop", "street-market")
    assert shopscore(*words, "street-market@1").err == NOTE + other


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("--zone", "UTC"), "--zone is an option"),
        (("--on-bad-rows", "fail"), "--on-bad-rows is an option"),
        (("--reader", "olist"), "--reader is an option"),
        (
            ("--on-bad-rows", "set-aside", "--zone", "UTC", "--reader", "olist"),
            "--reader and --zone and --on-bad-rows are options",
        ),
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_an_option_that_would_change_nothing_about_a_case_is_refused(
    shopscore: Shopscore, case: Path, command: str, given: tuple[str, ...], named: str
) -> None:
    outcome = shopscore(command, str(case), *given)
    assert (outcome.status, outcome.out, outcome.err) == (
        2,
        "",
        f"Error: {case} is a case; {named} for data sets only\n",
    )


def test_standard_input_is_always_a_case(shopscore: Shopscore, workshop: Path, case: Path) -> None:
    outcome = shopscore("evaluate", "-", "--reader", "olist", stdin=(workshop / case).read_bytes())
    assert (outcome.status, outcome.out, outcome.err) == (
        2,
        "",
        "Error: standard input is a case; --reader is an option for data sets only\n",
    )


def test_a_json_file_belongs_to_the_reader_that_is_named(shopscore: Shopscore, workshop: Path) -> None:
    """Saved answers of an interface are JSON: that reader, not the case format, says what is in them."""
    (workshop / "saved.json").write_text("{}")
    words = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--reader", "olits")
    assert shopscore("evaluate", "saved.json", *words).err == (
        "Error: no reader is called 'olits'; did you mean 'olist'? "
        "(known: olist, partner-api, performance-api, seller-center)\n"
    )


def test_a_default_for_data_sets_does_not_stop_a_case(
    shopscore: Shopscore, workshop: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings hold for whatever has the option; nobody asked this case to be read so."""
    (workshop / "shopscore.toml").write_text("zone = 'UTC'\n[evaluate]\nreader = 'olist'\n")
    monkeypatch.setenv("SHOPSCORE_EVALUATE_ON_BAD_ROWS", "set-aside")
    outcome = shopscore("evaluate", str(case), "--format", "ndjson")
    assert (outcome.status, outcome.err) == (0, "")
    assert '"id": "S1"' in outcome.out
