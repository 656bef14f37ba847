"""Each file in bad/ has one defect, and the whole message it earns beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shopscore.yaml.compose import load_file
from shopscore.yaml.findings import CATALOGUE
from shopscore.yaml.schema import check

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
NOT_AS_A_FILE = {
    "Y101",  # a file that is not there
    "Y102",  # a file too large to keep; see test_source.py
    "Y210",  # found when a model reads a number; see test_scalars.py
}


@pytest.fixture(scope="module")
def shape() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((HERE / "shape.schema.json").read_text("utf-8"))
    return schema


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_says_what_is_wrong_and_where(path: Path, shape: dict[str, Any]) -> None:
    node, findings = load_file(path, path.name)
    if node is not None and not findings:
        findings = check(node, shape)
    expected = path.with_suffix(".expected").read_text("utf-8")
    assert expected == "".join(f"{finding}\n" for finding in findings)
    assert expected


def test_every_documented_finding_has_a_bad_file() -> None:
    expected = "".join(path.with_suffix(".expected").read_text("utf-8") for path in BAD)
    shown = {line.split()[1] for line in expected.splitlines()}
    assert {entry.id for entry in CATALOGUE} - NOT_AS_A_FILE == shown


def test_every_expectation_has_its_bad_file() -> None:
    assert {path.stem for path in BAD} == {path.stem for path in (HERE / "bad").glob("*.expected")}
