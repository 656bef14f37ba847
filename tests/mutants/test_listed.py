"""The list of faults stays in step with the code, without running any of them."""

from __future__ import annotations

from tests.mutants.listed import ROOT, listed


def test_every_fault_still_applies() -> None:
    stale = {
        each.id: times
        for each in listed()
        if (times := (ROOT / each.file).read_text(encoding="utf-8").count(each.find)) != 1
    }
    assert stale == {}


def test_every_fault_changes_something_and_has_a_name_of_its_own() -> None:
    assert [each.id for each in listed() if each.find == each.replace] == []
    ids = [each.id for each in listed()]
    assert sorted(set(ids)) == sorted(ids)


def test_every_fault_names_tests_that_are_there() -> None:
    assert [(each.id, path) for each in listed() for path in each.tests if not (ROOT / path).exists()] == []
