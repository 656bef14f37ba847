"""Plain data as compact YAML 1.2: blocks outside, flow inside, numbers exactly as written."""

from __future__ import annotations

import json
import re

from tests.differential.sketch import Number

_BARE = re.compile(r"[a-z][a-z0-9_-]*( on [a-z0-9]+)?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WIDE = 90


def as_yaml(value: object, indent: int = 0) -> str:
    """Return the lines of a map or list, a small one inside on one line."""
    pad = "  " * indent
    lines = []
    for key, part in value.items() if isinstance(value, dict) else ((None, each) for each in value):  # type: ignore[attr-defined]
        lead = f"{pad}- " if key is None else f"{pad}{_scalar(key)}: "
        short = _flow(part)
        is_block = isinstance(part, dict | list) and key is not None and (indent == 0 or len(short) > _WIDE)
        lines.append(
            f"{lead.rstrip()}\n{as_yaml(part, indent + 1)}" if is_block and part else f"{lead}{short}\n"
        )
    return "".join(lines)


def _flow(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_scalar(key)}: {_flow(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(part) for part in value) + "]"
        case None:
            return "null"
        case Number():
            return str(value)
        case bool() | int():
            return json.dumps(value)
        case _:
            return _scalar(value)


def _scalar(text: object) -> str:
    assert isinstance(text, str)
    return text if _BARE.fullmatch(text) and text not in _WORDS else json.dumps(text, ensure_ascii=False)
