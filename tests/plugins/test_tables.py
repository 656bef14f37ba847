"""The tables beside the policies: all they say has a source, or is called assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from shopscore_plugins import deadlines, reasons
from shopscore_plugins.tables import table

POLICIES = Path(__file__).parents[2] / "policies"
TABLES = [
    (folder, path.stem)
    for folder in (deadlines.FOLDER, reasons.FOLDER)
    for path in sorted((POLICIES / folder).glob("*.yaml"))
]


def statements(folder: str, content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what must have a source: the days that count and each rule, or the reasons of each fault."""
    if folder == deadlines.FOLDER:
        yield content["workdays"]
        for types in content["deadlines"].values():
            yield from types.values()
    else:
        for kind in reasons.KINDS:
            yield from content.get(kind, {}).values()


@pytest.mark.parametrize(("folder", "name"), TABLES)
def test_all_that_a_table_says_has_a_source_or_is_assumed(folder: str, name: str) -> None:
    content = table(folder, name)
    assert content is not None
    said = list(statements(folder, content))
    assert said
    for each in said:
        assert each.get("source") in content["sources"] or each.get("assumed"), each
