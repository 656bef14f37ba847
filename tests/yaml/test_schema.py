"""Every departure from a schema is found, once, in the order of the text, at the key or value itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shopscore.yaml.compose import load
from shopscore.yaml.nodes import Node
from shopscore.yaml.schema import check

SHAPE: dict[str, Any] = json.loads((Path(__file__).parent / "shape.schema.json").read_text("utf-8"))


def tree(text: str) -> Node:
    node, findings = load(text, "x")
    assert findings == ()
    assert node is not None
    return node


def said(text: str, schema: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in check(tree(text), schema)]


def test_the_schema_of_these_tests_is_one() -> None:
    Draft202012Validator.check_schema(SHAPE)


def test_a_tree_of_the_right_shape_has_no_findings() -> None:
    text = """\
id: us-sps
share: {value: 40 %, source: us-guide}
thresholds: [1, 0.5]
metrics: {late_rate: {window: {days: 60, lag: 0}, kind: weighted, weights: [1]}}
benefit: {grant: "score >= 3.5", unscored: locked}
"""
    assert said(text, SHAPE) == []


def test_schemas_refer_to_each_other_by_id() -> None:
    window = {"$id": "test:window", "required": ["days"], "properties": {"days": {"type": "integer"}}}
    schema = {"additionalProperties": {"$ref": "test:window"}}
    findings = check(tree("a: {}\nb: {days: x}\n"), schema, shared=(window,))
    assert [str(finding) for finding in findings] == [
        "x:1:4: Y202 error missing key 'days' in a",
        "x:2:11: Y203 error b.days: expected a whole number, found the text 'x'",
    ]


def test_findings_of_several_files_name_their_own() -> None:
    parent, _ = load("days: x\n", "parent.yaml")
    child, _ = load("lag: y\n", "child.yaml")
    schema = {"properties": {"days": {"type": "integer"}, "lag": {"type": "integer"}}}
    assert parent is not None
    assert child is not None
    assert [str(finding.where) for node in (parent, child) for finding in check(node, schema)] == [
        "parent.yaml:1:7",
        "child.yaml:1:6",
    ]


def test_two_equal_schemas_are_not_mixed_up_with_a_third() -> None:
    texts, numbers = {"items": {"type": "string"}}, {"items": {"type": "number"}}
    for _ in range(2):
        assert said("[1]", texts) == [
            "x:1:2: Y203 error [0]: expected a text, found the number 1; put it in quotes"
        ]
        assert said("[1]", numbers) == []


def test_the_alternative_of_the_values_own_type_is_explained() -> None:
    schema = {
        "anyOf": [
            {"type": "number"},
            {"anyOf": [{"type": "string", "enum": ["all", "none"]}, {"type": "null"}]},
            {"type": "object", "required": ["days"]},
        ]
    }
    assert said("nine", schema) == [
        "x:1:1: Y204 error expected all or none, found the text 'nine'; did you mean 'none'?"
    ]
    assert said("{day: 1}", schema) == ["x:1:1: Y202 error missing key 'days' at the top of the file"]
    assert said("[1]", schema) == ["x:1:1: Y203 error expected a number, a text, null or a map, found a list"]


def test_of_two_kinds_of_map_the_one_that_was_named_is_explained() -> None:
    schema = {
        "oneOf": [
            {"required": ["of"], "properties": {"kind": {"const": "share"}, "of": {"type": "string"}}},
            {
                "required": ["over", "top"],
                "properties": {"kind": {"const": "ratio"}, "over": {"type": "string"}},
            },
        ]
    }
    assert said("{kind: ratio, over: 3}", schema) == [
        "x:1:1: Y202 error missing key 'top' at the top of the file",
        "x:1:21: Y203 error over: expected a text, found the number 3; put it in quotes",
    ]


def test_only_one_of_several_keys() -> None:
    schema = {"oneOf": [{"required": ["grant"]}, {"required": ["when"]}]}
    missing = "Y202 error missing one of the keys 'grant' or 'when' at the top of the file"
    assert [f"x:1:1: {missing}"] == said("{}", schema)
    assert said("{grant: 1, when: 2}", schema) == ["x:1:12: Y208 error 'grant' and 'when' exclude each other"]


ONE = {"minimum": 1}
RULE = "Y209 error breaks the schema's rule"
TWELVE = "word0, word1, word2, word3, word4, word5, word6, word7, word8, word9, word10, word11"


@pytest.mark.parametrize(
    ("text", "schema", "message"),
    [
        ("[1]", {"items": False}, f"{RULE} items: false"),
        ("3", {"not": {"const": 3}}, RULE + ' not: {"const": 3}'),
        ("3", {"oneOf": [ONE, ONE]}, RULE + ' oneOf: [{"minimum": 1}, {"minimum": 1}]'),
        ("3", {"oneOf": [ONE] * 9}, RULE + " oneOf: [" + '{"minimum": 1}, ' * 3 + '{"minimu...'),
        ("a: 1", {"unevaluatedProperties": False}, f"{RULE} unevaluatedProperties: false"),
        ("3", False, "Y208 error this does not go with what stands beside it"),
        ("abc", {"pattern": "^x$"}, "Y206 error expected a text that fits ^x$, found the text 'abc'"),
        ("ab", {"minLength": 5}, "Y206 error expected a text of at least 5 characters, found the text 'ab'"),
        ("5", {"exclusiveMinimum": 5}, "Y205 error expected more than 5, found the number 5"),
        ("a: 1", {"additionalProperties": False}, "Y201 error unknown key 'a'; no keys are expected here"),
        ("a: 1", {"minProperties": 2}, "Y207 error expected at least 2 keys, found 1"),
        ("yes", {"enum": [True, None, 1]}, "Y204 error expected true, null or 1, found the text 'yes'"),
        (
            "z",
            {"enum": [f"word{number}" for number in range(14)]},
            f"Y204 error expected {TWELVE} or 2 more, found the text 'z'",
        ),
    ],
)
def test_rules_in_words(text: str, schema: Any, message: str) -> None:
    assert [f"x:1:1: {message}"] == [str(finding) for finding in check(tree(text), schema)]


KEYS = st.sampled_from(["days", "dais", "lag", "kind"])
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 2.5, -1, "", "days", "x1", "40 %"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
RULES = st.sampled_from(
    [
        {"type": "integer"},
        {"type": ["string", "null"]},
        {"enum": ["days", 1, None]},
        {"const": 1},
        {"minimum": 1},
        {"exclusiveMaximum": 1},
        {"multipleOf": 2},
        {"minLength": 1},
        {"maxLength": 2},
        {"pattern": "^[a-z]+$"},
        {"minItems": 1},
        {"maxItems": 1},
        {"uniqueItems": True},
        {"contains": {"type": "string"}},
        {"minProperties": 1},
        {"maxProperties": 1},
        {"required": ["days"]},
        {"required": ["days", "lag"]},
        {"dependentRequired": {"days": ["lag"]}},
        {"propertyNames": {"enum": ["days", "lag"]}},
        {"propertyNames": {"pattern": "^d"}},
        {"propertyNames": {"not": {"const": "lag"}}},
        {"not": {"required": ["days", "lag"]}},
        {"additionalProperties": False, "properties": {"days": True, "lag": True}},
        {"additionalProperties": False, "patternProperties": {"^d": True}},
        {"properties": {"days": False}},
        {"if": {"required": ["days"]}, "then": {"properties": {"lag": False, "kind": {"const": "x1"}}}},
        {"items": False},
        False,
    ]
)
SCHEMAS = st.recursive(
    RULES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"oneOf": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"allOf": parts})
        | inner.map(lambda part: {"items": part})
        | inner.map(lambda part: {"additionalProperties": part})
        | inner.map(lambda part: {"properties": {"days": part}, "required": ["days"]})
    ),
    max_leaves=6,
)


@given(VALUES, SCHEMAS)
@example(None, {"oneOf": [{"type": ["string", "null"]}, {"required": ["days"]}]})
@example(None, {"anyOf": [False]})
def test_there_are_findings_exactly_where_the_schema_is_broken(data: Any, schema: Any) -> None:
    findings = check(tree(json.dumps(data)), schema)
    assert Draft202012Validator(schema).is_valid(data) == (findings == ())
    assert sorted(set(findings), key=lambda finding: finding.sort_key) == list(findings)
