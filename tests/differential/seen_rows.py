"""What a data set holds: ties, edges, nulls and absences by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.differential.event_rows import Data, Row
from tests.differential.worlds import World

from shopscore.events.tables import Kind
from shopscore.plan.model import ChildFact, Plan
from shopscore.plan.windows import days_of


def in_rows(world: World, plan: Plan) -> Iterator[str]:
    """Yield what is worth having in a world's data."""
    models = world.bundle.tables
    for name in plan.tables:
        if name not in world.tables:
            yield "table absent"
            continue
        data = world.tables[name]
        yield "table with rows" if data.rows else "table without rows"
        needed = set(plan.tables[name].columns)
        if data.rows and needed - set(data.columns):
            yield "column absent"
        yield from _cells(world, name, data)
    for name in set(world.tables) - set(plan.tables):
        yield (
            f"table {name}"
            if name in ("shops", "shop_states") or "supplied" in name
            else "table nobody reads"
        )
    if world.as_text:
        yield "values as texts"
    yield from _edges(world, plan)
    yield from _orders(world)
    yield from _ties(world, plan)
    if "supplied_benchmarks" in world.tables:
        yield from _benchmarks(world.tables["supplied_benchmarks"].rows, f"{world.bundle.subject}_id")
    if "supplied_metrics" in world.tables:
        yield from _metrics(world.tables["supplied_metrics"].rows, world.calendar.day)
    for row in world.tables["shop_states"].rows if "shop_states" in world.tables else ():
        as_of_on = row["as_of_on"]
        assert isinstance(as_of_on, int)
        yield f"state {_side(as_of_on, world.calendar.day)} D"
    if len(models["shops"].columns) and world.category is not None:
        yield "category asked for"


def _cells(world: World, table: str, data: Data) -> Iterator[str]:
    columns = world.bundle.tables[table].columns
    for row in data.rows:
        for name, value in row.items():
            kind = columns[name].kind
            if value is None:
                yield f"null {kind.value}"
            elif kind is Kind.ID and len(str(value)) >= 19:
                yield "id of 19 digits"
            elif kind is Kind.ID and any(ord(sign) > 0xFFFF for sign in str(value)):
                yield "id beyond the first plane"
            elif kind is Kind.NUMBER and isinstance(value, float) and str(value) == "-0.0":
                yield "number -0.0"
            elif kind is Kind.NUMBER and isinstance(value, float) and abs(value) > 9e14:
                yield "number near 1e15"


def _edges(world: World, plan: Plan) -> Iterator[str]:
    clock = world.calendar
    zone = clock.zone
    moments = {
        value
        for name in plan.tables
        for row in (world.tables[name].rows if name in world.tables else ())
        for column, value in row.items()
        if world.bundle.tables[name].columns[column].kind in (Kind.INSTANT, Kind.DEADLINE)
        and value is not None
    }
    for away, word in ((-1, "a microsecond before"), (0, "at"), (1, "a microsecond after")):
        if clock.cutoff + away in moments:
            yield f"instant {word} D"
    for metric in plan.metrics:
        first, last = days_of(metric.window, clock.day)
        starts, ends = zone.start_of(first), zone.start_of(last + 1)
        edges = {
            "before a window": starts - 1, "at a window's start": starts, "at a window's last": ends - 1,
            "at a window's end": ends,
        }  # fmt: skip
        yield from (f"instant {word}" for word, at in edges.items() if at in moments)
    for change in zone.transitions(zone.start_of(clock.day - 40), zone.start_of(clock.day + 2)):
        yield from (
            f"instant {word} a clock change"
            for away, word in ((-1, "before"), (0, "at"))
            if change.at + away in moments
        )
        if any(change.at <= int(each) < change.at + 3_600_000_000 for each in moments):
            yield "instant in the hour after a clock change"


def _orders(world: World) -> Iterator[str]:
    key = f"{world.bundle.subject}_id"
    orders = world.tables["orders"].rows if "orders" in world.tables else []
    ids = Counter(row["order_id"] for row in orders)
    if max(ids.values(), default=0) > 1:
        yield "one order id in two shops"
    known = {(row["order_id"], row[key]) for row in orders}
    for child in ("reviews", "returns", "complaints"):
        hanging = Counter((row.get("order_id"), row[key]) for row in _rows(world, child))
        if any(pair in known and count > 1 for pair, count in hanging.items()):
            yield f"two {child} of one order"
        if any(pair not in known for pair in hanging):
            yield f"orphan in {child}"


def _ties(world: World, plan: Plan) -> Iterator[str]:
    """Yield where `first` has to choose between rows of one instant by their ids."""
    key = f"{world.bundle.subject}_id"
    for table in plan.tables.values():
        for fact in table.facts:
            if isinstance(fact, ChildFact) and fact.how == "first":
                hanging = Counter(
                    (row.get("order_id"), row[key], row[str(fact.order_by)])
                    for row in _rows(world, fact.child)
                    if row.get(str(fact.order_by)) is not None
                )
                if max(hanging.values(), default=0) > 1:
                    yield "tie of first"


def _benchmarks(rows: list[Row], key: str) -> Iterator[str]:
    for row in rows:
        whose = "subject" if row[key] is not None else "category"
        yield from (
            f"{field} of a {whose}"
            for field in ("poor", "excellent", "average", "weight")
            if row[field] is not None
        )


def _metrics(rows: list[Row], day: int) -> Iterator[str]:
    for row in rows:
        as_of = row.get("as_of")
        yield (
            "supplied metric without a day"
            if as_of is None
            else f"supplied metric {_side(int(as_of), day)} D"
        )
        numerator = row.get("numerator")
        if numerator is not None:
            yield (
                "supplied whole numerator"
                if float(numerator).is_integer()
                else "supplied fractional numerator"
            )


def _side(day: int, of: int) -> str:
    return "before" if day < of else "at" if day == of else "after"


def _rows(world: World, table: str) -> list[Row]:
    return world.tables[table].rows if table in world.tables else []
