"""A tree of lines, each with its place and source at the right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from msgspec import Struct, field

from shopscore.errors import Mark
from shopscore_cli.render.columns import columns, width
from shopscore_cli.render.paint import Paint

_TEXT_COLUMNS = 92
"""Where places stand; behind a longer text they follow it."""


class Branch(Struct):
    """One line of a tree; notes are lines of its own below it, before the branches."""

    text: str
    mark: Mark | None = None
    source: str = ""
    notes: list[Branch] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)


def draw(root: Branch, folder: str, paint: Paint) -> list[str]:
    """Return a tree as lines; places are shown relative to the bundle's folder."""
    lines = list(_walk(root, "", ""))
    places = columns([[place_in(folder, each.mark), each.source] for _, each in lines])
    across = min(max(width(before + each.text) for before, each in lines), _TEXT_COLUMNS)
    drawn = []
    for (before, each), place in zip(lines, places, strict=True):
        text = before + each.text
        blank = " " * max(across - width(text), 0)
        drawn.append(f"{text}{blank}   {paint(place, 'dim')}".rstrip())
    return drawn


def _walk(branch: Branch, first: str, rest: str) -> Iterator[tuple[str, Branch]]:
    yield first, branch
    bar = "│" if branch.branches else " "
    for note in branch.notes:
        yield f"{rest}{bar}     ", note
    for place, below in enumerate(branch.branches, 1):
        last = place == len(branch.branches)
        yield from _walk(below, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


def place_in(folder: str, mark: Mark | None) -> str:
    """Return a file and line as seen from a bundle's folder."""
    if mark is None:
        return ""
    path = PurePath(mark.file)
    # A rule of a parent version names that version's folder, so that nobody looks in the wrong file.
    own = path.name if str(path.parent) == folder else "/".join(path.parts[-3:])
    return f"{own}:{mark.line}"
