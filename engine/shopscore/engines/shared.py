"""What all scorecards of a table share and what has no column: said once, and put back on reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shopscore.scorecard import IN_METADATA, SCHEMA_VERSION, Layout, Struct, fill


def metadata(layout: Struct) -> dict[str, str]:
    """Return what is said once for all scorecards of a table, by key."""
    shared = {name: json.dumps(value, ensure_ascii=False) for name, value in _shared(layout).items()}
    said = {"schema_version": str(SCHEMA_VERSION), **shared}
    return {f"shopscore.{name}": value for name, value in said.items()}


def from_row(layout: Struct, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scorecard's mapping from a row of such a table, what has no column put back."""
    whole = {**row, **_shared(layout)}
    return {name: {} if is_empty(part) else whole[name] for name, part in layout.fields}


def _shared(layout: Struct) -> dict[str, Any]:
    def no_cell(name: str) -> Any:
        raise AssertionError(f"{name} differs between subjects")

    return {name: fill(part, no_cell) for name, part in layout.fields if name in IN_METADATA}


def is_empty(layout: Layout) -> bool:
    """Tell whether a part is a map without keys, which Parquet has no column for."""
    return isinstance(layout, Struct) and not layout.fields
