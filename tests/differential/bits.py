"""Equality down to the last bit: 0.0 is not -0.0, and a list in another order is another list."""

from __future__ import annotations

import struct
from collections.abc import Mapping


def bits(value: object) -> object:
    """Return a value in which doubles are their eight bytes and maps keep their order."""
    match value:
        case float():
            return struct.pack(">d", value)
        case Mapping():
            return [(key, bits(part)) for key, part in value.items()]
        case list() | tuple():
            return [bits(part) for part in value]
        case _:
            return type(value).__name__, value


def difference(left: object, right: object, path: str = "") -> str | None:
    """Return where two values first differ, and how; None where they are the same bits."""
    match left, right:
        case Mapping(), Mapping():
            if list(left) != list(right):
                return f"{path}: keys {list(left)} and {list(right)}"
            pairs = [(f"{path}.{key}", left[key], right[key]) for key in left]
        case list(), list():
            if len(left) != len(right):
                return f"{path}: {left!r} and {right!r}"
            pairs = [(f"{path}[{place}]", *pair) for place, pair in enumerate(zip(left, right, strict=True))]
        case _:
            return None if bits(left) == bits(right) else f"{path}: {left!r} and {right!r}"
    found = (difference(one, other, below) for below, one, other in pairs)
    return next((each for each in found if each is not None), None)
