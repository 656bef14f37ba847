"""The same records as JSON, as lines of JSON, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from shopscore.errors import Mark

FORMATS: Final = ("table", "json", "ndjson", "csv")
"""What every command that prints results can print; `table` is each command's own."""

Record = Mapping[str, Any]


def to_json(value: object) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)


def to_ndjson(records: Sequence[Record]) -> str:
    """Return one line of JSON per record."""
    lines = (json.dumps(each, ensure_ascii=False, default=_plain, allow_nan=False) for each in records)
    return "\n".join(lines)


def to_csv(records: Sequence[Record]) -> str:
    """Return records as CSV: nested keys joined by dots, lists as JSON, nothing where nothing is known.

    >>> print(to_csv([{"a": {"b": 1, "c": None}}, {"a": {"b": 2}, "d": [1]}]))
    a.b,a.c,d
    1,,
    2,,[1]
    """
    flat = [dict(_flat(each)) for each in records]
    names = list(dict.fromkeys(name for each in flat for name in each))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue().rstrip("\n")


def place_of(mark: Mark | None) -> dict[str, Any]:
    """Return a mark as fields."""
    if mark is None:
        return {"file": None, "line": None, "column": None}
    return {"file": mark.file, "line": mark.line, "column": mark.column}


def _flat(record: Record, stem: str = "") -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = f"{stem}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield name, cell_text(value)


def cell_text(value: object) -> str:
    """Return a value as a cell of CSV: lists as JSON, nothing where nothing is known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
