"""Formulas worked out as far as they can be: the same bits, fewer parts."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.formula.drawn import NAMES, ROWS, Cells, Rows, by_reference, call, day_of, in_bits, op, sheets

from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.functions import FUNCTIONS
from shopscore.formula.settle import settle
from shopscore.formula.tree import Const, Name, Node, Type, Value

X, Y, P, Q = (
    Name("n0", Type.NUMBER),
    Name("n1", Type.NUMBER),
    Name("b0", Type.BOOLEAN),
    Name("b1", Type.BOOLEAN),
)
NOTHING, UNKNOWN = Const(None, Type.NUMBER), Const(None, Type.BOOLEAN)
YES, NO = Const(True, Type.BOOLEAN), Const(False, Type.BOOLEAN)


def number(value: float) -> Const:
    return Const(value, Type.NUMBER)


def truth(sign: str, *args: Node) -> Node:
    return op(sign, *args, type_=Type.BOOLEAN)


@settings(max_examples=300, deadline=None)
@given(cells=sheets(), rows=ROWS, names=st.sets(st.sampled_from(sorted(NAMES))))
def test_any_known_names_leave_every_value(cells: Cells, rows: Rows, names: set[str]) -> None:
    for row in rows:
        known = {name: Const(row[name], NAMES[name]) for name in names if _is_literal(row[name])}
        settled = _settled(cells, known)
        found = evaluate_cells(settled, {**row, **dict.fromkeys(known, "gone")}, day_of=day_of)
        assert in_bits([list(found.values())]) == by_reference(cells, [row])


def _is_literal(value: Value) -> bool:
    return (
        value is None or isinstance(value, str | bool) or (isinstance(value, float) and math.isfinite(value))
    )


def _settled(cells: Cells, known: Mapping[str, Const]) -> Cells:
    """Return the cells one after the other, as a run does: a constant cell is a known name from then on."""
    names, found = dict(known), []
    for name, node in cells:
        found.append((name, settle(node, names)))
        if isinstance(found[-1][1], Const):
            names[name] = found[-1][1]
    return found


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (op("+", number(1.0), number(2.0)), number(3.0)),
        (op("+", X, NOTHING), NOTHING),
        (op("/", number(1.0), number(0.0)), NOTHING),
        (op("*", number(1e308), number(10.0)), op("*", number(1e308), number(10.0))),  # no literal holds it
        (op("if", YES, X, Y), X),
        (op("if", UNKNOWN, X, Y), Y),
        (op("if", P, X, NOTHING), op("if", P, X, NOTHING)),
        (truth("and", P, YES, Q), truth("and", P, Q)),
        (truth("and", P, YES), P),
        (truth("and", P, NO), NO),
        (truth("and", P, UNKNOWN), truth("and", P, UNKNOWN)),  # false where P is, else unknown
        (truth("and", YES, YES), YES),
        (truth("or", P, NO), P),
        (truth("or", P, YES), YES),
        (truth("or", NO, NO), NO),
        (truth("not", truth("and", NO, P)), YES),
        (truth("in", Const(None, Type.TEXT), Const("a", Type.TEXT)), UNKNOWN),
        (call("known", NOTHING, type_=Type.BOOLEAN), NO),
        (call("known", X, type_=Type.BOOLEAN), call("known", X, type_=Type.BOOLEAN)),
        (call("coalesce", NOTHING, X), X),
        (call("coalesce", NOTHING, NOTHING, X, Y), call("coalesce", X, Y)),
        (call("coalesce", X, NOTHING), call("coalesce", X, NOTHING)),
        (call("min_known", X, NOTHING), call("min_known", X, NOTHING)),
        (call("min", X, NOTHING), NOTHING),
        (call("quantise", number(0.1234567891)), number(0.123456789)),
    ],
)
def test_what_is_left(node: Node, expected: Node) -> None:
    assert settle(node, {}) == expected


def test_a_plugins_own_kind_of_double_becomes_a_plain_one() -> None:
    class Double(float):
        pass

    half = replace(FUNCTIONS["abs"], name="half", python=lambda x: Double(x / 2))
    found = settle(call("half", number(3.0)), {}, {**FUNCTIONS, "half": half})
    assert isinstance(found, Const)
    assert (found.value, type(found.value)) == (1.5, float)
