"""Case files: what good ones mean and what is said about bad ones; adding a case is adding a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shopscore.errors import Finding
from shopscore.events.cases import Case, open_case, open_case_text
from shopscore.events.tables import catalog
from shopscore.events.time import Zone

CASES = Path(__file__).parent / "cases"
ZONE = Zone("America/Los_Angeles")


def opened(path: Path, subject: str = "shop") -> tuple[Case | None, tuple[Finding, ...]]:
    found, findings = open_case(path, path.name)
    if found is None:
        return None, findings
    return found.read(catalog(subject), ZONE)


def described(case: Case) -> list[str]:
    """Return a case's events as the text files beside the good cases write them: defaults left out."""
    events, tables = case.events, catalog()
    lines = [f"subject {events.subject}, as of {case.as_of}, bundle {case.bundle}"]
    for name, rows in events.tables.items():
        for row in rows:
            columns = tables[name].columns
            assert list(row) == list(columns), "a row has every column of the model"
            said = [f"{key} {row[key]!r}" for key in sorted(row) if row[key] != columns[key].default]
            lines.append(f"{name}: {', '.join(said)}")
    supplied = [f"{name} (empty)" if name in events.supply.empty else name for name in events.supply.tables]
    lines.append(f"supplied: {', '.join(sorted(supplied))}")
    return [*lines, *(f"note {id_}: {text}" for id_, text in case.notes)]


@pytest.mark.parametrize("path", sorted(CASES.glob("good/*.[yj]*")), ids=lambda path: path.name)
def test_a_good_case_means_these_events(path: Path) -> None:
    case, findings = opened(path)
    assert findings == ()
    assert case is not None
    assert described(case) == path.with_suffix(".events.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", sorted(CASES.glob("bad/*.yaml")), ids=lambda path: path.stem)
def test_a_bad_case_is_told_by_place_and_expectation(path: Path) -> None:
    case, findings = opened(path)
    assert [str(each) for each in findings] == path.with_suffix(".txt").read_text(
        encoding="utf-8"
    ).splitlines()
    assert (case is None) == any(each.level.value == "error" for each in findings)


def test_a_case_without_its_own_name_is_called_after_its_file() -> None:
    case, _ = opened(CASES / "good" / "no_head.json")
    assert case is not None
    assert (case.name, case.as_of, case.bundle, case.expect) == ("no_head", None, None, None)


def test_expectations_keep_their_places() -> None:
    case, _ = opened(CASES / "good" / "after_sales.yaml")
    assert case is not None and case.expect is not None
    state = case.expect.entry("state")
    assert state is not None
    assert str(state.key_mark) == "after_sales.yaml:14:3"
    assert case.as_of == date(2026, 6, 22)


def test_rows_know_where_they_were_written() -> None:
    case, _ = opened(CASES / "good" / "after_sales.yaml")
    assert case is not None
    assert [str(place) for place in case.events.places["orders"]] == ["after_sales.yaml:11:12"] * 2
    assert [str(place) for place in case.events.places["after_sales_rounds"]] == [
        "after_sales.yaml:7:5",
        "after_sales.yaml:8:5",
    ]


def test_absent_is_not_empty_and_a_table_without_rows_lacks_no_column() -> None:
    case, _ = opened(CASES / "good" / "after_sales.yaml")
    assert case is not None
    supply = case.events.supply
    assert [supply.has("reviews"), supply.has("reviews", "topic")] == [True, True]
    assert [supply.has("returns"), supply.has("returns", "fault")] == [False, False]
    assert [supply.has("orders", "deliver_by"), supply.has("orders", "cancel_fault")] == [True, False]


def test_a_column_written_as_null_was_supplied() -> None:
    text = "shop: {shop_id: S1}\nchats: [{chat_id: c, started_at: 0, rating: null}]"
    found, _ = open_case_text(text, "typed")
    assert found is not None
    case, _ = found.read(catalog(), ZONE)
    assert case is not None
    assert case.events.supply.has("chats", "rating")


def test_a_case_of_a_creator_names_its_rows_creator_id() -> None:
    text = "creator: {creator_id: C1}\norders: [{order_id: o, placed_at: 0}]"
    found, _ = open_case_text(text, "typed")
    assert found is not None
    case, findings = found.read(catalog("creator"), ZONE)
    assert case is not None and findings == ()
    assert case.events.tables["orders"][0]["creator_id"] == "C1"
    assert case.events.subject == "C1"


def test_a_file_that_is_not_there_is_a_finding() -> None:
    found, findings = open_case(CASES / "none.yaml", "none.yaml")
    assert found is None
    assert [str(each) for each in findings] == ["none.yaml: Y101 error there is no such file"]


def test_the_number_of_a_repeated_row_goes_into_every_text() -> None:
    text = """
shop: {shop_id: S1}
repeat: {orders: [{times: 2000, order_id: "o{n}", placed_at: 2026-06-01T10:00:00Z, buyer_id: "{n}{n}"}]}
"""
    found, _ = open_case_text(text, "typed")
    assert found is not None
    case, _ = found.read(catalog(), ZONE)
    assert case is not None
    last = case.events.tables["orders"][-1]
    assert (last["order_id"], last["buyer_id"]) == ("o2000", "20002000")
