"""Each formula of values.txt has the value beside it, by the reference and by the generated function."""

from __future__ import annotations

import math
import struct
from ast import literal_eval
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from shopscore.errors import Mark
from shopscore.formula.arithmetic import finite, quantise
from shopscore.formula.compiled import compile_cells
from shopscore.formula.evaluate import evaluate, evaluate_cells
from shopscore.formula.parse import Scope, parse
from shopscore.formula.sql import to_sql
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, Value

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(instant: int) -> int:
    local = datetime.fromtimestamp(instant / 1_000_000, LOS_ANGELES).date()
    return (local - date(1970, 1, 1)).days


def instant(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=LOS_ANGELES)
    return round((moment - EPOCH).total_seconds()) * 1_000_000


ENV: dict[str, tuple[Type, Value]] = {
    "x": (Type.NUMBER, 2.5),
    "y": (Type.NUMBER, -4.0),
    "zero": (Type.NUMBER, 0.0),
    "u": (Type.NUMBER, None),
    "v": (Type.NUMBER, None),
    "yes": (Type.BOOLEAN, True),
    "no": (Type.BOOLEAN, False),
    "q": (Type.BOOLEAN, None),
    "opened": (Type.DAY, 20_000),
    "at": (Type.INSTANT, instant("2026-03-08T01:30:00")),
    "later": (Type.INSTANT, instant("2026-03-09T01:30:00")),
    "word": (Type.TEXT, "open"),
    "blank": (Type.TEXT, None),
}
SCOPE = Scope({name: type_ for name, (type_, _) in ENV.items()})
VALUES = {name: value for name, (_, value) in ENV.items()}
TABLE = [
    tuple(line.split(" → "))
    for line in (Path(__file__).parent / "values.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]


def bits(value: Value) -> object:
    return struct.pack(">d", value) if isinstance(value, float) else value


def value_in(text: str) -> Value:
    value: Value = math.inf if text == "inf" else literal_eval(text)
    return value


def tree(text: str) -> Node:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1))
    assert findings == ()
    assert node is not None
    return node


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_formula_has_its_value(text: str, expected: str) -> None:
    assert bits(value_in(expected)) == bits(evaluate(tree(text), VALUES, day_of=day_of))


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_the_generated_function_gives_it_too(text: str, expected: str) -> None:
    compiled = compile_cells([("cell", tree(text))], day_of=day_of)
    (value,) = compiled.run([VALUES[name] for name in compiled.inputs])
    assert bits(finite(value_in(expected))) == bits(value)


ARROW = {Type.TEXT: pa.string(), Type.BOOLEAN: pa.bool_(), Type.DAY: pa.int32(), Type.INSTANT: pa.int64()}


@pytest.fixture(scope="module")
def in_sql() -> list[Value]:
    """The values of the whole table, by one query over one row."""
    row = {name: pa.array([value], ARROW.get(type_, pa.float64())) for name, (type_, value) in ENV.items()}
    for name in ("at", "later"):
        value = VALUES[name]
        assert isinstance(value, int)
        row[f"{name}_day"] = pa.array([day_of(value)], pa.int32())
    columns = {name: exp.column(name, quoted=True) for name in row}
    cells = [to_sql(tree(text), columns, day_of=lambda of: columns[f"{of.name}_day"]) for text, _ in TABLE]
    with duckdb.connect() as connection:
        connection.register("one_row", pa.table(row))
        query = f"SELECT {', '.join(cell.sql('duckdb') for cell in cells)} FROM one_row"
        (found,) = connection.execute(query).fetchall()
    return list(found)


@pytest.mark.parametrize("place", range(len(TABLE)), ids=[text for text, _ in TABLE])
def test_sql_gives_it_too(in_sql: list[Value], place: int) -> None:
    assert bits(value_in(TABLE[place][1])) == bits(in_sql[place])


TRUTH = (True, False, None)


@pytest.mark.parametrize(("a", "b"), [*product(TRUTH, TRUTH)])
def test_conditions_follow_kleene(a: bool | None, b: bool | None) -> None:
    """False decides `and`, true decides `or`; only then does an unknown side not matter."""
    conjunction = {(True, True): True, (True, None): None, (None, True): None, (None, None): None}
    env = {"a": a, "b": b}
    names = (Name("a", Type.BOOLEAN), Name("b", Type.BOOLEAN))
    both, either = (Op(word, names, Type.BOOLEAN) for word in ("and", "or"))
    negation = {True: False, False: True, None: None}
    assert evaluate(both, env) is conjunction.get((a, b), False)
    assert evaluate(either, env) is negation[conjunction.get((negation[a], negation[b]), False)]


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize(("left", "right"), [(None, 1.0), (1.0, None), (None, None)])
def test_an_operator_over_null_is_null(op: str, left: float | None, right: float | None) -> None:
    node = Op(op, (Name("a", Type.NUMBER), Name("b", Type.NUMBER)), Type.NUMBER)
    assert evaluate(node, {"a": left, "b": right}) is None


ORDER = [-math.inf, -1.0, 0.0, 5e-324, 1.0, math.inf, math.nan]


@pytest.mark.parametrize(("i", "j"), [*product(range(len(ORDER)), repeat=2)])
def test_nan_comes_last_and_equals_itself(i: int, j: int) -> None:
    env = {"a": ORDER[i], "b": ORDER[j]}
    names = (Name("a", Type.NUMBER), Name("b", Type.NUMBER))
    found = {op: evaluate(Op(op, names, Type.BOOLEAN), env) for op in ("<", "<=", ">", ">=", "==", "!=")}
    assert found == {"<": i < j, "<=": i <= j, ">": i > j, ">=": i >= j, "==": i == j, "!=": i != j}


