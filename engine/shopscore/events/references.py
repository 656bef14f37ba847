"""Rows that hang on a row which is not there, and whom a data set is about."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from msgspec import Struct
from sqlglot import exp

from shopscore.events.check import EVENTS
from shopscore.events.expressions import all_of, any_of, column, count_if, is_null, sql, text
from shopscore.events.physical import Source, canonical_sql
from shopscore.events.rows import Note
from shopscore.events.tables import Table, parent_of
from shopscore.events.wording import counted

SUBJECTS = f"{EVENTS}.subjects"
"""The relation of the subjects of a run; its one column is SUBJECT_ID."""
SUBJECT_ID = "subject_id"


class Subjects(Struct, frozen=True):
    """How many subjects a run has, and how many rows of shops it leaves out."""

    subjects: int
    other_market: int = 0
    closed: int = 0

    def notes(self) -> list[Note]:
        """Return what a run says about subjects it left out."""
        left_out = [
            f"{counted(self.other_market, 'subject')} of other markets" if self.other_market else "",
            f"{counted(self.closed, 'closed subject')}" if self.closed else "",
        ]
        said = " and ".join(part for part in left_out if part)
        return [("subjects_skipped", f"{said} skipped")] if said else []


def orphans(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], sources: Mapping[str, Source]
) -> dict[str, int]:
    """Return, by table, the rows whose parent's row is not in the data."""
    found = {}
    for name, source in sources.items():
        parent = parent_of(tables, tables[name])
        if parent is None:
            continue
        there = sources.get(parent.name)
        found[name] = _without(connection, tables, source, parent.key, there) if there else source.rows
    return found


def strangers(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table], sources: Mapping[str, Source]
) -> dict[str, int]:
    """Return, by table, the rows whose subject is not in the table of shops, if there is one."""
    if "shops" not in sources:
        return {}
    key = tables["shops"].key
    return {
        name: _without(connection, tables, source, key, sources["shops"])
        for name, source in sources.items()
        if name != "shops" and key[0] in source.columns
    }


def _without(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    child: Source,
    key: tuple[str, ...],
    parent: Source,
) -> int:
    """Return how many rows of a table name, in full, a key that the parent does not have."""
    children = _select(tables, child, key).where(
        all_of([is_null(value(tables, child, name)).not_() for name in key])
    )
    same = all_of([exp.column(name, "c", quoted=True).eq(exp.column(name, "p", quoted=True)) for name in key])
    parents = exp.select("1").from_(_select(tables, parent, key).subquery("p")).where(same)
    query = (
        exp.select(exp.Count(this=exp.Star()))
        .from_(children.subquery("c"))
        .where(exp.Exists(this=parents).not_())
    )
    ((rows,),) = connection.execute(sql(query)).fetchall()
    return int(rows)


def make_subjects(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Table],
    sources: Mapping[str, Source],
    market: str | None,
) -> Subjects:
    """Make the relation SUBJECTS: the open shops of a market, or without shops every id that is seen."""
    key = tables["shops"].key[0]
    shops = sources.get("shops")
    if shops is None:
        seen = [
            exp.select(value(tables, source, key).as_(SUBJECT_ID)).distinct().from_(source.relation)
            for source in sources.values()
            if key in source.columns
        ]
        everyone = seen[0] if len(seen) == 1 else exp.union(*seen, distinct=True)
        chosen = exp.select("*").from_(everyone.subquery()).where(is_null(exp.column(SUBJECT_ID)).not_())
        return Subjects(_create(connection, chosen))
    here = _is_of(value(tables, shops, "market"), market)
    is_open = any_of(
        [is_null(value(tables, shops, "state")), value(tables, shops, "state").neq(text("closed"))]
    )
    rows = exp.select(value(tables, shops, key).as_(SUBJECT_ID)).from_(shops.relation)
    subjects = _create(connection, rows.where(all_of([here, is_open])))
    skipped = exp.select(count_if(here.not_()), count_if(all_of([here, is_open.not_()]))).from_(
        shops.relation
    )
    ((other_market, closed),) = connection.execute(sql(skipped)).fetchall()
    return Subjects(subjects, int(other_market), int(closed))


def value(tables: Mapping[str, Table], source: Source, name: str) -> exp.Expression:
    """Return a column's canonical value in a source; the default where it was not supplied."""
    column_ = tables[source.table].columns[name]
    if name not in source.columns:
        return exp.paren(exp.convert(column_.default))
    return canonical_sql(column_, source.columns[name], column(name))


def _select(tables: Mapping[str, Table], source: Source, names: tuple[str, ...]) -> exp.Select:
    values = [value(tables, source, name).as_(name, quoted=True) for name in names]
    return exp.select(*values).from_(source.relation)


def _is_of(found: exp.Expression, market: str | None) -> exp.Expression:
    """Return whether a shop is of a market; one without a market belongs to any."""
    return exp.true() if market is None else any_of([is_null(found), found.eq(text(market))])


def _create(connection: duckdb.DuckDBPyConnection, subjects: exp.Select) -> int:
    connection.execute(f"CREATE TABLE {SUBJECTS} AS {sql(subjects)}")
    ((rows,),) = connection.execute(sql(exp.select(exp.Count(this=exp.Star())).from_(SUBJECTS))).fetchall()
    return int(rows)
