"""From a path or bytes to a text that is safe to parse: size first, then encoding, then characters."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from shopscore.errors import Finding, Mark
from shopscore.yaml.findings import finding
from shopscore.yaml.guard import Refused

_BOM = "\ufeff"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")

# NEL, LS and PS are line breaks in YAML 1.1 and ordinary characters in 1.2 and in JSON: a reader that
# folds them changes the text. Surrogates come only from texts made in Python; UTF-8 has none.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def read_bytes(path: Path, shown_as: str, max_bytes: int) -> bytes | Finding:
    """Read a file of bounded size; never more than the bound, even where the size is not known before."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return finding("Y101", shown_as, "is a folder, expected a file")
        if stat.S_ISREG(found.st_mode) and found.st_size > max_bytes:
            return too_large(shown_as, found.st_size, max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except FileNotFoundError:
        return finding("Y101", shown_as, "there is no such file")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        return finding("Y101", shown_as, f"cannot be read: {reason}")
    except ValueError as error:  # a NUL in the path
        return finding("Y101", shown_as, f"cannot be read: {error}")
    if len(content) > max_bytes:
        return too_large(shown_as, None, max_bytes)
    return content


def too_large(shown_as: str, size: int | None, max_bytes: int) -> Finding:
    """Say that a file is too large, with its size where that is known."""
    has = f"has {size:,} bytes" if size is not None else "is too large"
    return finding("Y102", shown_as, f"{has}, expected at most {max_bytes:,}")


def decode(content: bytes | str, file: str, max_bytes: int) -> str:
    """Return the text of a UTF-8 file without its byte order mark.

    Raises Refused for other encodings, and for control characters and invisible line breaks.
    """
    if len(content) > max_bytes:
        raise Refused(too_large(file, len(content), max_bytes))
    text = content if isinstance(content, str) else _from_utf8(content, file)
    text = text.removeprefix(_BOM)
    if bad := UNSAFE.search(text):
        mark = _mark_of(text, bad.start(), file)
        raise Refused(finding("Y104", mark, f"the character {codepoint(bad[0])} does not belong in a text"))
    return text


def codepoint(character: str) -> str:
    """Return a character's number, as an invisible one cannot be shown."""
    return f"U+{ord(character):04X}"


def _from_utf8(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        mark = _mark_of(content[: error.start].decode("utf-8").removeprefix(_BOM), None, file)
        byte = content[error.start]
        message = f"not UTF-8: the byte 0x{byte:02X} cannot stand here; save the file as UTF-8"
        raise Refused(finding("Y103", mark, message)) from None


def _mark_of(text: str, offset: int | None, file: str) -> Mark:
    """Return the place of an offset, by default the end; lines end as YAML's do."""
    before = text[:offset]
    breaks = list(_LINE_BREAK.finditer(before))
    start = breaks[-1].end() if breaks else 0
    return Mark(file, len(breaks) + 1, len(before) - start + 1)
