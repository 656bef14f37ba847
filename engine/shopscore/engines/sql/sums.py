"""One aggregation per table: every sum of every metric, and the category with most rows.

Sums are whole numbers in 128 bits, so that their order does not matter.
"""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.slices import Aggregate, Sum
from shopscore.engines.sql.stages import Stages, grouped, relation, select
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import both, column, compared, integer, known, named, times, where

COUNTED = "category.counted"


def add_sums(
    stages: Stages, table: TableDemand, members: str, subject: str, demand: Demand, dialect: Dialect
) -> tuple[str, ...]:
    """Add a table's sums and return the stages that hold them, one row per subject seen.

    Where categories are counted, rows are added up by subject and category first, then by subject: the
    rows are read once for both. Days whose categories are another column get a branch of their own.
    """
    name = table.plan.table.name
    by_column: dict[str, list[int]] = {}
    for day, (category, _) in table.categories.items():
        by_column.setdefault(category, []).append(day)
    if not by_column:
        sums = [named(_sum(table, each), label) for each, label in table.aggregates.items()]
        query = select([column(subject), *sums], relation(members))
        return (stages.add(f"{name}_sums", grouped(query, column(subject))),)
    first, *others = by_column
    parts = [named(_sum(table, each, dialect), label) for each, label in table.aggregates.items()]
    query = select([column(subject), column(first), *parts], relation(members))
    by_category = stages.add(f"{name}_by_category", grouped(query, column(subject), column(first)))
    sums = [named(_merged(each, label, dialect), label) for each, label in table.aggregates.items()]
    sums += [_most(table, day, demand, dialect) for day in by_column[first]]
    query = select([column(subject), *sums], relation(by_category))
    found = [stages.add(f"{name}_sums", grouped(query, column(subject)))]
    for category in others:
        found.append(_branch(stages, table, members, subject, category, by_column[category], demand, dialect))
    return tuple(found)


def _branch(
    stages: Stages,
    table: TableDemand,
    members: str,
    subject: str,
    category: str,
    days: list[int],
    demand: Demand,
    dialect: Dialect,
) -> str:
    counts = {table.aggregates[table.categories[day][1]]: table.categories[day][1] for day in days}
    sums = [named(_sum(table, each), label) for label, each in counts.items()]
    query = select([column(subject), column(category), *sums], relation(members))
    stem = f"{table.plan.table.name}_by_{category}"
    by_category = stages.add(stem, grouped(query, column(subject), column(category)))
    most = [_most(table, day, demand, dialect) for day in days]
    query = select([column(subject), *most], relation(by_category))
    return stages.add(f"{stem}_most", grouped(query, column(subject)))


def _sum(table: TableDemand, aggregate: Aggregate, gathered: Dialect | None = None) -> exp.Expr:
    """Return a sum over members; different values are gathered where sums are merged later."""
    weight = column(table.weights()[aggregate.slice])
    value = column(aggregate.value) if aggregate.value is not None else None
    tests: list[exp.Expr] = [column(aggregate.test)] if aggregate.test is not None else []
    match aggregate.sum:
        case Sum.ROWS | Sum.WEIGHTS:
            term: exp.Expr = exp.Count(this=weight) if aggregate.counts else exp.Sum(this=weight)
            if value is not None:
                tests.append(known(value))
        case Sum.VALUES:
            assert value is not None
            if aggregate.slice.weights:
                return exp.Sum(this=times(weight, value))
            term = exp.Sum(this=value)
            tests.append(known(weight))
        case Sum.DIFFERENT:
            assert value is not None
            distinct = exp.Count(this=exp.Distinct(expressions=[value]))
            term = gathered.different(value) if gathered is not None else distinct
            tests.append(known(weight))
            if gathered is not None:
                tests.append(known(value.copy()))
    return where(term, both(tests)) if tests else term


def _merged(aggregate: Aggregate, label: str, dialect: Dialect) -> exp.Expr:
    if aggregate.sum is Sum.DIFFERENT:
        return dialect.count_different(column(label))
    return exp.Sum(this=column(label))


def _most(table: TableDemand, day: int, demand: Demand, dialect: Dialect) -> exp.Expr:
    """Return the category with most rows, ties by the smallest text; null never counts."""
    category, counted = table.categories[day]
    rows = column(table.aggregates[counted])
    first = dialect.first(column(category), [exp.Neg(this=rows), column(category)])
    some = both([compared(rows.copy(), exp.GT, integer(0)), known(column(category))])
    return named(where(first, some), demand.label(COUNTED, day))
