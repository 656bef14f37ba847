"""What a parser's complaint means to the person who wrote the text."""

from __future__ import annotations

import re

import yaml

from shopscore.errors import Finding, Mark
from shopscore.yaml.findings import finding

_TAB = "a tab cannot indent; use spaces"

# Complaints in the words of the C and of the Python parser. These two are noticed far behind the fault.
_AT_THE_BEGINNING: dict[str, str] = {
    r"unexpected (end of stream|document)": "the quote opened here is never closed",
    r"could not find expected ':'": "expected ':' after this key, on the same line",
}
# {opened} is where the unfinished thing began.
_SENTENCES: dict[str, str] = {
    r"directive|incompatible YAML|version number": "expected no directive; quote a text that begins with '%'",
    r"(scanning|parsing) a tag|tag handle": "tags are not used; quote a text that begins with '!'",
    r"tab character": _TAB,
    r"mapping values are not allowed": (
        "a ':' cannot stand here; begin a new line for a key, or quote a text that holds ': '"
    ),
    r"sequence entries are not allowed": "a '- ' cannot stand here; begin a new line for a list item",
    r"mapping keys are not allowed": "a '? ' cannot stand here; write `key: value`",
    r"expected ',' or '\]'": "expected ',' or ']' in the list opened at {opened}",
    r"expected ',' or '\}'": "expected ',' or '}' in the map opened at {opened}",
    r"expected '-' indicator|expected <block end>.* block collection": (
        "expected an item of the list begun at {opened}, indented like the first, or the end of the list"
    ),
    r"expected (key|<block end>)": (
        "expected a key of the map begun at {opened}, indented like the first, or the end of the map"
    ),
    r"expected (the )?node content": "expected a value",
    r"expected '?<document start>": "expected the end of the file; the document is complete before this",
    r"unknown escape": r"no such escape; write \\ for a backslash, or use single quotes",
    r"invalid Unicode character|chr\(\) arg|too large to convert": (
        "this escape is no character; write the character itself"
    ),
    r"hexa?decimal": "expected hexadecimal digits after the escape",
    r"alphabetic or numeric": "expected a name after '&' or '*'; quote a text that begins so",
    r"comment or (a )?line break": "expected the text behind '|' or '>' to begin on the next line",
    r"unexpected ':'": "quote a text that holds ':' inside brackets",
    r"indentation indicator": "expected an indentation from 1 to 9 after '|' or '>', or none",
}


def explain(error: Exception, text: str, file: str) -> Finding:
    """Return what a parser raised as a finding in plain words, at the place to look at."""
    complaint = f"{getattr(error, 'problem', None) or error} {getattr(error, 'context', None) or ''}".strip()
    stopped = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None) or stopped
    place, begun = _mark(stopped or opened, file), _mark(opened, file)
    for pattern, sentence in _AT_THE_BEGINNING.items():
        if re.search(pattern, complaint):
            return finding("Y105", begun, sentence)
    before, character = _around(text, place)
    return finding("Y105", place, _sentence(complaint, before, character, begun))


def _sentence(complaint: str, before: str, character: str, opened: Mark) -> str:
    if "cannot start any token" in complaint:
        return _TAB if character == "\t" else f"a text cannot begin with '{character}'; quote it"
    if re.search("expected (key|<block end>)", complaint) and before.endswith(("'", '"')):
        return "text behind a closing quote; quote all of it, and write '' for a ' inside single quotes"
    for pattern, sentence in _SENTENCES.items():
        if re.search(pattern, complaint):
            return sentence.replace("{opened}", f"{opened.line}:{opened.column}")
    return f"not YAML: {complaint}"


def _around(text: str, mark: Mark) -> tuple[str, str]:
    """Return what stands before a place on its line, without blanks at the end, and the character there."""
    lines = re.split(r"\r\n|\r|\n", text)
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    return line[: mark.column - 1].rstrip(" "), line[mark.column - 1 : mark.column]


def _mark(mark: yaml.Mark | None, file: str) -> Mark:
    return Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file, 1, 1)
