"""The scorecard's layout as Arrow types: what Parquet files and batches hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from shopscore.scorecard import (
    IN_METADATA,
    SCHEMA_VERSION,
    Entries,
    Fixed,
    Form,
    Layout,
    Leaf,
    Listed,
    Struct,
    fill,
)

_TYPES = {
    Form.TEXT: pa.string(),
    Form.NUMBER: pa.float64(),
    Form.COUNT: pa.int64(),
    Form.FLAG: pa.bool_(),
    Form.DAY: pa.date32(),
    Form.TEXTS: pa.list_(pa.string()),
}


def schema_of(layout: Struct) -> pa.Schema:
    """Return the columns of a scorecard table; what all scorecards share stands in its metadata.

    A map without keys has no column in Parquet.
    """
    columns = [
        (name, _type_of(part))
        for name, part in layout.fields
        if name not in IN_METADATA and not _is_empty(part)
    ]
    return pa.schema(columns, metadata(layout))


def metadata(layout: Struct) -> dict[str, str]:
    """Return what is said once for all scorecards of a table, by key."""
    shared = {name: json.dumps(value, ensure_ascii=False) for name, value in _shared(layout).items()}
    said = {"schema_version": str(SCHEMA_VERSION), **shared}
    return {f"shopscore.{name}": value for name, value in said.items()}


def from_row(layout: Struct, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scorecard's mapping from a row of such a table, what has no column put back."""
    whole = {**row, **_shared(layout)}
    return {name: {} if _is_empty(part) else whole[name] for name, part in layout.fields}


def _shared(layout: Struct) -> dict[str, Any]:
    def no_cell(name: str) -> Any:
        raise AssertionError(f"{name} differs between subjects")

    return {name: fill(part, no_cell) for name, part in layout.fields if name in IN_METADATA}


def _is_empty(layout: Layout) -> bool:
    return isinstance(layout, Struct) and not layout.fields


def _type_of(layout: Layout) -> pa.DataType:
    match layout:
        case Leaf(form=form) | Fixed(form=form):
            return _TYPES[form]
        case Struct(fields=fields):
            return pa.struct([(name, _type_of(part)) for name, part in fields if not _is_empty(part)])
        case Entries(shape=shape) | Listed(shape=shape):
            return pa.list_(_type_of(shape))
