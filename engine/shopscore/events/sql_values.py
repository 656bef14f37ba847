"""Columns as they were written to their canonical form in SQL, with the same meaning as values.py."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlglot import exp

from shopscore.events import grammar
from shopscore.events.expressions import (
    all_of,
    any_of,
    call,
    case,
    cast,
    double,
    groups,
    is_null,
    matches,
    part,
    text,
    try_cast,
    whole,
)
from shopscore.events.physical import SQL_TYPES, Form, Physical, physical_of, stored
from shopscore.events.rules import Test
from shopscore.events.sql_zone import end_of_day, instant_of, moved_of
from shopscore.events.tables import Column, Kind
from shopscore.events.time import DAY, FIRST, LAST, SECOND, Walls
from shopscore.events.values import MILLISECONDS_FROM, Zones

PROBLEMS = {Test.TYPE: 1, Test.NAIVE: 2, Test.YEAR: 3}
"""What `Reading.problem` says in numbers."""


Span = tuple[int, int]
"""The first and the last local time of a column; no others need rules."""


class Local(Struct, frozen=True):
    """How the local times of one column become instants.

    Attributes:
        naive: for times without a zone; None makes them a problem.
        dates: for bare dates of deadlines.
    """

    naive: Walls | None
    dates: Walls

    @classmethod
    def of(cls, zones: Zones, span: Span) -> Local:
        """Return the rules of the zones for a span of local times."""
        naive = zones.naive.walls(*span) if zones.naive is not None else None
        return cls(naive, naive or zones.dates.walls(*span))


class Reading(Struct, frozen=True):
    """How one column is read.

    Attributes:
        value: the canonical value without a default; null where nothing, or no value, was written.
        is_nothing: whether nothing was written.
        problem: a number of PROBLEMS, or null; None where every content is a value.
        moved: 1 where a local time was written twice, 2 where it does not exist; None where times
            are not local.
    """

    value: exp.Expression
    is_nothing: exp.Expression
    problem: exp.Expression | None = None
    moved: exp.Expression | None = None


def parsed_of(kind: Kind, form: Form, ref: exp.Expression) -> exp.Expression | None:
    """Return the parts of a moment written as text, taken out once for all that is asked of them."""
    if form is not Form.TEXT or kind not in (Kind.INSTANT, Kind.DEADLINE, Kind.DAY):
        return None
    return groups(cast(ref, "VARCHAR"), grammar.MOMENT, grammar.MOMENT_GROUPS)


def wall_of(kind: Kind, form: Form, ref: exp.Expression, parsed: exp.Expression) -> exp.Expression | None:
    """Return the local time written in a column, in microseconds as if it were UTC.

    It is null where no date or time was written, or one outside the years 1 to 9999; `parsed` refers to
    what `parsed_of` gave.
    """
    if kind not in (Kind.INSTANT, Kind.DEADLINE, Kind.DAY) or physical_of(kind, form):
        return None
    match form:
        case Form.TEXT:
            return _written_wall(parsed)
        case Form.NAIVE | Form.NAIVE_NS:
            return _inside(_micros(form, ref))
        case Form.DATE if kind is Kind.DEADLINE:
            return _inside(call("epoch_us", cast(ref, "TIMESTAMP")))
        case _:
            return None


def reading_of(
    column: Column,
    form: Form,
    ref: exp.Expression,
    parsed: exp.Expression,
    wall: exp.Expression,
    local: Local,
) -> Reading:
    """Return how a column is read; `parsed` and `wall` refer to what those functions gave."""
    if form is Form.TEXT:
        written = cast(ref, "VARCHAR")
        nothing = any_of([is_null(ref), written.eq(text(""))])
        return _from_text(column, written, parsed, wall, nothing, local)
    nothing = is_null(ref)
    match column.kind, form:
        case kind, _ if plain := physical_of(kind, form):
            return _from_plain(kind, form, plain, ref, nothing)
        case Kind.INSTANT | Kind.DEADLINE, Form.NAIVE | Form.NAIVE_NS:
            return _local(wall, nothing, local.naive)
        case Kind.INSTANT | Kind.DEADLINE, Form.AWARE_NS:
            return _checked(_micros(form, ref), nothing)
        case Kind.INSTANT | Kind.DEADLINE, Form.WHOLE | Form.FRACTION:
            return _checked(_unix(cast(ref, "DOUBLE")), nothing)
        case Kind.DEADLINE, Form.DATE:
            problem = _problem(nothing, [(is_null(wall), Test.YEAR)], None)
            return Reading(end_of_day(local.dates, wall), nothing, problem)
        case Kind.DAY, Form.NAIVE | Form.NAIVE_NS:
            return _midnight(wall, nothing)
        case Kind.FLAG, Form.WHOLE:
            value = case([(ref.isin(whole(0), whole(1)), ref.eq(whole(1)))])
            return Reading(value, nothing, _problem(nothing, [(_known(value), None)], Test.TYPE))
        case kind, _:
            value = cast(exp.null(), SQL_TYPES[kind])
            return Reading(value, nothing, _problem(nothing, [], Test.TYPE))


def _problem(
    nothing: exp.Expression, branches: Sequence[tuple[exp.Expression, Test | None]], default: Test | None
) -> exp.Expression:
    """Return the problem of the first branch that is true; nothing written is no problem."""

    def number(test: Test | None) -> exp.Expression:
        return exp.null() if test is None else exp.Literal.number(PROBLEMS[test])

    tests = [(nothing, None), *branches]
    return case([(condition, number(test)) for condition, test in tests], number(default))


def _from_plain(
    kind: Kind, form: Form, plain: Physical, ref: exp.Expression, nothing: exp.Expression
) -> Reading:
    value = stored(kind, plain, ref)
    if plain is Physical.TIMESTAMPTZ:
        return _checked(value, nothing)
    if plain is Physical.DATE:
        inside = all_of([call("isfinite", ref), _between(value, FIRST // DAY, LAST // DAY)])
        return Reading(case([(inside, value)]), nothing, _problem(nothing, [(inside, None)], Test.YEAR))
    if kind is Kind.COUNT and form is Form.FRACTION:
        return _counted(value, nothing)
    return Reading(value, nothing)


def _from_text(
    column: Column,
    written: exp.Expression,
    parsed: exp.Expression,
    wall: exp.Expression,
    nothing: exp.Expression,
    local: Local,
) -> Reading:
    match column.kind:
        case Kind.ID | Kind.TEXT:
            return Reading(exp.Nullif(this=written, expression=text("")), nothing)
        case Kind.FLAG:
            is_true, is_false = matches(written, grammar.TRUE), matches(written, grammar.FALSE)
            value = case([(is_true, exp.true()), (is_false, exp.false())])
            return Reading(value, nothing, _problem(nothing, [(_known(value), None)], Test.TYPE))
        case Kind.NUMBER:
            value = _number(written, column.units)
            return Reading(value, nothing, _problem(nothing, [(_known(value), None)], Test.TYPE))
        case Kind.COUNT:
            return _counted(_number(written, column.units), nothing)
        case Kind.INSTANT:
            return _instant(written, parsed, wall, nothing, local.naive)
        case Kind.DEADLINE:
            return _deadline(written, parsed, wall, nothing, local)
        case Kind.DAY:
            return _day(parsed, wall, nothing)


def _number(written: exp.Expression, units: str) -> exp.Expression:
    plain = any_of([matches(written, grammar.NUMBER), matches(written, grammar.NOT_FINITE)])
    branches = [(plain, try_cast(written, "DOUBLE"))]
    if units:
        pattern = grammar.quantity(units)
        number, unit = (
            call("regexp_extract", written, text(f"^(?:{pattern})$"), each) for each in (_ONE, _TWO)
        )
        # A share is the decimal with its point moved, not the double divided.
        moved = case([(unit.eq(text("%")), call("concat", number, text("e-2")))], number)
        branches.append((matches(written, pattern), try_cast(moved, "DOUBLE")))
    return case(branches)


def _counted(value: exp.Expression, nothing: exp.Expression) -> Reading:
    """Return a number that must be whole; what is not finite is left to the check of size."""
    is_whole = any_of([call("isfinite", value).not_(), value.eq(call("floor", value))])
    return Reading(case([(is_whole, value)]), nothing, _problem(nothing, [(is_whole, None)], Test.TYPE))


def _unix(number: exp.Expression) -> exp.Expression:
    """Return the microseconds of Unix seconds or milliseconds, null where there is no such time."""
    scaled = case([(number > double(MILLISECONDS_FROM), number * double(1e3))], number * double(1e6))
    rounded = try_cast(call("floor", exp.paren(scaled) + double(0.5)), "BIGINT")
    return case([(call("abs", scaled) < double(1e18), rounded)])


def _micros(form: Form, ref: exp.Expression) -> exp.Expression:
    if form not in (Form.NAIVE_NS, Form.AWARE_NS):
        return call("epoch_us", ref)
    # Versions of DuckDB differ in whether they cut or round nanoseconds: cut them here.
    nanoseconds = call("epoch_ns", cast(ref, "TIMESTAMP_NS"))
    return cast(call("floor", nanoseconds / whole(1000)), "BIGINT")


def _checked(at: exp.Expression, nothing: exp.Expression) -> Reading:
    """Return an instant that must lie in the calendar; null is outside of it."""
    inside = _between(at, FIRST, LAST)
    return Reading(case([(inside, at)]), nothing, _problem(nothing, [(inside, None)], Test.YEAR))


def _local(wall: exp.Expression, nothing: exp.Expression, naive: Walls | None) -> Reading:
    if naive is None:
        problem = _problem(nothing, [(is_null(wall), Test.YEAR)], Test.NAIVE)
        return Reading(cast(exp.null(), "BIGINT"), nothing, problem)
    return replace(_checked(instant_of(naive, wall), nothing), moved=moved_of(naive, wall))


def _midnight(wall: exp.Expression, nothing: exp.Expression) -> Reading:
    is_midnight = exp.paren(wall % whole(DAY)).eq(whole(0))
    problem = _problem(nothing, [(is_null(wall), Test.YEAR), (is_midnight, None)], Test.TYPE)
    return Reading(case([(is_midnight, _days(wall))]), nothing, problem)


def _instant(
    written: exp.Expression,
    parsed: exp.Expression,
    wall: exp.Expression,
    nothing: exp.Expression,
    naive: Walls | None,
) -> Reading:
    fits = part(parsed, "hour").neq(text(""))
    is_local = part(parsed, "offset").eq(text(""))
    is_number = matches(written, grammar.NUMBER)
    placed = cast(exp.null(), "BIGINT") if naive is None else instant_of(naive, wall)
    at = case(
        [
            (all_of([fits, is_local]), placed),
            (fits, wall - exp.paren(_offset(parsed))),
            (is_number, _unix(try_cast(written, "DOUBLE"))),
        ]
    )
    inside = _between(at, FIRST, LAST)
    branches: list[tuple[exp.Expression, Test | None]] = [
        (all_of([fits, _is_outside(parsed)]), Test.YEAR),
        (all_of([fits, is_null(wall)]), Test.TYPE),
        *([(all_of([fits, is_local]), Test.NAIVE)] if naive is None else []),
        (inside, None),
        (any_of([fits, is_number]), Test.YEAR),
    ]
    moved = None if naive is None else case([(all_of([fits, is_local]), moved_of(naive, wall))])
    return Reading(case([(inside, at)]), nothing, _problem(nothing, branches, Test.TYPE), moved)


def _deadline(
    written: exp.Expression,
    parsed: exp.Expression,
    wall: exp.Expression,
    nothing: exp.Expression,
    local: Local,
) -> Reading:
    is_day = all_of([part(parsed, "year").neq(text("")), part(parsed, "hour").eq(text(""))])
    day = _day(parsed, wall, nothing)
    instant = _instant(written, parsed, wall, nothing, local.naive)
    assert day.problem is not None
    value = case([(is_day, end_of_day(local.dates, wall))], instant.value)
    return Reading(value, nothing, case([(is_day, day.problem)], instant.problem), instant.moved)


def _day(parsed: exp.Expression, wall: exp.Expression, nothing: exp.Expression) -> Reading:
    clock = call("concat", *(part(parsed, name) for name in ("hour", "minute", "second", "fraction")))
    is_midnight = all_of([matches(clock, "0*"), part(parsed, "offset").eq(text(""))])
    fits = all_of([part(parsed, "year").neq(text("")), is_midnight])
    branches: list[tuple[exp.Expression, Test | None]] = [
        (all_of([fits, _is_outside(parsed)]), Test.YEAR),
        (all_of([fits, is_null(wall).not_()]), None),
    ]
    return Reading(case([(fits, _days(wall))]), nothing, _problem(nothing, branches, Test.TYPE))


def _days(wall: exp.Expression) -> exp.Expression:
    """Return the days of a local midnight; they divide without a rest."""
    return cast(exp.IntDiv(this=wall.copy(), expression=whole(DAY)), "INTEGER")


def _written_wall(parsed: exp.Expression) -> exp.Expression:
    def two_digits(name: str) -> exp.Expression:
        return exp.Coalesce(
            this=exp.Nullif(this=part(parsed, name), expression=text("")), expressions=[text("00")]
        )

    date = call("concat_ws", text("-"), *(part(parsed, name) for name in ("year", "month", "day")))
    clock = call("concat_ws", text(":"), *(two_digits(name) for name in ("hour", "minute", "second")))
    timestamp = try_cast(call("concat", date, text(" "), clock), "TIMESTAMP")
    # Cut, not rounded: digits beyond the sixth are not kept.
    fraction = call("rpad", call("left", part(parsed, "fraction"), _SIX), _SIX, text("0"))
    at = call("epoch_us", timestamp) + try_cast(fraction, "BIGINT")
    return case([(_is_outside(parsed).not_(), at)])


def _inside(at: exp.Expression) -> exp.Expression:
    return case([(_between(at, FIRST, LAST), at)])


_SIX = exp.Literal.number(6)


def _offset(parsed: exp.Expression) -> exp.Expression:
    """Return a written offset in microseconds."""
    written = part(parsed, "offset")
    digits = call(
        "rpad", call("replace", call("substr", written, _TWO), text(":"), text("")), _FOUR, text("0")
    )
    hours, minutes = call("left", digits, _TWO), call("right", digits, _TWO)
    total = try_cast(hours, "BIGINT") * whole(60) + try_cast(minutes, "BIGINT")
    micros = exp.paren(total) * whole(60 * SECOND)
    is_zero = call("upper", written).eq(text("Z"))
    return case(
        [(is_zero, whole(0)), (call("left", written, _ONE).eq(text("-")), micros * whole(-1))], micros
    )


_ONE, _TWO, _FOUR = (exp.Literal.number(number) for number in (1, 2, 4))


def _is_outside(parsed: exp.Expression) -> exp.Expression:
    year = part(parsed, "year")
    return any_of([call("length", year) > exp.Literal.number(4), year.eq(text("0000"))])


def _known(value: exp.Expression) -> exp.Expression:
    return is_null(value).not_()


def _between(value: exp.Expression, low: int, high: int) -> exp.Expression:
    return exp.Between(this=value, low=whole(low), high=whole(high))
