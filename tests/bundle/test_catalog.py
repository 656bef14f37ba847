"""Bundles by name, by folder, by market and day."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.bundle.catalog import Catalog
from shopscore.errors import FindingsError, UsageError

TINIES = "tiny@1, tiny@2, tiny@10, tiny@11"
TINY = Path(__file__).parent / "policies/tiny/1"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a market with two versions in a row, a gap and an open end, and a preview of the next."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(TINY, tmp_path / "tiny/1")
    write(tmp_path, "tiny", "2", "effective: {from: 2026-07-01, until: 2026-07-31}\nextends: tiny@1\n")
    write(tmp_path, "tiny", "10", "effective: {from: 2026-09-01}\nextends: tiny@1\n")
    write(tmp_path, "tiny", "11", "effective: {from: 2026-07-15}\nextends: tiny@1\npreview: true\n")
    write(tmp_path, "words", "1", "effective: {from: 2026-01-01}\nextends: tiny@1\nabstract: true\n")
    write(tmp_path, "side", "1", "effective: {from: 2026-01-01}\nextends: tiny@1\nprogram: side\n")
    return tmp_path


def write(root: Path, id: str, version: str, text: str) -> None:
    folder = root / id / version
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(f'id: {id}\nversion: "{version}"\n{text}', encoding="utf-8")


def said(error: pytest.ExceptionInfo[UsageError]) -> str:
    return str(error.value)


def test_names_are_ids_with_versions_in_order(root: Path) -> None:
    """Numbers count as numbers: version 10 comes after 2."""
    assert Catalog([Path()]).names() == ("side@1", "tiny@1", "tiny@2", "tiny@10", "tiny@11", "words@1")


def test_making_a_catalog_reads_nothing(tmp_path: Path) -> None:
    """A missing root is only missed when something is asked for."""
    catalog = Catalog([tmp_path / "nowhere"])
    with pytest.raises(UsageError) as error:
        catalog.names()
    assert said(error) == f"there is no folder of policies '{tmp_path / 'nowhere'}'"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("tiny", "tiny has versions; name one of them: " + TINIES),
        ("tiny@", "tiny has versions; name one of them: " + TINIES),
        ("tiny@12", "tiny has no version '12'; did you mean 'tiny@2'?"),
        ("tiny@zzzzzzzzzz", "tiny has no version 'zzzzzzzzzz'; its versions are " + TINIES),
        ("tny@1", "no bundle is called 'tny'; did you mean 'tiny'?"),
        ("elsewhere@1", "no bundle is called 'elsewhere'; known are side, tiny, words"),
        ("no/such/folder", "no/such/folder: there is no such folder"),
        ("tiny/1/bundle.yaml", "tiny/1/bundle.yaml: is a file; name the folder it is in"),
        ("./tiny", "tiny: there is no .yaml file in this folder; its versions are 1, 2, 10, 11"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(root: Path, reference: str, message: str) -> None:
    """Each says what would be understood."""
    with pytest.raises(UsageError) as error:
        Catalog([root]).load(reference)
    assert said(error) == message


def test_a_name_in_two_roots_is_ambiguous(root: Path) -> None:
    """Unless both hold the same, as when a root is given twice."""
    catalog = Catalog([root, TINY.parents[1]])
    assert catalog.load("tiny@1").bundle is not None
    (root / "tiny/1/more.yaml").write_text("values: {more: {value: 1, source: guide}}\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        Catalog([root, TINY.parents[1]]).load("tiny@1")
    assert said(error) == f"tiny@1 is in two places and not the same there: {root / 'tiny/1'} and {TINY}"


def test_a_folder_is_a_bundle(root: Path) -> None:
    """It finds its parents beside it, whatever the roots are."""
    by_folder = Catalog([]).load(root / "tiny/2")
    by_name = Catalog([root]).load("tiny@2")
    assert by_folder.bundle is not None and by_name.bundle is not None
    assert by_folder.bundle.digest == by_name.bundle.digest


def test_a_bundle_is_read_once(root: Path) -> None:
    """Asking again gives the same object, of a folder as well."""
    catalog = Catalog([root])
    assert catalog.load("tiny@1") is catalog.load("tiny@1")
    assert catalog.load(root / "tiny/2") is catalog.load(root / "tiny/2")


def test_a_folder_called_like_a_bundle_is_not_that_bundle(root: Path) -> None:
    catalog = Catalog([root])
    catalog.load("tiny@1")
    with pytest.raises(UsageError) as error:
        catalog.load(Path("tiny@1"))
    assert said(error) == "tiny@1: there is no such folder"


@pytest.mark.parametrize("name", ["us-sps@2026.06", "policies/us-sps/2026.06"])
def test_a_workspace_makes_one_plan_of_a_bundle(name: str) -> None:
    """Each of a bundle's cases asks for it, and to plan it takes longer than to score a case."""
    workspace = Workspace([Path("policies")])
    assert workspace.policy(name).plan is workspace.policy(name).plan


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "tiny@1"),
        (date(2026, 6, 30), "tiny@1"),
        (date(2026, 7, 1), "tiny@2"),
        (date(2026, 7, 31), "tiny@2"),
        (date(2026, 9, 1), "tiny@10"),
        (date(2100, 1, 1), "tiny@10"),
    ],
)
def test_both_ends_of_a_range_belong_to_it(root: Path, day: date, name: str) -> None:
    """Previews, abstract bundles and side programmes are never in force for a market."""
    assert Catalog([root]).in_force("US", day) == name


