"""The generated function: what goes into its source, and that no shape of tree is too much for Python."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from shopscore.formula.compiled import compile_cells
from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.hoist import hoist
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, Value

X = Name("x", Type.NUMBER)
ONE = Const(1.0, Type.NUMBER)
TWO = Const(2.0, Type.NUMBER)
MORE = Op("+", (X, ONE), Type.NUMBER)


def nested(levels: int, wrap: str) -> Node:
    node: Node = X
    for _ in range(levels):
        match wrap:
            case "sum":
                node = Op("+", (node, ONE), Type.NUMBER)
            case "min":
                node = Call("min", (node, *[X] * 15), Type.NUMBER)
            case "min_known":
                node = Call("min_known", (node, ONE, X), Type.NUMBER)
            case "if":
                node = Op("if", (Op("<", (node, ONE), Type.BOOLEAN), ONE, node), Type.NUMBER)
            case "cases":
                node = Op(
                    "if", (Op("<", (X, ONE), Type.BOOLEAN), Op("+", (X, ONE), Type.NUMBER), node), Type.NUMBER
                )
            case "kleene":
                inner = Op(">", (node, ONE), Type.BOOLEAN)
                both = Op("and", (inner, Op("not", (inner,), Type.BOOLEAN)), Type.BOOLEAN)
                node = Op("if", (Op("or", (both, inner), Type.BOOLEAN), ONE, X), Type.NUMBER)
            case _:
                node = Curve(node, ((ONE, 0.0), (Const(3.0, Type.NUMBER), 5.0)), rising=True)
    return node


def test_a_deep_branch_behind_a_test_for_null_is_not_run_before_it() -> None:
    known = Call("known", (X,), Type.BOOLEAN)
    compiled = compile_cells([("cell", Op("if", (known, nested(30, "sum"), ONE), Type.NUMBER))])
    assert compiled.run([None]) == (1.0,)
    assert compiled.run([2.0]) == (32.0,)


def test_part_of_a_cell_may_be_infinite() -> None:
    huge = Op("*", (X, Const(1e308, Type.NUMBER)), Type.NUMBER)
    cells = hoist([("clipped", Call("clip", (huge, ONE, Const(5.0, Type.NUMBER)), Type.NUMBER))])
    assert compile_cells(cells).run([10.0]) == (math.inf, 5.0)


def test_quantising_inside_a_cell_keeps_the_infinite() -> None:
    quantised = Call("quantise", (X,), Type.NUMBER)
    cells: list[tuple[str, Node]] = [("same", Op("==", (quantised, X), Type.BOOLEAN)), ("null", quantised)]
    assert compile_cells(cells).run([-math.inf]) == (True, None)
    assert compile_cells(cells).run([0.5]) == (True, 0.5)


@pytest.mark.parametrize(
    ("wrap", "levels"),
    [("sum", 50), ("min", 50), ("min_known", 50), ("if", 7), ("cases", 50), ("kleene", 4), ("curve", 50)],
)
@pytest.mark.parametrize("x", [2.0, None, float("nan")])
def test_deep_trees_stay_within_pythons_limits(wrap: str, levels: int, x: Value) -> None:
    cells = [("deep", nested(levels, wrap))]
    expected = tuple(evaluate_cells(cells, {"x": x}).values())
    assert expected == compile_cells(cells).run([x])


def test_long_sums_and_long_curves_pass() -> None:
    total: Node = X
    for _ in range(300):
        total = Op("+", (total, X), Type.NUMBER)
    knots = tuple((Const(float(raw), Type.NUMBER), float(raw * raw)) for raw in range(60))
    compiled = compile_cells([("total", total), ("points", Curve(X, knots, rising=True))])
    assert compiled.run([2.5]) == (752.5, 6.5)


def test_inputs_are_what_no_earlier_cell_gives_in_the_order_of_their_use() -> None:
    cells: list[tuple[str, Node]] = [
        ("b", Op("+", (Name("z", Type.NUMBER), Name("a", Type.NUMBER)), Type.NUMBER)),
        ("c", Op("*", (Name("b", Type.NUMBER), Name("a", Type.NUMBER)), Type.NUMBER)),
    ]
    compiled = compile_cells(cells)
    assert compiled.inputs == ("z", "a")
    assert compiled.cells == ("b", "c")
    assert compiled.run([1.0, 2.0]) == (3.0, 6.0)
    assert compiled.run([1.0, None]) == (None, None)


def test_only_the_cells_that_are_wanted_are_given() -> None:
    cells: list[tuple[str, Node]] = [
        ("b", Op("+", (Name("a", Type.NUMBER), ONE), Type.NUMBER)),
        ("c", Op("*", (Name("b", Type.NUMBER), Name("b", Type.NUMBER)), Type.NUMBER)),
        ("d", Op("-", (Name("c", Type.NUMBER), ONE), Type.NUMBER)),
    ]
    compiled = compile_cells(cells, wanted=["d", "b"])
    assert compiled.cells == ("b", "d")
    assert compiled.run([2.0]) == (3.0, 8.0)


def test_cells_without_inputs_and_no_cells_at_all_can_be_compiled() -> None:
    assert compile_cells([("one", ONE)]).run([]) == (1.0,)
    assert compile_cells([]).run([]) == ()


def test_no_text_and_no_name_of_a_person_becomes_source() -> None:
    hostile = '"); raise SystemExit #'
    same = Op("==", (Name(hostile, Type.TEXT), Const(hostile, Type.TEXT)), Type.BOOLEAN)
    listed = Op("in", (Name(hostile, Type.TEXT), Const(hostile, Type.TEXT)), Type.BOOLEAN)
    compiled = compile_cells([(hostile, same), ("listed", listed)])
    assert "SystemExit" not in compiled.source
    assert compiled.inputs == (hostile,)


def test_the_source_reaches_no_builtin_but_two() -> None:
    run = compile_cells([("one", ONE)]).run
    assert set(run.__globals__["__builtins__"]) == {"abs", "float"}


def test_a_cell_named_like_an_input_reads_the_input_and_then_hides_it() -> None:
    cells: list[tuple[str, Node]] = [
        ("x", Op("+", (X, ONE), Type.NUMBER)),
        ("y", Op("+", (X, ONE), Type.NUMBER)),
    ]
    assert tuple(evaluate_cells(cells, {"x": 1.0}).values()) == (2.0, 3.0) == compile_cells(cells).run([1.0])


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    "rounded", [lambda x: Call("quantise", (x,), Type.NUMBER), lambda x: Call("round", (x, TWO), Type.NUMBER)]
)
def test_rounding_what_overflows_on_the_way_gives_null_inside_a_cell_as_well(
    rounded: Callable[[Node], Node], sign: float
) -> None:
    huge = Const(sign * 1.7e308, Type.NUMBER)
    cells: list[tuple[str, Node]] = [
        ("alone", rounded(huge)),
        ("inside", Op("+", (rounded(huge), X), Type.NUMBER)),
        ("of a name", rounded(Op("*", (X, huge), Type.NUMBER))),
    ]
    assert compile_cells(cells).run([1.0]) == (None, None, None)
    assert evaluate_cells(cells, {"x": 1.0}) == dict.fromkeys(["alone", "inside", "of a name"])
