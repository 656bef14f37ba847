"""Scorecards as a page, as data, and the tree behind them."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import Shopscore

from shopscore.hooks import Loaded, collect
from shopscore.hookspecs import Renderer, hookimpl
from shopscore.resources import json_schema

PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize("command", ["evaluate", "explain", "show"])
def test_the_page_is_the_one_that_was_approved(shopscore: Shopscore, case: Path, command: str) -> None:
    """Pages under tests/cli/pages are read and approved by eye; a change shows as a difference."""
    target = "corner-shop@1" if command == "show" else str(case)
    outcome = shopscore(command, target)
    assert (outcome.status, outcome.err) == (0, "")
    printed = re.sub(r"sha256 [0-9a-f]{8}", "sha256 00000000", outcome.out)
    assert printed.splitlines() == (PAGES / f"{command}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("bundle", ["corner-shop@1", "us-sps@2026.06"])
def test_every_scorecard_fits_its_schema(shopscore: Shopscore, workshop: Path, bundle: str) -> None:
    """One with nothing in it at all, and one with every table supplied and empty."""
    schema = json_schema("scorecard")
    Draft202012Validator.check_schema(schema)
    (workshop / "bare.yaml").write_text(f"bundle: {bundle}\nas_of: 2026-07-01\nshop: {{shop_id: S1}}\n")
    shopscore("new", "case", bundle, "-o", "empty.yaml")
    for name in ("bare.yaml", "empty.yaml"):
        card = json.loads(shopscore("evaluate", name, "--format", "json").out)
        Draft202012Validator(schema).validate(card)


def test_json_is_the_scorecard_of_the_schema(shopscore: Shopscore, case: Path) -> None:
    card = json.loads(shopscore("evaluate", str(case), "--format", "json").out)
    Draft202012Validator(json_schema("scorecard")).validate(card)
    assert card["score"] == pytest.approx(3.3958333335, abs=1e-9)
    assert card["metrics"]["late_rate"]["window"] == {"from": "2026-02-09", "to": "2026-03-10"}


def test_ndjson_is_one_line_of_the_same(shopscore: Shopscore, case: Path) -> None:
    line = shopscore("evaluate", str(case), "--format", "ndjson").out
    assert line.count("\n") == 1
    assert json.loads(line) == json.loads(shopscore("evaluate", str(case), "--format", "json").out)


def test_csv_has_a_column_for_each_value_and_nothing_for_null(shopscore: Shopscore, case: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(shopscore("evaluate", str(case), "--format", "csv").out))
    assert (row["subject.id"], row["metrics.late_rate.value"], row["floors"]) == ("S1", "0.05", "[]")
    assert row["benefits.golden_bell.since"] == ""


class Till:
    """A plugin with an output format of its own."""

    @hookimpl
    def shopscore_renderers(self) -> list[Renderer]:
        return [
            Renderer("receipt", "One line each.", lambda cards: "\n".join(card["state"] for card in cards))
        ]


def test_a_plugins_format_stands_beside_ours(
    shopscore: Shopscore, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins = collect([Loaded("till", "1.0", Till())])
    for place in ("shopscore.hooks.installed", "shopscore.api.installed"):
        monkeypatch.setattr(place, lambda: plugins)
    assert shopscore("evaluate", str(case), "--format", "receipt").out == "scored\n"
    unknown = shopscore("evaluate", str(case), "--format", "reciept")
    assert unknown.err.endswith("not one of table, json, ndjson, csv, receipt; did you mean 'receipt'?\n")


def test_a_case_may_come_from_standard_input(shopscore: Shopscore, workshop: Path, case: Path) -> None:
    outcome = shopscore("evaluate", "-", "--format", "json", stdin=(workshop / case).read_bytes())
    assert json.loads(outcome.out)["subject"]["id"] == "S1"


def test_options_win_over_what_the_case_says(shopscore: Shopscore, case: Path) -> None:
    """A day later the orders have age 11 and weigh half: the rate stays, the weights do not."""
    words = ("evaluate", str(case), "--as-of", "2026-03-12", "--category", "tea", "--format", "json")
    card = json.loads(shopscore(*words).out)
    assert (card["as_of"], card["subject"]["category"]) == ("2026-03-12", "tea")
    assert card["metrics"]["late_rate"]["numerator"] == 0.5
    assert [each["id"] for each in card["warnings"]][-1] == "category_differs"


def test_a_market_names_the_version_in_force(shopscore: Shopscore, case: Path) -> None:
    card = json.loads(shopscore("evaluate", str(case), "--market", "ZZ", "--format", "json").out)
    assert card["bundle"]["id"] == "corner-shop"


def test_labels_come_in_the_language_asked_for_where_there_is_one(shopscore: Shopscore, case: Path) -> None:
    page = shopscore("evaluate", str(case), "--lang", "de").out
    assert page.startswith("Eckladen-Bewertung ")
    assert "Verspätete Bestellungen" in page
    assert "Poor chats" in page


def test_a_metric_that_was_not_supplied_is_never_a_zero(shopscore: Shopscore, workshop: Path) -> None:
    (workshop / "bare.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\norders: []\n"
    )
    page = shopscore("evaluate", "bare.yaml").out
    late = next(line for line in page.splitlines() if "Late orders" in line)
    chats = next(line for line in page.splitlines() if "Poor chats" in line)
    assert late.split()[:5] == ["Late", "orders", "no", "data", "0/0"]
    assert chats.split()[:4] == ["Poor", "chats*", "not", "supplied"]
    assert "0.00" not in page
    assert "Score   –   not enough data" in page
    assert "needs orders_30d.value >= 2" in page


def test_a_supplied_metric_shows_what_was_computed_beside_it(
    shopscore: Shopscore, workshop: Path, case: Path
) -> None:
    text = (workshop / case).read_text() + "supplied_metrics: [{metric: late_rate, value: 3 %}]\n"
    page = shopscore("evaluate", "-", stdin=text.encode()).out
    late = next(line for line in page.splitlines() if "Late orders" in line)
    assert late.split()[:5] == ["Late", "orders", "3.00", "%", "supplied"]
    assert "  Supplied   Late orders 3.00 %, computed 5.00 %" in page.splitlines()


def test_floors_and_adjustments_are_told_with_what_they_changed(shopscore: Shopscore, workshop: Path) -> None:
    """Two orders, both late: 100 % earns 1 point, the floor lifts it to 2.5; no rated chats at all."""
    (workshop / "two.yaml").write_text(
        "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n"
        "chats: [{chat_id: c1, started_at: 2026-03-01T10:00:00Z, rating: 5}]\n"
        "repeat: {orders: [{times: 2, order_id: 'o{n}', placed_at: 2026-02-20T10:00:00Z, "
        "deliver_by: 2026-03-01, delivered_at: 2026-03-05T10:00:00Z}]}\n"
    )
    page = shopscore("evaluate", "two.yaml").out.splitlines()
    assert "  Floor         2.50   beginners: Late orders, 1.00 without it" in page
    assert "  Adjusted   −0.0001   few rated chats" in page
    assert page[3].startswith("  Score   3.75   good")


def test_explain_lists_every_cell_with_formula_value_place_and_source(
    shopscore: Shopscore, case: Path
) -> None:
    cells = {
        each["name"]: each for each in json.loads(shopscore("explain", str(case), "--format", "json").out)
    }
    assert cells["score.before_adjustments"]["formula"].startswith("quantise((")
    grant = cells["item.window_display.grant"]
    assert (grant["formula"], grant["value"], grant["source"]) == ("score >= 3.5", False, "rules")
    assert (grant["file"], grant["line"]) == ("policies/corner-shop/1/benefits.yaml", 4)
    assert cells["late_rate.points_before_floor"]["source"] == "rules"
    assert cells["delivery"]["assumed"] == "no weights are published"
    assert cells["as_of"] == {
        "name": "as_of", "what": "input", "title": "as_of", "type": "day", "value": "2026-03-11",
        "formula": None, "with_values": None, "file": None, "line": None, "column": None,
        "source": None, "assumed": None,
    }  # fmt: skip


def test_one_shop_of_a_data_set_comes_out_like_the_case(
    shopscore: Shopscore, workshop: Path, case: Path
) -> None:
    """The case written as CSV files gives the same scorecard; only the words of the warnings differ."""
    data = workshop / "data"
    data.mkdir()
    (data / "shops.csv").write_text("shop_id,account_health,market\nshop-1,120,ZZ\nshop-2,,ZZ\n")
    orders = ["order_id,shop_id,placed_at,deliver_by,delivered_at,category"]
    orders += ["late,shop-1,2026-02-20T10:00:00Z,2026-03-01,2026-03-02T10:00:00Z,sweets"]
    orders += [
        f"ok-{n},shop-1,2026-02-20T10:00:00Z,2026-03-01,2026-02-28T10:00:00Z,sweets" for n in range(1, 20)
    ]
    (data / "orders.csv").write_text("\n".join(orders) + "\n")
    chats = ["chat_id,shop_id,started_at,rating"]
    chats += [f"c{n},shop-1,2026-03-01T10:00:00Z,{rating}" for n, rating in enumerate((1, 5, 5, 4))]
    (data / "chats.csv").write_text("\n".join(chats) + "\n")
    words = ("--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--format", "json")
    outcome = shopscore("evaluate", "data", "--shop", "shop-1", *words)
    from_data, from_case = json.loads(outcome.out), json.loads(shopscore("evaluate", str(case), *words).out)
    for own in ("subject", "warnings"):
        del from_data[own], from_case[own]
    assert from_data == from_case
    several = shopscore("evaluate", "data", *words)
    assert (several.status, several.err) == (
        2,
        "Error: the data has several shops (shop-1, shop-2); give --shop, the id of one\n",
    )
    unknown = shopscore("evaluate", "data", "--shop", "shop1", *words)
    assert (unknown.status, unknown.err) == (
        2,
        "Error: the data has no shop 'shop1' among 2; did you mean 'shop-1'?\n",
    )