@pytest.mark.parametrize(
    ("market", "day", "message"),
    [
        (
            "US",
            date(2025, 12, 31),
            "no main programme of market US is in force on 2025-12-31; nearest: "
            "tiny@1 (2026-01-01 to 2026-06-30)",
        ),
        (
            "US",
            date(2026, 8, 15),
            "no main programme of market US is in force on 2026-08-15; nearest: "
            "tiny@2 (2026-07-01 to 2026-07-31), tiny@10 (from 2026-09-01)",
        ),
        ("USA", date(2026, 1, 1), "there is no main programme of a market 'USA'; did you mean 'US'?"),
        ("ID", date(2026, 1, 1), "there is no main programme of a market 'ID'; known are US"),
    ],
)
def test_a_day_without_a_version_names_the_nearest(root: Path, market: str, day: date, message: str) -> None:
    """The person sees what there is on both sides."""
    with pytest.raises(UsageError) as error:
        Catalog([root]).in_force(market, day)
    assert said(error) == message


def test_two_versions_on_one_day_are_a_finding(root: Path) -> None:
    """It stops what asks for that day, and only that."""
    write(root, "twin", "1", "effective: {from: 2026-07-31, until: 2026-08-10}\nextends: tiny@1\n")
    catalog = Catalog([Path()])
    message = (
        "twin/1/bundle.yaml:3:1: B280 error twin@1 is in force from 2026-07-31, and so is "
        "tiny@2 (2026-07-01 to 2026-07-31); a programme has one version on any day"
    )
    assert [str(finding) for finding in catalog.overlaps()] == [message]
    with pytest.raises(FindingsError) as error:
        catalog.in_force("US", date(2026, 7, 31))
    assert str(error.value) == message
    assert catalog.in_force("US", date(2026, 8, 1)) == "twin@1"


def test_versions_that_follow_each_other_do_not_overlap(root: Path) -> None:
    """The last day of one and the first of the next are different days."""
    assert Catalog([root]).overlaps() == ()


def test_a_bundle_that_cannot_be_read_is_not_passed_over(root: Path) -> None:
    """Whether it is in force cannot be told, so its findings stop the search."""
    write(root, "torn", "1", "effective: {from: 2026-02-30}\nextends: tiny@1\n")
    with pytest.raises(FindingsError) as error:
        Catalog([Path()]).in_force("US", date(2026, 3, 1))
    message = "B271 error effective.from: there is no day '2026-02-30'"
    assert str(error.value) == f"torn/1/bundle.yaml:3:19: {message}"


def test_the_cases_of_a_version_are_not_part_of_it(root: Path) -> None:
    """Folders below a version are left alone."""
    (root / "tiny/1/cases").mkdir()
    (root / "tiny/1/cases/one.yaml").write_text("case: one\n", encoding="utf-8")
    assert Catalog([root]).load("tiny@1").findings == ()
