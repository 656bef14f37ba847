"""One aggregation per table: every sum of every metric, and the category with most rows.

Sums are whole numbers in 128 bits, so that their order does not matter. Weights and rows of a slice are
added up together: each row adds its weight × 2^40 + 1 (see members), which no number of rows overflows.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlglot import exp

from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.members import ROW_BASE, ROW_BITS
from shopscore.engines.sql.rounding import to_double
from shopscore.engines.sql.slices import Aggregate, Sum
from shopscore.engines.sql.stages import Stages, grouped, relation, select
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import both, case, column, compared, integer, known, named, times, where
from shopscore.formula.sql_functions import cast

COUNTED = "category.counted"


class _Part(StrEnum):
    """What of a column a sum is."""

    WHOLE = "whole"
    WEIGHTS = "weights"
    ROWS = "rows"


class TableSums:
    """A table's sums, and the stages that hold them, one row per subject seen."""

    def __init__(self, table: TableDemand, dialect: Dialect) -> None:
        self._table = table
        self._dialect = dialect
        self._weights = table.weights()
        self._columns: dict[str, Aggregate] = {}
        self._read: dict[Aggregate, tuple[str, _Part]] = {}
        self.stages: tuple[str, ...] = ()
        together = {
            (each.slice.unweighted, each.test, each.value): label
            for each, label in table.aggregates.items()
            if each.sum is Sum.WEIGHTS
        }
        for each, label in table.aggregates.items():
            counted_with = together.get((each.slice, each.test, each.value)) if each.sum is Sum.ROWS else None
            if counted_with is not None:
                self._read[each] = counted_with, _Part.ROWS
                continue
            self._columns[label] = each
            self._read[each] = label, _Part.WEIGHTS if each.sum is Sum.WEIGHTS else _Part.WHOLE

    def number(self, aggregate: Aggregate) -> exp.Expr:
        """Return a sum as the nearest double, from the first of the stages."""
        _, part = self._read[aggregate]
        found = self._part(aggregate, self.stages[0])
        match part:
            case _Part.WEIGHTS:
                # In 64 bits, from where a cast is exact: below a million × 2^40.
                return cast(cast(found, "BIGINT"), "DOUBLE")
            case _Part.WHOLE if not aggregate.counts:
                return to_double(found)
            case _Part.WHOLE | _Part.ROWS:
                return cast(found, "DOUBLE")

    def add(self, stages: Stages, members: str, subject: str, demand: Demand) -> TableSums:
        """Add the stages.

        Where categories are counted, rows are added up by subject and category first, then by subject:
        the rows are read once for both. Days whose categories are another column get a branch of their
        own.
        """
        name = self._table.plan.table.name
        by_column: dict[str, list[int]] = {}
        for day, (category, _) in self._table.categories.items():
            by_column.setdefault(category, []).append(day)
        if not by_column:
            sums = self._sums(self._columns)
            query = select([column(subject), *sums], relation(members))
            self.stages = (stages.add(f"{name}_sums", grouped(query, column(subject))),)
            return self
        first, *others = by_column
        query = select(
            [column(subject), column(first), *self._sums(self._columns, self._dialect)], relation(members)
        )
        by_category = stages.add(f"{name}_by_category", grouped(query, column(subject), column(first)))
        sums = [named(_merged(each, label, self._dialect), label) for label, each in self._columns.items()]
        sums += [self._most(day, demand) for day in by_column[first]]
        query = select([column(subject), *sums], relation(by_category))
        found = [stages.add(f"{name}_sums", grouped(query, column(subject)))]
        for category in others:
            labels = {self._read[self._table.categories[day][1]][0] for day in by_column[category]}
            columns = {label: self._columns[label] for label in labels}
            query = select([column(subject), column(category), *self._sums(columns)], relation(members))
            stem = f"{name}_by_{category}"
            by_category = stages.add(stem, grouped(query, column(subject), column(category)))
            most = [self._most(day, demand) for day in by_column[category]]
            query = select([column(subject), *most], relation(by_category))
            found.append(stages.add(f"{stem}_most", grouped(query, column(subject))))
        self.stages = tuple(found)
        return self

    def _part(self, aggregate: Aggregate, of: str | None = None) -> exp.Expr:
        label, part = self._read[aggregate]
        found = column(label, of)
        match part:
            case _Part.WHOLE:
                return found
            case _Part.WEIGHTS:
                return self._dialect.upper_bits(found, ROW_BITS)
            case _Part.ROWS:
                return self._dialect.lower_bits(found, ROW_BITS)

    def _sums(self, columns: Mapping[str, Aggregate], gathered: Dialect | None = None) -> list[exp.Expr]:
        return [named(self._sum(each, gathered), label) for label, each in columns.items()]

    def _sum(self, aggregate: Aggregate, gathered: Dialect | None) -> exp.Expr:
        """Return a sum over members; different values are gathered where sums are merged later.

        CASE inside the sum costs DuckDB less than FILTER behind it.
        """
        weight = column(self._weights[aggregate.slice])
        value = column(aggregate.value) if aggregate.value is not None else None
        tests = [column(aggregate.test)] if aggregate.test is not None else []
        match aggregate.sum:
            case Sum.ROWS | Sum.WEIGHTS:
                if value is not None:
                    tests.append(known(value))
                term = _only(weight, tests)
                return exp.Count(this=term) if aggregate.counts else exp.Sum(this=term)
            case Sum.VALUES:
                assert value is not None
                if aggregate.slice.weights:
                    alone = exp.IntDiv(this=weight, expression=integer(ROW_BASE))
                    return exp.Sum(this=times(alone, value))
                return exp.Sum(this=_only(value, [known(weight)]))
            case Sum.DIFFERENT:
                assert value is not None
                term = _only(value, [known(weight)])
                if gathered is None:
                    return exp.Count(this=exp.Distinct(expressions=[term]))
                return where(gathered.different(term), known(term.copy()))

    def _most(self, day: int, demand: Demand) -> exp.Expr:
        """Return the category with most rows, ties by the smallest text; null never counts."""
        category, counted = self._table.categories[day]
        rows = exp.Paren(this=self._part(counted))
        first = self._dialect.first(column(category), [exp.Neg(this=rows), column(category)])
        some = both([compared(rows.copy(), exp.GT, integer(0)), known(column(category))])
        return named(where(first, some), demand.label(COUNTED, day))


def _only(term: exp.Expr, tests: list[exp.Expr]) -> exp.Expr:
    return case([(both(tests), term)]) if tests else term


def _merged(aggregate: Aggregate, label: str, dialect: Dialect) -> exp.Expr:
    if aggregate.sum is Sum.DIFFERENT:
        return dialect.count_different(column(label))
    return exp.Sum(this=column(label))
