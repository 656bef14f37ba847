"""What a version inherits, by table and by law."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopscore.bundle.catalog import Catalog, Loaded
from shopscore.bundle.claims import read_claims
from shopscore.bundle.extends import NOT_INHERITED, inherit, without_parent
from shopscore.bundle.tree import Branch, Leaf, Series, Tree, children, to_node
from shopscore.yaml.compose import load
from shopscore.yaml.nodes import dotted, to_plain

HERE = Path(__file__).parent


def tree(text: str, file: str = "child.yaml") -> Branch:
    node, findings = load(text, file)
    assert node is not None and not findings
    read, findings = read_claims(node)
    assert isinstance(read, Branch) and not findings
    return read


def merged(parent: str, child: str) -> Any:
    """Return what a child of a parent says, as plain values."""
    result, findings = inherit(tree(parent, "parent.yaml"), tree(child))
    assert findings == ()
    return to_plain(to_node(result))


def leaves(at: Tree, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Leaf]]:
    if isinstance(at, Leaf):
        yield dotted(path), at
    for step, _, below in children(at):
        yield from leaves(below, (*path, step))


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ("a: {x: 1, y: 2}", "a: {y: 3}", {"a": {"x": 1, "y": 3}}),
        ("a: {x: 1}", "a: {z: {k: 1}}", {"a": {"x": 1, "z": {"k": 1}}}),
        ("a: [1, 2]", "a: [3]", {"a": [3]}),
        ("a: [{at: 1}, {at: 2}]", "a: [{at: 3}]", {"a": [{"at": 3}]}),
        ("a: {x: 1, y: 2}", "a: {x: null}", {"a": {"y": 2}}),
        ("a: {x: 1}\nb: 2", "a: ~", {"b": 2}),
        ("a: {x: 1}", "a: word", {"a": "word"}),
        ("a: word", "a: {x: 1}", {"a": {"x": 1}}),
        ("a: [{id: p, v: 1}, {id: q}]", "a: [{id: p, v: 3}]", {"a": [{"id": "p", "v": 3}, {"id": "q"}]}),
        ("a: [{id: p}, {id: q}]", "a: [{id: n, before: q}]", {"a": [{"id": "p"}, {"id": "n"}, {"id": "q"}]}),
        ("a: [{id: p}, {id: q}]", "a: [{id: n, after: p}]", {"a": [{"id": "p"}, {"id": "n"}, {"id": "q"}]}),
        (
            "a: [{id: p}, {id: q}]",
            "a: [{id: n, after: p}, {id: m, after: p}, {id: o, after: n}]",
            {"a": [{"id": "p"}, {"id": "n"}, {"id": "o"}, {"id": "m"}, {"id": "q"}]},
        ),
        (
            "a: [{id: p}, {id: q}]",
            "a: [{id: n, before: p}, {id: m, before: p}]",
            {"a": [{"id": "n"}, {"id": "m"}, {"id": "p"}, {"id": "q"}]},
        ),
        ("a: [{id: p}, {id: q}]", "a: [p: null]", {"a": [{"id": "q"}]}),
        ("a: [{id: p, v: 1}, {id: q}]", "a: [p: null, {id: p, after: q}]", {"a": [{"id": "q"}, {"id": "p"}]}),
        ("conflicts: [{id: p}]", "conflicts: [{id: n}]", {"conflicts": [{"id": "p"}, {"id": "n"}]}),
        (
            "a: [{id: p, v: {x: 1}, w: 1}]",
            "a: [{id: p, v: {x: 2}}]",
            {"a": [{"id": "p", "v": {"x": 2}, "w": 1}]},
        ),
        ("a: {limits: [0, 9]}", "a: {limits: [0, null]}", {"a": {"limits": [0, None]}}),
    ],
)
def test_maps_merge_and_lists_are_replaced(parent: str, child: str, expected: object) -> None:
    """Maps by key, lists whole, lists of items with an id by id; null removes."""
    assert merged(parent, child) == expected


def test_what_a_version_says_of_itself_is_not_inherited() -> None:
    """A child has its own name, days and parent."""
    parent = "\n".join(f"{key}: x" for key in sorted(NOT_INHERITED)) + "\ntitle: y\n"
    assert merged(parent, "program: main") == {"title": "y", "program": "main"}


def claim(at: Branch, path: str) -> tuple[str, str] | None:
    found = dict(leaves(at))[path].claim
    return (found.says.value, found.text) if found else None


def test_a_changed_value_loses_the_inherited_mark() -> None:
    """Its siblings, which nobody changed, keep theirs."""
    result, _ = inherit(tree("a: {x: 1, y: 2, source: guide}"), tree("a: {x: 3}"))
    assert claim(result, "a.x") is None
    assert claim(result, "a.y") == ("source", "guide")


def test_a_childs_mark_holds_for_what_the_child_writes() -> None:
    """An assumption of the parent never looks published because the child has a source."""
    result, _ = inherit(tree("a: {x: 1, y: 2, assumed: why}"), tree("a: {x: 3, source: guide}"))
    assert claim(result, "a.x") == ("source", "guide")
    assert claim(result, "a.y") == ("assumed", "why")


def test_a_value_written_again_unchanged_keeps_its_mark() -> None:
    """Only a changed value has something to prove; its own mark wins where it has one."""
    result, _ = inherit(tree("a: {x: 1, y: 2, source: old}"), tree("a: {x: 1, y: {value: 2, source: new}}"))
    assert claim(result, "a.x") == ("source", "old")
    assert claim(result, "a.y") == ("source", "new")


def test_every_value_keeps_its_own_place() -> None:
    """Merging moves nothing: each value is where its own file has it."""
    result, _ = inherit(tree("a: {x: 1, y: 2}", "parent.yaml"), tree("a: {y: 3}", "child.yaml"))
    assert {path: str(leaf.mark) for path, leaf in leaves(result)} == {
        "a.x": "parent.yaml:1:8",
        "a.y": "child.yaml:1:8",
    }


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers(0, 3) | st.sampled_from(["p", "q"]),
    lambda below: st.dictionaries(st.sampled_from("abcd"), below, max_size=3) | st.lists(below, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abcd"), VALUES, min_size=1, max_size=3)


def plain(at: Branch) -> Any:
    return to_plain(to_node(at))


@given(DOCUMENTS)
def test_a_child_that_repeats_its_parent_changes_nothing(document: dict[str, Any]) -> None:
    """Merging is idempotent."""
    text = json.dumps(document)
    assert plain(inherit(tree(text), tree(text))[0]) == document


@given(DOCUMENTS, DOCUMENTS)
def test_what_the_child_says_holds(parent: dict[str, Any], child: dict[str, Any]) -> None:
    """Every value of the child is in the result; all else is the parent's."""
    result = plain(inherit(tree(json.dumps(parent)), tree(json.dumps(child)))[0])
    for key in parent.keys() | child.keys():
        if key not in child:
            assert result[key] == parent[key]
        elif not (isinstance(child[key], dict) and isinstance(parent.get(key), dict)):
            assert result[key] == child[key]


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_chain_is_merged_from_its_oldest_end(
    oldest: dict[str, Any], middle: dict[str, Any], youngest: dict[str, Any]
) -> None:
    """Where no null removes anything, merging is associative, so that a chain has one meaning."""
    a, b, c = (tree(json.dumps(each)) for each in (oldest, middle, youngest))
    left = inherit(inherit(a, b)[0], c)[0]
    assert plain(left) == plain(inherit(a, inherit(b, c)[0])[0]) or _types_change(oldest, middle, youngest)


