"""Saved answers of an API: pages of JSON in files and folders, each with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from shopscore.errors import BadInputError, Finding, Level, Mark, UsageError

ENDINGS = (".json", ".ndjson", ".jsonl")
"""What is read of a folder; the last two have an answer on each line."""

LARGEST = 256 * 1024 * 1024
"""Bytes of one JSON text; an API's page has some hundred kilobytes."""

_LIMIT = f"{LARGEST // 1024**2} MiB"
_SMALLER = "expected an answer of the API, which is smaller"

_IDS = ("id", "order_id", "return_id", "reverse_order_id", "cancel_id", "review_id", "conversation_id",
        "return_order_id", "chat_record_id", "product_id", "tiktok_product_id")  # fmt: skip
"""Ids that records and products are told apart by; those of people are not among them: messages show ids."""

Record = Mapping[str, Any]


class Page(Struct, frozen=True):
    """One answer.

    Attributes:
        file: the file's name as messages tell it, seen from the folder that was given.
        line: the line in a file with an answer on each, else None.
        data: what is inside `data`, however often that is nested, since some clients save the answer
            inside an answer; without one the answer itself.
        around: the answer's own keys, such as code and request_id.
    """

    file: str
    line: int | None
    data: Record
    around: Record

    @property
    def where(self) -> str:
        """Return the page's place for messages."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Files(Struct, frozen=True):
    """The files of a request: those with answers, and those of a folder that were left alone."""

    read: tuple[tuple[Path, str], ...]
    ignored: tuple[str, ...]


def find_files(paths: Sequence[Path], reader: str) -> Files:
    """Return the files of paths in order of their names; raises UsageError where there are none."""
    read: list[tuple[Path, str]] = []
    ignored: list[str] = []
    for path in paths:
        if path.is_dir():
            for each in sorted(each for each in path.rglob("*") if each.is_file()):
                name = each.relative_to(path).as_posix()
                if each.suffix.lower() in ENDINGS:
                    read.append((each, name))
                else:
                    ignored.append(name)
        elif path.exists():
            read.append((path, path.name))
        else:
            raise UsageError(f"there is no file or folder {path}")
    if not read:
        shown = ", ".join(map(str, paths))
        raise UsageError(
            f"the reader {reader} finds no saved answer in {shown}; expected {', '.join(ENDINGS)} files"
        )
    return Files(tuple(read), tuple(ignored))


def read_pages(
    files: Files, take: Callable[[Page], None], on_progress: Callable[[int, int | None], None] | None = None
) -> None:
    """Give every answer of the files to `take`, one at a time: together they may not fit into memory.

    Raises BadInputError with every file that has no answer, or one that `take` raises it for.
    """
    findings: list[Finding] = []
    sizes = [path.stat().st_size for path, _ in files.read]
    done = 0
    for (path, name), size in zip(files.read, sizes, strict=True):
        try:
            for line, value in _values(path, name):
                for each in value if isinstance(value, list) else [value]:
                    take(_page(name, line, each))
        except BadInputError as error:
            findings += error.findings
        done += size
        if on_progress is not None:
            on_progress(done, sum(sizes))
    if findings:
        raise BadInputError(findings)


def kind_of(value: object) -> str:
    """Return what a value of JSON is, in words.

    >>> kind_of(7), kind_of(None)
    ('a number', 'null')
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def refuse_lost_digits(where: str, what: str, record: Record) -> None:
    """Raise BadInputError for an id that some program made a number with a point: two ids may be one then."""
    for key in _IDS:
        if isinstance(value := record.get(key), float):
            expected = "expected a text or a whole number"
            raise unreadable(where, f"{what}.{key} is {value}, an id that has lost digits; {expected}")


def unreadable(where: Mark | str, message: str) -> BadInputError:
    """Return the error of a file that is not what it should be."""
    return BadInputError([Finding("I321", Level.ERROR, where, message)])


def _values(path: Path, name: str) -> Iterator[tuple[int | None, Any]]:
    if path.suffix.lower() in ENDINGS[1:]:
        with path.open("rb") as lines:
            number = 0
            while line := lines.readline(LARGEST + 1):
                number += 1
                if len(line) > LARGEST:
                    raise unreadable(f"{name}:{number}", f"the line has more than {_LIMIT}; {_SMALLER}")
                if line.strip():
                    yield number, _parsed(line, name, number)
        return
    if path.stat().st_size > LARGEST:
        size = f"{path.stat().st_size / 1024**2:,.0f} MiB"
        raise unreadable(name, f"the file has {size}; expected at most {_LIMIT}, or an answer on each line")
    yield None, _parsed(path.read_bytes(), name, None)


def _parsed(raw: bytes, name: str, line: int | None) -> Any:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start + 1} is no UTF-8; the file begins with {raw[:8]!r}"
        raise unreadable(name, f"the file is not JSON: {found}") from error
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        mark = Mark(name, error.lineno if line is None else line, error.colno)
        if _is_cut_off(text, error):
            raise unreadable(mark, "the file ends in the middle of an answer: it was cut off") from error
        begins = text.lstrip()[:8]
        found = f"{error.msg}; the text begins with {begins!r}" if begins else "it is empty"
        raise unreadable(mark, f"the file is not JSON: {found}") from error
    except RecursionError as error:
        raise unreadable(name, "the file is nested too deep for an answer of an API") from error
    except ValueError as error:
        raise unreadable(name, f"the file is not JSON: {error}") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    """Tell whether what begins as JSON only lacks its end."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


def _page(file: str, line: int | None, answer: Any) -> Page:
    where = file if line is None else f"{file}:{line}"
    if not isinstance(answer, dict):
        raise unreadable(
            where, f"found {kind_of(answer)}; expected an answer of the API, an object with data"
        )
    data = answer
    _refuse_failed(where, data)
    while isinstance(data.get("data"), dict):
        data = data["data"]
        _refuse_failed(where, data)
    return Page(file, line, data, answer)


def _refuse_failed(where: str, answer: Record) -> None:
    """Raise BadInputError for an answer that says why there is no data."""
    code = answer.get("code", 0)
    if ("data" in answer or "message" in answer) and code not in (0, "0"):
        said = f", {answer['message']!r}" if answer.get("message") else ""
        raise unreadable(where, f"the API refused: code {code}{said}; expected an answer with code 0")
