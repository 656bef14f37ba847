"""The statement itself: readable stages, each table read once, nothing that engines say differently."""

import re
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp, parse_one

from shopscore.api import Workspace
from shopscore.engines.bind import bind
from shopscore.engines.contract import Binding
from shopscore.engines.duckdb import DIALECT, DuckDbEngine
from shopscore.engines.sql.bare import bare_models, bare_supply
from shopscore.plan.windows import to_date

US = "us-sps@2026.06"
DAY = to_date(20_626)  # 2026-06-22, a Monday: the badges are assessed on the 1st


@pytest.fixture(scope="module")
def binding() -> Binding:
    policy = Workspace([Path("policies")]).policy(US)
    return bind(policy.plan, DAY, bare_supply(bare_models(policy.bundle)))


@pytest.fixture(scope="module")
def statement(binding: Binding) -> str:
    return DuckDbEngine().statement(binding)


@pytest.fixture(scope="module")
def query(statement: str) -> exp.Expression:
    return parse_one(statement, dialect="duckdb")


def stages(query: exp.Expression) -> list[str]:
    return [each.alias for each in query.args["with_"].expressions]


def test_stages_are_called_after_tables_and_what_is_done(query: exp.Expression) -> None:
    found = [name for name in stages(query) if name.startswith("orders")]
    assert found == [
        "orders_border",
        "orders_known",
        "orders_returns",
        "orders_reviews",
        "orders_children",
        "orders_joined",
        "orders_facts_1",
        "orders_facts",
        "orders_appeals",
        "orders_appeals@2026-06-01",
        "orders_appealed",
        "orders_members",
        "orders_by_category",
        "orders_sums",
    ]
    assert stages(query)[-1] == "sheet"


def test_each_table_of_events_is_read_once_however_many_metrics_and_days(query: exp.Expression) -> None:
    own = set(stages(query))
    read = [table.name for table in query.find_all(exp.Table) if table.name not in own]
    assert sorted(read) == sorted(set(read))
    assert {"orders", "reviews", "returns", "chats", "after_sales_rounds", "shops", "subjects"} <= set(read)


def test_rows_of_orders_are_carried_by_one_chain_of_stages(query: exp.Expression) -> None:
    """A stage read twice would be kept whole or worked out twice, as one row a subject may be."""
    read = [table.name for table in query.find_all(exp.Table)]
    chain = [name for name in stages(query) if name.startswith(("orders_", "sheet", "inputs"))]
    assert [name for name in chain if read.count(name) != 1] == [
        "inputs_in_order"
    ] * DIALECT.keeps_order_of_kept


def test_what_the_sheet_reads_is_kept_where_its_order_is_kept_too(query: exp.Expression) -> None:
    kept = [each.alias for each in query.args["with_"].expressions if each.args.get("materialized")]
    assert ("inputs_in_order" in kept) == ("inputs_kept" in stages(query)) == DIALECT.keeps_order_of_kept
    assert DIALECT.keeps_order_of_kept == duckdb.__version__.startswith("2.0.")


def test_no_engine_s_own_arithmetic_of_dates_rounding_or_extremes_is_used(statement: str) -> None:
    words = set(re.findall(r"\b([A-Z][A-Z_]+)\s*\(", statement))
    assert words <= {
        "ABS",
        "AND",
        "ARG_MIN_NULL",
        "ARRAY_AGG",
        "AS",
        "BY",
        "CAST",
        "COALESCE",
        "COUNT",
        "DISTINCT",
        "ELSE",
        "EPOCH_US",
        "FILTER",
        "FLATTEN",
        "FLOOR",
        "FROM",
        "IN",
        "LAG",
        "LEAD",
        "MATERIALIZED",
        "MAX",
        "MIN",
        "NOT",
        "NULLIF",
        "ON",
        "OR",
        "JOIN",
        "OVER",
        "ROW",
        "ROW_NUMBER",
        "STRUCT",
        "STRUCT_PACK",
        "SUM",
        "USING",
        "VALUES",
        "THEN",
        "WHEN",
        "WHERE",
    }


def test_the_window_is_compared_with_the_column_as_it_is_stored(query: exp.Expression) -> None:
    """Else statistics of Parquet files could not skip anything."""
    border = next(each for each in query.args["with_"].expressions if each.alias == "orders_border")
    where = border.this.args["where"].sql("duckdb")
    assert "placed_at < CAST('2026-06-22 07:00:00+00:00' AS TIMESTAMPTZ)" in where
    assert "delivered_at >= CAST('2026-03-03 08:00:00+00:00' AS TIMESTAMPTZ)" in where
    assert "EPOCH_US" not in where


def test_only_columns_that_something_reads_are_read(query: exp.Expression) -> None:
    border = next(each for each in query.args["with_"].expressions if each.alias == "chats_border")
    names = [each.alias_or_name for each in border.this.expressions]
    assert names == ["chat_id", "shop_id", "started_at", "resolved_by", "rating", "rated_at"]


def test_the_statement_of_one_policy_is_the_same_every_time(binding: Binding, statement: str) -> None:
    assert DuckDbEngine().statement(binding) == statement
