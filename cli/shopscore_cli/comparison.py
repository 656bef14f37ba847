"""Two scorecards of one subject, cell by cell, as a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from shopscore_cli.render.records import Record, to_ndjson

SECTIONS = ("dimensions", "metrics", "benefits", "ledgers")
"""Parts of a scorecard whose entries a policy may have or not have."""

_OF_THE_POLICY = frozenset({"schema_version", "bundle", "assumptions", "conflicts"})
"""What tells the policies apart and is no value of the subject."""
_KEYS = {
    "floors": "id", "adjustments": "id", "exclusions": "id", "advisories": "id", "warnings": "id",
    "targets": "metric",
}  # fmt: skip
"""Lists whose entries are known by a key, where no two have the same."""


class Comparison(Struct):
    """What differs between two scorecards.

    Attributes:
        differences: path, and the value on both sides; null where a side has none.
        only_a: entries of SECTIONS that only the first has.
        only_b: those that only the second has.
    """

    a: Record
    b: Record
    differences: list[dict[str, Any]] = field(default_factory=list)
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return all of it as one object."""
        return {
            "a": self.a,
            "b": self.b,
            "differences": self.differences,
            "only_a": self.only_a,
            "only_b": self.only_b,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return a row per difference, and per entry that one side lacks."""
        rows = [
            {"what": "difference", "path": each["path"], "a": _flat(each["a"]), "b": _flat(each["b"])}
            for each in self.differences
        ]
        for what, paths in (("only_a", self.only_a), ("only_b", self.only_b)):
            rows += [{"what": what, "path": path, "a": None, "b": None} for path in paths]
        return rows


def compare(a: Record, b: Record) -> Comparison:
    """Compare two scorecards."""
    found = Comparison(a, b)
    for key in _union(a, b):
        if key in _OF_THE_POLICY:
            continue
        ours, theirs = a[key], b[key]
        if key in SECTIONS:
            found.only_a += [f"{key}.{each}" for each in ours if each not in theirs]
            found.only_b += [f"{key}.{each}" for each in theirs if each not in ours]
            ours = {each: value for each, value in ours.items() if each in theirs}
            theirs = {each: value for each, value in theirs.items() if each in ours}
        found.differences += _differences(key, ours, theirs)
    return found


def _differences(path: str, a: object, b: object) -> Iterator[dict[str, Any]]:
    a, b = _keyed(path, a, b)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in _union(a, b):
            yield from _differences(f"{path}.{key}", a.get(key), b.get(key))
    elif a != b or isinstance(a, bool) != isinstance(b, bool):
        yield {"path": path, "a": a, "b": b}


def _keyed(path: str, a: object, b: object) -> tuple[object, object]:
    """Return lists as maps by the keys of their entries, where each entry has one of its own."""
    key = _KEYS.get(path)
    if key is None or not isinstance(a, Sequence) or not isinstance(b, Sequence):
        return a, b
    ours, theirs = ({entry[key]: entry for entry in entries} for entries in (a, b))
    return (ours, theirs) if (len(ours), len(theirs)) == (len(a), len(b)) else (a, b)


def _union(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*a, *b)))


def _flat(value: object) -> object:
    """Return an object as one cell of a table."""
    return to_ndjson([value]) if isinstance(value, Mapping) else value
