"""The checks of rules.py as SQL over a table as it was supplied.

Layers: the rows as written; what is taken out of texts; local times; canonical values and problems;
the first check each row fails. Every layer is a view of the one before, so that nothing is worked out,
or written, twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from string import Formatter

from sqlglot import exp

from shopscore.events import grammar
from shopscore.events.expressions import (
    all_of,
    any_of,
    call,
    case,
    cast,
    column,
    count_if,
    double,
    is_null,
    matches,
    named,
    select,
    text,
    whole,
)
from shopscore.events.physical import SQL_TYPES, Form, Physical, form_of, physical_of, with_default
from shopscore.events.raw import RawTable
from shopscore.events.reader import FILE, ROW
from shopscore.events.row_checks import LONGEST
from shopscore.events.rules import LARGEST, TOLERANCE, Check, Test, checks_of
from shopscore.events.sql_values import PROBLEMS, Local, Reading, Span, parsed_of, reading_of, wall_of
from shopscore.events.sql_zone import MOVED
from shopscore.events.staging import BROKEN, MISTYPED
from shopscore.events.tables import Kind
from shopscore.events.time import Moved
from shopscore.events.values import Zones

FAULT = "_fault"
"""Column: the index of the first check a row fails; null for a good row."""


@dataclass(frozen=True)
class TableSql:
    """Everything asked of one table's input, as SELECTs."""

    raw: RawTable
    zones: Zones
    spans: Mapping[str, Span] = field(default_factory=dict)
    """The local times of columns, where there are any (`measured`)."""

    @property
    def parsed_view(self) -> str:
        """Return the view of what is taken out of texts; the input itself where that is nothing."""
        return f"{self.raw.relation}_parsed" if self._parsed else self.raw.relation

    @property
    def walls_view(self) -> str:
        """Return the view of local times; the one below where there are none."""
        return f"{self.raw.relation}_walls" if self._walls else self.parsed_view

    @property
    def values_view(self) -> str:
        """Return the view of canonical values."""
        return f"{self.raw.relation}_values"

    @property
    def judged_view(self) -> str:
        """Return the view of rows with their first fault."""
        return f"{self.raw.relation}_judged"

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Return the table's checks; FAULT is an index into them."""
        return checks_of(self.raw.table)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """Return what each supplied column is."""
        return {name: form_of(type_name) for name, type_name in self.raw.types.items()}

    @cached_property
    def plain(self) -> Mapping[str, Physical] | None:
        """Return how each column is stored where all can be read as they are, else None."""
        columns = self.raw.table.columns
        plain = {name: physical_of(columns[name].kind, form) for name, form in self.forms.items()}
        known = {name: physical for name, physical in plain.items() if physical is not None}
        return known if len(known) == len(plain) else None

    @cached_property
    def _readings(self) -> Mapping[str, Reading]:
        return {
            name: reading_of(
                self.raw.table.columns[name],
                form,
                column(name),
                column(f"{name}:parsed"),
                column(f"{name}:wall"),
                Local.of(self.zones, self.spans.get(name, (0, 0))),
            )
            for name, form in self.forms.items()
        }

    @cached_property
    def _walls(self) -> Mapping[str, exp.Expression]:
        columns = self.raw.table.columns
        walls = {
            name: wall_of(columns[name].kind, form, column(name), column(f"{name}:parsed"))
            for name, form in self.forms.items()
        }
        return {name: wall for name, wall in walls.items() if wall is not None}

    @cached_property
    def _parsed(self) -> Mapping[str, exp.Expression]:
        columns = self.raw.table.columns
        parsed = {
            name: parsed_of(columns[name].kind, form, column(name)) for name, form in self.forms.items()
        }
        return {name: each for name, each in parsed.items() if each is not None}

    def views(self) -> Iterator[tuple[str, exp.Expression]]:
        """Yield the views to make first, in order: names and definitions."""
        if self._parsed:
            yield self.parsed_view, self._layer(self.raw.relation, self._parsed, "parsed")
        if self._walls:
            yield self.walls_view, self._layer(self.parsed_view, self._walls, "wall")

    @staticmethod
    def _layer(below: str, layer: Mapping[str, exp.Expression], suffix: str) -> exp.Expression:
        return select(["*", *(named(each, f"{name}:{suffix}") for name, each in layer.items())], below)

    @property
    def _placed(self) -> list[str]:
        """Return the columns whose local times, or bare dates, are placed by a zone's rules."""
        kinds = {Kind.DEADLINE} if self.zones.naive is None else {Kind.DEADLINE, Kind.INSTANT}
        return [name for name in self._walls if self.raw.table.columns[name].kind in kinds]

    def measure(self) -> exp.Select | None:
        """Return a query for the first and last local time of each column that has any, in one row."""
        walls = [column(f"{name}:wall") for name in self._placed]
        bounds = [bound for wall in walls for bound in (exp.Min(this=wall), exp.Max(this=wall))]
        return select(bounds, self.walls_view) if bounds else None

    def measured(self, bounds: Sequence[int | None]) -> TableSql:
        """Return the same with the spans that `measure` found: rules for other times are left out."""
        spans = {}
        for index, name in enumerate(self._placed):
            first, last = bounds[2 * index : 2 * index + 2]
            if first is not None and last is not None:
                spans[name] = (first, last)
        return replace(self, spans=spans)

    def values(self) -> exp.Expression:
        """Return the view of canonical values (`placed_at:value`), problems and moved times."""
        read = []
        for name, reading in self._readings.items():
            read.append(named(reading.value, f"{name}:value"))
            if reading.problem is not None:
                read.append(named(reading.problem, f"{name}:problem"))
            if reading.moved is not None:
                read.append(named(reading.moved, f"{name}:moved"))
        written = [column(name) for name in (*self.raw.types, *sorted(self.raw.extras), FILE, ROW)]
        return select([*written, *read], self.walls_view)

    def judged(self) -> exp.Expression:
        """Return the view of the values with the first check each row fails; keys are not looked at."""
        failing = [
            (condition, exp.Literal.number(index))
            for index, check in enumerate(self.checks)
            if (condition := self._fails(check)) is not None
        ]
        fault = case(failing) if failing else cast(exp.null(), "INTEGER")
        return select(["*", named(fault, FAULT)], self.values_view)

    def summary(self, except_at: str | None = None) -> exp.Select:
        """Return, by fault: rows, first and last clock, moved times; unlisted and empty texts by column.

        `except_at` names a table of identities to leave out.
        """
        clock = self.raw.table.clock
        at = column(f"{clock}:value") if clock is not None else cast(exp.null(), "BIGINT")
        moved = [column(f"{name}:moved") for name, each in self._readings.items() if each.moved is not None]
        counts = [
            _sum([count_if(each.eq(exp.Literal.number(MOVED[why]))) for each in moved]) for why in Moved
        ]
        unlisted = [count_if(self._is_unlisted(name)) for name in self.replaced]
        totals = [column(FAULT), call("count", exp.Star()), exp.Min(this=at), exp.Max(this=at)]
        empty = [count_if(cast(column(name), "VARCHAR").eq(text(""))) for name in self.emptied]
        rows = select([*totals, *counts, *unlisted, *empty], self.judged_view).group_by(column(FAULT))
        return rows if except_at is None else rows.where(self._is_in(except_at).not_())

    @property
    def replaced(self) -> tuple[str, ...]:
        """Return the supplied columns whose unlisted texts become another word."""
        columns = self.raw.table.columns
        return tuple(name for name in self.raw.types if columns[name].unlisted is not None)

    @property
    def emptied(self) -> tuple[str, ...]:
        """Return the columns of texts in which an empty one is nothing.

        Also of a table that is read from a copy: a run that reads fewer columns may read it in place.
        """
        columns = self.raw.table.columns
        return tuple(
            name
            for name, form in self.forms.items()
            if physical_of(columns[name].kind, form) is Physical.VARCHAR and not columns[name].required
        )

    def keys(self, good_only: bool) -> exp.Select:
        """Return each row's identity, key columns (`key0` ...) and their hash (`_hash`)."""
        key = [self._value(name) for name in self.raw.table.key]
        columns = [
            *(column(name) for name in self.raw.identity),
            named(call("hash", *key), "_hash"),
            *(named(each, f"key{index}") for index, each in enumerate(key)),
        ]
        if not good_only:
            return select(columns, self.values_view)
        return select(columns, self.judged_view).where(is_null(column(FAULT)))

    def bad(self, faults: Iterable[int]) -> exp.Select:
        """Return the rows that fail one of these checks, by index: see `_described`."""
        chosen = is_null(column(FAULT)).not_()
        return self._described(faults, self.judged_view).where(chosen)

    def repeated(self, identities: str) -> exp.Select:
        """Return the rows whose key came before: those in a table of identities; see `_described`."""
        key = next(index for index, check in enumerate(self.checks) if check.test is Test.KEY)
        rows = select(["*", named(exp.Literal.number(key), FAULT)], self.values_view)
        return self._described([key], rows.subquery()).where(self._is_in(identities))

    def _described(self, faults: Iterable[int], rows: str | exp.Expression) -> exp.Select:
        """Return bad rows: place, fault, column, reason, message, and the row as it was written."""
        checks = {index: self.checks[index] for index in faults}

        def by_fault(texts: Mapping[int, exp.Expression]) -> exp.Expression:
            return case(
                [(column(FAULT).eq(exp.Literal.number(index)), each) for index, each in texts.items()]
            )

        columns = [
            named(column(FILE), "file"),
            named(column(ROW), "row"),
            named(column(FAULT), "fault"),
            named(by_fault({index: text(check.column) for index, check in checks.items()}), "column"),
            named(by_fault({index: text(check.rule) for index, check in checks.items()}), "reason"),
            named(by_fault({index: self._message(check) for index, check in checks.items()}), "message"),
            named(self._original(), "original"),
        ]
        return select(columns, rows)

    def good(self, is_checked: bool, except_at: str | None = None) -> exp.Select:
        """Return the good rows in canonical form with their places.

        `is_checked` tells that no row fails; `except_at` names a table of identities to leave out.
        """
        columns = self.raw.table.columns
        values = [
            named(with_default(columns[name], column(f"{name}:value")), name) for name in self.raw.types
        ]
        written = [*values, column(FILE), column(ROW)]
        rows = select(written, self.values_view if is_checked else self.judged_view)
        if not is_checked:
            rows = rows.where(is_null(column(FAULT)))
        if except_at is not None:
            rows = rows.where(self._is_in(except_at).not_())
        return rows

    def _is_in(self, identities: str) -> exp.Expression:
        identity = [column(name) for name in self.raw.identity]
        chosen = exp.select(*identity).from_(identities).subquery()
        return exp.Tuple(expressions=identity).isin(query=chosen)

    def _value(self, name: str) -> exp.Expression:
        if name in self.raw.types:
            return column(f"{name}:value")
        return cast(exp.null(), SQL_TYPES[self.raw.table.columns[name].kind])

    def _is_nothing(self, name: str) -> exp.Expression:
        return self._readings[name].is_nothing if name in self._readings else exp.true()

    def _is_unlisted(self, name: str) -> exp.Expression:
        value = column(f"{name}:value")
        return all_of([is_null(value).not_(), value.isin(*self.raw.table.columns[name].values).not_()])

    def _fails(self, check: Check) -> exp.Expression | None:
        """Return when a row fails a check; None where no row can."""
        condition = self._condition(check)
        if check.only is None or condition is None:
            return condition
        name, kinds = check.only
        return all_of([self._value(name).isin(*kinds), condition])

    def _condition(self, check: Check) -> exp.Expression | None:
        names = check.columns
        match check.test:
            case Test.RECORD:
                return is_null(column(BROKEN)).not_() if BROKEN in self.raw.extras else None
            case Test.MISSING | Test.NEITHER:
                return all_of([self._is_nothing(name) for name in names])
            case Test.BOTH:
                return all_of([self._is_nothing(name).not_() for name in names])
            case Test.TYPE | Test.NAIVE | Test.YEAR:
                return self._problem(check)
            case Test.KEY:
                return None
            case Test.SIGN:
                if self.forms.get(check.column) is not Form.TEXT:
                    return None
                return call("right", column(check.column), whole(1)).isin(*check.signs)
            case Test.NEGATIVE | Test.PART:
                return self._beyond(check) if check.column in self.raw.types else None
            case Test.LARGE | Test.RANGE | Test.UNLISTED | Test.ORDER | Test.QUOTIENT:
                return self._about_values(check) if set(names) <= set(self.raw.types) else None

    def _problem(self, check: Check) -> exp.Expression | None:
        found = []
        reading = self._readings.get(check.column)
        if reading is not None and reading.problem is not None:
            number = exp.Literal.number(PROBLEMS[check.test])
            found.append(column(f"{check.column}:problem").eq(number))
        if reading is not None and check.test is Test.TYPE and MISTYPED in self.raw.extras:
            found.append(column(MISTYPED).eq(text(check.column)))
        return any_of(found) if found else None

    def _beyond(self, check: Check) -> exp.Expression:
        """Return whether a share or an amount is below 0, or above 1 without what would explain it."""
        value = column(f"{check.column}:value")
        if check.test is Test.NEGATIVE:
            return value < double(0.0)
        parts = [self._value(name) for name in check.columns[2:]]
        untold = [exp.Coalesce(this=part, expressions=[double(0.0)]).eq(double(0.0)) for part in parts]
        return all_of([value > double(1.0), *([any_of(untold)] if untold else [])])

    def _about_values(self, check: Check) -> exp.Expression:
        first, *others = (column(f"{name}:value") for name in check.columns)
        match check.test:
            case Test.LARGE:
                # Not `>`: nan is larger than every number in DuckDB, and smaller than none in Python.
                return exp.paren(call("abs", first) <= double(LARGEST)).not_()
            case Test.RANGE:
                low, high = self.raw.table.columns[check.column].between
                bounds = [] if low is None else [first < double(low)]
                return any_of(bounds if high is None else [*bounds, first > double(high)])
            case Test.UNLISTED:
                return self._is_unlisted(check.column)
            case Test.ORDER:
                return first < others[0]
            case _:
                numerator, denominator = others
                quotient = numerator / denominator
                differs = exp.paren(call("abs", first - quotient) <= double(TOLERANCE)).not_()
                return all_of([denominator.neq(double(0.0)), differs])

    def _message(self, check: Check) -> exp.Expression:
        if check.test is Test.RECORD:
            return column(BROKEN)
        parts: list[exp.Expression] = []
        for literal, index, _, _ in Formatter().parse(check.message):
            parts += [text(literal)] if literal else []
            parts += [self._shown(check.columns[int(index)])] if index is not None else []
        return call("concat", *parts)

    def _shown(self, name: str) -> exp.Expression:
        """Return what was written in a column as messages show it; see `Cell.shown`."""
        if name not in self.raw.types:
            return text("null")
        written = cast(column(name), "VARCHAR")
        if self.forms[name] is Form.TEXT:
            short = call("concat", call("left", written, whole(LONGEST - 3)), text("..."))
            cut = case([(call("length", written) > whole(LONGEST), short)], written)
            quoted = call("concat", text("'"), cut, text("'"))
            written = case([(is_null(written), written), (matches(written, grammar.NUMBER), cut)], quoted)
        return exp.Coalesce(this=written, expressions=[text("null")])

    def _original(self) -> exp.Expression:
        members = [part for name in self.raw.types for part in (text(name), column(name))]
        return cast(call("json_object", *members), "VARCHAR")


def _sum(counts: Sequence[exp.Expression]) -> exp.Expression:
    total: exp.Expression = whole(0)
    for each in counts:
        total = total + each
    return total
