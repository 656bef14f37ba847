"""Pages of the documentation: the blocks in them that show what shopscore prints, and how to put in anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"```(\w*)(?: .*)?")
_NOT_RUN = re.compile(r"<!-- not run: .+ -->")
_FILE = re.compile(r"<!-- file: (\S+) -->")
_PROMPTS = {"console": ("$ ", "> "), "pycon": (">>> ", "... ")}
_TYPED = {"console": re.compile(r"^\$ shopscore ", re.MULTILINE), "pycon": re.compile(r"\A>>> ")}


@dataclass(frozen=True, slots=True)
class Written:
    """A block that stands for a file: `<!-- file: NAME -->` before it says which."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A block of inputs with what they print.

    Attributes:
        language: `console` or `pycon`.
        lines: the first and one beyond the last line of its content, from 0.
    """

    language: str
    text: str
    lines: tuple[int, int]

    def inputs(self) -> Iterator[str]:
        """Yield what is typed, prompts taken off; an input of several lines is one."""
        first, more = _PROMPTS[self.language]
        typed: list[str] = []
        for line in self.text.split("\n"):
            if line.startswith(first):
                if typed:
                    yield "\n".join(typed)
                typed = [line.removeprefix(first)]
            elif typed and (line.startswith(more) or line == more.rstrip()) and self._is_open(typed):
                typed.append(line[len(more) :])
        if typed:
            yield "\n".join(typed)

    def _is_open(self, typed: Sequence[str]) -> bool:
        # A `...` or `>` in what was printed is no continuation; a console's ends in a backslash.
        return self.language == "pycon" or typed[-1].endswith("\\")

    def as_typed(self, entry: str) -> str:
        """Return an input with its prompts."""
        first, more = _PROMPTS[self.language]
        head, *rest = entry.split("\n")
        return "\n".join([f"{first}{head}", *(f"{more}{line}".rstrip() for line in rest)])


def pages() -> list[Path]:
    """Return every page that may show output."""
    return [
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "docs/guides").glob("*.md")),
        *sorted((ROOT / "docs/checks").glob("*.md")),
    ]


def blocks(page: str) -> Iterator[Written | Shown]:
    """Yield the blocks of a page that are files or are run, in order."""
    lines = page.split("\n")
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if opened is None and fence:
            opened = number, fence[1], lines[number - 1] if number else ""
        elif opened is not None and line == "```":
            start, language, before = opened
            opened = None
            text = "\n".join(lines[start + 1 : number])
            if named := _FILE.fullmatch(before):
                yield Written(named[1], text + "\n")
            elif language in _TYPED and _TYPED[language].search(text) and not _NOT_RUN.fullmatch(before):
                yield Shown(language, text, (start + 1, number))
    assert opened is None, f"the block of line {opened[0] + 1} has no end"


def with_blocks(page: str, anew: Sequence[tuple[Shown, str]]) -> str:
    """Return a page with new texts in some of its blocks."""
    lines = page.split("\n")
    for block, text in reversed(anew):
        start, end = block.lines
        lines[start:end] = text.split("\n")
    return "\n".join(lines)


def commands(page: str) -> Iterator[str]:
    """Yield the lines of a page's `sh` blocks, which are typed and show no output."""
    for block in re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield from block.replace("\\\n", "").splitlines()


def links(page: str) -> list[str]:
    """Return where a page's links within the project lead."""
    return [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page) if "://" not in link]
