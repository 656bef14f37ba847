"""Every id is documented by a formula that leads to it and one that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopscore.errors import Mark
from shopscore.formula.findings import FORMULA_FINDINGS, FindingDoc
from shopscore.formula.parse import Scope, parse
from shopscore.formula.tree import Type

SCOPE = Scope(
    {
        "score": Type.POINTS,
        "orders": Type.COUNT,
        "status": Type.TEXT,
        "late_rate": Type.SHARE,
        "handling": Type.HOURS,
    }
)


def ids(text: str, doc: FindingDoc) -> set[str]:
    expect = Type.BOOLEAN if doc.id == "F126" else None
    _, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), expect=expect)
    return {finding.id for finding in findings}


@pytest.mark.parametrize("doc", FORMULA_FINDINGS, ids=lambda doc: doc.id)
def test_the_example_leads_to_the_finding_and_what_to_write_instead_does_not(doc: FindingDoc) -> None:
    assert {doc.id} == ids(doc.example, doc)
    assert set() == ids(doc.instead, doc)


def test_the_ids_in_the_code_are_the_documented_ones() -> None:
    import shopscore.formula

    folder = Path(shopscore.formula.__file__).parent
    used = {
        found
        for path in folder.glob("*.py")
        if path.name != "findings.py"
        for found in re.findall(r'"(F\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used == {doc.id for doc in FORMULA_FINDINGS}
    assert sorted(used) == [doc.id for doc in FORMULA_FINDINGS]
