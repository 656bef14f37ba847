"""Where a folder of tables came from, if a reader wrote it: what was assumed and dropped goes along."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import Struct

from shopscore.errors import BadInputError, Finding, Level, UsageError
from shopscore.events.files import ORIGIN
from shopscore.events.reader import ReadResult
from shopscore.events.rows import Note
from shopscore.events.time import Zone

_FORMAT = 1


class Origin(Struct, frozen=True):
    """What a run needs to know of a folder's origin.

    Attributes:
        zone: the zone of times without one and of bare dates.
        notes: what was assumed and dropped; it ends in every scorecard.
    """

    zone: str | None
    notes: tuple[Note, ...]


def write_origin(folder: Path, result: ReadResult) -> None:
    """Write beside the tables where they came from."""
    content = {
        "format": _FORMAT,
        "reader": result.reader,
        "zone": result.zone,
        "files": [{"path": str(path), "bytes": path.stat().st_size} for path in result.files],
        "dropped": dict(result.dropped),
        "unmapped": {what: dict(words) for what, words in result.unmapped.items()},
        "notes": [{"id": id_, "text": text} for id_, text in result.all_notes],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (folder / ORIGIN).write_text(text + "\n", encoding="utf-8")


def read_origin(folder: Path) -> Origin | None:
    """Return where a folder's tables came from; None where nobody said.

    Raises BadInputError where it cannot be read: times without a zone would mean something else.
    """
    place = folder / ORIGIN
    try:
        content: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ValueError("another format")
        zone, notes = content["zone"], tuple((each["id"], each["text"]) for each in content["notes"])
        if not all(isinstance(each, str) for each in ("" if zone is None else zone, *chain(*notes))):
            raise ValueError("no text where one is written")
        return Origin(Zone(zone).name if zone is not None else None, notes)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        message = "the file cannot be read; read the exports anew, or remove it and give --zone"
        raise BadInputError([Finding("I321", Level.ERROR, ORIGIN, message)]) from error
