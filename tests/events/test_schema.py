"""The schemas of events and cases say what the loader does, as far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema.validators import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from shopscore.events.schema import case_schema, events_schema, texts
from shopscore.events.tables import catalog
from shopscore.yaml.compose import load_file
from shopscore.yaml.nodes import Plain, to_plain

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
REGISTRY = DRAFT202012.create_resource(events_schema()) @ Registry()

# What only the checks can see: other rows, other columns, a calendar, how often something is repeated.
UNSEEN = {
    "benchmarks",
    "creator_case",
    "delivered_before_ordered",
    "other_shop",
    "quotient",
    "repeat_too_often",
    "same_key_twice",
    "states",
    "unknown_columns",
    "wrong_day",
    "year_zero",
}


def plain(path: Path) -> Plain:
    node, _ = load_file(path)
    assert node is not None
    return to_plain(node)


def departures(path: Path) -> list[str]:
    validator = Draft202012Validator(case_schema(), registry=REGISTRY)
    return [error.message for error in validator.iter_errors(plain(path))]


@pytest.mark.parametrize("name", texts())
def test_the_files_are_what_the_catalog_says(name: str) -> None:
    """Write them anew with `python -m shopscore.events.schema schemas`."""
    written = (ROOT / "schemas" / name).read_text(encoding="utf-8")
    assert written == texts()[name]
    Draft202012Validator.check_schema(json.loads(written))


@pytest.mark.parametrize("path", sorted(CASES.glob("good/*.[yj]*")), ids=lambda path: path.name)
def test_good_cases_have_the_shape(path: Path) -> None:
    assert departures(path) == []


@pytest.mark.parametrize("path", sorted(CASES.glob("bad/*.yaml")), ids=lambda path: path.stem)
def test_bad_cases_have_not_unless_only_the_checks_can_tell(path: Path) -> None:
    assert bool(departures(path)) == (path.stem not in UNSEEN)


def test_every_column_of_the_model_is_described() -> None:
    rows = events_schema()["$defs"]
    assert list(rows) == list(catalog())
    for name, table in catalog().items():
        assert list(rows[name]["properties"]) == list(table.columns)
    assert rows["reviews"]["properties"]["stars"]["description"] == "A whole number from 1 to 5."
    assert rows["orders"]["properties"]["cancel_fault"]["description"] == (
        "A text: seller, buyer, logistics, platform, unknown; any other is read as unknown."
    )
    assert rows["orders"]["properties"]["order_type"]["description"] == (
        "One of normal, pre_order, made_to_order, back_order, custom, lottery; absent means normal."
    )


def test_events_rows_name_their_subject_where_the_table_needs_one() -> None:
    validator = Draft202012Validator(events_schema())
    order = {"order_id": "o1", "placed_at": "2026-06-01T10:00:00Z"}
    assert validator.is_valid({"orders": [{**order, "shop_id": "S1"}]})
    assert not validator.is_valid({"orders": [order]})
    assert validator.is_valid({"supplied_benchmarks": [{"category": "beauty", "metric": "late"}]})
    assert not validator.is_valid({"oders": []})
