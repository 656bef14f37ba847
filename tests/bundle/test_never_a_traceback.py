"""Whatever is written into a bundle is answered by findings, never by an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopscore.bundle.build import build_bundle
from shopscore.bundle.claims import read_claims
from shopscore.bundle.extends import inherit, without_parent
from shopscore.bundle.resolved import resolved_lines
from shopscore.bundle.tree import Branch
from shopscore.yaml.compose import load, load_file
from shopscore.yaml.nodes import to_plain

NODE, _ = load_file(Path(__file__).parent / "policies/tiny/1/bundle.yaml")
assert NODE is not None
TINY: Any = to_plain(NODE)

MARKED = {"value": 1, "source": "guide"}
SCALARS = [None, True, 0, -1, 7, 0.5, 1e300, "", " ", "score", "40 %", "3 h", "null", "2026-02-30", "x" * 90]
LISTS = [[], [[]], [None]]
MAPS = [{}, {"value": 1}, {**MARKED, "value": []}, MARKED, {**MARKED, "x": 1}, {"source": "guide"}]
OTHERS = [{"id": "young-late"}, {"en": "x"}, {"days": 3, "source": "guide"}, {"assumed": []}]
ODD = st.sampled_from([*SCALARS, *LISTS, *MAPS, *OTHERS]).map(deepcopy)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to everything in a bundle."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in below:
        yield from places(each, (*path, key))


PLACES = [path for path in places(TINY) if path]


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the tiny bundle with up to three things replaced, removed or renamed."""
    bundle: dict[str, Any] = deepcopy(TINY)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        holder = bundle
        try:
            for step in path[:-1]:
                holder = holder[step]
            act = draw(st.sampled_from(["replace", "remove", "rename", "add"]))
            if act == "replace":
                holder[path[-1]] = draw(ODD)
            elif act == "remove":
                del holder[path[-1]]
            elif act == "rename":
                new = draw(st.sampled_from(["value", "id", "source", "of", "kind", "lag"]))
                holder[new] = holder.pop(path[-1])
            else:
                holder[path[-1]][draw(st.sampled_from(["value", "by", "supplied", "month"]))] = draw(ODD)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took the place away
    return bundle


def tree_of(bundle: dict[str, Any]) -> Branch:
    node, findings = load(json.dumps(bundle), "bundle.yaml")
    assert node is not None and not findings
    tree, _ = read_claims(node)
    assert isinstance(tree, Branch)
    return tree


@given(mangled())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_mangled_bundle_is_a_bundle_or_findings(bundle: dict[str, Any]) -> None:
    """What cannot be read has a finding, for else the build would raise."""
    if not bundle:
        return
    tree, findings = without_parent(tree_of(bundle))
    built = build_bundle(tree, {}, findings)
    assert (built.bundle is None) == bool(built.findings)
    assert resolved_lines(tree)


@given(mangled(), mangled())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_child_of_any_parent_resolves(parent: dict[str, Any], child: dict[str, Any]) -> None:
    """Merging is total: it reports what it cannot do and goes on."""
    if not parent or not child:
        return
    above, findings = without_parent(tree_of(parent))
    merged, more = inherit(above, tree_of(child))
    built = build_bundle(merged, {}, (*findings, *more))
    assert (built.bundle is None) == bool(built.findings)
