"""The first few findings of each kind and the number of the rest, and what was replaced, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from shopscore.errors import Finding, Level, Mark, near_match
from shopscore.events.rows import Note
from shopscore.events.rules import Check, Test
from shopscore.events.tables import Table

_QUOTED = re.compile("'(.*?)'")

SHOWN = 5
"""How many rows of one kind of fault are told one by one."""


def fault(check: Check, where: Mark | str, message: str, table: Table) -> Finding:
    """Return the finding of one bad row; a text outside a list gets the near match it may mean."""
    if check.test is Test.UNLISTED and (written := _QUOTED.search(message)):
        message += near_match(written[1].lower(), table.columns[check.column].values)
    return Finding(check.rule, Level.ERROR, where, f"{table.name}: {message}")


def and_more(check: Check, where: Mark | str, table: str, rows: int) -> Iterable[Finding]:
    """Yield the finding that stands for the rows not told one by one."""
    if rows > SHOWN:
        about = f" {check.column}" if check.column else ""
        message = f"{table}:{about} has this fault in {counted(rows - SHOWN, 'more row')}"
        yield Finding(check.rule, Level.ERROR, where, message)


def counted(number: int, what: str) -> str:
    """Return a number with its noun: `1 row`, `1,200 rows`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def unlisted_notes(table: Table, counts: Mapping[str, int]) -> list[Note]:
    """Return what was said about texts that became the word for anything else."""
    return [
        (
            "unlisted_value",
            f"{table.name}.{name} has {counted(rows, 'text')} outside "
            f"{', '.join(table.columns[name].values)}: read as {table.columns[name].unlisted}",
        )
        for name, rows in counts.items()
        if rows
    ]


def orphan_note(table: str, parent: str, rows: int) -> list[Note]:
    """Return the warning about rows that hang on a row which is not there."""
    if not rows:
        return []
    named = f"{counted(rows, 'row')} of {table} {'names' if rows == 1 else 'name'}"
    return [("orphans", f"{named} {parent} that are not in the data: they count for nothing")]
