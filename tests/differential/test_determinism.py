"""The same bits on one thread and on eight, whatever order and files the rows come in."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.differential.calendars import Calendar
from tests.differential.event_rows import Data, Row
from tests.differential.opened_runs import Cards, running, same
from tests.differential.policies import Bundle
from tests.differential.properties import Effort, efforts, hold
from tests.differential.running import Cut
from tests.differential.sketch import Number
from tests.differential.worlds import World

from shopscore.events.connection import Settings
from shopscore.events.time import DAY, SECOND, Zone

THREADS = (1, 2, 8)


@efforts(heavy=20)
def test_threads_files_and_order_change_no_bit(effort: Effort) -> None:
    def law(world: World) -> None:
        cards = [
            _cards(world, 1, None),
            *(_cards(world, threads, Cut(threads, 3, 2)) for threads in THREADS[1:]),
        ]
        for again in cards[1:]:
            same(_without_warnings(cards[0]), _without_warnings(again))

    hold(law, 2, effort)


def test_sums_of_many_rows_do_not_depend_on_who_adds_them_up() -> None:
    """Enough row groups for every thread; sums near 2^70, where doubles would lose bits by order."""
    world = _many_rows(24_000)
    cards = [_cards(world, 1, None)]
    cards += [_cards(world, threads, Cut(threads, 4, 1_500)) for threads in THREADS]
    for again in cards[1:]:
        same(cards[0], again)
    totals = [card["metrics"]["amounts"]["value"] for card in cards[0].values()]
    assert len(totals) == 5
    assert min(totals) * 1e6 > 2.0**70


def _cards(world: World, threads: int, cut: Cut | None) -> Cards:
    with running(world, Settings(threads=threads), cut) as run:
        return run.by_duckdb()


def _without_warnings(cards: Cards) -> Cards:
    # Without rows a folder has no file, so that a run can be told other things of it.
    return {subject: {**card, "warnings": []} for subject, card in cards.items()}


def _many_rows(count: int) -> World:
    zone = Zone("America/Los_Angeles")
    as_of = date(2026, 6, 22)
    calendar = Calendar(zone, as_of, (), ())
    draw = Random(7)
    rows: list[Row] = []
    for number in range(count):
        placed = calendar.cutoff - draw.randrange(1, 80 * DAY)
        rows.append(
            {
                "order_id": f"{number:019}",
                "shop_id": f"S{number % 5}",
                "placed_at": placed,
                "dispatched_at": placed + draw.randrange(0, 900_000) * SECOND // 3,
                "category": draw.choice(["a", "b", "c", None]),
                "amount": float(draw.randrange(10**15)) + 0.5,
            }
        )
    columns = list(rows[0])
    return World(_SUMS, calendar, {"orders": Data(columns, rows)}, None, frozenset())


_SUMS = Bundle(
    {
        "id": "generated",
        "version": "1",
        "title": "Generated",
        "program": "main",
        "subject": "shop",
        "timezone": "America/Los_Angeles",
        "populations": {"placed": {"of": "orders", "at": "placed_at"}},
        "category": {"of": "placed", "column": "category", "window": {"days": 90}},
        "metrics": {
            "amounts": {"sum_of": "placed", "value": "amount", "window": {"days": 90}},
            "weighted": {
                "mean_of": "placed",
                "value": "amount / 3",
                "window": {"days": 60},
                "decay": {"factor": Number("0.7"), "every_days": 7},
            },
            "hours": {
                "mean_of": "placed",
                "value": "hours_between(placed_at, dispatched_at)",
                "window": {"days": 90},
            },
            "different": {"distinct_of": "placed", "value": "category", "window": {"days": 90}},
            "share": {"share_of": "placed", "where": "category == 'a'", "window": {"months": 2}},
        },
    },
    (),
)
