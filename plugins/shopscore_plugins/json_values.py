"""Single values of an answer as the texts that event tables take; what is wrong with one the checks tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from shopscore.events.time import SECOND, Zone
from shopscore.events.values import Problem, parse_instant

Record = Mapping[str, Any]


def text(record: Record, *names: str) -> str | None:
    """Return the first value there is under some names, as it was written.

    An absent key, null and an empty text mean the same: there is no value.

    >>> text({"id": 576461413038785752, "name": ""}, "name", "id")
    '576461413038785752'
    """
    for name in names:
        written = _written(record.get(name))
        if written is not None:
            return written
    return None


def moment(record: Record, *names: str) -> str | None:
    """Return an instant as it was written: seconds, milliseconds or ISO 8601; 0 is none.

    >>> moment({"paid_time": 0, "create_time": "1619611561674"}, "paid_time", "create_time")
    '1619611561674'
    """
    for name in names:
        written = _written(record.get(name))
        if written not in (None, "0"):
            return written
    return None


def seconds(written: str | None) -> float:
    """Return Unix seconds for comparing, however they were written; 0 where there are none.

    >>> seconds("1783000000000"), seconds("2026-07-02T13:46:40Z"), seconds("soon")
    (1783000000.0, 1783000000.0, 0)
    """
    at = parse_instant(written, _UTC)
    return 0 if isinstance(at, Problem) else at / SECOND


def whole(written: str | None) -> int | None:
    """Return a whole number as it was written; None for anything else, and for what no calendar reaches.

    >>> whole("1761264000"), whole("17.5"), whole("9" * 30)
    (1761264000, None, None)
    """
    return int(written) if written is not None and _WHOLE.fullmatch(written) else None


def maps(record: Record, name: str) -> Iterator[Record]:
    """Yield the objects of a list; what is no object is not."""
    yield from (each for each in _list(record.get(name)) if isinstance(each, dict))


def texts(record: Record, name: str) -> str | None:
    """Return the values of a list as one text; None where it has none.

    >>> texts({"reasons": '["Out of stock", "Pricing error"]'}, "reasons")
    'Out of stock; Pricing error'
    """
    return "; ".join(each for value in _list(record.get(name)) if (each := _written(value))) or None


def part(record: Record, name: str) -> Record:
    """Return an object inside a record, an empty one where there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


_WHOLE = re.compile("[0-9]{1,11}")
_UTC = Zone("UTC")


def _list(found: object) -> list[Any]:
    """Return a list, also one that an answer prints as a text; an empty one for anything else."""
    if isinstance(found, str) and found.lstrip().startswith("["):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return []
    return found if isinstance(found, list) else []


def _written(value: object) -> str | None:
    if value is None or value == "" or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _whole_characters(str(value).strip()) or None


def _whole_characters(written: str) -> str:
    """Return a text that can be written: JSON may hold one half of a character, cut off by some program."""
    if written.isascii():
        return written
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
