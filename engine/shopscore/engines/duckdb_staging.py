"""Metric kinds without SQL: their Python runs on each subject's rows in order, before the statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import duckdb
from sqlglot import exp

from shopscore.engines.duckdb_dialect import DuckDbDialect
from shopscore.engines.sql.plugin_kinds import KEY, StagedRows
from shopscore.engines.sql.stages import Stages, relation, select
from shopscore.engines.sql.terms import column, named
from shopscore.formula.sql_functions import cast
from shopscore.hookspecs import Row
from shopscore.plan.names import RAW_FIELDS

_ROWS_A_BATCH = 65_536

_Found = tuple[str, int, int, str | None, bool]


def stage_plugin_rows(
    cursor: duckdb.DuckDBPyConnection, staged: Iterable[StagedRows], stages: Stages
) -> None:
    """Work the rows of kinds without SQL through Python, and leave the results where the statement looks.

    A subject's rows are held at a time, and one row of results for each subject.
    """
    import pyarrow as pa  # here: few policies have such kinds

    schema = pa.schema([(KEY, pa.string()), *((name, pa.float64()) for name in RAW_FIELDS)])
    for each in staged:
        results = pa.RecordBatch.from_pylist(list(_results(cursor, each, stages)), schema=schema)
        cursor.register(each.table, pa.Table.from_batches([results]))


def _results(
    cursor: duckdb.DuckDBPyConnection, staged: StagedRows, stages: Stages
) -> Iterator[dict[str, object]]:
    metric = staged.wanted.metric
    assert metric.plugin is not None
    rows = _rows(cursor, stages.statement(_in_order(staged), upto=staged.rows))
    for subject, own in groupby(rows, key=itemgetter(0)):
        found = metric.plugin.reference(tuple(_read(own)), metric.parameters)
        # Made here, where whole numbers have no end and become the nearest double.
        yield {KEY: subject} | {name: float(getattr(found, name)) for name in RAW_FIELDS}


def _in_order(staged: StagedRows) -> exp.Select:
    # As text: a 128-bit number has no Arrow type that every version gives.
    terms = [
        column(KEY),
        column("at"),
        column("day"),
        named(cast(column("value"), "TEXT"), "value"),
        column("hit"),
    ]
    query = select(terms, relation(staged.rows))
    keys = [KEY, "at", *(["row_id"] if staged.has_row_id else [])]
    query.set("order", exp.Order(expressions=[exp.Ordered(this=column(key)) for key in keys]))
    return query


def _rows(cursor: duckdb.DuckDBPyConnection, query: exp.Query) -> Iterator[_Found]:
    # By the cursor itself: who interrupts it stops this too.
    for batch in cursor.sql(query.sql(DuckDbDialect.name)).to_arrow_reader(_ROWS_A_BATCH):
        yield from zip(*(each.to_pylist() for each in batch.columns), strict=True)


def _read(rows: Iterable[_Found]) -> Iterator[Row]:
    for _, at, day, value, hit in rows:
        yield Row(at, day, None if value is None else int(value), hit)
