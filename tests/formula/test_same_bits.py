"""The reference, the generated Python and DuckDB's SQL give the same bits for any typed tree."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from sqlglot import exp
from tests.formula.drawn import (
    MICROSECONDS_PER_DAY,
    NAMES,
    ROWS,
    Cells,
    Rows,
    bits,
    by_reference,
    day_of,
    in_bits,
    sheets,
)

from shopscore.formula.compiled import compile_cells
from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.hoist import hoist, is_auxiliary
from shopscore.formula.sql import finite, to_sql
from shopscore.formula.tree import Type

ARROW = {Type.TEXT: pa.string(), Type.BOOLEAN: pa.bool_(), Type.DAY: pa.int32(), Type.INSTANT: pa.int64()}


def day_of_sql(instant: exp.Expr) -> exp.Expr:
    return exp.IntDiv(this=instant, expression=exp.Literal.number(MICROSECONDS_PER_DAY))


def query(cells: Cells) -> str:
    """Return the SELECT over the table `t` that gives the cells, auxiliary ones left out."""
    columns: dict[str, exp.Expr] = {name: exp.column(name) for name in NAMES}
    stages = ["SELECT * FROM t"]
    for name, node in hoist(cells):
        value = to_sql(node, columns, day_of=day_of_sql)
        if node.type.is_numeric and not is_auxiliary(name):
            value = finite(value)
        stages.append(f'SELECT *, {value.sql("duckdb")} AS "{name}" FROM s{len(stages) - 1}')
        columns[name] = exp.column(name, quoted=True)
    ctes = ", ".join(f"s{place} AS ({stage})" for place, stage in enumerate(stages))
    return f"WITH {ctes} SELECT {', '.join(name for name, _ in cells)} FROM s{len(stages) - 1}"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


def in_duckdb(connection: duckdb.DuckDBPyConnection, cells: Cells, rows: Rows) -> list[list[object]]:
    columns = {
        name: pa.array([row[name] for row in rows], ARROW.get(type_, pa.float64()))
        for name, type_ in NAMES.items()
    }
    connection.register("t", pa.table(columns))
    return in_bits(connection.execute(query(cells)).fetchall())


@settings(max_examples=100, deadline=None)
@given(cells=sheets(), rows=ROWS)
def test_generated_python_gives_the_references_bits(cells: Cells, rows: Rows) -> None:
    compiled = compile_cells(cells, day_of=day_of)
    results = [compiled.run([row[name] for name in compiled.inputs]) for row in rows]
    assert in_bits(results) == by_reference(cells, rows)


@settings(max_examples=50, deadline=None)
@given(cells=sheets(), rows=ROWS)
def test_sql_on_duckdb_gives_the_references_bits(
    connection: duckdb.DuckDBPyConnection, cells: Cells, rows: Rows
) -> None:
    assert in_duckdb(connection, cells, rows) == by_reference(cells, rows)


@settings(max_examples=20, deadline=None)
@given(cells=sheets(), rows=ROWS)
def test_hoisting_changes_no_cell(cells: Cells, rows: Rows) -> None:
    for row in rows:
        hoisted = evaluate_cells(hoist(cells), row, day_of=day_of)
        kept = [[bits(value) for name, value in hoisted.items() if not is_auxiliary(name)]]
        assert kept == by_reference(cells, [row])
