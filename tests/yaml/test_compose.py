"""Trees know the place of every key and value, and both parsers give the same tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from shopscore.errors import Mark
from shopscore.yaml import compose
from shopscore.yaml.nodes import Entry, Kind, ListNode, MapNode, ScalarNode, to_plain


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "PARSER", getattr(yaml, request.param))


@pytest.mark.usefixtures("parser")
def test_every_key_and_value_has_its_mark() -> None:
    text = "# note\nwindow:\n  days: 60\n  steps: [15, 'é']\nlabel: é # x\n"
    node, findings = compose.load(text, "m.yaml")
    assert findings == ()
    at = Mark
    steps = ListNode(
        (
            ScalarNode("15", 15, at("m.yaml", 4, 11), True, Kind.INTEGER),
            ScalarNode("é", "é", at("m.yaml", 4, 15), False, Kind.TEXT),
        ),
        at("m.yaml", 4, 10),
    )
    days = ScalarNode("60", 60, at("m.yaml", 3, 9), True, Kind.INTEGER)
    window = MapNode(
        (Entry("days", at("m.yaml", 3, 3), days), Entry("steps", at("m.yaml", 4, 3), steps)),
        at("m.yaml", 3, 3),
    )
    label = ScalarNode("é", "é", at("m.yaml", 5, 8), True, Kind.TEXT)
    entries = (Entry("window", at("m.yaml", 2, 1), window), Entry("label", at("m.yaml", 5, 1), label))
    assert MapNode(entries, at("m.yaml", 2, 1)) == node


@pytest.mark.usefixtures("parser")
def test_columns_count_characters_not_bytes() -> None:
    node, _ = compose.load('{"😀é": 1, b: 2}', "m.yaml")
    assert isinstance(node, MapNode)
    assert [entry.key_mark.column for entry in node.entries] == [2, 11]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_as_their_system_ends_them(line_break: str) -> None:
    node, findings = compose.load(line_break.join(["a: 1", "b: 2", ""]), "m.yaml")
    assert findings == ()
    assert isinstance(node, MapNode)
    assert [entry.key_mark.line for entry in node.entries] == [1, 2]


@pytest.mark.usefixtures("parser")
def test_an_alias_is_the_node_it_names() -> None:
    node, findings = compose.load("a: &w {days: 60}\nb: *w\nc: [*w]\n&k key: *k\n", "m.yaml")
    assert findings == ()
    assert node is not None
    assert to_plain(node) == {"a": {"days": 60}, "b": {"days": 60}, "c": [{"days": 60}], "key": "key"}


@pytest.mark.usefixtures("parser")
def test_several_findings_come_at_once_with_the_tree_that_can_still_be_checked() -> None:
    node, findings = compose.load("a: !!str 1\na: 2\n? [x]\n: 3\nb: 017\n<<: {c: 4}\n", "m.yaml")
    assert node is not None
    assert to_plain(node) == {"a": "1", "b": 17}
    assert [finding.id for finding in findings] == ["Y110", "Y112", "Y113", "Y114", "Y111"]


COLON = "a ':' cannot stand here; begin a new line for a key, or quote a text that holds ': '"
ITEM = "expected an item of the list begun at 1:1, indented like the first, or the end of the list"
KEY = "expected a key of the map begun at 1:1, indented like the first, or the end of the map"
QUOTE = "text behind a closing quote; quote all of it, and write '' for a ' inside single quotes"


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a:\n\tb: 1\n", 2, 1, "a tab cannot indent; use spaces"),
        ("a: b: c\n", 1, 5, COLON),
        ("a: 'x\n", 1, 4, "the quote opened here is never closed"),
        ("- 1\nb: 2\n", 2, 1, ITEM),
        ("a: 1\n- 2\n", 2, 1, KEY),
        ("a: @b\n", 1, 4, "a text cannot begin with '@'; quote it"),
        ("a: 'b' c\n", 1, 8, QUOTE),
    ],
)
def test_both_parsers_complaints_read_the_same(text: str, line: int, column: int, message: str) -> None:
    node, findings = compose.load(text, "m.yaml")
    assert node is None
    assert [(Mark("m.yaml", line, column), "Y105", message)] == [
        (finding.where, finding.id, finding.message) for finding in findings
    ]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("escape", [r"\U00110000", r"\Uffffffff", r"\ud83d", r"\udc00\ud800"])
def test_an_escape_that_is_no_character_is_a_finding(escape: str) -> None:
    _, findings = compose.load(f'a: "{escape}"\n', "m.yaml")
    assert len(findings) == 1
    assert findings[0].id in ("Y104", "Y105")  # the Python parser lets lone surrogates through to our check


@pytest.mark.usefixtures("parser")
def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    node, findings = compose.load(b"\xef\xbb\xbfa: 1\n", "m.yaml")
    assert findings == ()
    assert isinstance(node, MapNode)
    assert [Mark("m.yaml", 1, 1)] == [entry.key_mark for entry in node.entries]


@pytest.mark.usefixtures("parser")
def test_yaml_1_2_may_be_declared_and_one_document_marked() -> None:
    node, findings = compose.load("%YAML 1.2\n---\na: NO\n...\n", "m.yaml")
    assert findings == ()
    assert node is not None
    assert to_plain(node) == {"a": "NO"}


def test_a_written_null_is_not_an_empty_file() -> None:
    node, findings = compose.load("null\n", "m.yaml")
    assert findings == ()
    assert isinstance(node, ScalarNode)
    assert Kind.NULL is node.kind


def test_no_tag_ever_runs_anything(tmp_path: Path) -> None:
    target = tmp_path / "touched"
    text = f"a: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path [{target}]]\n"
    _, findings = compose.load(text, "m.yaml")
    assert {"Y110"} == {finding.id for finding in findings}
    assert not target.exists()


def test_reading_does_not_import_the_schema_checker() -> None:
    code = (
        "import sys, shopscore.yaml.compose as c, shopscore.yaml.schema, shopscore.yaml.scalars;"
        "c.load('a: 1', 'x'); sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
