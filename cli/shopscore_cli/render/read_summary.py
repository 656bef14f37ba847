"""What a reading came to, in lines: rows, what was dropped and assumed, and the words nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore_cli.render.words import count_of

if TYPE_CHECKING:
    from shopscore.events.check import TableReport
    from shopscore.events.reader import ReadResult

_LISTED = 20
"""How many unknown words of a kind are listed; shopscore-read.json has them all."""


def read_lines(
    output: Path, result: ReadResult, rows: Mapping[str, int], reports: Mapping[str, TableReport]
) -> Iterator[str]:
    """Yield the lines of a summary."""
    tables = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    zone = f"; times in {result.zone}" if result.zone else ""
    yield f"{output}: {tables}{zone}"
    for what, count in result.dropped.items():
        if count:
            yield f"  dropped   {what}: {count:,}"
    for id_, text in result.notes:
        if id_ != "words_unknown":
            yield f"  note      {text}"
    for name, report in reports.items():
        for what, count in report.bad.items():
            yield f"  bad rows  {name}: {count_of(count, 'row')} with {what}, kept in the folder"
    for what, words in result.unmapped.items():
        texts, total = count_of(len(words), "text"), count_of(sum(words.values()), "row")
        yield f"  unknown   {what}: {texts} in no table, in {total}"
        listed = list(words.items())
        for word, count in listed[:_LISTED]:
            yield f"    {count:>7,}  {word}"
        if len(listed) > _LISTED:
            yield f"             and {len(listed) - _LISTED:,} more in shopscore-read.json"
