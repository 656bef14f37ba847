"""The one habit of JSON writers that YAML parsers refuse: a character escaped as two surrogates.

JSON's `"\\ud83d\\ude00"` is one character, and Python's `json.dumps` writes every emoji so; in YAML each
half is an error. Where the whole text is JSON, so that no backslash is anything but an escape, the pair
is joined before parsing, and columns behind it are put right again.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from msgspec import Struct, field

# Backslashes in pairs are escaped backslashes and belong to the text before.
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})",
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_SHORTER = len(r"\ud83d\ude00") - len(r"\U0001f600")


class Columns(Struct, frozen=True):
    """Where pairs were joined: for each line, the columns right behind them, counted from 0."""

    joined: dict[int, list[int]] = field(default_factory=dict)

    def written(self, line: int, column: int) -> int:
        """Return the column a place has in the text as it was written."""
        behind = self.joined.get(line)
        return column + _SHORTER * bisect_right(behind, column) if behind else column


def join_surrogates(text: str) -> tuple[str, Columns]:
    """Return a JSON text with surrogate pairs as one escape each; any other text as it is."""
    if not _PAIR.search(text) or not _is_json(text):
        return text, Columns()
    text = _PAIR.sub(_one_escape, text)
    joined: dict[int, list[int]] = {}
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
    for found in _JOINED.finditer(text):
        line = bisect_right(starts, found.start()) - 1
        joined.setdefault(line, []).append(found.end() - starts[line])
    return text, Columns(joined)


# JSON has no \U escape, so every one of them was made here.
_JOINED = re.compile(r"(?<!\\)(?:\\\\)*\\U[0-9a-f]{8}")


def _one_escape(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00):08x}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
