"""The checks in Python and in SQL give the same verdicts, messages and canonical rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopscore.events.dataset import DataSet
from shopscore.events.opening import open_dataset
from shopscore.events.quantities import Quantity
from shopscore.events.row_checks import Cell, check_rows
from shopscore.events.tables import Column, Kind, Table, catalog, with_quantities
from shopscore.events.time import Zone
from shopscore.events.values import Zones
from shopscore.formula.tree import Type

LOS_ANGELES = Zone("America/Los_Angeles")
QUANTITIES = {
    **{name: Quantity.of(Type.SHARE, "share_of") for name in ("late", "it's")},
    **{name: Quantity.of(Type.SHARE, "ratio") for name in ("cancelled", "gain")},
    **{name: Quantity.of(Type.HOURS, "mean_of") for name in ("hours", "Seller")},
    **{name: Quantity.of(Type.COUNT, "count_of") for name in ("orders", "NO")},
    **{name: Quantity.of(Type.SHARE, "formula") for name in ("change", " ")},
}
"""What a policy says of its metrics, under plain names and under those of the drawn texts."""
MODEL = with_quantities(catalog(), QUANTITIES)
TABLES = {name: table for name, table in MODEL.items() if name != "shops"}

_INSTANTS = [
    "2026-06-01T10:00:00Z",
    "2026-06-01T10:00:00-07:00",
    "2026-06-02T00:00:00.5+02:00",
    "1780000000",
    "1780000000000",
    "2026-03-08T02:30:00",
    "2026-11-01T01:30:00",
    "0000-01-01T00:00:00Z",
    "12026-01-01T00:00:00Z",
    "2026-06-01",
    "2026-02-30T10:00:00Z",
    "soon",
]
_DAYS = ["2026-06-01", "2026-06-02 00:00:00", "0000-01-01", "2026-06-01T10:00:00Z", "1.6.2026"]
_NUMBERS = ["0", "1", "2", "5", "7", "-1", "0.5", "1e16", "nan", "-inf", "5 %", "2 h", "1e-7", "five", "007"]
_FLAGS = ["true", "FALSE", "1", "0", "yes", "2", "perhaps"]
_IDS = ["a", "b", "5838123456789012345", "007", "ü", "it's", "x" * 61, "{0}", "%s", "A"]


def texts_of(column: Column) -> Sequence[str]:
    match column.kind:
        case Kind.ID:
            return _IDS
        case Kind.TEXT:
            return [*column.values, *column.values, "gain", "Seller", "NO", "it's", " "]
        case Kind.FLAG:
            return _FLAGS
        case Kind.NUMBER | Kind.COUNT:
            return _NUMBERS
        case Kind.INSTANT:
            return _INSTANTS
        case Kind.DEADLINE:
            return [*_INSTANTS, "2026-03-08", "9999-12-31"]
        case Kind.DAY:
            return _DAYS


def rows_of(table: Table) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return rows most of whose cells are good, so that faults further back are reached as well."""
    cells = {}
    for name, column in table.columns.items():
        good = st.just(texts_of(column)[0])
        cells[name] = st.one_of(good, good, st.just(""), st.sampled_from(texts_of(column)))
        if name == "shop_id":
            cells[name] = st.sampled_from(["S1", "S1", "S1", "S2", ""])
        elif column.kind is Kind.ID and column.required:
            cells[name] = st.sampled_from([*_IDS, ""])
    return st.lists(st.fixed_dictionaries(cells), max_size=25)


def verdicts_in_python(
    table: Table, rows: Sequence[Mapping[str, str]], zones: Zones
) -> list[tuple[object, ...]]:
    checked = check_rows(table, _cells(rows), zones)
    return [(bad.index + 1, bad.check.column, bad.check.rule, bad.message) for bad in checked.bad]


def _cells(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Cell]]:
    # An empty cell of a CSV file is nothing, not an empty text.
    return [{name: Cell(text or None, text or "null") for name, text in row.items()} for row in rows]


def verdicts_in_sql(data: DataSet, table: str) -> list[tuple[object, ...]]:
    bad = [row for row in data.bad_rows().to_pylist() if row["table"] == table]
    return [(row["row"], row["column"], row["reason"], row["message"]) for row in bad]


def write_csv(path: Path, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table.columns))
        writer.writeheader()
        writer.writerows(rows)


def write_ndjson(path: Path, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
    lines = [json.dumps({name: row[name] or None for name in table.columns}) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize("name", list(TABLES))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([None, LOS_ANGELES]), st.sampled_from([".csv", ".ndjson"]))
def test_any_rows_get_the_same_verdicts(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    given_: st.DataObject,
    naive: Zone | None,
    suffix: str,
) -> None:
    table = TABLES[name]
    rows = given_.draw(rows_of(table))
    file = tmp_path_factory.mktemp("rows") / f"{name}{suffix}"
    write = {".csv": write_csv, ".ndjson": write_ndjson}[suffix]
    write(file, table, rows)
    zones = Zones(LOS_ANGELES, naive)
    checked = check_rows(table, _cells(rows), zones)
    with open_dataset(
        file.parent, zone=LOS_ANGELES, tables=MODEL, naive_zone=naive, on_bad_rows="set-aside"
    ) as data:
        assert verdicts_in_sql(data, name) == verdicts_in_python(table, rows, zones)
        assert {
            each: texts for each, texts in data.reports[name].unlisted.items() if texts
        } == checked.unlisted
        found = _good_rows(data, name)
    expected = [
        (f"{file.name}:row {index + 1}", repr(dict(row)))
        for index, row in zip(checked.indexes, checked.rows, strict=True)
    ]
    assert found == sorted(expected)


def _good_rows(data: DataSet, name: str) -> list[tuple[str, str]]:
    """Return every subject's rows with their places; those of no subject once."""
    found = set()
    for subject in ("S1", "S2"):
        events = data.subject_events(subject)
        for place, row in zip(events.places[name], events.tables[name], strict=True):
            found.add((str(place), repr(dict(row))))
    return sorted(found)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "bad_rows").glob("*.csv")), ids=lambda path: path.stem
)
def test_a_file_of_bad_rows_gets_the_expected_verdicts(tmp_path: Path, path: Path) -> None:
    """Each file is one table; its last column says the verdict: nothing, or `column reason`."""
    table = TABLES[path.stem]
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = [(number, *row["verdict"].split()) for number, row in enumerate(rows, 1) if row["verdict"]]
    (tmp_path / path.name).write_bytes(path.read_bytes())
    with open_dataset(tmp_path, zone=LOS_ANGELES, tables=MODEL, on_bad_rows="set-aside") as data:
        in_sql = verdicts_in_sql(data, table.name)
    written = [{name: text for name, text in row.items() if name in table.columns} for row in rows]
    in_python = verdicts_in_python(table, written, Zones(LOS_ANGELES))
    assert [(row, column, reason) for row, column, reason, _ in in_sql] == expected
    assert in_sql == in_python
