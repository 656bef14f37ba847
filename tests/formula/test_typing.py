"""Each formula of types.txt has the type beside it, before anything runs."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from shopscore.errors import Mark
from shopscore.formula.parse import Scope, parse
from shopscore.formula.tree import Call, Const, Name, Op, Type
from shopscore.formula.typerules import arithmetic, comparable, unify

SCOPE = Scope(
    {
        "t": Type.NUMBER,
        "late_share": Type.SHARE,
        "seller_share": Type.SHARE,
        "handling": Type.HOURS,
        "age": Type.DAYS,
        "score": Type.POINTS,
        "orders": Type.COUNT,
        "reviews": Type.COUNT,
        "status": Type.TEXT,
        "counted": Type.BOOLEAN,
        "shop.opened_on": Type.DAY,
        "shop.closed_on": Type.DAY,
        "posted_at": Type.INSTANT,
        "replied_at": Type.INSTANT,
    }
)
TABLE = [
    tuple(line.split(" → "))
    for line in (Path(__file__).parent / "types.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]
UNITS = [Type.SHARE, Type.HOURS, Type.DAYS, Type.POINTS, Type.COUNT]


def tree(text: str) -> object:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1))
    assert findings == ()
    return node


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_formula_has_its_type(text: str, expected: str) -> None:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1))
    assert findings == ()
    assert node is not None
    assert node.type == Type(expected)


@pytest.mark.parametrize(("left", "right"), [*combinations(UNITS, 2)])
def test_no_two_units_are_compared_or_added(left: Type, right: Type) -> None:
    assert unify(left, right) is None
    for op in ("+", "-"):
        assert arithmetic(op, left, right) is None
    for op in ("<", "<=", ">", ">=", "==", "!="):
        assert not comparable(op, left, right)


@pytest.mark.parametrize("unit", UNITS)
def test_a_plain_number_goes_with_every_unit(unit: Type) -> None:
    assert unify(unit, Type.NUMBER) == unit == unify(Type.NUMBER, unit)
    assert arithmetic("+", Type.NUMBER, unit) == unit
    assert comparable("<", unit, Type.NUMBER)


def test_the_tree_keeps_the_written_order_and_folds_nothing() -> None:
    one, two, three = (Const(value, Type.NUMBER) for value in (1.0, 2.0, 3.0))
    inner = Op("+", (one, two), Type.NUMBER)
    assert tree("1 + 2 + 3") == Op("+", (inner, three), Type.NUMBER)
    outer = Op("+", (two, three), Type.NUMBER)
    assert tree("1 + (2 + 3)") == Op("+", (one, outer), Type.NUMBER)


def test_a_chain_becomes_its_pairs() -> None:
    share = Name("late_share", Type.SHARE)
    first = Op("<=", (Const(0.0, Type.NUMBER), share), Type.BOOLEAN)
    second = Op("<", (share, Const(1.0, Type.NUMBER)), Type.BOOLEAN)
    assert tree("0 <= late_share < 1") == Op("and", (first, second), Type.BOOLEAN)


def test_not_in_is_not_over_in() -> None:
    inside = Op("in", (Name("status", Type.TEXT), Const("open", Type.TEXT)), Type.BOOLEAN)
    assert tree("status not in ['open']") == Op("not", (inside,), Type.BOOLEAN)


def test_days_between_takes_an_instants_local_day() -> None:
    local = Call("local_day", (Name("posted_at", Type.INSTANT),), Type.DAY)
    expected = Call("days_between", (Name("shop.opened_on", Type.DAY), local), Type.DAYS)
    assert tree("days_between(shop.opened_on, posted_at)") == expected


def test_each_node_knows_its_place() -> None:
    node = tree("1 + late_share")
    assert isinstance(node, Op)
    assert [part.at for part in node.args] == [0, 4]


@pytest.mark.parametrize("text", ["score\n  >= 3.5", "score\r\n>=\t3.5", "\n score >= 3.5 \n", "score>=3.5"])
def test_white_space_has_no_meaning(text: str) -> None:
    assert tree(text) == tree("score >= 3.5")


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("1", Type.POINTS),
        ("score", Type.NUMBER),
        ("late_share", frozenset({Type.SHARE, Type.HOURS})),
        ("counted", Type.BOOLEAN),
        ("orders / reviews", Type.SHARE),
    ],
)
def test_a_plain_number_fits_and_is_fitted_by_every_numeric_place(
    text: str, expect: Type | frozenset[Type]
) -> None:
    _, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), expect=expect)
    assert findings == ()
