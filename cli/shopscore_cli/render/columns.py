"""Plain text in aligned columns; colour never changes a width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> width("\\x1b[1mok\\x1b[0m"), width("店")
    (2, 2)
    """
    plain = _COLOUR.sub("", text)
    if plain.isascii():
        return len(plain)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in plain)
    return len(plain) + wide - sum(bool(unicodedata.combining(sign)) for sign in plain)


def columns(rows: Sequence[Sequence[str]], align: str = "", gap: str = "   ", indent: str = "") -> list[str]:
    """Return rows as lines with aligned columns.

    `align` has one letter per column, `<` left or `>` right; what it does not name is left.
    """
    if not rows:
        return []
    count = max(map(len, rows))
    sides = align.ljust(count, "<")
    widths = [max(width(row[place]) for row in rows if place < len(row)) for place in range(count)]
    lines = []
    for row in rows:
        cells = [_padded(text, widths[place], sides[place]) for place, text in enumerate(row)]
        lines.append((indent + gap.join(cells)).rstrip())
    return lines


def spread(left: str, right: str, across: int) -> str:
    """Return two texts on one line, the second at the right end where there is room."""
    return f"{left}{' ' * max(3, across - width(left) - width(right))}{right}" if right else left


def _padded(text: str, size: int, side: str) -> str:
    blank = " " * (size - width(text))
    return blank + text if side == ">" else text + blank
