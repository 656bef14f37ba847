"""What options and arguments take, with messages that say what was expected."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from shopscore.events.reach import beyond_reach

MOST_THREADS = 256
"""DuckDB starts every thread it is allowed, so that a slip of the keys would hang the machine."""

_UNITS = {f"{letter}{ending}": base**power for power, letter in enumerate("KMGT", 1)
          for ending, base in (("B", 1000), ("iB", 1024))}  # fmt: skip
_LEAST_MEMORY = 64 * _UNITS["MB"]


class Day(click.ParamType[date]):
    """A date as ISO writes it, within the reach of scores."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail with what was expected."""
        day = value if isinstance(value, date) else self._parsed(str(value), param, ctx)
        if expected := beyond_reach(day):
            self.fail(f"{str(day)!r} is out of reach; {expected}", param, ctx)
        return day

    def _parsed(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.fail(f"{text!r} is no day of the calendar", param, ctx)
        self.fail(f"{text!r} is not a day; expected one such as 2026-06-22", param, ctx)


class Threads(click.ParamType[int]):
    """How many threads to use."""

    name = "N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with what was expected."""
        text = str(value)
        if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_THREADS:
            return int(text)
        self.fail(f"expected a whole number from 1 to {MOST_THREADS}, found {text!r}", param, ctx)


class MemorySize(click.ParamType[str]):
    """An amount of memory as DuckDB writes it."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the size as given, or fail with what was expected."""
        text = str(value)
        sizes = {unit.lower(): size for unit, size in _UNITS.items()}
        written = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([KMGT]i?B)", text, re.IGNORECASE)
        if written and float(written[1]) * sizes[written[2].lower()] >= _LEAST_MEMORY:
            return text
        self.fail(f"expected a size such as 4GiB, at least 64MB, found {text!r}", param, ctx)


class Word(click.types.StringParamType):
    """A text that names something: an empty one, of an unset variable, would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word, or fail where it is empty."""
        if value == "":
            self.fail("it is empty; expected a name or a path", param, ctx)
        return super().convert(value, param, ctx)


class Place(click.Path):
    """A path that is not empty."""

    def __init__(self, **options: bool) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail where it is empty."""
        if value == "":
            self.fail("it is empty; expected a path", param, ctx)
        return super().convert(value, param, ctx)
