"""What a run can say is wrong: findings about what people wrote, and the errors that carry them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How bad a finding is; only errors stop a run."""

    ERROR = "error"
    WARNING = "warning"


class Mark(Struct, frozen=True, order=True):
    """A place in a text file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def right(self, columns: int) -> Mark:
        """Return the mark some columns further on the same line."""
        return Mark(self.file, self.line, self.column + columns)


class Finding(Struct, frozen=True):
    """One thing wrong with what a person wrote or supplied.

    `where` is a Mark for text files and `table:row:column` for data.
    """

    id: str
    level: Level
    where: Mark | str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.id} {self.level.value} {self.message}"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by place, then id."""
        if isinstance(self.where, Mark):
            return (self.where.file, self.where.line, self.where.column, self.id, self.message)
        return (self.where, 0, 0, self.id, self.message)


class ShopscoreError(Exception):
    """Base of everything this package raises on purpose: the person can mend it."""


class UsageError(ShopscoreError):
    """The request itself cannot be carried out: an unknown bundle, a missing file, a wrong day."""


class FindingsError(ShopscoreError):
    """Findings that stop the run, all of them at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.sort_key))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class BadInputError(FindingsError):
    """Rows or files of the input that do not fit the event model."""


def near_match(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` when one known word is close, else an empty text."""
    matches = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding stops the run."""
    return any(finding.level is Level.ERROR for finding in findings)
