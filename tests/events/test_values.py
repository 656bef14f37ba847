"""Written values: what each kind of column takes, as Python and as SQL read it."""

from __future__ import annotations

import datetime as dt
import math

import duckdb
import pytest
from sqlglot import exp

from shopscore.events.expressions import column, sql
from shopscore.events.physical import Form
from shopscore.events.rules import Test
from shopscore.events.sql_values import PROBLEMS, Local, parsed_of, reading_of, wall_of
from shopscore.events.tables import Column, Kind, catalog
from shopscore.events.time import DAY, FIRST, LAST, SECOND, Zone
from shopscore.events.values import Problem, Written, Zones, canonical, parse_deadline, parse_instant, read
from shopscore.formula.tree import Value

LOS_ANGELES = Zone("America/Los_Angeles")
SAO_PAULO = Zone("America/Sao_Paulo")
STRICT = Zones(LOS_ANGELES)
LOCAL = Zones(LOS_ANGELES, SAO_PAULO)

TYPE, NAIVE, YEAR = Problem(Test.TYPE), Problem(Test.NAIVE), Problem(Test.YEAR)


def at(text: str) -> int:
    since = dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)


INSTANTS: dict[Written, int | Problem] = {
    "2026-06-01T10:00:00Z": at("2026-06-01T10:00:00+00:00"),
    "2026-06-01t10:00:00z": at("2026-06-01T10:00:00+00:00"),
    "2026-06-01 10:00-07": at("2026-06-01T17:00:00+00:00"),
    "2026-06-01T10:00:00 +0530": at("2026-06-01T04:30:00+00:00"),
    "2026-06-01T10:00:00.1234569-07:00": at("2026-06-01T17:00:00.123456+00:00"),
    "2026-06-01T10:00:00,5Z": at("2026-06-01T10:00:00.5+00:00"),
    # The second 01:30 of an autumn day and the first, told apart by their offsets.
    "2026-11-01T01:30:00-07:00": at("2026-11-01T08:30:00+00:00"),
    "2026-11-01T01:30:00-08:00": at("2026-11-01T09:30:00+00:00"),
    "1780000000": 1_780_000_000 * SECOND,
    1_780_000_000: 1_780_000_000 * SECOND,
    1_780_000_000.25: 1_780_000_000 * SECOND + 250_000,
    "1780000000.1": 1_780_000_000 * SECOND + 100_000,
    100_000_000_000: 100_000_000_000 * SECOND,
    100_000_000_001: 100_000_000_001_000,
    1_780_000_000_123: 1_780_000_000 * SECOND + 123_000,
    -1: -SECOND,
    "0001-01-01T00:00:00Z": FIRST,
    "9999-12-31T23:59:59.999999Z": LAST,
    "0001-01-01T00:00:00+01:00": YEAR,
    "9999-12-31T23:59:59-01:00": YEAR,
    "0000-01-01T00:00:00Z": YEAR,
    "10000-01-01T00:00:00Z": YEAR,
    1e15: YEAR,
    1_780_000_000_123_456: YEAR,
    -1e11: YEAR,
    10**30: YEAR,
    math.inf: YEAR,
    "2026-06-01T10:00:00": NAIVE,
    "2026-06-01": TYPE,
    "2026-02-30T10:00:00Z": TYPE,
    "2026-06-01T24:00:00Z": TYPE,
    "2026-06-01T10:60:00Z": TYPE,
    "2026-06-01T10:00:60Z": TYPE,
    "2026-06-01T10:00:00+24:00": TYPE,
    "2026-6-1T10:00:00Z": TYPE,
    "2026-06-01T10:00:00Z\n": TYPE,
    " 2026-06-01T10:00:00Z": TYPE,
    "２０26-06-01T10:00:00Z": TYPE,
    "01/06/2026 10:00:00": TYPE,
    "yesterday": TYPE,
    "nan": TYPE,
    True: TYPE,
}
LOCAL_INSTANTS: dict[Written, int | Problem] = {
    "2018-02-17T12:00:00": at("2018-02-17T14:00:00+00:00"),
    "2018-02-17T23:30:00": at("2018-02-18T01:30:00+00:00"),  # shown twice: the first
    "2017-10-15T00:30:00": at("2017-10-15T03:30:00+00:00"),  # skipped: moves to 01:30
    "2018-02-17T23:30:00-03:00": at("2018-02-18T02:30:00+00:00"),
    "2018-02-18": TYPE,
}
DEADLINES: dict[Written, int | Problem] = {
    "2026-06-08": at("2026-06-09T06:59:59.999999+00:00"),
    "2026-03-08": at("2026-03-09T06:59:59.999999+00:00"),  # a day of 23 hours
    "2026-11-01": at("2026-11-02T07:59:59.999999+00:00"),  # a day of 25 hours
    "2026-06-08T23:59:00-07:00": at("2026-06-09T06:59:00+00:00"),
    "2026-06-08T00:00:00": NAIVE,
    "2026-02-30": TYPE,
    "0000-01-01": YEAR,
    "12026-01-01": YEAR,
    1_780_000_000: 1_780_000_000 * SECOND,
}
DAYS: dict[Written, int | Problem] = {
    "1970-01-01": 0,
    "1969-12-31": -1,
    "2026-06-22": 20_626,
    "2026-06-22T00:00:00": 20_626,
    "2026-06-22 00:00": 20_626,
    "2026-06-22 00:00:00.000": 20_626,
    "0001-01-01": -719_162,
    "9999-12-31": 2_932_896,
    "0000-12-31": YEAR,
    "99999-12-31": YEAR,
    "2026-06-22T00:00:00Z": TYPE,
    "2026-06-22T00:00:01": TYPE,
    "2026-06-31": TYPE,
    "22.06.2026": TYPE,
    20_626: TYPE,
}
NUMBERS: dict[Written, float | Problem] = {
    "0.58": 0.58,
    "-5": -5.0,
    "+.5": 0.5,
    "5.": 5.0,
    "1e3": 1000.0,
    "007": 7.0,
    3: 3.0,
    0.1: 0.1,
    "1e400": math.inf,
    "-Infinity": -math.inf,
    "1_000": TYPE,
    "1,5": TYPE,
    "0x10": TYPE,
    "5 ": TYPE,
    "five": TYPE,
    "٥": TYPE,
    "0.58 %": TYPE,
    True: TYPE,
}
QUANTITIES: dict[Written, float | Problem] = {
    "0.58 %": 0.0058,
    "58%": 0.58,
    "5.%": 0.05,
    "30.4 h": 30.4,
    "15d": 15.0,
    "15 m": TYPE,
    "% 5": TYPE,
}
COUNTS: dict[Written, float | Problem] = {"5": 5.0, "5.0": 5.0, 5: 5.0, "4.5": TYPE, 4.5: TYPE, "": None}
FLAGS: dict[Written, bool | Problem] = {
    "true": True,
    "YES": True,
    "1": True,
    1: True,
    "False": False,
    "no": False,
    "0": False,
    2: TYPE,
    1.5: TYPE,
    "y": TYPE,
    "on": TYPE,
}
TEXTS: dict[Written, str | Problem] = {
    "NO": "NO",
    " x": " x",
    "5838123456789012345": "5838123456789012345",
    5838123456789012345: "5838123456789012345",
    0: "0",
    1.5: TYPE,
    True: TYPE,
    "": None,
}

