"""Limits on what a text may make the reader build, counted event by event while it is read.

Composing in C crashes the process on some twenty thousand nested brackets and an alias bomb fills the
memory, so trees are built from parser events, which cost nothing before they are asked for, and the
counting comes before the building.
"""

from __future__ import annotations

from msgspec import Struct

from shopscore.errors import Finding, Mark
from shopscore.yaml.findings import finding

POLICY_BYTES = 4 * 1024 * 1024
"""The largest policy file; cases may ask for more."""


class Refused(Exception):
    """Reading stops at one finding, because what follows cannot be trusted."""

    def __init__(self, found: Finding) -> None:
        self.finding = found
        super().__init__(str(found))


class Limits(Struct, frozen=True):
    """What one text may hold; values include those that aliases stand for."""

    bytes: int = POLICY_BYTES
    depth: int = 50
    aliases: int = 100

    @property
    def values(self) -> int:
        """Return how many values there may be: a text of that size holds fewer unless it is a trick."""
        return max(10_000, self.bytes // 8)


class Guard:
    """Counts what is built and refuses to go on past a limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most = limits.values
        self._values = 0
        self._aliases = 0

    def value(self, mark: Mark) -> None:
        """Count one value, a list and a map included."""
        self._add(1, mark)

    def depth(self, depth: int, mark: Mark) -> None:
        """Check how many lists and maps enclose a place, those an alias stands for included."""
        if depth > self._limits.depth:
            raise Refused(finding("Y106", mark, f"nested more than {self._limits.depth} levels deep"))

    def alias(self, values: int, mark: Mark) -> None:
        """Count one alias that stands for some values."""
        self._aliases += 1
        if self._aliases > self._limits.aliases:
            raise Refused(finding("Y107", mark, f"more than {self._limits.aliases} aliases in one file"))
        self._add(values, mark)

    def _add(self, values: int, mark: Mark) -> None:
        self._values += values
        if self._values > self._most:
            raise Refused(finding("Y107", mark, f"more than {self._most} values, those of aliases included"))
