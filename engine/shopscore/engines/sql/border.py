"""First stage of a table: the columns a run needs, in canonical form; rows that can matter.

Rows that do not exist before D are left out, and so are rows outside every window. What is compared is
the column as it is stored, so that statistics of Parquet row groups and files can skip them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from shopscore.engines.sql.stages import filtered, select, supplied
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import (
    at_least,
    below,
    both,
    column,
    either,
    identifier,
    instant,
    integer,
    named,
)
from shopscore.events.physical import SQL_TYPES, Physical, Source, canonical_sql
from shopscore.events.tables import Column, Table
from shopscore.events.time import Zone
from shopscore.formula.sql_functions import cast

Spans = Mapping[str, tuple[int, int]]
"""Instant column -> the first instant that matters, and the first after it that no longer does."""

Narrow = Callable[[Source, Spans], exp.Expr | None]
"""Finds a further condition on a table's stored columns that no row in a span fails."""


def border(
    table: TableDemand,
    source: Source,
    subject: str,
    zone: Zone,
    narrow: Narrow | None = None,
    parents: exp.Select | None = None,
    whenever: bool = False,
) -> exp.Select:
    """Return the canonical rows of a table; where there are `parents`, those whose key is among them.

    Rows outside every window are left out, unless they are wanted `whenever` they happened.
    """
    model = table.plan.table
    reads = {name for names in table.reads.values() for name in names} | {subject}
    columns = [
        named(canonical(column_, source.columns), column_.name)
        for column_ in model.columns.values()
        if column_.name in reads
    ]
    conditions = [_exists(model, source, zone.start_of(max(table.days)))]
    if not table.is_child and not whenever:
        spans = _spans(table, zone)
        conditions.append(_in_a_window(source, spans))
        conditions.append(narrow(source, spans) if narrow is not None else None)
    if parents is not None:
        names = parents.named_selects
        key = exp.Tuple(expressions=[canonical(model.columns[name], source.columns) for name in names])
        conditions.append(exp.In(this=key, query=exp.Subquery(this=parents)))
    present = [each for each in conditions if each is not None]
    return filtered(select(columns, supplied(source.relation)), both(present) if present else None)


def canonical(column_: Column, stored: Mapping[str, Physical]) -> exp.Expr:
    """Return a column in canonical form; an absent one is its default or null."""
    if column_.name not in stored:
        return cast(exp.convert(column_.default), SQL_TYPES[column_.kind])
    return canonical_sql(column_, stored[column_.name], exp.Column(this=identifier(column_.name)))


def keys_of(model: Table, source: Source) -> exp.Select:
    """Return the keys of a table's rows, for rows that hang on them."""
    columns = [named(canonical(model.columns[name], source.columns), name) for name in model.key]
    return select(columns, supplied(source.relation))


def _exists(model: Table, source: Source, cutoff: int) -> exp.Expr | None:
    if model.clock is None:
        return None
    return below(column(model.clock), _stored_instant(source.columns[model.clock], cutoff))


def _spans(table: TableDemand, zone: Zone) -> Spans:
    """Return the hull of the windows of all populations by what dates them."""
    days: dict[str, tuple[int, int]] = {}
    for part in table.slices:
        at = table.stored(part.at)  # a window ends before its day: the stored instant is as good
        first, last = days.get(at, (part.first, part.last))
        days[at] = min(first, part.first), max(last, part.last)
    return {at: (zone.start_of(first), zone.start_of(last + 1)) for at, (first, last) in days.items()}


def in_a_window(table: TableDemand, zone: Zone) -> exp.Expr:
    """Return the condition on canonical columns that a row lies in a window of its table."""
    inside = [
        both([at_least(column(at), integer(since)), below(column(at), integer(until))])
        for at, (since, until) in _spans(table, zone).items()
    ]
    return either(inside) if inside else exp.false()


def _in_a_window(source: Source, spans: Spans) -> exp.Expr:
    inside = []
    for at, (since, until) in spans.items():
        if at in source.columns:  # else no row is in a window
            stored = source.columns[at]
            begins = at_least(column(at), _stored_instant(stored, since))
            inside.append(both([begins, below(column(at), _stored_instant(stored, until))]))
    return either(inside) if inside else exp.false()


def _stored_instant(physical: Physical, micros: int) -> exp.Expr:
    return instant(micros) if physical is Physical.TIMESTAMPTZ else integer(micros)
