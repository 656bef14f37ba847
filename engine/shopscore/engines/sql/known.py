"""Second stage of a table: its rows as they were known on the morning of each day (2.2).

Every instant but the row's own clock is null where it had not come yet, and what it dates is what it
was before. Deadlines are plain data.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from shopscore.engines.sql.stages import relation, select
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import at_least, below, case, column, integer, named, null, string
from shopscore.events.tables import Kind, Table
from shopscore.events.time import Zone


def known(table: TableDemand, border: str, subject: str, zone: Zone) -> exp.Select:
    """Return the columns of a table as of each day it is needed for."""
    model = table.plan.table
    terms: dict[str, exp.Expr] = {subject: column(subject)}
    for day in table.days:
        cutoff = zone.start_of(day)
        for name in table.plan.columns:
            if name in table.reads[day]:
                terms.setdefault(table.name(name, day), as_known(model, table.plan.columns, name, cutoff))
    return select([named(term, name) for name, term in terms.items()], relation(border))


def as_known(model: Table, columns: Collection[str], name: str, cutoff: int) -> exp.Expr:
    """Return a column of a table's canonical rows as it was known before an instant.

    `columns` are those that are read: what a column that is not among them dates, stands as written.
    """
    if model.columns[name].kind is Kind.INSTANT and name != model.clock:
        return case([(below(column(name), integer(cutoff)), column(name))])
    dating = [instant for instant, dated in model.dates.items() if name in dated and instant in columns]
    if not dating:
        return column(name)
    # Null does not compare: what no instant dates, stands as it was written.
    tests = [(at_least(column(each), integer(cutoff)), _before(model, each, name)) for each in dating]
    return case(tests, column(name))


def _before(model: Table, instant: str, name: str) -> exp.Expr:
    value = model.dates[instant][name]
    return null() if value is None else string(value)
