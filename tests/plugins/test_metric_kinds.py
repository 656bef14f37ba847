"""percentile_of and peak_of: their meaning by hand, and the same bits in SQL."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from fractions import Fraction as Exact
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shopscore.hookspecs import Fraction, Row
from shopscore_plugins.metric_kinds import PEAK_OF, PERCENTILE_OF, peak, percentile, percentile_sql


def valued(*values: int | None) -> list[Row]:
    return [Row(at=place, day=0, value=value, hit=True) for place, value in enumerate(values)]


def on_days(*days: int) -> list[Row]:
    return [Row(at=day * 86_400_000_000, day=day, value=None, hit=True) for day in sorted(days)]


BY_HAND: list[tuple[Sequence[int], float, int]] = [
    ([15, 20, 35, 40, 50], 0.3, 20),  # rank ceil(1.5) = 2
    ([15, 20, 35, 40, 50], 0.4, 20),  # rank 2 exactly
    ([15, 20, 35, 40, 50], 0.400001, 35),
    ([15, 20, 35, 40, 50], 0.000001, 15),
    ([15, 20, 35, 40, 50], 1, 50),
    ([40, 10, 30, 20], 0.5, 20),  # the lower median
    ([7], 0.5, 7),
    ([3, 3, 3, 9], 0.75, 3),
    ([-9, -5, 0], 0.5, -5),
    (range(1, 101), 0.07, 7),  # 0.07 * 100 is 7.000000000000001 in doubles
    (range(1, 51), 0.14, 7),  # and 0.14 * 50 as well
    (range(1, 1002), 0.999, 1000),  # rank ceil(999.999)
]


@pytest.mark.parametrize(("values", "share", "expected"), BY_HAND)
def test_percentile_is_the_value_at_the_nearest_rank(
    values: Sequence[int], share: float, expected: int
) -> None:
    assert percentile(valued(*values), {"share": share}) == Fraction(expected, 1, len(values), len(values))


def test_percentile_reads_known_values_of_rows_that_meet_the_condition() -> None:
    rows = [
        Row(1, 0, 10, True),
        Row(2, 0, None, True),
        Row(3, 0, 99, False),
        Row(4, 0, 30, True),
        Row(5, 0, 20, True),
    ]
    assert percentile(rows, {"share": 0.9}) == Fraction(30, 1, 3, 3)


@pytest.mark.parametrize("rows", [[], valued(None, None), [Row(1, 0, 5, False)]])
def test_percentile_of_no_value_is_no_value(rows: list[Row]) -> None:
    assert percentile(rows, {"share": 0.9}) == Fraction(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("days", "length", "expected"),
    [
        ([1, 1, 2, 8, 9, 10, 10], 7, 4),  # 4 to 10 holds four; 2 to 8 only two
        ([1, 1, 2, 8, 9, 10, 10], 9, 5),  # 2 to 10 and 1 to 9 each leave two out
        ([1, 1, 2, 8, 9, 10, 10], 10, 7),
        ([1, 1, 2, 8, 9, 10, 10], 1, 2),
        ([1, 8], 7, 1),  # 1 to 7 and 8 to 14: a week apart is not within a week
        ([1, 7], 7, 2),
        ([1, 8], 8, 2),
        ([5, 5, 5], 400, 3),
        ([], 7, 0),
        ([-3, -1], 3, 2),
    ],
)
def test_peak_is_the_most_hits_in_consecutive_days(days: list[int], length: int, expected: int) -> None:
    rows = on_days(*days)
    assert peak(rows, {"days": length}) == Fraction(expected, 1, expected, len(rows))


def test_peak_counts_hits_and_names_all_rows() -> None:
    rows = [Row(1, 3, None, True), Row(2, 3, None, False), Row(3, 4, None, True), Row(4, 4, None, False)]
    assert peak(rows, {"days": 2}) == Fraction(2, 1, 2, 4)


def test_peak_takes_a_length_written_in_days() -> None:
    assert peak(on_days(1, 7), {"days": 7.0}) == Fraction(2, 1, 2, 2)


ROWS = st.lists(
    st.builds(
        Row,
        at=st.integers(0, 10**15),
        day=st.integers(19_990, 20_030),
        value=st.none() | st.integers(-5, 5) | st.integers(-(2**62), 2**62),
        hit=st.booleans(),
    ),
    max_size=25,
)
SHARES = st.sampled_from([0.000001, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.95, 1]) | st.floats(0.000001, 1)


@given(rows=ROWS, share=SHARES)
def test_percentile_leaves_at_least_its_share_at_or_below(rows: list[Row], share: float) -> None:
    known = [row.value for row in rows if row.hit and row.value is not None]
    found = percentile(rows, {"share": share})
    if known:
        wanted = Exact(round(Exact(repr(share)) * 1_000_000), 1_000_000) * len(known)
        assert found.numerator in known
        assert sum(value <= found.numerator for value in known) >= wanted
        assert sum(value < found.numerator for value in known) < wanted


@given(rows=ROWS, length=st.integers(1, 45))
def test_peak_is_the_best_of_all_runs_inside_the_window(rows: list[Row], length: int) -> None:
    first, last = 19_990, 20_030
    starts = range(first, max(first, last - length + 1) + 1)
    runs = [sum(row.hit and start <= row.day < start + length for row in rows) for start in starts]
    assert peak(rows, {"days": length}).numerator == max(runs)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


@pytest.mark.parametrize(("values", "share", "expected"), BY_HAND)
def test_percentile_in_sql_is_the_value_at_the_nearest_rank(
    connection: duckdb.DuckDBPyConnection, values: Sequence[int], share: float, expected: int
) -> None:
    table = [("S1", row.at, row.day, row.value, row.hit) for row in valued(*values)]
    query = percentile_sql("metric rows", {"share": share}).sql("duckdb")
    assert _in_duckdb(connection, query, table) == {("S1", expected, 1, len(values), len(values))}


@settings(max_examples=60, deadline=None)
@given(rows=st.dictionaries(st.sampled_from("abc"), ROWS), share=SHARES)
def test_percentile_in_sql_gives_the_references_integers(
    connection: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]], share: float
) -> None:
    expected = {
        (subject, *_integers(found))
        for subject, own in rows.items()
        if (found := percentile(own, {"share": share})).denominator
    }
    table = [(subject, r.at, r.day, r.value, r.hit) for subject, own in rows.items() for r in own]
    select = percentile_sql("metric rows", {"share": share})
    assert _in_duckdb(connection, select.sql("duckdb"), table) == expected
    assert _in_sqlite(select.sql("sqlite"), table) == expected  # a second dialect, for portability


def _integers(found: Fraction) -> tuple[int, ...]:
    return found.numerator, found.denominator, found.numerator_rows, found.denominator_rows


_COLUMNS = 'subject_id TEXT, "at" BIGINT, "day" INT, "value" BIGINT, hit BOOLEAN'


def _in_duckdb(
    connection: duckdb.DuckDBPyConnection, query: str, table: list[tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    connection.execute(f'CREATE OR REPLACE TABLE "metric rows" ({_COLUMNS})')
    if table:
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(table))
        connection.execute(f'INSERT INTO "metric rows" VALUES {places}', [x for row in table for x in row])
    return set(connection.execute(query).fetchall())


def _in_sqlite(query: str, table: list[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE TABLE "metric rows" ({_COLUMNS})')
        connection.executemany('INSERT INTO "metric rows" VALUES (?, ?, ?, ?, ?)', table)
        return set(connection.execute(query).fetchall())


@pytest.mark.parametrize("kind", [PERCENTILE_OF, PEAK_OF], ids=lambda kind: kind.name)
def test_parameters_are_described_and_their_schema_is_sound(kind: Any) -> None:
    Draft202012Validator.check_schema(kind.parameters)
    assert kind.help
    assert all(each["description"] for each in kind.parameters["properties"].values())


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        (PERCENTILE_OF, {}, "'share' is a required property"),
        (PERCENTILE_OF, {"share": 0}, "0 is less than the minimum of 1e-06"),
        (PERCENTILE_OF, {"share": 1.5}, "1.5 is greater than the maximum of 1"),
        (PERCENTILE_OF, {"share": 90}, "90 is greater than the maximum of 1"),
        (PERCENTILE_OF, {"share": True}, "True is not of type 'number'"),
        (PEAK_OF, {}, "'days' is a required property"),
        (PEAK_OF, {"days": 0}, "0 is less than the minimum of 1"),
        (PEAK_OF, {"days": 1.5}, "1.5 is not of type 'integer'"),
        (PEAK_OF, {"days": math.nan}, "nan is not of type 'integer'"),
    ],
)
def test_parameters_out_of_range_are_refused(kind: Any, parameters: dict[str, Any], message: str) -> None:
    (error,) = Draft202012Validator(kind.parameters).iter_errors(parameters)
    assert error.message == message
