"""The SQL text: portable, escaped, linear in size, the same after a round trip through sqlglot."""

from __future__ import annotations

import struct

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from shopscore.errors import Mark
from shopscore.formula.hoist import hoist, is_auxiliary
from shopscore.formula.parse import Scope, parse
from shopscore.formula.sql import to_sql
from shopscore.formula.tree import Call, Const, Name, Node, Op, Type

SCOPE = Scope(
    dict.fromkeys(("a", "b", "c"), Type.NUMBER)
    | {"word": Type.TEXT, "q": Type.BOOLEAN, "day": Type.DAY, "sent": Type.INSTANT}
)


def tree(text: str) -> Node:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1))
    assert findings == ()
    assert node is not None
    return node


def columns(*more: str) -> dict[str, exp.Expr]:
    return {name: exp.column(name) for name in (*SCOPE.types, *more)}


def local_day(instant: exp.Expr) -> exp.Expr:
    return exp.func("local_day", instant)


def sql(text: str, dialect: str = "duckdb") -> str:
    return to_sql(tree(text), columns(), day_of=local_day).sql(dialect)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b + c", "((a + b) + c)"),
        ("a + (b + c)", "(a + (b + c))"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a * (b / c)", "(a * (b / NULLIF(c, CAST(0.0 AS DOUBLE))))"),
        ("--a", "(-(-a))"),
        ("a >= 3.5", "(a >= CAST(3.5 AS DOUBLE))"),
        ("a > 0.30000000000000004", "(a > CAST(0.30000000000000004e0 AS DOUBLE))"),
        ("a > 1e-9", "(a > CAST(1e-09 AS DOUBLE))"),
        ("word == 'it'", "(word = 'it')"),
        ('word == "it\'s"', "(word = 'it''s')"),
        ("word in ['a', 'b']", "(word IN ('a', 'b'))"),
        ("word not in ['a']", "(NOT (word IN ('a')))"),
        ("q and (q or not q)", "(q AND (q OR (NOT q)))"),
        ("a if q else b", "CASE WHEN q THEN a ELSE b END"),
        ("known(a)", "(NOT (a IS NULL))"),
        ("missing(a)", "(a IS NULL)"),
        ("coalesce(a, 0)", "COALESCE(a, CAST(0.0 AS DOUBLE))"),
        ("abs(a)", "ABS(a)"),
        ("min(a, b)", "CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN a <= b THEN a ELSE b END"),
        (
            "clip(a, 0, 1)",
            "CASE WHEN a IS NULL THEN NULL WHEN a < CAST(0.0 AS DOUBLE) THEN CAST(0.0 AS DOUBLE) "
            "WHEN a > CAST(1.0 AS DOUBLE) THEN CAST(1.0 AS DOUBLE) ELSE a END",
        ),
        ("days_between(day, day)", "CAST(day - day AS DOUBLE)"),
        ("days_between(day, sent)", "CAST(LOCAL_DAY(sent) - day AS DOUBLE)"),
        ("hours_between(sent, sent)", "(CAST(sent - sent AS DOUBLE) / CAST(3600000000.0 AS DOUBLE))"),
    ],
)
def test_a_formula_is_plain_sql(text: str, expected: str) -> None:
    assert expected == sql(text)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Type.POINTS, "CAST(NULL AS DOUBLE)"),
        (Type.TEXT, "CAST(NULL AS TEXT)"),
        (Type.BOOLEAN, "CAST(NULL AS BOOLEAN)"),
        (Type.DAY, "CAST(NULL AS INT)"),
        (Type.INSTANT, "CAST(NULL AS BIGINT)"),
    ],
)
def test_a_null_keeps_its_type(kind: Type, expected: str) -> None:
    assert expected == to_sql(Const(None, kind), {}).sql("duckdb")


@pytest.mark.parametrize(
    "text",
    [
        "round(min(a, b * 2, c), 2) / -c - (a - b) / 3",
        "a - b - c * (a / b) if word in ['it', ''] or not q else clip(a, -1, 1)",
        "coalesce(a, b, -c) > 1 and (q or known(b)) and abs(a - b) < 0.1",
    ],
)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_the_text_reads_back_as_it_was_meant(text: str, dialect: str) -> None:
    written = sql(text, dialect)
    assert written == sqlglot.parse_one(written, dialect=dialect).sql(dialect)


def test_spark_gets_its_own_quotes_and_no_function_outside_the_core() -> None:
    rendered = to_sql(tree('round(max(a, b), 1) if word == "it\'s" else coalesce(a, abs(b))'), columns())
    assert "(word = 'it\\'s')" in rendered.sql("spark")
    functions = {type(found) for found in rendered.find_all(exp.Func)}
    assert functions == {exp.Case, exp.If, exp.Or, exp.And, exp.Cast, exp.Abs, exp.Floor, exp.Coalesce}


@settings(max_examples=1, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=500, max_size=500))
def test_a_constant_reaches_duckdb_to_the_last_bit(values: list[float]) -> None:
    texts = ", ".join(to_sql(Const(value, Type.NUMBER), {}).sql("duckdb") for value in values)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT unnest([{texts}])").fetchall()
    assert [struct.pack(">d", value) for value in values] == [struct.pack(">d", row[0]) for row in rows]


def size(node: Node) -> int:
    cells = hoist([("cell", node)])
    names = columns(*(name for name, _ in cells))
    return sum(len(to_sql(part, names).sql("duckdb")) for _, part in cells)


@pytest.mark.parametrize("function", ["min", "max", "clip", "round", "quantise", "min_known"])
def test_hoisted_cells_grow_in_step_with_the_formula(function: str) -> None:
    """Ten levels more cost the same however deep the formula is already."""

    def nested(levels: int) -> Node:
        node: Node = Name("a", Type.NUMBER)
        other = Name("b", Type.NUMBER)
        rest: dict[str, tuple[Node, ...]] = {
            "clip": (other, other),
            "round": (Const(2.0, Type.NUMBER),),
            "quantise": (),
        }
        for _ in range(levels):
            node = Call(function, (node, *rest.get(function, (other,))), Type.NUMBER)
        return node

    step = size(nested(20)) - size(nested(10))
    assert 0 < size(nested(40)) - size(nested(30)) <= step + 200


def test_hoisting_gives_repeated_operands_cells_of_their_own() -> None:
    cells = hoist([("first", tree("a + 1")), ("second", tree("clip(a / b, 0, min(b, c - 1)) * 2"))])
    assert [name for name, _ in cells] == ["first", "second~1", "second~2", "second~3", "second"]
    parts = dict(cells)
    second = [Name(f"second~{place}", Type.NUMBER) for place in range(4)]
    assert parts["second~1"] == tree("c - 1")
    assert parts["second~2"] == tree("a / b")
    assert parts["second~3"] == Call("min", (Name("b", Type.NUMBER), second[1]), Type.NUMBER)
    clipped = Call("clip", (second[2], Const(0.0, Type.NUMBER), second[3]), Type.NUMBER)
    assert parts["second"] == Op("*", (clipped, Const(2.0, Type.NUMBER)), Type.NUMBER)
    assert [is_auxiliary(name) for name, _ in cells] == [False, True, True, True, False]
