"""Where a bundle keeps its tests."""

from __future__ import annotations

from pathlib import Path

FOLDER = "cases"


def case_files(folder: Path) -> tuple[Path, ...]:
    """Return the case files of a version's folder, by name."""
    found = (each for each in (folder / FOLDER).glob("**/*") if each.suffix in (".yaml", ".yml", ".json"))
    return tuple(sorted(found))
