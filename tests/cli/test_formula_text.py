"""Trees back to formulas, with names or with values."""

import pytest

from shopscore.errors import Mark
from shopscore.formula.parse import parse
from shopscore.formula.tree import Const, Curve, Name, Node, Type
from shopscore.formula.walker import Scope
from shopscore_cli.render.formulas import formula_text, formula_with_values

SCOPE = Scope({
    "a": Type.NUMBER, "b": Type.NUMBER, "c": Type.NUMBER, "p": Type.BOOLEAN, "q": Type.BOOLEAN,
    "s": Type.TEXT, "d": Type.DAY, "m.value": Type.SHARE,
})  # fmt: skip


def tree(text: str) -> Node:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1))
    assert node is not None, findings
    return node


@pytest.mark.parametrize(
    "text",
    [
        "a + b - c",
        "a - (b + c)",
        "a - (b - c)",
        "(a + b) * c",
        "a / (b * c)",
        "-a * b",
        "-(a + b)",
        "a < b",
        "p and q or p",
        "p and (q or p)",
        "not p and q",
        "not (p and q)",
        "a if p else b if q else c",
        "(a if p else b) + c",
        "s in ['x', 'y']",
        "s not in ['x', 'y']",
        "min(a, b) >= max(b, c, 3.5)",
        "known(m.value) and missing(d)",
        's == "it\'s"',
    ],
)
def test_a_formula_comes_back_as_it_was_written(text: str) -> None:
    assert formula_text(tree(text)) == text


def test_needless_brackets_go_and_meaning_stays() -> None:
    assert formula_text(tree("((a + b)) + (c * a)")) == "a + b + c * a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a >= 3.5", "3.25 >= 3.5"),
        ("a - b", "3.25 - -1"),
        ("-b", "-(-1)"),
        ("c > 1", "unknown > 1"),
        ("s == 'x'", "'home' == 'x'"),
        ("known(d) and p", "known(2026-06-22) and true"),
        ("m.value <= 0.4", "0.05 <= 0.4"),
    ],
)
def test_values_take_the_place_of_names(text: str, shown: str) -> None:
    values = {"a": 3.25, "b": -1.0, "c": None, "s": "home", "p": True, "d": 20626, "m.value": 0.05}
    assert formula_with_values(tree(text), values) == shown


def test_a_curve_shows_its_knots() -> None:
    knots = ((Const(0.4, Type.SHARE), 1.0), (Const(0.012, Type.SHARE), 4.0))
    curve = Curve(Name("m.value", Type.SHARE), knots, rising=False)
    assert formula_text(curve) == "curve(m.value: 0.4 → 1, 0.012 → 4)"
