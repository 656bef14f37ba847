"""Trees are looked up by key and path, and give their data back."""

from __future__ import annotations

from shopscore.yaml.compose import load
from shopscore.yaml.nodes import MapNode, Node, ScalarNode, at_path, dotted, to_plain

TEXT = """\
metrics:
  late_rate:
    knots: [{at: 1}, {at: 0}]
empty:
"""


def tree(text: str = TEXT) -> MapNode:
    node, findings = load(text, "m.yaml")
    assert findings == ()
    assert isinstance(node, MapNode)
    return node


def place(node: Node) -> tuple[int, int]:
    return node.mark.line, node.mark.column


def test_a_map_is_read_by_key_and_in_order() -> None:
    root = tree()
    assert root.keys() == ("metrics", "empty")
    assert [key for key, _ in root.items()] == ["metrics", "empty"]
    assert len(root) == 2
    assert "empty" in root
    assert "full" not in root


def test_an_absent_key_is_none_and_a_written_null_is_a_node() -> None:
    root = tree()
    assert root.get("full") is None
    assert root.entry("full") is None
    written = root.get("empty")
    assert isinstance(written, ScalarNode)
    assert written.value is None
    entry = root.entry("empty")
    assert entry is not None
    assert (entry.key_mark.line, entry.key_mark.column) == (4, 1)


def test_to_plain_gives_the_data() -> None:
    assert to_plain(tree()) == {"metrics": {"late_rate": {"knots": [{"at": 1}, {"at": 0}]}}, "empty": None}


def test_at_path_goes_as_far_as_the_tree_does() -> None:
    root = tree()
    assert root == at_path(root, [])
    assert place(at_path(root, ["metrics", "late_rate", "knots", 1, "at"])) == (3, 27)
    assert place(at_path(root, ["metrics", "late_rate", "knots", 1, "points"])) == (3, 22)
    assert place(at_path(root, ["metrics", "late_rate", "knots", 2, "at"])) == (3, 12)
    assert place(at_path(root, ["metrics", "late_rate", "knots", -1])) == (3, 12)
    assert place(at_path(root, ["metrics", 0])) == (2, 3)


def test_a_path_reads_as_authors_write_it() -> None:
    assert dotted(["metrics", "late_rate", "knots", 1, "at"]) == "metrics.late_rate.knots[1].at"
    assert dotted([0, "at"]) == "[0].at"
    assert dotted([]) == ""
