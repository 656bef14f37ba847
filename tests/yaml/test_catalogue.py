"""The examples of the documented findings are true: the bad one earns its finding, the good one none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shopscore.errors import Finding
from shopscore.yaml.compose import load
from shopscore.yaml.findings import CATALOGUE, DocumentedFinding
from shopscore.yaml.nodes import MapNode, ScalarNode
from shopscore.yaml.scalars import quantity_of
from shopscore.yaml.schema import check

SHAPE = json.loads((Path(__file__).parent / "shape.schema.json").read_text("utf-8"))
IN_PROSE = {"Y101", "Y102", "Y103"}  # about files, not about what a text says
TEXTS = [entry for entry in CATALOGUE if entry.id.startswith("Y1") and entry.id not in IN_PROSE]
SHAPES = [entry for entry in CATALOGUE if entry.id.startswith("Y2") and entry.id != "Y210"]


@pytest.mark.parametrize("entry", TEXTS, ids=lambda entry: entry.id)
def test_the_example_of_a_text_finding_earns_just_that_finding(entry: DocumentedFinding) -> None:
    assert {entry.id} == {finding.id for finding in load(entry.example, "x.yaml")[1]}
    node, findings = load(entry.instead, "x.yaml")
    assert node is not None
    assert findings == ()


@pytest.mark.parametrize("entry", SHAPES, ids=lambda entry: entry.id)
def test_the_example_of_a_shape_finding_earns_just_that_finding(entry: DocumentedFinding) -> None:
    assert {entry.id} == {finding.id for finding in shape_findings(entry.example)}
    assert shape_findings(entry.instead) == ()


def test_the_example_of_the_quantity_finding_earns_it() -> None:
    entry = next(entry for entry in CATALOGUE if entry.id == "Y210")
    refused = quantity_of(scalar(entry.example, "share"))
    assert isinstance(refused, Finding)
    assert refused.id == "Y210"
    assert not isinstance(quantity_of(scalar(entry.instead, "share")), Finding)


def test_ids_are_unique_and_ascending() -> None:
    ids = [entry.id for entry in CATALOGUE]
    assert sorted(set(ids)) == ids


def shape_findings(text: str) -> tuple[Finding, ...]:
    node, findings = load(text, "x.yaml")
    assert node is not None
    assert findings == ()
    return check(node, SHAPE)


def scalar(text: str, key: str) -> ScalarNode:
    node, _ = load(text, "x.yaml")
    assert isinstance(node, MapNode)
    value = node.get(key)
    assert isinstance(value, ScalarNode)
    return value
