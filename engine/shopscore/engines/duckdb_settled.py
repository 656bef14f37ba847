"""Rows of a replay that nothing will change any more: their facts are worked out once, not every day.

A row settles when the last instant of it and of all that hangs on it, or that it hangs on, has come: from
then on it is known on every morning as it stands. What differs between days is only which window it is in.
What an appeal is about never settles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopscore.engines.duckdb import DIALECT
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.compile import Settled, settle
from shopscore.engines.sql.demand import demand
from shopscore.engines.sql.metric_demand import event_demand
from shopscore.engines.sql.stages import quoted, select, supplied
from shopscore.engines.sql.terms import named
from shopscore.events.physical import CONVERTED, Source
from shopscore.events.tables import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from shopscore.engines.contract import Binding
    from shopscore.engines.sql.table_demand import TableDemand
    from shopscore.events.dataset import DataSet

SCHEMA = "replay"
"""The schema of a replay's tables."""

_AT = "settles_at"
_NEVER = 2**62
_EVERY = 7
"""Days between settlements: each makes statements of its own, and leaves fewer rows to work out daily."""


class SettledRows:
    """The event tables of a replay, in canonical form and by when they settle."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, data: DataSet, binding: Binding) -> None:
        self._cursor = cursor
        self._data = data
        self._until: int | None = None
        self._families: set[str] = set()
        self._tables = {name: table for name, table in _wanted(binding).items() if name in data.sources}
        for name in reversed(tuple(self._tables)):  # parents come after their children
            self._stage(binding, name)
        for parent in self._families:
            self._cursor.execute(f"DROP TABLE {SCHEMA}.lasts_{parent}")

    def of(self, binding: Binding) -> Settled:
        """Return what is settled by the morning of a run's day, and what is not."""
        if self._until is None or binding.as_of - self._until >= _EVERY:
            self._settle(binding)
        moving = {name: self._source(name, "moving") for name in self._tables}
        rows = {name: f"{SCHEMA}.settled_{name}" for name, table in self._tables.items() if table.slices}
        return Settled(moving, rows)

    def _settle(self, binding: Binding) -> None:
        until = binding.zone.start_of(binding.as_of)
        for name in self._tables:
            staged = f"{SCHEMA}.staged_{name}"
            for view, sign in (("settling", "<"), ("moving", ">=")):
                rows = f"SELECT * FROM {staged} WHERE {_AT} {sign} {until}"
                self._cursor.execute(f"CREATE OR REPLACE VIEW {SCHEMA}.{view}_{name} AS {rows}")
        settling = {name: self._source(name, "settling") for name in self._tables}
        data, wanted = self._data, _wanted(binding)
        for name, query in settle(binding, settling, data.sources, data.tables, DIALECT).items():
            target, text = f"{SCHEMA}.settled_{name}", query.sql(DIALECT.name)
            if self._until is None:
                self._cursor.execute(f"CREATE TABLE {target} AS {text}")
            else:
                passed = f"({self._reached(binding, wanted[name])}) IS NOT TRUE"
                self._cursor.execute(f"DELETE FROM {target} AS own WHERE {passed}")
                self._cursor.execute(f"INSERT INTO {target} {text}")
        for name in self._tables:  # what has settled need not be held twice
            table, rows = f"{SCHEMA}.staged_{name}", f"FROM {SCHEMA}.moving_{name}"
            self._cursor.execute(f"CREATE OR REPLACE TABLE {table} AS {rows}")
        self._until = binding.as_of

    def _stage(self, binding: Binding, name: str) -> None:
        """Make a table's rows that some window can still reach, in canonical form, with when they settle."""
        plan, data = self._tables[name].plan, self._data
        columns = ", ".join(f"own.{quoted(each)}" for each in self._columns(name))
        parent = self._family_of(plan.table)
        joins, settles = "", f"own.{_AT}"
        if parent is not None:
            on = " AND ".join(f"own.{quoted(key)} = family.{quoted(key)}" for key in data.tables[parent].key)
            joins = f"LEFT JOIN {self._lasts(parent)} AS family ON {on}"
            settles = f"COALESCE(family.{_AT}, own.{_AT})"
        # What a parent asks of its rows does not hang on when they were.
        table = self._tables[name]
        reached = "true" if table.is_child else self._reached(binding, table)
        self._cursor.execute(
            f"CREATE TABLE {SCHEMA}.staged_{name} AS SELECT {columns}, {settles} AS {_AT} "
            f"FROM ({self._own(name)}) AS own {joins} WHERE {reached} ORDER BY {_AT}"
        )

    def _family_of(self, table: Table) -> str | None:
        """Return the table whose rows a table's rows settle with: its parent, or itself where it is one."""
        if table.parent is not None and table.parent in self._tables:
            return table.parent
        is_parent = any(each.plan.table.parent == table.name for each in self._tables.values())
        return table.name if is_parent else None

    def _lasts(self, parent: str) -> str:
        """Return the table with the last instant of each family, made once."""
        name = f"{SCHEMA}.lasts_{parent}"
        if parent not in self._families:
            self._families.add(parent)
            keys = ", ".join(quoted(key) for key in self._data.tables[parent].key)
            members = [parent]
            members += [each for each, table in self._tables.items() if table.plan.table.parent == parent]
            union = " UNION ALL ".join(f"SELECT {keys}, {_AT} FROM ({self._own(each)})" for each in members)
            self._cursor.execute(
                f"CREATE TABLE {name} AS SELECT {keys}, MAX({_AT}) AS {_AT} FROM ({union}) GROUP BY {keys}"
            )
        return name

    def _own(self, name: str) -> str:
        """Return a table's canonical rows with their own last instant."""
        source, model = self._data.sources[name], self._data.tables[name]
        terms = [named(canonical(model.columns[each], source.columns), each) for each in self._columns(name)]
        rows = select(terms, supplied(source.relation)).sql(DIALECT.name)
        instants = [each for each in self._columns(name) if model.columns[each].kind is Kind.INSTANT]
        clock = quoted(str(model.clock))
        last = f"GREATEST({', '.join(f'COALESCE({quoted(each)}, {clock})' for each in instants)})"
        if self._tables[name].appealed and "appeals" in self._data.sources:
            # An appeal may take a row out on any day, and be granted or withdrawn on any other.
            row_id = quoted(str(model.row_id))
            last = f"CASE WHEN {row_id} IN ({self._appealed()}) THEN {_NEVER} ELSE {last} END"
        return f"SELECT *, {last} AS {_AT} FROM ({rows}) AS canonical"

    def _appealed(self) -> str:
        """Return the query of the records that appeals are about."""
        source, model = self._data.sources["appeals"], self._data.tables["appeals"]
        record = named(canonical(model.columns["record_id"], source.columns), "record_id")
        records = select([record], supplied(source.relation)).sql(DIALECT.name)
        return f"SELECT record_id FROM ({records}) AS appealed WHERE record_id IS NOT NULL"

    def _columns(self, name: str) -> list[str]:
        """Return the columns a run reads, as far as they were supplied; those of the key among them."""
        source, plan = self._data.sources[name], self._tables[name].plan
        key = self._data.tables["shops"].key[0]
        model = self._data.tables[name]
        parent = self._data.tables.get(str(model.parent))
        own = {*plan.columns, *model.key, key, *(parent.key if parent is not None else ())}
        return [each for each in model.columns if each in own and each in source.columns]

    def _reached(self, binding: Binding, table: TableDemand) -> str:
        """Return the condition that a window of this day or a later one can hold a row: they only move on."""
        firsts: dict[str, int] = {}
        for part in table.slices:
            firsts[part.at] = min(firsts.get(part.at, part.first), part.first)
        if not firsts:
            return "true"
        supplied_ = self._data.sources[table.plan.table.name].columns
        tests = [
            f"own.{quoted(at)} >= {binding.zone.start_of(first)}"
            for at, first in firsts.items()
            if at in supplied_
        ]
        return " OR ".join(tests) if tests else "false"

    def _source(self, name: str, view: str) -> Source:
        model = self._data.tables[name]
        stored = {each: CONVERTED[model.columns[each].kind] for each in self._columns(name)}
        return Source(name, f"{SCHEMA}.{view}_{name}", stored, self._data.sources[name].rows, False)


def _wanted(binding: Binding) -> Mapping[str, TableDemand]:
    """Return what a day asks of the event tables, children before parents."""
    return event_demand(binding, demand(binding, as_of_d=True)).tables
