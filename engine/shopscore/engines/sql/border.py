"""First stage of a table: the columns a run needs, in canonical form; rows that can matter.

Rows that do not exist before D are left out, and so are rows outside every window. What is compared is
the column as it is stored, so that statistics of Parquet row groups and files can skip them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from shopscore.engines.sql.stages import filtered, select, supplied
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import at_least, below, both, cast, column, either, instant, integer, named
from shopscore.events.physical import SQL_TYPES, Physical, Source, canonical_sql
from shopscore.events.tables import Column, Table
from shopscore.events.time import Zone


def border(
    table: TableDemand, source: Source, subject: str, zone: Zone, extra: exp.Expr | None = None
) -> exp.Select:
    """Return the canonical rows of a table; `extra` is a further condition on the stored columns."""
    model = table.plan.table
    reads = {name for names in table.reads.values() for name in names} | {subject}
    columns = [
        named(canonical(column_, source.columns), column_.name)
        for column_ in model.columns.values()
        if column_.name in reads
    ]
    conditions = [_exists(model, source, zone.start_of(max(table.days)))]
    if not table.is_child:
        conditions.append(_in_a_window(table, source, zone))
    conditions.append(extra)
    present = [each for each in conditions if each is not None]
    return filtered(select(columns, supplied(source.relation)), both(present) if present else None)


def canonical(column_: Column, stored: Mapping[str, Physical]) -> exp.Expr:
    """Return a column in canonical form; an absent one is its default or null."""
    kind = SQL_TYPES[column_.kind]
    if column_.name not in stored:
        return cast(exp.convert(column_.default), kind)
    physical = stored[column_.name]
    ref = column(column_.name)
    if column_.required and physical is Physical.VARCHAR:
        return cast(ref, kind)  # checked: never nothing
    return canonical_sql(column_, physical, ref)


def _exists(model: Table, source: Source, cutoff: int) -> exp.Expr | None:
    if model.clock is None:
        return None
    return below(column(model.clock), _stored_instant(source.columns[model.clock], cutoff))


def _in_a_window(table: TableDemand, source: Source, zone: Zone) -> exp.Expr | None:
    """Return whether a row lies in the hull of the windows of any population, by its own `at`."""
    spans: dict[str, tuple[int, int]] = {}
    for part in table.slices:
        at = part.at.partition("@")[0]  # a window ends before its day: the stored instant is as good
        first, last = spans.get(at, (part.first, part.last))
        spans[at] = min(first, part.first), max(last, part.last)
    inside = []
    for at, (first, last) in spans.items():
        if at not in source.columns:
            continue  # never in a window
        physical = source.columns[at]
        since = _stored_instant(physical, zone.start_of(first))
        until = _stored_instant(physical, zone.start_of(last + 1))
        inside.append(both([at_least(column(at), since), below(column(at), until)]))
    return either(inside) if inside else exp.false()


def _stored_instant(physical: Physical, micros: int) -> exp.Expr:
    return instant(micros) if physical is Physical.TIMESTAMPTZ else integer(micros)
