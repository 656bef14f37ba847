"""Colour, where somebody watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

from msgspec import Struct

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}


class Paint(Struct, frozen=True):
    """Colours texts, or leaves them alone."""

    on: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        """Return a text in some styles: bold, dim, red, green, yellow, blue."""
        if not self.on or not text or not styles:
            return text
        codes = ";".join(_CODES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"


def paint_for(stream: TextIO | None = None, environment: Mapping[str, str] = os.environ) -> Paint:
    """Return the paint for a stream, by default standard output: colour only on a terminal that has it.

    NO_COLOR, set to anything, turns it off (no-color.org).
    """
    target = stream if stream is not None else sys.stdout
    plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    return Paint(target.isatty() and not plain)