def _types_change(*documents: Any) -> bool:
    """Tell whether a map stands above something else, which cuts what lies below it off."""
    maps = [document for document in documents if isinstance(document, dict)]
    if 0 < len(maps) < len(documents):
        return True
    keys = {key for document in maps for key in document}
    return any(
        _types_change(*below) for key in keys if len(below := [each[key] for each in maps if key in each]) > 1
    )


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1), st.sampled_from("abcdef"), st.booleans())
def test_new_items_stand_beside_the_one_they_name(ids: list[str], anchor: str, before: bool) -> None:
    """The others keep their order."""
    parent = json.dumps({"l": [{"id": id} for id in ids]})
    child = json.dumps({"l": [{"id": "new", "before" if before else "after": anchor}]})
    result, findings = inherit(tree(parent), tree(child))
    order = [item["id"] for item in plain(result)["l"]]
    assert [id for id in order if id != "new"] == ids
    if anchor not in ids:
        assert [finding.id for finding in findings] == ["B213"]
    else:
        assert order.index("new") - order.index(anchor) == (-1 if before else 1)


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1), st.data())
def test_null_removes_one_item_and_no_other(ids: list[str], data: st.DataObject) -> None:
    """Removed items leave the rest as it is."""
    gone = data.draw(st.sampled_from(ids))
    parent = json.dumps({"l": [{"id": id} for id in ids]})
    result, findings = inherit(tree(parent), tree(json.dumps({"l": [{gone: None}]})))
    assert findings == ()
    assert [item["id"] for item in plain(result)["l"]] == [id for id in ids if id != gone]


