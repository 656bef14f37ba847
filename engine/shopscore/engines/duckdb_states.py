"""States in a replay's tables: those supplied, and those the scorecards of its last day leave."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from shopscore.engines.duckdb_dialect import DuckDbDialect
from shopscore.engines.duckdb_settled import SCHEMA
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.stages import quoted, select, supplied
from shopscore.engines.sql.terms import named, string
from shopscore.events.physical import CONVERTED, SQL_TYPES, Source
from shopscore.events.tables import Table
from shopscore.plan.windows import to_day
from shopscore.states import STATES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from shopscore.plan.model import Plan

_TABLE = f"{SCHEMA}.states"
_SCORECARDS = "scorecards_of_a_day"


class States(Struct):
    """The states that the next day begins with, as a table of the model."""

    cursor: duckdb.DuckDBPyConnection
    model: Table
    given: Source | None
    _days: frozenset[int] | None = None

    def begin(self, states: pa.Table | None) -> None:
        """Make the tables, with the states that another replay left."""
        self.cursor.execute(f"CREATE TABLE {_TABLE} AS {no_states(self.model)}")
        if states is not None:
            self.cursor.register("states_before", states)
            self.cursor.execute(f"INSERT INTO {_TABLE} SELECT * FROM states_before")
            self.cursor.unregister("states_before")

    def table(self) -> pa.Table:
        """Return the carried states."""
        return self.cursor.sql(f"SELECT * FROM {_TABLE}").to_arrow_table()

    @property
    def source(self) -> Source:
        """Return the carried states as engines read tables."""
        stored = {each.name: CONVERTED[each.kind] for each in self.model.columns.values()}
        return Source(STATES, _TABLE, stored, 0, False)

    def carry(self, plan: Plan, scorecards: pa.Table, day: date) -> None:
        """Take the states of a day's scorecards; see `shopscore.states.with_states` for those supplied."""
        self.cursor.register(_SCORECARDS, scorecards)
        keys = ", ".join(quoted(name) for name in self.model.key)
        waits = _is_unknown(plan)
        self.cursor.execute(
            f"""
            CREATE OR REPLACE TABLE {_TABLE} AS
            WITH carried AS (
                    {states_query(plan, self.model, _SCORECARDS, day)}
                    UNION ALL SELECT * FROM {_TABLE} WHERE {waits}
                ),
                given AS (
                    SELECT * FROM ({self._given()}) AS rows_
                    WHERE as_of_on = {to_day(day)} OR as_of_on < {to_day(day)} AND {waits}
                )
            SELECT * FROM given UNION ALL SELECT * FROM carried ANTI JOIN given USING ({keys})
            """
        )
        self.cursor.unregister(_SCORECARDS)

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
        return select(columns, supplied(self.given.relation)).sql(DuckDbDialect.name)


def _is_unknown(plan: Plan) -> str:
    """Return the condition that a policy does not know an item: its states wait for one that does."""
    known = ", ".join(string(item.id).sql(DuckDbDialect.name) for item in plan.items)
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
            "item": string(item.id).sql(DuckDbDialect.name),
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
