"""Every wrong formula gives exactly the findings written beside it.

In bad/*.txt a block is a formula (lines with `>`), the types its place expects, and the whole findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shopscore.errors import Level, Mark
from shopscore.formula.parse import Scope, parse
from shopscore.formula.tree import Type

SCOPE = Scope(
    {
        "score": Type.POINTS,
        "orders": Type.COUNT,
        "status": Type.TEXT,
        "late_rate": Type.SHARE,
        "handling": Type.HOURS,
        "age": Type.DAYS,
        "counted": Type.BOOLEAN,
        "nrr.value": Type.SHARE,
        "nrr.numerator_count": Type.COUNT,
        "shop.opened_on": Type.DAY,
        "posted_at": Type.INSTANT,
        "t": Type.NUMBER,
    },
    unusable={"band": "it is made after this formula"},
)


def blocks() -> Iterator[tuple[str, str]]:
    for path in sorted((Path(__file__).parent / "bad").glob("*.txt")):
        for place, block in enumerate(path.read_text(encoding="utf-8").strip("\n").split("\n\n"), 1):
            yield f"{path.stem}-{place}", block


CASES = dict(blocks())


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_formula_says_where_and_what(name: str) -> None:
    lines = CASES[name].split("\n")
    text = "\n".join(line[1:].removeprefix(" ") for line in lines if line.startswith(">"))
    rest = [line for line in lines if not line.startswith(">")]
    expect = None
    if rest[0].startswith("expect "):
        expect = frozenset(Type(word) for word in rest.pop(0).split()[1:])

    node, findings = parse(text, SCOPE, mark=Mark("policy.yaml", 1, 1), expect=expect)

    assert rest == [f"{each.where.line}:{each.where.column} {each.id} {each.message}" for each in findings]
    assert node is None
    assert {Level.ERROR} == {each.level for each in findings}


def test_a_finding_stands_in_the_file_where_the_formula_does() -> None:
    _, findings = parse("score >= ordrs", SCOPE, mark=Mark("score.yaml", 48, 17))
    expected = "score.yaml:48:26: F109 error no name 'ordrs' is known here; did you mean 'orders'?"
    assert [expected] == [str(each) for each in findings]


def test_places_count_characters_where_a_text_is_not_ascii() -> None:
    _, findings = parse("status == 'naïve é' and ordrs > 1", SCOPE, mark=Mark("f", 1, 1))
    assert [str(each) for each in findings] == [
        "f:1:25: F109 error no name 'ordrs' is known here; did you mean 'orders'?"
    ]


def test_white_space_before_a_formula_counts() -> None:
    _, findings = parse("   ordrs", SCOPE, mark=Mark("f", 1, 1))
    assert [str(each) for each in findings] == [
        "f:1:4: F109 error no name 'ordrs' is known here; did you mean 'orders'?"
    ]
