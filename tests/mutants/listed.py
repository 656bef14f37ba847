"""The list of faults, as `mutants.toml` writes it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("tests/engines/by_hand", "tests/shapes", "tests/traps")
"""What runs for a fault that names no tests."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: a text that stands once in a file, and what it becomes.

    Attributes:
        tests: what pytest is given.
        only: what pytest's -k is given; empty for all.
    """

    id: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]
    only: str


def listed() -> tuple[Mutant, ...]:
    """Return the faults in written order."""
    with Path(__file__).with_name("mutants.toml").open("rb") as file:
        written = tomllib.load(file)["mutant"]
    return tuple(
        Mutant(
            id=each["id"],
            file=each["file"],
            find=each["find"],
            replace=each["replace"],
            tests=(each["tests"],) if "tests" in each else QUICK,
            only=each.get("only", ""),
        )
        for each in written
    )
