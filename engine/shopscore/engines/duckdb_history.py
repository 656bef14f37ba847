"""Replay of a whole data set in DuckDB: a statement a day, each reading the states the last one left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from shopscore.engines.arrow import schema_of
from shopscore.engines.duckdb import DIALECT, inputs_on, told
from shopscore.engines.duckdb_settled import SCHEMA, SettledRows
from shopscore.engines.duckdb_staging import stage_plugin_rows
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.compile import Settled
from shopscore.engines.sql.replays import DayStatements, day_statements
from shopscore.engines.sql.stages import quoted, select, supplied
from shopscore.engines.sql.terms import named, string
from shopscore.events.physical import CONVERTED, SQL_TYPES, Source
from shopscore.events.tables import Table
from shopscore.plan.windows import assessment_day, to_day
from shopscore.states import STATES, with_table

if TYPE_CHECKING:
    import duckdb

    from shopscore.engines.contract import Binding
    from shopscore.events.dataset import DataSet
    from shopscore.plan.model import Plan
    from shopscore.policy import Policy
    from shopscore.replay import Span

_DAY, _INPUTS = f"{SCHEMA}.day", f"{SCHEMA}.inputs"
_STATES, _NEXT = f"{SCHEMA}.states", f"{SCHEMA}.next_states"
_ROWS_A_BATCH = 8192


def replay_in_duckdb(
    policy: Policy, data: DataSet, span: Span, category: str | None = None
) -> Iterator[tuple[Binding, pa.RecordBatchReader]]:
    """Yield each day's run with its scorecards by subject id, in batches.

    A day's batches must be taken before the next day is asked for.
    """
    with DuckDbReplay(policy, data, category) as replay:
        for day in span.days():
            found = replay.run(day)
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
        self._policy, self._data, self._category = policy, data, category
        self._cursor = data.connection.cursor()
        self._cursor.execute(f"CREATE OR REPLACE SCHEMA {SCHEMA}")
        self._states = _States(self._cursor, data.tables[STATES], data.sources.get(STATES))
        self._goes_on = states is not None
        self._last: date | None = None
        self._shapes: list[object] = []
        self._rows: SettledRows | None = None
        for table in (_STATES, _NEXT):
            self._cursor.execute(f"CREATE TABLE {table} AS {no_states(self._states.model)}")
        if states is not None:
            self._cursor.register("states_before", states)
            self._cursor.execute(f"INSERT INTO {_STATES} SELECT * FROM states_before")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        self._cursor.close()

    def run(self, day: date) -> tuple[Binding, pa.RecordBatchReader]:
        """Return the run of the next day and its scorecards by subject id."""
        data = self._data
        yesterday = self._yesterday(day)
        if yesterday is None:
            self._carry()
        supply = with_table(data.supply, STATES) if self._goes_on else data.supply
        sources = {**data.sources, STATES: self._states.source} if self._goes_on else data.sources
        binding = self._policy.bind_data(data, day, category=self._category, replayed=supply)
        if yesterday is not None:
            binding = replace(binding, carried=self._carried(binding))
        with told():
            inputs = inputs_on(binding, data, sources, yesterday, self._settled(binding))
            stage_plugin_rows(self._cursor, inputs.staged, inputs.stages)
            self._score(day_statements(binding, inputs))
        self._goes_on, self._last = True, day
        return binding, self._batches(schema_of(binding.layout))

    def _yesterday(self, day: date) -> str | None:
        """Return the table to take states from: the last scorecards, unless others were supplied since."""
        if self._last is None or to_day(day) - 1 in self._states.given_days():
            return None
        return _DAY

    def _carry(self) -> None:
        """Take the states of the last day's scorecards into the table of states."""
        if self._last is not None:
            self._states.carry(self._policy.plan, self._last)

    def _carried(self, binding: Binding) -> frozenset[str]:
        """Return the items that are as they were yesterday: those that are not assessed."""
        items = binding.plan.bundle.items
        # What an item with a streak lacks, it lacks of the next assessment.
        return frozenset(
            item.id
            for item in binding.plan.items
            if assessment_day(item.schedule, binding.as_of) != binding.as_of and items[item.id].streak is None
        )

    def _settled(self, binding: Binding) -> Settled | None:
        """Return the rows worked out before, on days that ask for nothing as of another day."""
        if self._last is None or len(binding.assessments()) > 1:
            return None
        if self._rows is None:
            self._rows = SettledRows(self._cursor, self._data, binding)
        return self._rows.of(binding)

    def _score(self, statements: DayStatements) -> None:
        """Work out a day's scorecards into the table of the day; what was planned before is used again."""
        place = next((n for n, shape in enumerate(self._shapes) if shape == statements.shape), None)
        query = statements.inputs.sql(DIALECT.name, copy=False)
        if place is not None:
            inputs = f"{_INPUTS}_{place}"
            self._cursor.execute(f"DELETE FROM {inputs}")
            self._cursor.execute(f"INSERT INTO {inputs} {query}")
        else:
            place = len(self._shapes)
            self._shapes.append(statements.shape)
            inputs = f"{_INPUTS}_{place}"
            self._cursor.execute(f"CREATE TABLE {inputs} AS {query}")
            sheet = statements.sheet(inputs, DIALECT).sql(DIALECT.name, copy=False)
            if self._last is None:
                self._cursor.execute(f"CREATE TABLE {_DAY} AS {sheet} LIMIT 0")
            self._cursor.execute(f"PREPARE sheet_{place} AS INSERT INTO {_DAY} {sheet}")
        self._cursor.execute(f"DELETE FROM {_DAY}")
        self._cursor.execute(f"EXECUTE sheet_{place}")

    def states(self) -> pa.Table:
        """Return the states that the next day begins with."""
        self._carry()
        return self._cursor.sql(f"SELECT * FROM {_STATES}").to_arrow_table()

    def _batches(self, schema: pa.Schema) -> pa.RecordBatchReader:
        def read() -> Iterator[pa.RecordBatch]:
            with self._cursor.cursor() as reading:
                for batch in reading.sql(f"SELECT * FROM {_DAY}").to_arrow_reader(_ROWS_A_BATCH):
                    yield batch.cast(schema)

        return pa.RecordBatchReader.from_batches(schema, read())


