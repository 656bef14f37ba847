"""docs/language.md says what is true: its examples are one bundle and its child, and no key is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopscore.api import Workspace
from shopscore.bundle.catalog import Catalog
from shopscore.bundle.findings import CATALOGUE
from shopscore.bundle.model import Streak
from shopscore.resources import json_schema

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/language.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml( child)?\n(.*?)```", re.DOTALL)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for number, (child, text) in enumerate(BLOCK.findall(PAGE)):
        folder = tmp_path / "example" / ("2" if child else "1")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:02}.yaml").write_text(text, encoding="utf-8")
    return Workspace([tmp_path])


@pytest.fixture
def catalog(workspace: Workspace) -> Catalog:
    return workspace.catalog


def test_the_examples_load(catalog: Catalog) -> None:
    """All pieces of the page are one bundle without findings."""
    loaded = catalog.load("example@1")
    assert loaded.findings == ()
    bundle = loaded.bundle
    assert bundle is not None and len(bundle.metrics) == 9
    assert bundle.items["campaigns"].streak == Streak("revoke", 3)
    assert [each.at for each in bundle.ledgers["violation_points"].milestones] == [12, 24, 48]
    assert bundle.appeals is not None and bundle.appeals.records_per_ticket == 30


def test_the_page_lists_what_formulas_read_of_a_ledger(workspace: Workspace) -> None:
    """One name of each kind, as the example's plan knows them."""
    _, plan, findings = workspace.check("example@1")
    assert findings == () and plan is not None
    readable = {each.name for each in plan.inputs if each.source == "ledger"}
    listed = re.findall(r"^\| `(violation_points\.\S+)` \| ", PAGE, re.MULTILINE)
    fields = ("balance", "restricted.at_12", "count.counterfeits")
    assert [f"violation_points.{field}" for field in fields] == listed[:3]
    assert set(listed) <= readable


def test_the_child_changes_what_the_page_says(catalog: Catalog) -> None:
    """The second bundle takes over, removes, replaces and places."""
    loaded = catalog.load("example@2")
    assert loaded.findings == ()
    bundle = loaded.bundle
    assert bundle is not None and bundle.score is not None
    assert bundle.metrics["late_rate"].window is not None
    assert bundle.metrics["late_rate"].window.count == 60
    assert "buyers" not in bundle.metrics
    assert [knot.at for knot in bundle.score.benchmarks["handling_hours"].curve] == [72.0, 12.0]
    assert [band.id for band in bundle.score.bands] == ["good", "fair", "poor"]
    assert bundle.score.adjustments == ()
    milestones = bundle.ledgers["violation_points"].milestones
    assert [each.id for each in milestones] == ["at_12", "at_24", "at_36", "at_48"]
    assert bundle.parent == "example@1"


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that describes a map, with its place."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield path, schema
        for key, each in schema.items():
            yield from objects(each, f"{path}/{key}")
    elif isinstance(schema, list):
        for place, each in enumerate(schema):
            yield from objects(each, f"{path}/{place}")


def described(schema: dict[str, Any]) -> bool:
    """Tell whether a key says what it means, itself or through its definition."""
    if schema.get("description"):
        return True
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return bool(json_schema("bundle")["$defs"].get(name, {}).get("description"))


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    """The schema is closed, and documents itself."""
    open_to = {"/$defs/metric/properties/with"}
    for path, schema in objects(json_schema("bundle")):
        for key, each in schema["properties"].items():
            marked = path.endswith("/then") and key == "value"
            assert marked or described(each), f"{path}/{key} has no description"
        closed = "additionalProperties" in schema or "$ref" in schema
        assert closed or path in open_to, f"{path} takes any key"


def test_every_key_of_the_schema_is_on_the_page() -> None:
    """An author finds each key by searching the page."""
    keys = {key for _, schema in objects(json_schema("bundle")) for key in schema["properties"]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()


def test_the_schema_is_a_schema() -> None:
    """It is valid against its own dialect."""
    from jsonschema.validators import Draft202012Validator

    Draft202012Validator.check_schema(json_schema("bundle"))
    text = (ROOT / "schemas/bundle.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == json_schema("bundle")


def test_findings_are_documented_in_full() -> None:
    """Each id says what it is, why it is wrong, what it looks like and what to write instead."""
    for each in CATALOGUE:
        assert re.fullmatch(r"B2\d\d", each.id)
        assert all((each.title, each.why, each.example, each.instead))
