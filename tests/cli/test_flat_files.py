"""`score -o out.csv` and `.xlsx`: flat, a column per value, ids intact, opened by other readers."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Shopscore

from shopscore.errors import UsageError
from shopscore_cli import flat_files

LONG_ID = "1729384756019283746"
"""Nineteen digits, as the platform's ids have; a double would keep sixteen."""
WORDS = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11")


@pytest.fixture
def data(workshop: Path) -> Path:
    """Write two shops: of 20 orders of the first one is late, and the other's id looks like a formula."""
    folder = workshop / "data"
    folder.mkdir()
    (folder / "shops.csv").write_text(f"shop_id,market,account_health\n{LONG_ID},ZZ,200\n=1+1,ZZ,\n")
    rows = ["order_id,shop_id,placed_at,deliver_by,delivered_at,category"]
    rows += [f"o{n},{LONG_ID},2026-02-20T10:00:00Z,2026-03-01,2026-02-28T10:00:00Z,toys" for n in range(19)]
    rows += [f'late,{LONG_ID},2026-02-20T10:00:00Z,2026-03-01,2026-03-02T10:00:00Z,"sweets, ""sour"""']
    (folder / "orders.csv").write_text("\n".join(rows) + "\n")
    return folder


def _sheet(path: Path) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)  # a formula would be its result
    assert book.sheetnames == ["scorecards"]
    names, *rows = book["scorecards"].iter_rows(values_only=True)
    book.close()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_excel_gets_ids_as_text_numbers_as_numbers_and_days_as_days(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    """One late order of 20 is 5 %: 1 + (0.4 - 0.05) / (0.4 - 0.04) * 3 = 3.916666667."""
    outcome = shopscore("score", "data", *WORDS, "-o", "out.xlsx")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err.splitlines()[0].startswith("out.xlsx: 2 scorecards in ")
    shop, formula = _sheet(workshop / "out.xlsx")
    assert shop["subject.id"] == LONG_ID
    assert formula["subject.id"] == "=1+1"
    assert shop["subject.category"] == "toys"
    assert shop["as_of"] == datetime(2026, 3, 11)
    assert shop["metrics.late_rate.value"] == 0.05
    assert shop["metrics.late_rate.points"] == 3.916666667
    assert shop["metrics.late_rate.window.from"] == datetime(2026, 2, 9)
    assert repr(shop["metrics.late_rate.numerator_count"]) == "1"
    assert shop["metrics.poor_chat_rate.value"] is None
    assert json.loads(shop["targets"]) == [
        {"metric": "late_rate", "op": "at_most", "value": 0.04, "met": False}
    ]
    assert json.loads(shop["floors"]) == []


def test_every_cell_is_the_one_of_the_parquet_file(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    for ending in ("parquet", "csv", "xlsx"):
        assert shopscore("score", "data", *WORDS, "-o", f"out.{ending}", "--force").status == 0
    nested = pq.read_table(workshop / "out.parquet").to_pylist()
    for card, row, cells in zip(
        nested, _csv(workshop / "out.csv"), _sheet(workshop / "out.xlsx"), strict=True
    ):
        flat = dict(_joined(card))
        assert list(flat) == list(row) == list(cells)
        for name, value in flat.items():
            cell = cells[name].date() if isinstance(cells[name], datetime) else cells[name]
            if isinstance(value, list):
                assert json.loads(row[name]) == json.loads(cell) == json.loads(json.dumps(value, default=str))
            else:
                assert cell == value
                assert row[name] == _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _joined(card: dict[str, Any], stem: str = "") -> list[tuple[str, Any]]:
    found = []
    for key, value in card.items():
        found += _joined(value, f"{stem}{key}.") if isinstance(value, dict) else [(f"{stem}{key}", value)]
    return found


def test_columns_are_called_as_evaluate_prints_them(shopscore: Shopscore, workshop: Path, data: Path) -> None:
    shopscore("score", "data", *WORDS, "-o", "out.csv")
    header, row = shopscore(
        "evaluate", "data", *WORDS, "--shop", LONG_ID, "--format", "csv"
    ).out.splitlines()  # fmt: skip
    names = [name for name in header.split(",") if name not in ("assumptions", "conflicts")]
    written = next(each for each in _csv(workshop / "out.csv") if each["subject.id"] == LONG_ID)
    assert list(written) == names
    printed = dict(zip(header.split(","), next(csv.reader([row])), strict=True))
    assert written == {name: printed[name] for name in names}


def test_the_manifest_is_about_the_file_that_was_written(
    shopscore: Shopscore, workshop: Path, data: Path
) -> None:
    shopscore("score", "data", *WORDS, "-o", "out.csv")
    manifest = json.loads((workshop / "out.manifest.json").read_text())
    assert manifest["output"]["path"] == "out.csv"
    assert manifest["output"]["bytes"] == (workshop / "out.csv").stat().st_size
    assert manifest["states"] == {"provisional": 1, "not_enough_data": 1}
    assert sorted(each.name for each in workshop.iterdir()) == [
        "data", "out.csv", "out.manifest.json", "policies",
    ]  # fmt: skip


@pytest.mark.parametrize(("engine", "ending"), [("reference", "csv"), ("duckdb", "xlsx")])
def test_a_history_is_written_flat_as_well(
    shopscore: Shopscore, workshop: Path, data: Path, engine: str, ending: str
) -> None:
    words = ("--bundle", "corner-shop@1", "--from", "2026-03-10", "--to", "2026-03-12")
    outcome = shopscore("history", "data", *words, "-o", f"out.{ending}", "--engine", engine)
    assert outcome.err.endswith(f"out.{ending}: 6 scorecards, 2026-03-10 to 2026-03-12, by corner-shop@1\n")
    read = _csv if ending == "csv" else _sheet
    rows = read(workshop / f"out.{ending}")  # type: ignore[operator]
    assert [(str(row["as_of"])[:10], row["subject.id"]) for row in rows] == [
        (f"2026-03-{day}", shop) for day in (10, 11, 12) for shop in (LONG_ID, "=1+1")
    ]


@pytest.mark.parametrize("words", [("score", "--as-of", "2026-03-11"),
                                   ("history", "--from", "2026-03-10", "--to", "2026-03-11")])  # fmt: skip
def test_more_scorecards_than_a_sheet_has_rows_are_refused(
    shopscore: Shopscore, workshop: Path, data: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat_files, "MOST_ROWS", 1)
    command, *days = words
    scorecards = 2 if command == "score" else 4
    outcome = shopscore(command, "data", "--bundle", "corner-shop@1", *days, "-o", "out.xlsx")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.endswith(
        f"Error: out.xlsx: {scorecards} scorecards do not fit; a sheet of Excel has 1 rows beside its "
        "header; expected .csv or .parquet for so many\n"
    )
    assert sorted(each.name for each in workshop.iterdir()) == ["data", "policies"]


def test_excels_real_limit_is_a_row_less_than_two_to_the_twentieth() -> None:
    flat_files.refuse_too_many(Path("out.xlsx"), 2**20 - 1)
    with pytest.raises(UsageError, match="1,048,576 scorecards do not fit"):
        flat_files.refuse_too_many(Path("out.xlsx"), 2**20)


def test_a_cell_longer_than_excel_takes_is_refused(
    shopscore: Shopscore, workshop: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat_files, "_LONGEST", 18)
    outcome = shopscore("score", "data", *WORDS, "-o", "out.xlsx", "--quiet")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "Error: row 2: bundle.digest has 64 characters and a cell of Excel holds 18; "
        "expected .csv or .parquet\n"
    )
    assert sorted(each.name for each in workshop.iterdir()) == ["data", "policies"]