TABLES: list[tuple[Column, Zones, dict[Written, Value | Problem]]] = [
    (Column("x", Kind.INSTANT), STRICT, INSTANTS),
    (Column("x", Kind.INSTANT), LOCAL, LOCAL_INSTANTS),
    (Column("x", Kind.DEADLINE), STRICT, DEADLINES),
    (Column("x", Kind.DEADLINE), LOCAL, {"2017-10-14": at("2017-10-15T02:59:59.999999+00:00")}),
    (Column("x", Kind.DAY), STRICT, DAYS),
    (Column("x", Kind.NUMBER, units=""), STRICT, NUMBERS),
    (Column("x", Kind.NUMBER), STRICT, QUANTITIES),
    (Column("x", Kind.NUMBER, units="%"), STRICT, {"5 %": 0.05, "5 h": TYPE}),
    (Column("x", Kind.COUNT, units=""), STRICT, COUNTS),
    (Column("x", Kind.FLAG), STRICT, FLAGS),
    (Column("x", Kind.ID), STRICT, TEXTS),
    (Column("x", Kind.TEXT), STRICT, TEXTS),
]
CASES = [
    pytest.param(*(column_, zones, written, value), id=f"{column_.kind}-{type(written).__name__}-{written}")
    for column_, zones, table in TABLES
    for written, value in table.items()
]


@pytest.mark.parametrize(("column_", "zones", "written", "value"), CASES)
def test_python_reads(column_: Column, zones: Zones, written: Written, value: Value | Problem) -> None:
    found = read(column_, written, zones)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("column_", "zones", "table"), TABLES)