@dataclass(slots=True)
class _States:
    """The states that the next day begins with, as a table of the model."""

    cursor: duckdb.DuckDBPyConnection
    model: Table
    given: Source | None
    _days: frozenset[int] | None = None

    @property
    def source(self) -> Source:
        """Return the carried states as engines read tables."""
        stored = {each.name: CONVERTED[each.kind] for each in self.model.columns.values()}
        return Source(STATES, _STATES, stored, 0, False)

    def carry(self, plan: Plan, day: date) -> None:
        """Take the states of a day's scorecards; see `shopscore.states.with_states` for those supplied."""
        keys = ", ".join(quoted(name) for name in self.model.key)
        waits = _is_unknown(plan)
        # No table is made anew from day to day: that would have prepared statements planned again.
        self.cursor.execute(
            f"""
            INSERT INTO {_NEXT}
            WITH carried AS (
                    {states_query(plan, self.model, _DAY, day)}
                    UNION ALL SELECT * FROM {_STATES} WHERE {waits}
                ),
                given AS (
                    SELECT * FROM ({self._given()}) AS rows_
                    WHERE as_of_on = {to_day(day)} OR as_of_on < {to_day(day)} AND {waits}
                )
            SELECT * FROM given UNION ALL SELECT * FROM carried ANTI JOIN given USING ({keys})
            """
        )
        self.cursor.execute(f"DELETE FROM {_STATES}")
        self.cursor.execute(f"INSERT INTO {_STATES} SELECT * FROM {_NEXT}")
        self.cursor.execute(f"DELETE FROM {_NEXT}")

    def given_days(self) -> frozenset[int]:
        """Return the days as of which states were supplied."""
        if self._days is None:
            rows = self.cursor.execute(f"SELECT DISTINCT as_of_on FROM ({self._given()}) AS given").fetchall()
            self._days = frozenset(day for (day,) in rows)
        return self._days

    def _given(self) -> str:
        """Return the supplied states in canonical columns."""
        if self.given is None:
            return no_states(self.model)
        columns = [
            named(canonical(each, self.given.columns), each.name) for each in self.model.columns.values()
        ]
        return select(columns, supplied(self.given.relation)).sql(DIALECT.name)


def _is_unknown(plan: Plan) -> str:
    """Return the condition that a policy does not know an item: its states wait for one that does."""
    known = ", ".join(string(item.id).sql(DIALECT.name) for item in plan.items)
    return f"item NOT IN ({known})" if known else "true"


def no_states(model: Table) -> str:
    """Return no rows of shop_states, in canonical columns."""
    columns = ", ".join(
        f"CAST(NULL AS {SQL_TYPES[each.kind]}) AS {quoted(each.name)}" for each in model.columns.values()
    )
    return f"SELECT {columns} WHERE false"


def states_query(plan: Plan, model: Table, scorecards: str, day: date) -> str:
    """Return the states in a relation of scorecards as rows of shop_states, in canonical columns."""
    parts = [no_states(model)]
    for item in plan.items:
        now = f"benefits.{quoted(item.id)}"
        is_ladder = item.kind == "ladder"
        has_streak = f"item.{item.id}.streak" in item.cells
        found = {
            model.key[0]: "subject.id",
            "item": string(item.id).sql(DIALECT.name),
            "state": "NULL" if is_ladder else f"{now}.state",
            "value": f"{now}.value" if is_ladder else "NULL",
            "since_on": f"{now}.since - DATE '1970-01-01'",
            "as_of_on": str(to_day(day)),
            "streak": f"{now}.streak" if has_streak else "NULL",
            "decided_by": f"{now}.decided_by",
        }
        terms = [
            f"CAST({found[each.name]} AS {SQL_TYPES[each.kind]}) AS {quoted(each.name)}"
            for each in model.columns.values()
        ]
        parts.append(f"SELECT {', '.join(terms)} FROM {scorecards}")
    return " UNION ALL ".join(parts)
