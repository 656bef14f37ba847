"""Which files of a folder are which table."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from shopscore.errors import BadInputError, Finding, Level, UsageError, near_match


class Format(StrEnum):
    """How a table's files are written."""

    PARQUET = ".parquet"
    CSV = ".csv"
    CSV_GZ = ".csv.gz"
    NDJSON = ".ndjson"


class TableFiles(Struct, frozen=True):
    """The files of one table, all of one format, by path."""

    table: str
    format: Format
    paths: tuple[Path, ...]


class Folder(Struct, frozen=True):
    """What is in a data set's folder: tables, and files that are none."""

    tables: tuple[TableFiles, ...]
    unknown: tuple[str, ...]


MANIFEST = "shopscore-checked.json"
"""The name under which a folder's manifest of checked files is kept."""

ORIGIN = "shopscore-read.json"
"""The name under which a reader's folder keeps what was assumed and dropped in reading."""


def is_database(path: Path) -> bool:
    """Tell whether a file is a DuckDB database, by its magic bytes."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def find_tables(folder: Path, names: Collection[str]) -> Folder:
    """Return the tables of a folder: `orders.csv`, or all files of one format in `orders/`.

    Raises BadInputError where a table is there twice, or no table at all.
    """
    found: dict[str, dict[Format, list[Path]]] = {}
    unknown = []
    for path in sorted(_listed(folder)):
        name, form = _named(path)
        if path.is_dir() and path.name in names:
            for inner in sorted(_listed(path)):
                if (inner_form := _named(inner)[1]) is not None:
                    found.setdefault(path.name, {}).setdefault(inner_form, []).append(inner)
                else:
                    unknown.append(f"{path.name}/{inner.name}")
        elif form is not None and name in names and not path.is_dir():
            found.setdefault(name, {}).setdefault(form, []).append(path)
        elif path.name not in (MANIFEST, ORIGIN):
            unknown.append(path.name)
    _refuse_twice(folder, found)
    if not found:
        raise UsageError(_no_tables(folder, names, unknown))
    tables = [
        TableFiles(name, form, tuple(path.resolve() for path in paths))
        for name, formats in found.items()
        for form, paths in formats.items()
    ]
    return Folder(tuple(tables), tuple(unknown))


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder, without what tools hide or leave behind (`.DS_Store`, `_SUCCESS`)."""
    try:
        return [path for path in folder.iterdir() if path.name[0] not in "._"]
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error


def _named(path: Path) -> tuple[str, Format | None]:
    for form in (Format.CSV_GZ, Format.CSV, Format.PARQUET, Format.NDJSON):
        if path.name.endswith(form.value):
            return path.name.removesuffix(form.value), form
    return path.name, None


def _refuse_twice(folder: Path, found: dict[str, dict[Format, list[Path]]]) -> None:
    findings = []
    for name, formats in found.items():
        paths = [path for paths in formats.values() for path in paths]
        # A folder may hold many files of one format; a file beside it, or another format, is a second table.
        if len(formats) > 1 or len({path.parent for path in paths}) > 1:
            shown = ", ".join(str(path.relative_to(folder)) for path in paths[:4])
            message = (
                f"{name} is there more than once ({shown}); expected one file, or a folder of one format"
            )
            findings.append(Finding("I323", Level.ERROR, str(folder), message))
    if findings:
        raise BadInputError(findings)


def _no_tables(folder: Path, names: Collection[str], unknown: list[str]) -> str:
    wanted = f"expected files such as orders.parquet, orders.csv or orders/*.parquet ({', '.join(names)})"
    if not unknown:
        return f"{folder} is empty; {wanted}"
    stem = unknown[0].partition(".")[0]
    return f"{folder} has no table: found {', '.join(unknown[:4])}; {wanted}{near_match(stem, names)}"