def test_sql_reads_texts_alike(column_: Column, zones: Zones, table: dict[Written, Value | Problem]) -> None:
    texts = [written for written in table if isinstance(written, str)]
    # Everything written anywhere, for what one kind takes the others must refuse alike.
    texts += [written for _, _, other in TABLES for written in other if isinstance(written, str)]
    expected = {text: repr(read(column_, text, zones)) for text in texts}
    found = _in_sql(column_, zones, texts)
    assert {text: repr(value) for text, value in zip(texts, found, strict=True)} == expected


def _in_sql(column_: Column, zones: Zones, texts: list[str]) -> list[Value | Problem]:
    parsed = parsed_of(column_.kind, Form.TEXT, column("x"))
    rows = exp.select("*", *([parsed.as_("parsed")] if parsed else [])).from_("written")
    wall = wall_of(column_.kind, Form.TEXT, column("x"), column("parsed"))
    rows = exp.select("*", *([wall.as_("wall")] if wall else [])).from_(rows.subquery())
    span = (at("1850-01-01T00:00:00+00:00"), at("2150-01-01T00:00:00+00:00"))
    reading = reading_of(
        column_, Form.TEXT, column("x"), column("parsed"), column("wall"), Local.of(zones, span)
    )
    problem = reading.problem if reading.problem is not None else exp.null()
    query = exp.select(reading.value, problem).from_(rows.subquery()).order_by("number")
    tests = {number: Problem(test) for test, number in PROBLEMS.items()}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Kathmandu'")  # must not matter
        connection.execute("CREATE TABLE written (number INTEGER, x VARCHAR)")
        connection.executemany("INSERT INTO written VALUES (?, ?)", list(enumerate(texts)))
        found = connection.execute(sql(query)).fetchall()
    return [value if problem is None else tests[problem] for value, problem in found]


def test_a_deadline_on_a_bare_date_ends_in_the_readers_zone_where_it_has_one() -> None:
    assert parse_deadline("2026-06-08", Zones(LOS_ANGELES)) == at("2026-06-09T06:59:59.999999+00:00")
    assert parse_deadline("2026-06-08", Zones(LOS_ANGELES, SAO_PAULO)) == at(
        "2026-06-09T02:59:59.999999+00:00"
    )


def test_a_day_is_86_400_seconds_of_unix_time() -> None:
    assert parse_instant("1970-01-02T00:00:00Z") == DAY


def test_an_id_written_as_a_number_keeps_its_digits() -> None:
    assert read(Column("x", Kind.ID), 7, STRICT, "007") == "007"
    assert read(Column("x", Kind.ID), 31, STRICT, "0x1F") == "31"


@pytest.mark.parametrize(
    ("table", "name", "value", "meant"),
    [
        ("orders", "is_sample", None, False),
        ("orders", "order_type", None, "normal"),
        ("orders", "fulfillment", None, "seller"),
        ("orders", "cancelled_at", None, None),
        ("orders", "cancel_fault", None, None),
        ("orders", "cancel_fault", "SELLER", "unknown"),
        ("orders", "cancel_fault", "seller", "seller"),
        ("chats", "during_holiday_mode", None, False),
        ("chats", "buyer_blocked", None, False),
        ("chats", "resolved_by", None, "human"),
        ("chats", "started_by", None, "buyer"),
        ("chats", "rated_at", None, None),
        ("after_sales_rounds", "handled_by", None, "seller"),
        ("returns", "status", None, "open"),
        ("returns", "fault", "courier", "unknown"),
        ("violations", "status", None, "active"),
        ("violations", "counterfeit", None, None),
        ("appeals", "status", None, "pending"),
        ("shops", "seller_type", None, "independent"),
        ("shops", "fraud_flagged", None, False),
        ("shops", "has_logo", None, None),
        ("shops", "category", None, None),
    ],
)
def test_null_means_what_the_language_says(table: str, name: str, value: Value, meant: Value) -> None:
    column_ = catalog()[table].columns[name]
    assert canonical(column_, value) is meant or canonical(column_, value) == meant


def test_columns_whose_absence_is_no_missing_data_are_those_with_a_meaning_for_null() -> None:
    meaning = {
        f"{table.name}.{each.name}"
        for table in catalog().values()
        for each in table.columns.values()
        if each.has_default
    }
    assert meaning == {
        "shops.seller_type",
        "shops.fraud_flagged",
        "orders.cancelled_at",
        "orders.order_type",
        "orders.fulfillment",
        "orders.is_sample",
        "orders.is_gift",
        "orders.is_fake",
        "orders.is_replacement",
        "orders.is_exchange",
        "reviews.is_edit",
        "returns.status",
        "after_sales_rounds.handled_by",
        "chats.started_by",
        "chats.resolved_by",
        "chats.rated_at",
        "chats.during_holiday_mode",
        "chats.buyer_blocked",
        "violations.status",
        "appeals.status",
    }
