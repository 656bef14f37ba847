"""The scorecard's layout as Arrow types: what Parquet files and batches hold."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from shopscore.scorecard import Entries, Fixed, Form, Layout, Leaf, Struct

_TYPES = {
    Form.TEXT: pa.string(),
    Form.NUMBER: pa.float64(),
    Form.COUNT: pa.int64(),
    Form.FLAG: pa.bool_(),
    Form.DAY: pa.date32(),
}


def schema_of(layout: Struct) -> pa.Schema:
    """Return the columns of a scorecard table; a map without keys has no column in Parquet."""
    return pa.schema([(name, _type_of(part)) for name, part in layout.fields if not _is_empty(part)])


def from_row(layout: Struct, row: dict[str, Any]) -> dict[str, Any]:
    """Return a scorecard's mapping from a row of such a table, keys without columns put back."""
    return {name: {} if _is_empty(part) else row[name] for name, part in layout.fields}


def _is_empty(layout: Layout) -> bool:
    return isinstance(layout, Struct) and not layout.fields


def _type_of(layout: Layout) -> pa.DataType:
    match layout:
        case Leaf(form=form) | Fixed(form=form):
            return _TYPES[form]
        case Struct(fields=fields):
            return pa.struct([(name, _type_of(part)) for name, part in fields if not _is_empty(part)])
        case Entries(shape=shape):
            return pa.list_(_type_of(shape))
