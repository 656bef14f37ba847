"""Open the database a sample is made in: its settings and small tables, before the first shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
from msgspec import Struct

from shopscore.events.time import Zone
from shopscore_cli.sample import categories, clock, draws, endings, ledger, orders, shops
from shopscore_cli.sample.categories import CATEGORIES
from shopscore_cli.sample.markets import CURRENCIES, Market
from shopscore_cli.sample.write import quoted

# Orders stream: a thread holds one row group of the file it writes and one month's few appeals.
_MEGABYTES, _MEGABYTES_PER_THREAD = 512, 256
_OLDEST_STORY = timedelta(days=200)
_LATEST_DEADLINE = timedelta(days=100)


class Request(Struct, frozen=True):
    """What is asked for: a market of so many shops and orders over the days up to and including end."""

    shops: int
    orders: int
    days: int
    end: date
    seed: int
    market: Market

    @property
    def first(self) -> date:
        """The first local day with orders."""
        return self.end - timedelta(days=self.days - 1)

    @property
    def as_of(self) -> date:
        """The day after the last: nothing in the sample happens on it or later."""
        return self.end + timedelta(days=1)


def open_world(request: Request, spill: Path, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """Return a database with every macro and lookup table, the shops' facts and the ledgers' events.

    One thread per statement keeps rows in the order they are made in; `threads` is how many statements
    run side by side.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    connection.execute(f"SET memory_limit = '{_MEGABYTES + threads * _MEGABYTES_PER_THREAD}MB'")
    connection.execute("SET temp_directory = " + quoted(str(spill)))
    _lay_macros(connection, request)
    _fill_lookups(connection, request)
    for statement in (shops.FACTS, ledger.VIOLATIONS, ledger.POINT_EVENTS):
        connection.execute(statement)
    return connection


def _lay_macros(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    market = request.market
    zone = Zone(market.zone)
    numbers = {
        "shop_count": request.shops,
        "day_count": request.days,
        "first_day": clock.day_number(request.first),
        "end_day": clock.day_number(request.end),
        "first_us": zone.start_of(clock.day_number(request.first)),
        "snapshot_us": zone.start_of(clock.day_number(request.as_of)),
        "order_id_base": orders.ORDER_ID_BASE,
        "buyer_count": 10 + request.orders * 3 // 5,
        "violation_stories": len(ledger.VIOLATION_STORIES),
        "point_stories": len(ledger.POINT_STORIES),
    }
    for name, number in numbers.items():
        connection.execute(f"CREATE MACRO {name}() AS {number}::BIGINT")
    review, returned, cancelled, late = market.order_rates
    texts = {
        "market": market.id,
        "counterfeit_kind": market.counterfeit,
        "averaged_metric": market.average_of,
        "review_rate": review,
        "return_rate": returned,
        "cancellation_rate": cancelled,
        "late_rate": late,
        "chat_rate": market.chat_rate,
        "round_metric": market.round_metric,
    }
    for name, text in texts.items():
        connection.execute(f"CREATE MACRO {name}() AS {'NULL::VARCHAR' if text is None else quoted(text)}")
    lists = {"other_market": market.other_markets, "ledger_at": market.ledgers}
    for name, entries in lists.items():
        connection.execute(f"CREATE MACRO {name}(n) AS {_literal(entries)}[1 + n % {len(entries)}]")
    connection.execute(
        f"CREATE MACRO region_at(share) AS {_literal(market.regions)}"
        f"[1 + floor(share * {len(market.regions)}.0)::BIGINT]"
    )
    connection.execute(
        f"CREATE MACRO money(dollars) AS floor(dollars * {market.steps_per_dollar}.0)"
        f" * {market.step_minor}.0 / {market.minor_per_unit}.0"
    )
    connection.execute(
        "CREATE MACRO currency_of(market_id) AS CASE market_id"
        + "".join(f" WHEN {quoted(name)} THEN {quoted(money)}" for name, money in CURRENCIES)
        + " END"
    )
    first = min(request.first, request.end - _OLDEST_STORY)
    last = request.end + _LATEST_DEADLINE
    for script in (
        draws.macros(request.seed),
        clock.macros(zone, first, last),
        categories.macros(),
        shops.MACROS,
        orders.MACROS,
        endings.macros(),
    ):
        connection.execute(script)


def _fill_lookups(connection: duckdb.DuckDBPyConnection, request: Request) -> None:
    market = request.market
    slots = clock.slots(market, request.first, request.days, request.orders)
    _table(
        connection,
        "slots",
        "month VARCHAR, starts_us BIGINT, first_order BIGINT, orders BIGINT, opens_day BOOLEAN,"
        " closes_day BOOLEAN",
        [(s.month, s.starts_us, s.first_order, s.orders, s.opens_day, s.closes_day) for s in slots],
    )
    _table(
        connection,
        "categories",
        "place BIGINT, category VARCHAR",
        [(n, c.name) for n, c in enumerate(CATEGORIES)],
    )
    _table(
        connection,
        "benchmarks",
        "place BIGINT, metric VARCHAR, poor DOUBLE, excellent DOUBLE",
        [(n, b.metric, b.poor, b.excellent) for n, b in enumerate(market.benchmarks)],
    )
    _table(connection, "dimensions", "place BIGINT, dimension VARCHAR", list(enumerate(market.dimensions)))
    items: list[tuple[str, bool, list[float]]] = [(b, b == market.freezing, []) for b in market.benefits]
    items += [(name, False, list(steps)) for name, steps in market.ladders]
    _table(
        connection,
        "benefit_items",
        "place BIGINT, item VARCHAR, freezes BOOLEAN, steps DOUBLE[]",
        [(n, *item) for n, item in enumerate(items)],
    )
    _table(
        connection,
        "kinds_costing",
        "points BIGINT, names VARCHAR[]",
        [(p, [k.name for k in market.kinds if k.least <= p <= k.most]) for p in range(49)],
    )
    _table(
        connection,
        "violation_steps",
        "story BIGINT, step BIGINT, days_ago BIGINT, points BIGINT, status VARCHAR, effective_after BIGINT,"
        " decided_after BIGINT, counterfeit BOOLEAN, kind_says BOOLEAN, at_midnight BOOLEAN",
        [(n, m, *step) for n, story in enumerate(ledger.VIOLATION_STORIES) for m, step in enumerate(story)],
    )
    _table(
        connection,
        "point_steps",
        "story BIGINT, step BIGINT, days_ago BIGINT, kind VARCHAR, points BIGINT, milestone VARCHAR,"
        " days BIGINT, at_midnight BOOLEAN",
        [(n, m, *step) for n, story in enumerate(ledger.POINT_STORIES) for m, step in enumerate(story)],
    )


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Create a table; whole columns are bound at once, since row by row takes seconds for years of hours."""
    connection.execute(f"CREATE TABLE {name} ({columns})")
    if rows:
        marks = ", ".join("unnest(?)" for _ in rows[0])
        connection.execute(
            f"INSERT INTO {name} SELECT {marks}", [list(column) for column in zip(*rows, strict=True)]
        )


def _literal(texts: Sequence[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"
