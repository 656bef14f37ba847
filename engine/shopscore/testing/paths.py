"""Paths into a scorecard: `metrics.late_rate.value`, `floors.0.id`, `floors.low-volume.after`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopscore.errors import near_match
from shopscore.scorecard import Entries, Fixed, Form, Layout, Leaf, Listed, Struct

ENTRY_NAMES = ("id", "path", "metric", "milestone")
"""The key that names an entry of a list, the first there is."""


class NoSuchPathError(LookupError):
    """A path that leads nowhere; the message says where it ends."""


def follow(card: Mapping[str, Any], path: str) -> Any:
    """Return what a dotted path leads to.

    A step is a key of a map, a place in a list from 0, or the name of one of its entries. Raises
    NoSuchPathError.
    """
    found: Any = card
    steps = path.split(".")
    for place, step in enumerate(steps):
        so_far = ".".join(steps[:place]) or "the scorecard"
        match found:
            case Mapping():
                if step not in found:
                    raise NoSuchPathError(f"{so_far} has no {step!r}{near_match(step, found)}")
                found = found[step]
            case Sequence() if not isinstance(found, str):
                found = _entry(found, step, so_far)
            case None:
                raise NoSuchPathError(f"{so_far} is null and has no {step!r}")
            case _:
                raise NoSuchPathError(f"{so_far} is a single value and has no {step!r}")
    return found


def follow_layout(layout: Layout, path: str) -> None:
    """Raise NoSuchPathError for a path that leads nowhere in any scorecard of a layout.

    Which entries a list has is each scorecard's own; what is in an entry is not.
    """
    steps = path.split(".")
    for place, step in enumerate(steps):
        so_far = ".".join(steps[:place]) or "the scorecard"
        match layout:
            case Struct(fields=fields):
                parts = dict(fields)
                if step not in parts:
                    raise NoSuchPathError(f"{so_far} has no {step!r}{near_match(step, parts)}")
                layout = parts[step]
            case Entries(shape=shape) | Listed(shape=shape):
                layout = shape
            case Leaf(form=Form.TEXTS):
                return
            case Leaf() | Fixed():
                raise NoSuchPathError(f"{so_far} is a single value and has no {step!r}")


def entry_name(entry: object) -> str | None:
    """Return the name of a list's entry: its id, else its path, metric or milestone."""
    if not isinstance(entry, Mapping):
        return None
    return next((str(entry[name]) for name in ENTRY_NAMES if name in entry), None)


def _entry(entries: Sequence[Any], step: str, so_far: str) -> Any:
    if step.isdecimal():
        if int(step) >= len(entries):
            count = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
            raise NoSuchPathError(f"{so_far} has {count} and no place {step}")
        return entries[int(step)]
    named = {name: entry for entry in entries if (name := entry_name(entry)) is not None}
    if step not in named:
        has = f"has {', '.join(sorted(named))}" if named else "is empty"
        raise NoSuchPathError(f"{so_far} {has}; there is no {step!r}{near_match(step, named)}")
    return named[step]
