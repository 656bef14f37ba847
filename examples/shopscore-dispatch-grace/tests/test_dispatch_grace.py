"""What the package adds, by hand and in SQL; run it where the package is installed."""

from __future__ import annotations

import math
import random
import struct
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator
from shopscore import Scorecard, Workspace
from shopscore.errors import Level, Mark, UsageError
from shopscore.events.reader import ReadOptions
from shopscore.hookspecs import Fraction, Row
from sqlglot import exp

import shopscore_dispatch_grace as plugin
from shopscore_dispatch_grace import (
    hours_after_grace,
    lines,
    read_dispatch_log,
    share_after_grace,
    unexplained_grace,
)

HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace()


def test_the_package_is_loaded_under_its_name(workspace: Workspace) -> None:
    assert workspace.plugins.versions["dispatch_grace"] == "1.2.0"
    assert {each: by for each, by in workspace.plugins.providers.items() if by == "dispatch_grace"} == {
        ("check", "X710"): "dispatch_grace",
        ("formula function", "hours_after_grace"): "dispatch_grace",
        ("metric kind", "share_after_grace"): "dispatch_grace",
        ("policies", str(Path(plugin.__file__).parent / "policies")): "dispatch_grace",
        ("reader", "dispatch-log"): "dispatch_grace",
        ("renderer", "lines"): "dispatch_grace",
    }


@pytest.mark.parametrize(
    ("late", "grace", "expected"),
    [(4, 2, 2.0), (2, 2, 0.0), (-5, 2, 0.0), (2.5, 0, 2.5), (3, -1, 4.0), (0, 0, 0.0)],
)
def test_hours_after_grace(late: float, grace: float, expected: float) -> None:
    assert hours_after_grace(0, int(late * HOUR), grace) == expected


def test_hours_after_grace_in_sql_has_the_same_bits() -> None:
    draw = random.Random(1)
    instants = [draw.randrange(-(2**53), 2**53) for _ in range(200)] + [0, 1, HOUR, 2 * HOUR]
    graces = [0.0, 2.0, 0.1, -1.0, 1e300, math.inf, -math.inf, math.nan, draw.uniform(0, 1e6)]
    rows = [(a, draw.choice(instants), grace) for a in instants for grace in graces]
    names = ("deadline", "done", "grace")
    table = pa.table({"place": range(len(rows)), **dict(zip(names, zip(*rows, strict=True), strict=True))})
    built = plugin.hours_after_grace_sql(*map(exp.column, names))
    with duckdb.connect() as connection:
        connection.register("t", table)
        found = connection.execute(f"SELECT {built.sql('duckdb')} FROM t ORDER BY place").fetchall()
    assert [bits(value) for (value,) in found] == [bits(hours_after_grace(*row)) for row in rows]


def bits(value: float) -> bytes:
    return b"NaN" if math.isnan(value) else struct.pack("<d", value)


@pytest.mark.parametrize(
    ("hits", "free", "expected"),
    [("", 0, (0, 0)), ("+", 0, (1, 1)), ("++.", 1, (1, 3)), ("++.", 2, (0, 3)), ("++.", 9, (0, 3))],
)
def test_share_after_grace(hits: str, free: int, expected: tuple[int, int]) -> None:
    rows = [Row(place, 0, None, hit == "+") for place, hit in enumerate(hits)]
    numerator, denominator = expected
    assert share_after_grace(rows, {"free": free}) == Fraction(numerator, denominator, numerator, denominator)


def test_share_after_grace_in_sql_has_the_same_integers() -> None:
    draw = random.Random(1)
    rows = {
        str(subject): [Row(place, 0, None, draw.random() < 0.4) for place in range(draw.randrange(1, 9))]
        for subject in range(100)
    }
    pairs = [(subject, row) for subject, own in rows.items() for row in own]
    table = pa.table(
        {"subject_id": [subject for subject, _ in pairs], "hit": [row.hit for _, row in pairs]}
        | {name: [getattr(row, name) for _, row in pairs] for name in ("at", "day", "value")}
    )
    with duckdb.connect() as connection:
        connection.register("metric rows", table)
        for free in range(5):
            query = plugin.share_after_grace_sql("metric rows", {"free": free}).sql("duckdb")
            found = {subject: Fraction(*rest) for subject, *rest in connection.execute(query).fetchall()}
            assert found == {subject: share_after_grace(own, {"free": free}) for subject, own in rows.items()}


def test_the_parameters_have_a_sound_schema() -> None:
    (kind,) = plugin.shopscore_metric_kinds()
    Draft202012Validator.check_schema(kind.parameters)


def test_the_reader_takes_orders_as_they_are_written(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "Order,Shop,Ordered,Due,Left,Van\n"
        "0071,S1,2026-02-01T08:00:00,2026-02-03T12:00:00,2026-02-03T16:00:00,7\n"
        "72,S1,2026-02-01T09:30:00,2026-02-03T12:00:00,,7\n"
    )
    read = read_dispatch_log([log], ReadOptions())
    assert (read.zone, read.files) == ("Europe/London", (log,))
    assert read.notes == (("columns_not_read", "dispatch-log did not read the columns Van"),)
    assert read_dispatch_log([log], ReadOptions(zone="Asia/Jakarta")).zone == "Asia/Jakarta"
    assert {name: table.to_pylist() for name, table in read.tables.items()} == {
        "orders": [
            {
                "order_id": "0071",
                "shop_id": "S1",
                "placed_at": "2026-02-01T08:00:00",
                "dispatch_by": "2026-02-03T12:00:00",
                "dispatched_at": "2026-02-03T16:00:00",
            },
            {
                "order_id": "72",
                "shop_id": "S1",
                "placed_at": "2026-02-01T09:30:00",
                "dispatch_by": "2026-02-03T12:00:00",
                "dispatched_at": None,
            },
        ]
    }


def test_the_reader_names_the_column_it_misses(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("Order,Shop,Ordered,Left\n")
    with pytest.raises(UsageError) as error:
        read_dispatch_log([log], ReadOptions())
    assert str(error.value) == (
        f"{log} has no column 'Due'; a dispatch log has Order, Shop, Ordered, Due, Left"
    )


def test_the_check_asks_for_a_help_text(workspace: Workspace) -> None:
    bundle, _, findings = workspace.check("fair-dispatch@1.0")
    assert bundle is not None and not findings
    assert list(unexplained_grace(bundle)) == []

    class Bare:
        kind, help, id, mark = "share_after_grace", {}, "late", Mark("metrics.yaml", 3, 1)

    class Silent:
        metrics = {"late": Bare}

    (found,) = unexplained_grace(Silent)  # type: ignore[arg-type]
    assert (found.id, found.level) == ("X710", Level.WARNING)
    assert str(found) == (
        "metrics.yaml:3:1: X710 warning late forgives rows; "
        "add `help:` that says how many, so that sellers can follow it"
    )


def test_lines_prints_one_line_for_each_scorecard() -> None:
    def card(id_: str, state: str, score: float | None) -> Scorecard:
        bundle = {"id": "fair-dispatch", "version": "1.0"}
        data: dict[str, Any] = {"bundle": bundle, "as_of": "2026-03-01", "subject": {"id": id_}}
        return Scorecard({**data, "state": state, "score": score})

    assert lines([card("S1", "scored", 3.5), card("S2", "not_enough_data", None)]) == (
        "2026-03-01 fair-dispatch@1.0 S1 scored 3.500\n2026-03-01 fair-dispatch@1.0 S2 not_enough_data -"
    )
