"""Unquoted scalars are what YAML 1.2's core rules say, whichever parser reads them."""

from __future__ import annotations

import pytest
import yaml

from shopscore.yaml import compose
from shopscore.yaml.nodes import Kind, ListNode, MapNode, ScalarNode, to_plain

TEXTS = [
    "NO", "no", "yes", "on", "off", "y", "n", "22:30", "1:30:00", "2025-01-10", "2026-06-01T08:00:00-07:00",
    "1_000", "0b101", "0o18", "0O17", "0xG", "-0x1F", "1.2.3", "1e", "e3", "+", ".", "..", "=", "nUll",
    "tRUE", "Inf", "NaN", "+.nan", "1 000", "40 %", "26.5 h", "١٢", "12ª",
]  # fmt: skip

VALUES: list[tuple[str, Kind, object]] = [
    ("", Kind.NULL, None),
    ("~", Kind.NULL, None),
    ("null", Kind.NULL, None),
    ("Null", Kind.NULL, None),
    ("NULL", Kind.NULL, None),
    ("true", Kind.BOOLEAN, True),
    ("True", Kind.BOOLEAN, True),
    ("FALSE", Kind.BOOLEAN, False),
    ("0", Kind.INTEGER, 0),
    ("-0", Kind.INTEGER, 0),
    ("+5", Kind.INTEGER, 5),
    ("1234567890123456789", Kind.INTEGER, 1234567890123456789),
    ("0o17", Kind.INTEGER, 15),
    ("0x1F", Kind.INTEGER, 31),
    ("0.40", Kind.NUMBER, 0.4),
    (".5", Kind.NUMBER, 0.5),
    ("5.", Kind.NUMBER, 5.0),
    ("1e3", Kind.NUMBER, 1000.0),
    ("-1.5E-3", Kind.NUMBER, -0.0015),
    ("5e-324", Kind.NUMBER, 5e-324),
    ("0e-999", Kind.NUMBER, 0.0),
]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "PARSER", getattr(yaml, request.param))


def only_item(text: str) -> ScalarNode:
    node, findings = compose.load(f"- {text}\n", "x.yaml")
    assert findings == ()
    assert isinstance(node, ListNode)
    item = node.items[0]
    assert isinstance(item, ScalarNode)
    return item


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", TEXTS)
def test_what_yaml_1_1_would_convert_stays_text(text: str) -> None:
    item = only_item(text)
    assert (Kind.TEXT, text, text) == (item.kind, item.value, item.text)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "kind", "value"), VALUES)
def test_core_values_have_their_type_and_keep_their_text(text: str, kind: Kind, value: object) -> None:
    item = only_item(text)
    assert (kind, value, text) == (item.kind, item.value, item.text)
    assert type(value) is type(item.value)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", ["'17'", '"17"', "|-\n  17", ">-\n  17"])
def test_a_quoted_or_block_scalar_is_text_and_not_plain(text: str) -> None:
    item = only_item(text)
    assert (item.kind, item.value, item.plain) == (Kind.TEXT, "17", False)


@pytest.mark.usefixtures("parser")
def test_keys_are_always_their_text() -> None:
    node, findings = compose.load("on: 1\n017: 2\nnull: 3\n1.50: 4\nNO: 5\n22:30: 6\n'': 7\n", "x.yaml")
    assert findings == ()
    assert isinstance(node, MapNode)
    assert to_plain(node) == {"on": 1, "017": 2, "null": 3, "1.50": 4, "NO": 5, "22:30": 6, "": 7}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("017", "Y114 error 017 is two numbers to two readers; write 17, or quote it"),
        ("00", "Y114 error 00 is two numbers to two readers; write 0, or quote it"),
        ("0" * 5000 + "7", f"Y114 error {'0' * 57}... is two numbers to two readers; write 7, or quote it"),
        ("9" * 5000, f"Y115 error {'9' * 57}... is larger than any number that can be kept"),
        ("0x" + "f" * 5000, f"Y115 error 0x{'f' * 55}... is larger than any number that can be kept"),
    ],
)
def test_numbers_that_cannot_be_kept_are_refused(text: str, message: str) -> None:
    _, findings = compose.load(f"- {text}\n", "x.yaml")
    assert [f"x.yaml:1:3: {message}"] == [str(finding) for finding in findings]
