"""The scorecard's layout as Arrow types: what Parquet files and batches hold."""

from __future__ import annotations

import pyarrow as pa

from shopscore.engines.shared import is_empty, metadata
from shopscore.scorecard import IN_METADATA, Entries, Fixed, Form, Layout, Leaf, Listed, Struct

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
        if name not in IN_METADATA and not is_empty(part)
    ]
    return pa.schema(columns, metadata(layout))


def _type_of(layout: Layout) -> pa.DataType:
    match layout:
        case Leaf(form=form) | Fixed(form=form):
            return _TYPES[form]
        case Struct(fields=fields):
            return pa.struct([(name, _type_of(part)) for name, part in fields if not is_empty(part)])
        case Entries(shape=shape) | Listed(shape=shape):
            return pa.list_(_type_of(shape))
