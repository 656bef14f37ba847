"""Replay of a whole data set in DuckDB: a statement a day, each reading the states the last one left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from shopscore.engines.arrow import schema_of
from shopscore.engines.duckdb import DIALECT, compile_on, told
from shopscore.engines.duckdb_staging import stage_plugin_rows
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.stages import quoted, select, supplied
from shopscore.engines.sql.terms import named, string
from shopscore.events.physical import CONVERTED, SQL_TYPES, Source
from shopscore.events.tables import Table
from shopscore.plan.windows import to_day
from shopscore.states import STATES, with_table

if TYPE_CHECKING:
    import duckdb

    from shopscore.engines.contract import Binding
    from shopscore.events.dataset import DataSet
    from shopscore.plan.model import Plan
    from shopscore.policy import Policy
    from shopscore.replay import Span

_SCHEMA = "replay"
_DAY, _STATES = f"{_SCHEMA}.day", f"{_SCHEMA}.states"
_ROWS_A_BATCH = 8192


def replay_in_duckdb(
    policy: Policy, data: DataSet, span: Span, category: str | None = None
) -> Iterator[tuple[Binding, pa.RecordBatchReader]]:
    """Yield each day's run with its scorecards by subject id, in batches.

    A day's batches must be taken before the next day is asked for.
    """
    with told(), data.connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        states = _States(cursor, data.tables[STATES], data.sources.get(STATES))
        for day in span.days():
            is_first = day == span.replay_from
            supply = data.supply if is_first else with_table(data.supply, STATES)
            binding = policy.bind_data(data, day, category=category, replayed=supply)
            sources = data.sources if is_first else {**data.sources, STATES: states.source}
            compiled = compile_on(binding, data, sources)
            stage_plugin_rows(cursor, compiled)
            query = compiled.query.sql(DIALECT.name, copy=False)
            cursor.execute(f"CREATE OR REPLACE TABLE {_DAY} AS {query}")
            states.carry(policy.plan, day)
            if day >= span.first:
                yield binding, _batches(cursor, schema_of(binding.layout))


def _batches(cursor: duckdb.DuckDBPyConnection, schema: pa.Schema) -> pa.RecordBatchReader:
    def read() -> Iterator[pa.RecordBatch]:
        with cursor.cursor() as reading:
            for batch in reading.sql(f"SELECT * FROM {_DAY}").to_arrow_reader(_ROWS_A_BATCH):
                yield batch.cast(schema)

    return pa.RecordBatchReader.from_batches(schema, read())


@dataclass(slots=True)
class _States:
    """The states that the next day begins with, as a table of the model."""

    cursor: duckdb.DuckDBPyConnection
    model: Table
    given: Source | None

    @property
    def source(self) -> Source:
        """Return the carried states as engines read tables."""
        stored = {each.name: CONVERTED[each.kind] for each in self.model.columns.values()}
        return Source(STATES, _STATES, stored, 0, False)

    def carry(self, plan: Plan, day: date) -> None:
        """Take the states of a day's scorecards; one supplied as of the day wins over them."""
        carried = states_query(plan, self.model, _DAY, day)
        if self.given is None:
            self.cursor.execute(f"CREATE OR REPLACE TABLE {_STATES} AS {carried}")
            return
        columns = [
            named(canonical(each, self.given.columns), each.name) for each in self.model.columns.values()
        ]
        given = select(columns, supplied(self.given.relation)).sql(DIALECT.name)
        keys = ", ".join(quoted(name) for name in (self.model.key[0], "item"))
        self.cursor.execute(
            f"""
            CREATE OR REPLACE TABLE {_STATES} AS
            WITH carried AS ({carried}),
                given AS (SELECT * FROM ({given}) AS rows_ WHERE as_of_on = {to_day(day)})
            SELECT * FROM given UNION ALL SELECT * FROM carried ANTI JOIN given USING ({keys})
            """
        )


def states_query(plan: Plan, model: Table, scorecards: str, day: date) -> str:
    """Return the states in a relation of scorecards as rows of shop_states, in canonical columns."""
    parts = []
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
