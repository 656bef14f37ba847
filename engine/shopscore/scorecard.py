"""The result: one shape everywhere, declared once and filled by either engine.

A layout is a tree of named fields over sheet cells. The reference engine fills it with Python
values, the SQL engine compiles it to nested columns; so the two cannot disagree about the shape.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec

SCHEMA_VERSION = 1
IN_METADATA = frozenset({"assumptions", "conflicts"})
"""Fields that are the same for all scorecards of a run, so that a table of them says them once."""

_EPOCH = date(1970, 1, 1)


class Form(StrEnum):
    """How a leaf is printed and stored."""

    TEXT = "text"
    NUMBER = "number"  # double
    COUNT = "count"  # whole number, 64 bits
    FLAG = "flag"
    DAY = "day"  # date; ISO text in JSON
    TEXTS = "texts"  # list of texts


class Leaf(msgspec.Struct, frozen=True):
    """One value taken from a cell or an input."""

    cell: str
    form: Form


class Fixed(msgspec.Struct, frozen=True):
    """A value that is the same for every subject of a run; a day is days since 1970-01-01."""

    value: float | str | bool | int | None
    form: Form


class Struct(msgspec.Struct, frozen=True):
    """Named fields in printed order."""

    fields: tuple[tuple[str, Layout], ...]


class Entries(msgspec.Struct, frozen=True):
    """A list whose entries (all of one shape) appear where their guard cell is true.

    A guard of None is always shown.
    """

    entries: tuple[tuple[str | None, Struct], ...]
    shape: Struct
    """The shape of an entry, kept for the column type when the list is empty."""


class Listed(msgspec.Struct, frozen=True):
    """A list that an engine makes for each subject, of whatever length, in the shape of its entries."""

    cell: str
    shape: Struct


Layout = Leaf | Fixed | Struct | Entries | Listed


class Scorecard(Mapping[str, Any]):
    """One subject on one day; reads like the nested mapping of the specification."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = dict(data)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Any:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scorecard) and self._data == other._data

    def __repr__(self) -> str:
        subject = self._data["subject"]["id"]
        return f"<Scorecard {subject} {self._data['as_of']} {self._data['state']} {self._data['score']}>"

    __hash__ = None  # type: ignore[assignment]

    def to_json(self, indent: int | None = None) -> str:
        """Return the JSON object of `schemas/scorecard.schema.json`."""
        return json.dumps(self._data, ensure_ascii=False, indent=indent, default=_iso, allow_nan=False)


def fill(layout: Layout, cell: Callable[[str], Any]) -> Any:
    """Return the Python value of a layout, reading cells through `cell`."""
    match layout:
        case Leaf(cell=name, form=form):
            return shown(cell(name), form)
        case Fixed(value=value, form=form):
            return shown(value, form)
        case Struct(fields=fields):
            return {name: fill(part, cell) for name, part in fields}
        case Listed(cell=name):
            return [dict(entry) for entry in cell(name)]
        case Entries(entries=entries):
            return [fill(entry, cell) for guard, entry in entries if guard is None or cell(guard) is True]


def shown(value: Any, form: Form) -> Any:
    """Return a cell's value in the form a scorecard gives it."""
    if value is None:
        return None
    if form is Form.COUNT:
        return int(value)
    if form is Form.DAY:
        return _EPOCH + timedelta(days=value)
    return value


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))
