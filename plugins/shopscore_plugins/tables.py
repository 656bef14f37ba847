"""Finds and reads the tables that lie beside the policies, such as `reasons/VN.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from shopscore.errors import FindingsError, UsageError
from shopscore.resources import data_root
from shopscore.yaml.compose import load_file
from shopscore.yaml.nodes import ListNode, MapNode, Node


@cache
def table(folder: str, name: str) -> dict[str, Any] | None:
    """Return a table as plain values, or None where there is none; it must not be changed."""
    root = nodes(folder, name)
    return None if root is None else {entry.key: _plain(entry.value) for entry in root.entries}


@cache
def nodes(folder: str, name: str) -> MapNode | None:
    """Return a table with the place of everything in it, or None where there is none."""
    path = Path(str(data_root() / "policies" / folder / f"{name}.yaml"))
    return read(path, f"{folder}/{name}.yaml") if path.is_file() else None


def read(path: Path, shown: str) -> MapNode:
    """Read a table; raises FindingsError or UsageError where it cannot be read."""
    root, findings = load_file(path, shown)
    if findings or root is None:
        raise FindingsError(findings)
    if not isinstance(root, MapNode):
        raise UsageError(f"{root.mark}: expected a map, as in the tables beside the policies")
    return root


def _plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {entry.key: _plain(entry.value) for entry in node.entries}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node]
    return node.value
