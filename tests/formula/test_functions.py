"""The table of functions, and a plugin's function on its way through all of it."""

from __future__ import annotations

import struct

import pytest
from sqlglot import exp

from shopscore.errors import Mark, UsageError
from shopscore.formula.compiled import compile_cells
from shopscore.formula.evaluate import evaluate
from shopscore.formula.functions import CORE, FUNCTIONS, INTERNAL, Function, Parameter
from shopscore.formula.parse import Scope, parse
from shopscore.formula.sql import to_sql
from shopscore.formula.tree import Name, Node, Type
from shopscore.formula.typerules import NUMERIC


def halve_times(x: float, times: int) -> float:
    return x / 2.0**times


def halve_times_sql(x: exp.Expr, times: int) -> exp.Expr:
    return exp.Div(this=x, expression=exp.cast(exp.Literal.number(2**times), "DOUBLE"))


def or_else(x: float | None, other: float | None) -> float | None:
    return other if x is None else x


HALVE = Function(
    "halve",
    (Parameter("x", NUMERIC, same=True), Parameter("times", NUMERIC, digits=True)),
    None,
    halve_times,
    "x halved so many times",
    f"{__name__}:halve_times_sql",
)
OR_ELSE = Function(
    "or_else",
    (Parameter("x", NUMERIC, same=True), Parameter("other", NUMERIC, same=True)),
    None,
    or_else,
    "x, else the other",
    strict=False,
)
TABLE = {**CORE, "halve": HALVE, "or_else": OR_ELSE}
SCOPE = Scope({"x": Type.HOURS, "y": Type.HOURS})


def tree(text: str) -> Node:
    node, findings = parse(text, SCOPE, mark=Mark("f", 1, 1), functions=TABLE)
    assert findings == ()
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("halve(x, 2) + 1", 10.0, 3.5),
        ("halve(x, 2) + 1", None, None),
        ("or_else(x, 7)", None, 7.0),
        ("or_else(x, 7)", 1.0, 1.0),
        ("halve(or_else(x, y), 1)", None, 4.0),
    ],
)
def test_a_plugins_function_is_evaluated_like_a_built_in_one(
    text: str, x: float | None, expected: float | None
) -> None:
    env = {"x": x, "y": 8.0}
    assert expected == evaluate(tree(text), env, functions=TABLE)
    compiled = compile_cells([("cell", tree(text))], functions=TABLE)
    assert (expected,) == compiled.run([env[name] for name in compiled.inputs])


def test_a_plugins_function_is_typed_like_a_built_in_one() -> None:
    assert tree("halve(x, 2)").type is Type.HOURS
    _, findings = parse("halve(x, y)", SCOPE, mark=Mark("f", 1, 1), functions=TABLE)
    expected = "f:1:10: F125 error the times of halve are a whole literal from 0 to 9; found y"
    assert [str(finding) for finding in findings] == [expected]


def test_a_plugins_sql_is_found_by_its_place() -> None:
    columns = {"x": exp.column("x")}
    written = to_sql(tree("halve(x, 2) * 3"), columns, functions=TABLE).sql("duckdb")
    assert written == "((x / CAST(4 AS DOUBLE)) * CAST(3.0 AS DOUBLE))"


def test_a_function_without_sql_names_the_engine_that_has_it() -> None:
    with pytest.raises(UsageError) as caught:
        to_sql(tree("or_else(x, 1)"), {"x": exp.column("x")}, functions=TABLE)
    expected = "the function or_else comes without SQL; use the reference engine for this bundle"
    assert str(caught.value) == expected


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_built_in_function_can_be_described_and_has_sql(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.name == name
    assert function.help
    assert function.usage.startswith(f"{name}(")
    assert function.sql is not None


@pytest.mark.parametrize("name", sorted(INTERNAL))
def test_what_the_plan_adds_cannot_be_written(name: str) -> None:
    _, findings = parse(f"{name}(x, y)", SCOPE, mark=Mark("f", 1, 1))
    assert [finding.id for finding in findings] == ["F110"]


def test_a_strict_function_never_sees_null() -> None:
    node = tree("min(x, y)")
    assert evaluate(node, {"x": None, "y": 1.0}) is None
    assert struct.pack(">d", 1.0) == struct.pack(">d", float(str(evaluate(node, {"x": 2.0, "y": 1.0}))))


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CORE["min"] = HALVE  # type: ignore[index]


def test_a_name_of_a_function_is_no_value() -> None:
    assert Name("x", Type.HOURS) == tree("x")
