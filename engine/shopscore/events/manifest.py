"""What a check pass found, kept beside the data: unchanged files need not be checked again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from shopscore.errors import UsageError
from shopscore.events.check import TableReport
from shopscore.events.files import MANIFEST
from shopscore.events.rules import checks_of
from shopscore.events.tables import Table
from shopscore.events.values import Zones

_FORMAT = 3


class Checked(Struct, frozen=True):
    """The result of a check pass: reports, orphans and strangers, each by table."""

    tables: Mapping[str, TableReport]
    orphans: Mapping[str, int]
    strangers: Mapping[str, int]


def place_of(data: Path) -> Path:
    """Return where the manifest of a folder, or of a database file, is kept."""
    return data / MANIFEST if data.is_dir() else data.with_name(f"{data.name}.{MANIFEST}")


def model_of(tables: Mapping[str, Table], zones: Zones) -> dict[str, list[str]]:
    """Return a digest of everything the verdicts depend on beside the files, part by part.

    A pass that looked at more columns than a later run needs holds for that run too.
    """
    said: dict[str, list[str]] = {
        name: [_digest(repr(each)) for each in (*table.columns.values(), *checks_of(table))]
        for name, table in tables.items()
    }
    return {**said, "zones": [zones.dates.name, zones.naive.name if zones.naive else ""]}


def write(place: Path, files: Iterable[Path], model: Mapping[str, list[str]], checked: Checked) -> None:
    """Write a manifest in one step; raises UsageError where its folder cannot be written to."""
    content = {"format": _FORMAT, "model": model, "files": _stats(files, place.parent), **asdict(checked)}
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        beside.write_text(
            json.dumps(content, indent=1, sort_keys=True, default=asdict) + "\n", encoding="utf-8"
        )
        beside.replace(place)
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def read(place: Path, files: Iterable[Path], model: Mapping[str, list[str]]) -> Checked | str:
    """Return what a former pass found, or in words why it does not hold for these files."""
    try:
        content: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT or not _covers(content["model"], model):
            return f"{place.name} was written for other columns, zones or a former version"
        if differing := _first_difference(content["files"], _stats(files, place.parent)):
            return f"{differing} has changed since {place.name} was written"
        tables = {name: TableReport(**report) for name, report in content["tables"].items()}
        return Checked(tables, content["orphans"], content["strangers"])
    except FileNotFoundError:
        return f"there is no {place.name}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"{place.name} cannot be read"


def _covers(before: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> bool:
    return before["zones"] == now["zones"] and all(
        set(said) <= set(before[part]) for part, said in now.items()
    )


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _stats(files: Iterable[Path], root: Path) -> dict[str, list[int]]:
    found = {}
    for path in files:
        name = str(path.relative_to(root.resolve())) if path.is_relative_to(root.resolve()) else str(path)
        found[name] = [path.stat().st_size, path.stat().st_mtime_ns]
    return found


def _first_difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    return next((name for name in sorted({*before, *now}) if before.get(name) != now.get(name)), None)