def test_a_cell_that_is_not_finite_is_null_and_what_is_inside_one_is_not() -> None:
    huge = Op("*", (Const(1e308, Type.NUMBER), Const(10.0, Type.NUMBER)), Type.NUMBER)
    clipped = Call("clip", (huge, Const(0.0, Type.NUMBER), Const(5.0, Type.NUMBER)), Type.NUMBER)
    cells = [
        ("huge", huge),
        ("clipped", clipped),
        ("read", Call("known", (Name("huge", Type.NUMBER),), Type.BOOLEAN)),
    ]
    expected = {"huge": None, "clipped": 5.0, "read": False}
    assert expected == evaluate_cells(cells, {})
    assert tuple(expected.values()) == compile_cells(cells).run([])


KNOTS = ((1.0, 0.0), (0.4, 1.0), (0.012, 4.0), (0.0, 5.0))


def falling(knots: tuple[tuple[float, float], ...] = KNOTS) -> Curve:
    written = tuple((Const(raw, Type.SHARE), points) for raw, points in knots)
    return Curve(Name("x", Type.SHARE), written, rising=False)


def rising() -> Curve:
    written = tuple((Const(raw, Type.SHARE), points) for raw, points in ((0.8, 0.0), (0.9, 3.0), (1.0, 5.0)))
    return Curve(Name("x", Type.SHARE), written, rising=True)


@pytest.mark.parametrize(
    ("curve", "x", "expected"),
    [
        (falling(), 2.0, 0.0),
        (falling(), 1.0, 0.0),
        (falling(), 0.7, 0.0 + (0.7 - 1.0) / (0.4 - 1.0) * (1.0 - 0.0)),
        (falling(), 0.4, 1.0),
        (falling(), 0.0244, 1.0 + (0.0244 - 0.4) / (0.012 - 0.4) * (4.0 - 1.0)),
        (falling(), 0.012, 4.0),
        (falling(), 0.006, 4.5),
        (falling(), 0.0, 5.0),
        (falling(), -1.0, 5.0),
        (falling(), None, None),
        (falling(), math.nan, 0.0),
        (falling(((0.5, 2.0),)), 0.1, 2.0),
        (rising(), 0.5, 0.0),
        (rising(), 0.8, 0.0),
        (rising(), 0.9, 3.0),
        (rising(), 0.95, 3.0 + (0.95 - 0.9) / (1.0 - 0.9) * (5.0 - 3.0)),
        (rising(), 1.0, 5.0),
        (rising(), 1.5, 5.0),
        (rising(), math.inf, 5.0),
        (rising(), math.nan, 5.0),
    ],
)
def test_a_curve_is_straight_between_knots_exact_on_them_and_flat_outside(
    curve: Curve, x: float | None, expected: float | None
) -> None:
    assert bits(expected) == bits(evaluate(curve, {"x": x}))
    assert (bits(expected),) == tuple(bits(value) for value in compile_cells([("c", curve)]).run([x]))


def test_the_published_example_gives_3_904_points() -> None:
    value = evaluate(falling(), {"x": 0.0244})
    assert isinstance(value, float)
    assert round(value, 3) == 3.904


def test_a_knot_without_a_value_makes_the_points_null() -> None:
    knots = ((Const(1.0, Type.SHARE), 0.0), (Name("poor", Type.SHARE), 1.0), (Const(0.0, Type.SHARE), 5.0))
    curve = Curve(Name("x", Type.SHARE), knots, rising=False)
    assert evaluate(curve, {"x": 2.0, "poor": None}) is None
    assert evaluate(curve, {"x": 0.5, "poor": 0.5}) == 1.0


def test_a_knot_that_is_nan_lies_beyond_every_value() -> None:
    """Inside a cell the points are NaN then, and the cell null."""
    knots = ((Const(0.0, Type.SHARE), 0.0), (Name("poor", Type.SHARE), 5.0))
    cells = [("points", Curve(Name("x", Type.SHARE), knots, rising=True))]
    env = {"x": 0.5, "poor": math.nan}
    compiled = compile_cells(cells)
    assert evaluate_cells(cells, env) == {"points": None}
    assert compiled.run([env[name] for name in compiled.inputs]) == (None,)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (3.4999999996, 3.5),
        (3.4999999994, 3.499999999),
        (0.1 + 0.2, 0.3),
        (-1e-10, 0.0),
        (-6e-10, -1e-09),
        (0.0, 0.0),
        (-0.0, 0.0),
        (1e300, math.inf),
    ],
)
def test_points_are_quantised_to_9_decimals_halves_up(x: float, expected: float) -> None:
    assert bits(expected) == bits(quantise(x))


@pytest.mark.parametrize(
    ("values", "least", "greatest"),
    [((1.0, 2.0), 1.0, 2.0), ((None, 2.0), 2.0, 2.0), ((1.0, None), 1.0, 1.0), ((None, None), None, None)],
)
def test_over_dimensions_the_known_ones_count(
    values: tuple[float | None, ...], least: float | None, greatest: float | None
) -> None:
    names = (Name("a", Type.POINTS), Name("b", Type.POINTS))
    env = dict(zip(("a", "b"), values, strict=True))
    assert evaluate(Call("min_known", names, Type.POINTS), env) == least
    assert evaluate(Call("max_known", names, Type.POINTS), env) == greatest


def test_names_may_come_from_a_function() -> None:
    assert evaluate(tree("x + 1"), {"x": 2.5}.__getitem__) == 3.5
