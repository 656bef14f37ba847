"""What an unquoted scalar is, by the core rules of YAML 1.2: `NO` and `22:30` are texts."""

from __future__ import annotations

import math
import re
import sys

from shopscore.yaml.findings import shorten
from shopscore.yaml.nodes import Kind

_WORDS: dict[str, tuple[Kind, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), (Kind.NULL, None)),
    **dict.fromkeys(("true", "True", "TRUE"), (Kind.BOOLEAN, True)),
    **dict.fromkeys(("false", "False", "FALSE"), (Kind.BOOLEAN, False)),
}
# The character classes are spelled out: \d and int() take every script's digits, YAML only these.
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0+(?=[0-9])")
_ZERO = re.compile(r"[-+]?[0.]+(?:[eE].*)?")

Resolved = tuple[Kind, bool | int | float | str | None]


class Unkept(ValueError):
    """A scalar that is a number by the rules and is refused all the same."""

    def __init__(self, id: str, message: str, resolved: Resolved) -> None:
        self.id = id
        self.message = message
        self.resolved = resolved
        super().__init__(message)


def resolve(text: str) -> Resolved:
    """Return the kind and value of an unquoted scalar.

    Raises Unkept for numbers that two readers read differently or that no double can hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return Kind.TEXT, text
    if _FLOAT.fullmatch(text):
        return _decimal(text)
    if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return _based(text)
    if _NOT_FINITE.fullmatch(text):
        raise Unkept("Y115", f"{text} cannot be compared; write null where there is no number", _HUGE)
    return Kind.TEXT, text


# Keeps its kind so that the shape of the rest is still checked, and is finite because arithmetic of
# such checks raises on infinity; the finding stops the run anyway.
_HUGE: Resolved = (Kind.NUMBER, sys.float_info.max)


def _decimal(text: str) -> Resolved:
    number = float(text)
    if math.isinf(number):
        raise Unkept("Y115", f"{shorten(text)} is larger than any number that can be kept", _HUGE)
    if number == 0 and not _ZERO.fullmatch(text):
        raise Unkept("Y115", f"{shorten(text)} is so small that it would become 0", (Kind.NUMBER, number))
    if _LEADING_ZERO.match(text):
        # int() refuses to read thousands of zeros, so they go first.
        without = _LEADING_ZERO.sub(lambda zeros: zeros[0].rstrip("0"), text, count=1)
        message = f"{shorten(text)} is two numbers to two readers; write {shorten(without)}, or quote it"
        raise Unkept("Y114", message, _decimal(without))
    return (Kind.INTEGER, int(text)) if _DECIMAL.fullmatch(text) else (Kind.NUMBER, number)


def _based(text: str) -> Resolved:
    if len(text) > 200:  # far beyond a double, and int() is slow on long octals
        raise Unkept("Y115", f"{shorten(text)} is larger than any number that can be kept", _HUGE)
    return Kind.INTEGER, int(text, 0)
