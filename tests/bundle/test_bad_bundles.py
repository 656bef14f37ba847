"""One defect per file in `bad/`: what is changed in the tiny bundle, and every finding, word by word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from shopscore.bundle.catalog import Catalog
from shopscore.bundle.findings import CATALOGUE

HERE = Path(__file__).parent
CASES = sorted((HERE / "bad").glob("*.yaml"))
BY_FOLDER = {"B280"}
"""Findings that need more than one bundle; test_in_force.py has them."""


def findings_of(case: Path, folder: Path) -> list[str]:
    said = yaml.safe_load(case.read_text(encoding="utf-8"))
    shutil.copytree(HERE / "policies", folder, dirs_exist_ok=True)
    bundle = folder / "tiny/1/bundle.yaml"
    text = bundle.read_text(encoding="utf-8")
    for change in said.get("change", ()):
        assert text.count(change["from"]) == 1, f"{change['from']!r} is to stand once in the tiny bundle"
        text = text.replace(change["from"], change["to"])
    bundle.write_text(text, encoding="utf-8")
    for path, content in said.get("files", {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    loaded = Catalog([Path()]).load(said.get("load", "tiny@1"))
    assert loaded.bundle is None
    return [str(finding) for finding in loaded.findings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_bad_bundle_is_told_apart_word_by_word(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each case names its defect at the place it was written, and nothing else."""
    monkeypatch.chdir(tmp_path)
    expected = yaml.safe_load(case.read_text(encoding="utf-8"))["findings"]
    assert expected == findings_of(case, tmp_path)


def test_every_finding_has_a_bad_bundle() -> None:
    """The documented ids are those that the cases meet."""
    met = {
        finding.split(" ")[1]
        for case in CASES
        for finding in yaml.safe_load(case.read_text(encoding="utf-8"))["findings"]
    }
    assert {each.id for each in CATALOGUE} == {id for id in met if id.startswith("B")} | BY_FOLDER


def test_ids_are_listed_once_and_in_order() -> None:
    """The documentation is made from the catalogue as it stands."""
    ids = [each.id for each in CATALOGUE]
    assert sorted(set(ids)) == ids
