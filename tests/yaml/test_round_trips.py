"""What JSON and YAML writers write is read back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shopscore.yaml import compose
from shopscore.yaml.core_rules import Unkept, resolve
from shopscore.yaml.nodes import Kind, ListNode, MapNode, to_plain
from shopscore.yaml.source import UNSAFE

TEXTS = st.text(max_size=30).filter(lambda text: not UNSAFE.search(text))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(["NO", "22:30", "017", "<<", "~", "null", "1e3", "=", "- x", "a: b", "#", "😀"])
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def text_in_yaml_1_2_too(text: str) -> bool:
    """Tell whether a 1.1 writer, who leaves `1e3` and `0o17` unquoted, writes this text for 1.2 readers."""
    try:
        kind, _ = resolve(text)
    except Unkept:
        kind = Kind.NUMBER
    return kind is Kind.TEXT or yaml.safe_dump(text)[0] in "'\""


def texts(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in texts(value)]
    if isinstance(data, list):
        return [text for item in data for text in texts(item)]
    return [data] if isinstance(data, str) else []


def read(text: str) -> Any:
    node, findings = compose.load(text, "x")
    assert findings == ()
    assert node is not None
    return to_plain(node)


@given(DATA, st.sampled_from([None, 0, 2, "\t"]), st.booleans(), st.sampled_from([(",", ":"), (", ", " : ")]))
def test_json_is_read_back(
    data: Any, indent: int | str | None, ascii_only: bool, marks: tuple[str, str]
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only, separators=marks)
    assert repr(data) == repr(read(text))


@given(
    DATA.filter(lambda data: all(map(text_in_yaml_1_2_too, texts(data)))),
    st.booleans(),
    st.sampled_from([True, False, None]),
)
def test_yaml_is_read_back(data: Any, unicode: bool, flow: bool | None) -> None:
    text = yaml.safe_dump(data, allow_unicode=unicode, default_flow_style=flow, sort_keys=False)
    assert repr(data) == repr(read(text))


@given(DATA.map(json.dumps))
def test_the_python_parser_reads_the_same_tree_as_the_c_parser(text: str) -> None:
    by_c = compose.load(text, "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "PARSER", yaml.SafeLoader)
        assert by_c == compose.load(text, "x")


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\t\\u0\u2028\x00é😀", max_size=60))
def test_any_text_gives_a_tree_or_findings_within_it(text: str) -> None:
    for parser in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compose, "PARSER", parser)
            node, findings = compose.load(text, "x")
        assert node is not None or findings
        for finding in findings:
            assert not isinstance(finding.where, str)
            assert finding.where.line <= text.count("\n") + 2


@given(st.binary(max_size=60))
def test_any_bytes_give_a_tree_or_findings(content: bytes) -> None:
    node, findings = compose.load(content, "x")
    assert node is not None or findings


def test_json_escapes_are_characters() -> None:
    assert read(r'{"a\/b": "\ud83d\ude00\u00e9\t\\ud83d\\ude00"}') == {"a/b": "😀é\t\\ud83d\\ude00"}


def test_surrogate_escapes_in_yaml_that_is_not_json_stay_what_they_are() -> None:
    assert read(r"a: '\ud83d\ude00'") == {"a": r"\ud83d\ude00"}
    _, findings = compose.load(r'a: "\ud83d\ude00"', "x")
    message = "Y105 error this escape is no character; write the character itself"
    assert [f"x:1:7: {message}"] == [str(finding) for finding in findings]


def test_places_behind_surrogate_escapes_are_those_of_the_written_text() -> None:
    text = '{"\\ud83d\\ude00\\uD83D\\uDE00": 1,\n "a\\\\\\ud83d\\ude00": [2, 3], "b": 4}'
    node, _ = compose.load(text, "x")
    assert isinstance(node, MapNode)
    lines = text.splitlines()
    expected = [(1, 2), (2, 2), (2, lines[1].index('"b"') + 1)]
    assert expected == [(entry.key_mark.line, entry.key_mark.column) for entry in node.entries]
    items = node.entries[1].value
    assert isinstance(items, ListNode)
    assert [lines[1].index("2,") + 1, lines[1].index("3]") + 1] == [item.mark.column for item in items]
    assert [lines[0].index("1,") + 1, lines[1].index("4}") + 1] == [
        node.entries[0].value.mark.column,
        node.entries[2].value.mark.column,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a"\n: 1}', "x:2:1: Y105 error expected ',' or '}' in the map opened at 1:1"),
        (f'{{"{"a" * 1025}": 1}}', "x:1:1029: Y105 error expected ',' or '}' in the map opened at 1:1"),
        ('{"a": "\x7f"}', "x:1:8: Y104 error the character U+007F does not belong in a text"),
        ('{"a": "\\u0000"}', "x:1:7: Y104 error the escaped character U+0000 does not belong in a text"),
        ('{"a": "\\ud83d"}', "x:1:10: Y105 error this escape is no character; write the character itself"),
        ('{"a": NaN, "a": 1}', "x:1:12: Y112 error duplicate key 'a'; it is already at x:1:2"),
    ],
    ids=["colon-on-next-line", "long-key", "delete", "nul", "lone-surrogate", "duplicate"],
)
def test_the_little_json_that_is_refused_says_so(text: str, message: str) -> None:
    _, findings = compose.load(text, "x")
    assert [message] == [str(finding) for finding in findings]
