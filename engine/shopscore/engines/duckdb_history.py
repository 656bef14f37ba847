"""Replay of a whole data set in DuckDB: each day's sheet reads the states the last one left.

Two things go on at once: a day's sheet is worked out, for who asked for it, while the inputs of the next
day, which hang on events alone, are gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from shopscore.engines.arrow import schema_of
from shopscore.engines.duckdb import told
from shopscore.engines.duckdb_daily_inputs import DailyInputs, GatheredDay
from shopscore.engines.duckdb_settled import SCHEMA
from shopscore.engines.duckdb_states import States
from shopscore.engines.sql.replays import YESTERDAY
from shopscore.events.connection import CALLERS
from shopscore.plan.windows import to_day
from shopscore.states import STATES, with_table

if TYPE_CHECKING:
    import duckdb

    from shopscore.engines.contract import Binding
    from shopscore.events.dataset import DataSet
    from shopscore.policy import Policy
    from shopscore.replay import Span

_CARRIED = frozenset({"subject", "benefits"})
_ROWS_A_BATCH = 8192
_A_MOMENT = 0.1


def replay_in_duckdb(
    policy: Policy, data: DataSet, span: Span, category: str | None = None
) -> Iterator[tuple[Binding, pa.RecordBatchReader]]:
    """Yield each day's run with its scorecards by subject id, in batches.

    A day's batches must be taken before the next day is asked for.
    """
    with DuckDbReplay(policy, data, category) as replay:
        for day, found in zip(span.days(), replay.days(span.days()), strict=True):
            if day >= span.first:
                yield found


class DuckDbReplay:
    """The replay of one policy over a data set, day by day; close it to free its tables."""

    def __init__(
        self,
        policy: Policy,
        data: DataSet,
        category: str | None = None,
        states: pa.Table | None = None,
    ) -> None:
        """Begin a replay; `states` are those another replay left, which is then continued."""
        self._plan, self._data = policy.plan, data
        self._cursor = data.connection.cursor()
        self._cursor.execute(f"CREATE OR REPLACE SCHEMA {SCHEMA}")
        self._states = States(self._cursor, data.tables[STATES], data.sources.get(STATES))
        self._states.begin(states)
        self._has_states = states is not None
        self._inputs = DailyInputs(policy, data, category)
        [(self._threads,)] = self._cursor.execute("SELECT current_setting('threads')").fetchall()
        self._beside = ThreadPoolExecutor(1)
        self._running: Future[GatheredDay] | None = None
        self._newest: tuple[date, pa.Table] | None = None
        """The last day whose scorecards were all taken, and of them what the next day needs."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            while self._running is not None and wait([self._running], _A_MOMENT).not_done:
                self._inputs.interrupt()  # again and again: it may be between two statements
            self._beside.shutdown()
            self._inputs.close()
            self._cursor.execute(f"SET {CALLERS} = 1")
            self._cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        finally:
            self._cursor.close()

    def days(self, days: Iterable[date]) -> Iterator[tuple[Binding, pa.RecordBatchReader]]:
        """Yield each day's run and its scorecards by subject id; days follow each other.

        A day's batches must be taken before the next day is asked for.
        """
        wanted = list(days)
        gathered: Callable[[], GatheredDay] | None = None
        sheets = _Sheets(self._data.connection)
        for day, then in zip_longest(wanted, wanted[1:]):
            found = gathered() if gathered is not None else self._from_states(day)
            gathered = self._begin(then) if then is not None else None
            batches = self._scorecards(found, sheets)
            yield found.binding, batches
            for _ in batches:
                pass  # what nobody took is still needed for the states
            if self._newest is None or self._newest[0] != day:
                raise RuntimeError(f"the scorecards of {day} broke off; no day can go on from them")

    def _begin(self, day: date) -> Callable[[], GatheredDay]:
        """Begin to gather a day's inputs, where there is a thread for it; return what waits for them."""
        if to_day(day) - 1 in self._states.given_days():
            return partial(self._from_states, day)
        if self._inputs.have_settled:
            # A thread of DuckDB's for each of the two who ask from now on: none waits for a third. Before,
            # what settles is worked out, with all threads there are.
            self._cursor.execute(f"SET {CALLERS} = {min(2, self._threads)}")
        supply, sources = with_table(self._data.supply, STATES), self._data.sources
        gather = partial(self._inputs.gather, day, supply, sources, goes_on=True)
        if self._threads == 1:
            return gather
        self._running = self._beside.submit(gather)
        return self._running.result

    def _from_states(self, day: date) -> GatheredDay:
        """Gather the inputs of a day that begins with the table of states."""
        self._carry()
        supply, sources = self._data.supply, dict(self._data.sources)
        if self._has_states or self._newest is not None:
            supply, sources[STATES] = with_table(supply, STATES), self._states.source
        return self._inputs.gather(day, supply, sources, goes_on=False)

    def _scorecards(self, day: GatheredDay, sheets: _Sheets) -> pa.RecordBatchReader:
        """Work out a day's scorecards, and keep of them what the next day needs."""
        schema = schema_of(day.binding.layout)
        carried = pa.schema([field for field in schema if field.name in _CARRIED])
        on, newest = day.day, self._newest
        kept: list[pa.RecordBatch] = []

        def read() -> Iterator[pa.RecordBatch]:
            with told():
                for batch in sheets.read(day.sheet, None if newest is None else newest[1]):
                    cards = batch.cast(schema)
                    # A copy: a column alone would hold the memory of all others.
                    kept.append(cards.select(carried.names).take(pa.array(range(cards.num_rows))))
                    yield cards
            self._newest = on, pa.Table.from_batches(kept, carried)

        return pa.RecordBatchReader.from_batches(schema, read())

    def states(self) -> pa.Table:
        """Return the states that the next day begins with."""
        self._carry()
        return self._states.table()

    def _carry(self) -> None:
        """Take the states of the last day's scorecards into the table of states."""
        if self._newest is not None:
            day, scorecards = self._newest
            self._states.carry(self._plan, scorecards, day)


class _Sheets:
    """The sheets of days that follow each other, as views: a statement is parsed once, not each day.

    They have a connection of their own, which stands as long as somebody reads from it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._cursor = connection.cursor()
        self._views: dict[str, str] = {}
        """Names by statement."""

    def read(self, sheet: str, yesterday: pa.Table | None) -> pa.RecordBatchReader:
        """Work out a sheet over the scorecards of the day before, if there was one."""
        if yesterday is not None:
            self._cursor.register(YESTERDAY, yesterday)
        if sheet not in self._views:
            view = f"sheet_{len(self._views)}"
            self._cursor.execute(f"CREATE TEMP VIEW {view} AS {sheet}")
            self._views[sheet] = view
        return self._cursor.view(self._views[sheet]).to_arrow_reader(_ROWS_A_BATCH)
