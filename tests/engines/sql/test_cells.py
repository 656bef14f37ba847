"""Cells regrouped for SQL: folded, shared and laid out in layers, without changing a value."""

from shopscore.engines.sql.layers import Formulas, Part, add_layers
from shopscore.engines.sql.overflow import may_overflow
from shopscore.engines.sql.sharing import fold, share
from shopscore.engines.sql.stages import Stages
from shopscore.engines.sql.terms import column
from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.functions import FUNCTIONS
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type

X, Y = Name("x", Type.NUMBER), Name("y", Type.NUMBER)
ONE = Const(1.0, Type.NUMBER)


def number(sign: str, *args: Node) -> Op:
    return Op(sign, args, Type.NUMBER)


def test_a_cell_over_one_name_goes_where_it_is_used_once() -> None:
    cells = [
        ("a", Op("<", (X, ONE), Type.BOOLEAN)),
        ("b", Op("if", (Name("a", Type.BOOLEAN), X, Y), Type.NUMBER)),
    ]
    test = Op("<", (X, ONE), Type.BOOLEAN)
    assert fold(cells, {"b"}) == (("b", Op("if", (test, X, Y), Type.NUMBER)),)


def test_a_cell_that_is_kept_or_used_twice_or_may_overflow_stays() -> None:
    once = Op("<", (X, ONE), Type.BOOLEAN)
    a = Name("a", Type.BOOLEAN)
    kept = [("a", once), ("b", Op("not", (a,), Type.BOOLEAN))]
    assert fold(kept, {"a", "b"}) == tuple(kept)
    twice = [("a", once), ("b", Op("and", (a, a), Type.BOOLEAN))]
    assert fold(twice, {"b"}) == tuple(twice)
    risky = [("a", number("*", X, X)), ("b", number("+", Name("a", Type.NUMBER), ONE))]
    assert fold(risky, {"b"}) == tuple(risky)


def test_a_part_that_occurs_twice_gets_a_cell_before_its_first_use() -> None:
    part = number("+", number("*", X, Y), ONE)
    cells = [("a", number("-", part, X)), ("b", number("-", part, Y))]
    shared, a, b = share(cells)
    assert shared == (shared[0], part)
    held = Name(shared[0], Type.NUMBER)
    assert (a, b) == (("a", number("-", held, X)), ("b", number("-", held, Y)))


def test_a_small_part_stays_where_it_is() -> None:
    cells = [("a", number("-", number("+", X, ONE), X)), ("b", number("-", number("+", X, ONE), Y))]
    assert share(cells) == tuple(cells)


def test_zeros_of_either_sign_are_different_parts() -> None:
    def over(zero: float) -> Node:
        return number(
            "+", number("/", ONE, Const(zero, Type.NUMBER)), number("*", X, Const(zero, Type.NUMBER))
        )

    cells = [("a", over(0.0)), ("b", over(-0.0))]
    assert share(cells) == tuple(cells)


def test_what_is_regrouped_keeps_its_values() -> None:
    curve = Curve(number("+", X, Y), ((ONE, 0.0), (number("+", number("*", X, Y), ONE), 5.0)), rising=True)
    part = number("+", number("*", X, Y), ONE)
    cells: list[tuple[str, Node]] = [
        ("a", curve),
        ("b", Call("max", (part, Name("a", Type.NUMBER)), Type.NUMBER)),
        ("c", number("/", number("-", part, Name("b", Type.NUMBER)), number("-", X, X))),
        ("d", Op("not", (Op("<", (X, ONE), Type.BOOLEAN),), Type.BOOLEAN)),
        ("e", Op("if", (Name("d", Type.BOOLEAN), Name("c", Type.NUMBER), part), Type.NUMBER)),
    ]
    regrouped = share(fold(cells, {"a", "b", "c", "e"}))
    for x, y in [(0.0, 1.0), (2.0, 3.0), (-1.5, 1e308), (7.0, None)]:
        expected = evaluate_cells(cells, {"x": x, "y": y})
        found = evaluate_cells(regrouped, {"x": x, "y": y})
        assert {name: found[name] for name in ("a", "b", "c", "e")} == {
            name: expected[name] for name in ("a", "b", "c", "e")
        }


def test_only_what_can_leave_the_doubles_is_checked() -> None:
    half, two = Const(0.5, Type.NUMBER), Const(2.0, Type.NUMBER)
    less = Op("<", (X, Y), Type.BOOLEAN)
    tame = [X, number("+", X, ONE), number("*", X, half), number("/", X, two)]
    tame += [Call("max", (X, Y), Type.NUMBER), Op("if", (less, X, ONE), Type.NUMBER)]
    wild = [number("+", X, Y), number("*", X, two), number("/", X, Y), number("/", X, half)]
    wild += [Name("a~1", Type.NUMBER), Call("quantise", (X,), Type.POINTS)]
    assert [may_overflow(node) for node in tame] == [False] * 6
    assert [may_overflow(node) for node in wild] == [True] * 6


def test_columns_nothing_reads_any_more_are_left_behind() -> None:
    stages = Stages()
    cells = [("a", number("+", X, Y)), ("b", number("*", Name("a", Type.NUMBER), Name("a", Type.NUMBER)))]
    packed = Part("packed", frozenset({"a"}), column("a"))
    last = add_layers(
        stages,
        "sheet",
        "inputs",
        ["x", "y", "z"],
        cells,
        ["z", "b", "packed"],
        Formulas(FUNCTIONS, column),
        [packed],
    )
    names = {
        stage: [each.alias_or_name for each in query.expressions] for stage, query in stages.queries.items()
    }
    assert last == "sheet"
    assert names == {"sheet_1": ["z", "a"], "sheet": ["z", "b", "packed"]}