def test_without_a_parent_a_tree_stays_as_it_is() -> None:
    """Nothing to inherit, nothing to remove."""
    text = "a: {x: 1, y: [1, {id: p}]}"
    result, findings = without_parent(tree(text))
    assert findings == ()
    assert plain(result) == {"a": {"x": 1, "y": [1, {"id": "p"}]}}
    assert isinstance(result.get("a"), Branch) and not isinstance(result.get("a"), Series)


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """Write three generations below the tiny bundle, the first of them abstract."""
    texts = {
        "words/1": "abstract: true\nextends: tiny@1\nvalues: {extra: {value: 1, source: guide}}\n",
        "young/1": "extends: words@1\nmarket: ID\nvalues: {limit: {value: 4, assumed: why}}\n",
        "young/2": "extends: young@1\nvalues: {extra: null}\n",
    }
    for name, text in texts.items():
        id, version = name.split("/")
        (tmp_path / name).mkdir(parents=True)
        whole = f'id: {id}\nversion: "{version}"\n{text}'
        (tmp_path / name / "bundle.yaml").write_text(whole, encoding="utf-8")
    return tmp_path


def values_of(loaded: Loaded) -> dict[str, float | None]:
    assert loaded.findings == ()
    assert loaded.bundle is not None
    return {name: value.default for name, value in loaded.bundle.values.items()}


def test_a_chain_of_several_levels_resolves(family: Path) -> None:
    """Each level sees what its own ancestors say."""
    catalog = Catalog([HERE / "policies", family])
    assert values_of(catalog.load("tiny@1")) == {"limit": 3.0}
    assert values_of(catalog.load("words@1")) == {"limit": 3.0, "extra": 1.0}
    assert values_of(catalog.load("young@1")) == {"limit": 4.0, "extra": 1.0}
    assert values_of(catalog.load("young@2")) == {"limit": 4.0}


def test_being_abstract_or_in_force_is_not_inherited(family: Path) -> None:
    """The child of an abstract bundle is one that can be evaluated."""
    catalog = Catalog([HERE / "policies", family])
    abstract, concrete = catalog.load("words@1").bundle, catalog.load("young@1").bundle
    assert abstract is not None and concrete is not None
    assert (abstract.abstract, concrete.abstract) == (True, False)
    assert concrete.effective_from is None
    assert (concrete.market, concrete.timezone) == ("ID", "America/Los_Angeles")
    assert concrete.parent == "words@1"


def test_provenance_names_both_marks_of_a_merged_map(family: Path) -> None:
    """The parent's mark holds for what it wrote, the child's for the rest."""
    folder = family / "young/3"
    folder.mkdir()
    text = 'id: young\nversion: "3"\nextends: tiny@1\n'
    text += "metrics: {late_rate: {window: {days: 60}, assumed: ours}}\n"
    (folder / "bundle.yaml").write_text(text, encoding="utf-8")
    bundle = Catalog([HERE / "policies", family]).load("young@3").bundle
    assert bundle is not None
    marks = [(mark.source, mark.assumed) for mark in bundle.provenance if mark.path == "metrics.late_rate"]
    assert marks == [("guide", None), (None, "ours")]
    assert bundle.origins["metrics.late_rate.window.days"].assumed == "ours"
    assert bundle.origins["metrics.late_rate.decay.factor"].source == "guide"
