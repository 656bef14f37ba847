"""What is looked at before Python's parser sees a formula: length, characters, quotes and brackets."""

from __future__ import annotations

from msgspec import Struct

from shopscore.formula.findings import Problem

MAX_LENGTH = 2_000
MAX_DEPTH = 50
MAX_PARTS = 500

_CLOSER = {"(": ")", "[": "]", "{": "}"}

_SIGNS = {
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "×": "write *",
    "÷": "write /",
    "−": "write -",
    "–": "write -",
    "“": 'write "',
    "”": 'write "',
    "‘": "write '",
    "’": "write '",
    "\u00a0": "write a plain space",
    "#": "comments belong to the YAML around the formula",
    ";": "one formula is one expression",
    "\\": "lines need no sign at their end",
}

# White space one by one, so that a formula over several lines is one line with the same offsets.
_ONE_LINE = str.maketrans("\n\r\t\f", "    ")


class Scanned(Struct, frozen=True):
    """A formula that may be given to the parser.

    `text` is on one line, `bare` is the same with quoted characters blanked; `quoted` are the
    (from, to) offsets of the texts in quotes, quotes included.
    """

    text: str
    bare: str
    quoted: frozenset[tuple[int, int]]

    @property
    def lead(self) -> int:
        """Count the white space before the formula."""
        return len(self.text) - len(self.text.lstrip())


def scan(text: str) -> Scanned | Problem:
    """Check a formula's characters, quotes and brackets, at a cost bounded by its length."""
    if len(text) > MAX_LENGTH:
        return Problem(
            "F102", 0, f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed"
        )
    if not text.strip():
        return Problem("F101", 0, "the formula is empty; expected an expression")
    line = text.translate(_ONE_LINE)
    bare = list(line)
    quoted: set[tuple[int, int]] = set()
    brackets: list[int] = []
    at = 0
    while at < len(line):
        sign = line[at]
        if sign in "'\"":
            end = line.find(sign, at + 1)
            if end < 0:
                return Problem("F105", at, f"the quote {sign} is never closed")
            if problem := _bad_text(line, at + 1, end):
                return problem
            quoted.add((at, end + 1))
            bare[at + 1 : end] = " " * (end - at - 1)
            at = end
        elif sign in _CLOSER:
            brackets.append(at)
            if len(brackets) > MAX_DEPTH:
                return Problem("F103", at, f"the brackets nest more than {MAX_DEPTH} deep")
        elif sign in ")]}":
            if not brackets:
                return Problem("F105", at, f"the bracket {sign} closes nothing")
            expected = _CLOSER[line[brackets.pop()]]
            if sign != expected:
                return Problem("F105", at, f"the bracket {sign} stands where {expected} was expected")
        elif sign in _SIGNS or not " " <= sign <= "~":
            return Problem("F106", at, f"{_shown(sign)} has no meaning in a formula{_hint(sign)}")
        at += 1
    if brackets:
        return Problem("F105", brackets[-1], f"the bracket {line[brackets[-1]]} is never closed")
    return Scanned(line, "".join(bare), frozenset(quoted))


def _bad_text(line: str, start: int, end: int) -> Problem | None:
    for at in range(start, end):
        if line[at] == "\\":
            return Problem("F114", at, "a backslash has no meaning in a text; use the other kind of quote")
        if not line[at].isprintable():
            return Problem("F106", at, f"{_shown(line[at])} cannot stand in a text")
    return None


def _shown(sign: str) -> str:
    """Show a character; a letter that only looks like a Latin one is told by its code."""
    code = f"U+{ord(sign):04X}"
    if not sign.isprintable():
        return f"the character {code}"
    return f"'{sign}'" if sign in _SIGNS else f"'{sign}' ({code})"


def _hint(sign: str) -> str:
    return f"; {_SIGNS[sign]}" if sign in _SIGNS else ""
