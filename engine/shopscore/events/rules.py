"""Every check of an input row, made from the catalog: one ordered list, carried out in Python for
cases and in SQL for data sets.

A row counts for the first check it fails. The order is: the record itself, each column in the order of
the model, columns against each other, and last the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from shopscore.events.quantities import Bounds, Quantity
from shopscore.events.tables import Column, Kind, Table

LARGEST = 1e15
"""No number of a shop is larger; whole numbers up to here are exact in a double."""
TOLERANCE = 1e-6
"""How far a supplied value may lie from its numerator ÷ denominator."""


class Test(StrEnum):
    """What a check looks at; each is written once in Python and once in SQL."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    RECORD = "record"  # the record cannot be read as a row
    MISSING = "missing"  # null where a value is required
    TYPE = "type"  # not a value of the column's kind
    NAIVE = "naive"  # a time without a zone
    YEAR = "year"  # outside the years 1 to 9999
    LARGE = "large"  # not finite, or beyond LARGEST
    UNLISTED = "unlisted"  # a text outside the closed list
    RANGE = "range"  # outside `between`
    SIGN = "sign"  # the sign of another unit; `signs` lists them
    NEGATIVE = "negative"  # below 0
    PART = "part"  # above 1 and, where more columns are named, not told with all of them
    ORDER = "order"  # columns: later, earlier; the first lies before the second
    QUOTIENT = "quotient"  # columns: value, numerator, denominator
    NEITHER = "neither"  # all columns are null
    BOTH = "both"  # no column is null
    KEY = "key"  # the key came before


RULES: dict[Test, str] = {
    Test.MISSING: "I301",
    Test.TYPE: "I302",
    Test.NAIVE: "I303",
    Test.YEAR: "I304",
    Test.UNLISTED: "I305",
    Test.LARGE: "I306",
    Test.RANGE: "I307",
    Test.SIGN: "I302",
    Test.NEGATIVE: "I307",
    Test.PART: "I307",
    Test.ORDER: "I308",
    Test.KEY: "I309",
    Test.QUOTIENT: "I310",
    Test.NEITHER: "I311",
    Test.BOTH: "I311",
    Test.RECORD: "I312",
}


class Check(Struct, frozen=True):
    """One check of one table's rows.

    Attributes:
        columns: what the test reads; a message points at the first.
        message: what was found and what was expected; `{0}`, `{1}` ... stand for what was written in
            the columns.
        signs: the last characters that a text must not have.
        only: (column, texts): the check is for rows with one of these texts there; None is all rows.
    """

    test: Test
    columns: tuple[str, ...]
    message: str
    only: tuple[str, tuple[str, ...]] | None = None
    signs: str = ""

    @property
    def rule(self) -> str:
        """Return the permanent id of the rule."""
        return RULES[self.test]

    @property
    def column(self) -> str:
        """Return the column a message points at; empty where it is the row as a whole."""
        return self.columns[0] if self.columns else ""


def checks_of(table: Table) -> tuple[Check, ...]:
    """Return the checks of a table's rows, in the order in which they count."""
    return (
        Check(Test.RECORD, (), "{0}"),
        *(check for column in table.columns.values() for check in _of_column(column)),
        *_of_kind(table),
        *_of_quantities(table),
        *(_order(*pair) for pair in table.order if set(pair) <= set(table.columns)),
        *_together(table),
        _key(table),
    )


def expected(column: Column) -> str:
    """Return in words what a column holds."""
    match column.kind:
        case Kind.ID:
            return "an id"
        case Kind.TEXT:
            return _choice(column.values) if column.values and column.unlisted is None else "a text"
        case Kind.FLAG:
            return "true or false"
        case Kind.NUMBER | Kind.COUNT:
            return ("a whole number" if column.kind is Kind.COUNT else "a number") + _range(column)
        case Kind.INSTANT:
            return "a time with its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds"
        case Kind.DEADLINE:
            return "a time with its zone, such as 2026-06-01T10:00:00-07:00, Unix seconds, or a date"
        case Kind.DAY:
            return "a date such as 2026-06-01"


