"""Finds and reads the tables that lie beside the policies, such as `reasons/VN.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from shopscore.errors import FindingsError
from shopscore.resources import data_root
from shopscore.yaml.compose import load_file
from shopscore.yaml.nodes import ListNode, MapNode, Node

MARKETS = "markets"


@cache
def table(folder: str, name: str) -> dict[str, Any] | None:
    """Return a table as plain values, or None where there is none; it must not be changed.

    Raises FindingsError where it is there and cannot be read.
    """
    path = Path(str(data_root() / "policies" / folder / f"{name}.yaml"))
    if not path.is_file():
        return None
    root, findings = load_file(path, f"{folder}/{name}.yaml")
    if findings or not isinstance(root, MapNode):
        raise FindingsError(findings)
    read: dict[str, Any] = _plain(root)
    return read


def _plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {entry.key: _plain(entry.value) for entry in node.entries}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node]
    return node.value
