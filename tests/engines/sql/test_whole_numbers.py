"""Whole numbers in SQL: rounded, added up and turned into doubles as Python does it."""

import math
import random
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp
from tests.engines.sql.world import World, at, policy

from shopscore.engines.duckdb_dialect import DuckDbDialect
from shopscore.engines.sql.members import _whole_seconds
from shopscore.engines.sql.rounding import half_even, to_double

N = exp.column("n")


def of_all(numbers: list[int] | list[float], kind: str, term: exp.Expr) -> list[object]:
    """Evaluate a term over numbers, in their order."""
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t (place INTEGER, n {kind})")
    rows = [[place, str(number)] for place, number in enumerate(numbers)]
    connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    text = term.sql(DuckDbDialect.name)
    return [row[0] for row in connection.execute(f"SELECT {text} FROM t ORDER BY place").fetchall()]


def test_a_128_bit_number_becomes_the_nearest_double() -> None:
    draw = random.Random(1)
    numbers = [
        draw.getrandbits(draw.choice([50, 54, 63, 65, 66, 70, 100, 120, 126])) * draw.choice([1, -1])
        for _ in range(2000)
    ]
    numbers += [0, 2**53 - 1, 2**53, 2**53 + 1, 2**53 + 2, 2**53 + 3, -(2**53) - 1, 2**63, 2**64 + 2**11 + 1]
    assert of_all(numbers, "HUGEINT", to_double(N)) == [float(number) for number in numbers]


def test_the_cast_of_the_database_itself_is_not_the_nearest_double() -> None:
    """The reason for going by text: should this fail one day, the detour can go."""
    draw = random.Random(1)
    numbers = [2**64 + draw.getrandbits(64) for _ in range(2000)]
    found = of_all(numbers, "HUGEINT", exp.cast(N, "DOUBLE"))
    assert found != [float(number) for number in numbers]


@pytest.mark.parametrize("sign", [1, -1])
def test_microseconds_become_whole_seconds_halves_to_even(sign: int) -> None:
    micros = [0, 1, 499_999, 500_000, 500_001, 999_999, 1_499_999, 1_500_000, 2_500_000, 3_500_001]
    seconds = [0, 0, 0, 0, 1, 1, 1, 2, 2, 4]
    found = of_all([sign * each for each in micros], "BIGINT", _whole_seconds(N))
    assert found == [sign * each for each in seconds]


def test_doubles_become_whole_halves_to_even() -> None:
    numbers = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994, 2.4, 2.6, -2.6]
    numbers += [4503599627370495.5, 1e300]
    expected = [float(round(number)) for number in numbers]
    assert of_all(numbers, "DOUBLE", half_even(N)) == expected


def test_sums_beyond_two_to_the_63_are_exact(tmp_path: Path) -> None:
    """Three amounts of 10^15 and one of 10^-6 are 3 × 10^21 + 1 millionths."""
    mini = policy(
        tmp_path,
        metrics="populations:\n  placed: {of: orders, at: placed_at}\n"
        "metrics:\n  total: {sum_of: placed, value: amount, window: {days: 9}, assumed: for the test}\n",
    )
    orders = [
        {"order_id": f"o{n}", "shop_id": "S1", "placed_at": at("2026-06-01 10:00"), "amount": amount}
        for n, amount in enumerate([1e15, 1e15, 1e15, 1e-6])
    ]
    found = World(mini, {"orders": orders}).metric("total", "2026-06-02")
    assert found["numerator"] == float(3 * 10**21 + 1) / 1e6
    assert found["numerator_count"] == 4
    assert math.isfinite(found["value"])
