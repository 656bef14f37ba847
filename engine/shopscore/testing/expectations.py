"""A case's expectations against its scorecard: every difference at the line that expects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shopscore.errors import Finding, Mark
from shopscore.scorecard import Struct
from shopscore.testing.findings import DIFFERS, NO_EXPECTATION, NO_SUCH_PATH
from shopscore.testing.forms import is_form, read_form, shown
from shopscore.testing.paths import NoSuchPathError, follow, follow_layout
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import MapNode, Node


def check_expectations(expect: MapNode, card: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what a scorecard does not meet, or what cannot be asked of it."""
    if not expect.entries:
        return (finding(NO_EXPECTATION, expect.mark, "expect: is empty and expects nothing"),)
    return tuple(
        found
        for path, mark, node in _expectations(expect, "")
        if (found := _check(path, mark, node, card)) is not None
    )


def lint_expectations(expect: MapNode, layout: Struct) -> tuple[Finding, ...]:
    """Return what cannot be asked of any scorecard of a layout."""
    return tuple(found for each in _expectations(expect, "") for found in _lint(*each, layout))


def _lint(path: str, mark: Mark, node: Node, layout: Struct) -> Iterator[Finding]:
    if isinstance(expected := read_form(node), Finding):
        yield expected
    try:
        follow_layout(layout, path)
    except NoSuchPathError as error:
        yield finding(NO_SUCH_PATH, mark, f"{path}: {error}")


def _expectations(expect: MapNode, stem: str) -> Iterator[tuple[str, Mark, Node]]:
    """Yield each path with the place it is written at; nested maps continue the path."""
    for entry in expect.entries:
        path = f"{stem}{entry.key}"
        if isinstance(entry.value, MapNode) and not is_form(entry.value):
            yield from _expectations(entry.value, f"{path}.")
        else:
            yield path, entry.key_mark, entry.value


def _check(path: str, mark: Mark, node: Node, card: Mapping[str, Any]) -> Finding | None:
    expected = read_form(node)
    if isinstance(expected, Finding):
        return expected
    try:
        found = follow(card, path)
    except NoSuchPathError as error:
        return finding(NO_SUCH_PATH, mark, f"{path}: {error}")
    if expected.met(found):
        return None
    return finding(DIFFERS, mark, f"{path}: expected {expected.words}, found {shown(found)}")