def _of_column(column: Column) -> Iterator[Check]:
    name, wanted = (column.name,), f"expected {expected(column)}"
    if column.required:
        yield Check(Test.MISSING, name, f"{column.name} is missing; {wanted}")
    yield Check(Test.TYPE, name, f"{column.name} is {{0}}; {wanted}")
    if column.kind in (Kind.INSTANT, Kind.DEADLINE):
        yield Check(Test.NAIVE, name, f"{column.name} is {{0}}, a time without a zone; {wanted}")
    if column.kind in (Kind.INSTANT, Kind.DEADLINE, Kind.DAY):
        yield Check(Test.YEAR, name, f"{column.name} is {{0}}, outside the years 1 to 9999; {wanted}")
    if column.kind in (Kind.NUMBER, Kind.COUNT):
        yield Check(Test.LARGE, name, f"{column.name} is {{0}}; expected a number from -1e15 to 1e15")
        if column.between != (None, None):
            yield Check(Test.RANGE, name, f"{column.name} is {{0}}; {wanted}")
    if column.values and column.unlisted is None:
        yield Check(Test.UNLISTED, name, f"{column.name} is {{0}}; {wanted}")


def _of_kind(table: Table) -> Iterator[Check]:
    """Yield what an event of a ledger must say: its points, or the length of its milestone's action."""
    needed: Sequence[tuple[str, tuple[str, ...] | None]] = ()
    if table.name == "violations":
        needed = (("points", None),)
    elif table.name == "point_events":
        scored = ("gain", "quiz", "deduction")
        needed = (("points", scored), ("milestone", ("milestone_quiz",)), ("days", ("milestone_quiz",)))
    for name, kinds in needed:
        if name not in table.columns:
            continue
        where = f" where kind is {_choice(kinds)}" if kinds else ""
        message = f"{name} is missing; expected {expected(table.columns[name])}{where}"
        yield Check(Test.MISSING, (name,), message, ("kind", kinds) if kinds else None)


def _of_quantities(table: Table) -> Iterator[Check]:
    """Yield whether the values of metrics are in the metric's unit, and can be."""
    alike: dict[Quantity, list[str]] = {}
    for metric, quantity in table.quantities.items():
        alike.setdefault(quantity, []).append(metric)
    names = [name for name in ("value", "poor", "excellent", "average") if name in table.columns]
    for quantity, metrics in alike.items():
        only = ("metric", tuple(metrics))
        for name in names:
            found = f"{name} is {{0}}; expected"
            message = f"{found} {quantity.expected} for {{1}}"
            yield Check(Test.SIGN, (name, "metric"), message, only, quantity.foreign_signs)
            if quantity.bounds is Bounds.ANY:
                continue
            yield Check(Test.NEGATIVE, (name, "metric"), f"{found} at least 0 for {{1}}", only)
            limit = f"{found} a share from 0 % to 100 % for {{1}}"
            if quantity.bounds is Bounds.PART:
                yield Check(Test.PART, (name, "metric"), limit, only)
            elif quantity.bounds is Bounds.RATIO and name == "value":
                parts = (name, "metric", "numerator", "denominator")
                yield Check(Test.PART, parts, f"{limit}, or its numerator and denominator beside it", only)


def _order(earlier: str, later: str) -> Check:
    message = f"{later} is {{0}}, before {earlier} {{1}}; expected it at or after {earlier}"
    return Check(Test.ORDER, (later, earlier), message)


def _together(table: Table) -> Iterator[Check]:
    if table.name == "supplied_metrics":
        yield Check(
            Test.QUOTIENT,
            ("value", "numerator", "denominator"),
            "value is {0}, but numerator ÷ denominator is {1} ÷ {2}; expected them to agree within 1e-6",
        )
    elif table.name == "supplied_benchmarks":
        subject = table.key[0]
        yield _one_of(subject, "category")
        yield _one_of("metric", "dimension")
        message = "both metric {0} and dimension {1} are named; expected one of them"
        yield Check(Test.BOTH, ("metric", "dimension"), message)
    elif table.name == "shop_states":
        yield _one_of("state", "value")


def _one_of(one: str, other: str) -> Check:
    return Check(Test.NEITHER, (one, other), f"there is neither {one} nor {other}; expected one of them")


def _key(table: Table) -> Check:
    given = ", ".join(f"{name} {{{index}}}" for index, name in enumerate(table.key))
    names = " and ".join([", ".join(table.key[:-1]), table.key[-1]] if len(table.key) > 1 else table.key)
    return Check(Test.KEY, table.key, f"{given} came before; expected each {names} once")


def _choice(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _range(column: Column) -> str:
    low, high = column.between
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return f" of at most {high:g}" if high is not None else ""
