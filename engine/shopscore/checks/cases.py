"""The cases in a bundle's folder: each must be readable with the bundle it tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shopscore.bundle.model import Bundle
from shopscore.checks.findings import BROKEN_CASE
from shopscore.errors import Finding
from shopscore.events.cases import open_case
from shopscore.events.time import Zone
from shopscore.plan.needs import model_of
from shopscore.yaml.findings import finding

FOLDER = "cases"
"""Where a version keeps its tests."""


def case_files(folder: Path) -> tuple[Path, ...]:
    """Return the case files of a version's folder, by name."""
    found = (each for each in (folder / FOLDER).glob("**/*") if each.suffix in (".yaml", ".yml", ".json"))
    return tuple(sorted(found))


def check_cases(bundle: Bundle) -> Iterator[Finding]:
    """Yield everything wrong with the text, shape and rows of a bundle's cases."""
    tables, zone = model_of(bundle), Zone(bundle.timezone)
    for path in case_files(Path(bundle.mark.file).parent):
        file, findings = open_case(path)
        yield from findings
        if file is None:
            continue
        if file.bundle is not None and file.bundle != bundle.name:
            mark = file.root.mark if (node := file.root.get("bundle")) is None else node.mark
            yield finding(BROKEN_CASE, mark, f"the case is for {file.bundle} and lies with {bundle.name}")
            continue
        _, findings = file.read(tables, zone)
        yield from findings
