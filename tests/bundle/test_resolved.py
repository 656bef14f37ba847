"""The resolved view is YAML that says where each value came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopscore.bundle.catalog import Catalog
from shopscore.bundle.resolved import resolved_lines
from shopscore.bundle.tree import Branch, Leaf, Series, Tree, children
from shopscore.yaml.compose import load
from shopscore.yaml.nodes import Plain, to_plain

HERE = Path(__file__).parent


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """Resolve a child of the tiny bundle that changes one value and adds one item."""
    monkeypatch.chdir(tmp_path)
    parent, child = Path("tiny/1"), Path("tiny/2")
    for folder in (parent, child):
        folder.mkdir(parents=True)
    text = (HERE / "policies/tiny/1/bundle.yaml").read_text(encoding="utf-8")
    (parent / "bundle.yaml").write_text(text, encoding="utf-8")
    (child / "bundle.yaml").write_text(
        'id: tiny\nversion: "2"\nextends: tiny@1\n'
        "metrics: {late_rate: {window: {days: 60}, assumed: longer now}}\n"
        "score: {bands: [{id: fair, after: good, when: young, source: guide}]}\n",
        encoding="utf-8",
    )
    loaded = Catalog([Path()]).load("tiny@2")
    assert loaded.root is not None
    return loaded.root


def values(tree: Tree) -> Plain:
    """Return a tree as plain values, its marks left out."""
    match tree:
        case Leaf(scalar=scalar):
            return scalar.value
        case Series(items=items):
            return [values(item) for item in items]
        case Branch():
            return {str(key): values(below) for key, _, below in children(tree)}


def test_it_reads_back_as_the_same_values(root: Branch) -> None:
    """Nothing is lost or changed on the way."""
    node, findings = load("\n".join(resolved_lines(root)), "resolved.yaml")
    assert findings == ()
    assert node is not None and to_plain(node) == values(root)


def test_every_line_ends_in_its_file_and_line(root: Branch) -> None:
    """And the place it names holds what the line says."""
    for line in resolved_lines(root):
        text, _, place = line.partition(" # ")
        found = re.match(r"(tiny/[12]/bundle\.yaml):(\d+)", place)
        assert found, line
        written = Path(found[1]).read_text(encoding="utf-8").splitlines()[int(found[2]) - 1]
        key = text.strip().removeprefix("- ").split(":")[0].strip('"')
        assert key in written, line


def test_changed_and_inherited_values_stand_side_by_side(root: Branch) -> None:
    """Each with its own file and the mark that holds for it."""
    lines = resolved_lines(root)
    at = next(number for number, line in enumerate(lines) if line.startswith("  late_rate:"))
    assert [re.sub(r" +#", " #", line) for line in lines[at : at + 9]] == [
        "  late_rate: # tiny/1/bundle.yaml:40  assumed: longer now",
        "    share_of: placed # tiny/1/bundle.yaml:41  source: guide",
        '    where: "delivered_at > deliver_by" # tiny/1/bundle.yaml:42  source: guide',
        "    window: # tiny/1/bundle.yaml:43",
        "      days: 60 # tiny/2/bundle.yaml:4",
        "    decay: # tiny/1/bundle.yaml:44",
        "      factor: 0.7 # tiny/1/bundle.yaml:44  source: guide",
        "      every_days: 15 # tiny/1/bundle.yaml:44  source: guide",
        "  hours: # tiny/1/bundle.yaml:46  source: guide",
    ]
    assert [re.sub(r" +#", " #", line) for line in lines if "fair" in line] == [
        "    - id: fair # tiny/2/bundle.yaml:5  source: guide"
    ]
