"""The checks of rules.py carried out in Python, on rows few enough to hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, field

from shopscore.events import grammar
from shopscore.events.rows import Row
from shopscore.events.rules import LARGEST, TOLERANCE, Check, Test, checks_of
from shopscore.events.tables import Column, Table
from shopscore.events.values import Problem, Written, Zones, canonical, read
from shopscore.formula.tree import Value

LONGEST = 60
"""Characters of a value that a message shows."""

_NUMBER = re.compile(grammar.NUMBER)


class Cell(Struct, frozen=True):
    """What was written in one column of one row.

    Attributes:
        text: as it was written, for messages and for ids written as numbers.
        readable: False for a list or a map, which is a value of no column.
    """

    written: Written
    text: str
    readable: bool = True

    @property
    def shown(self) -> str:
        """Return the value as messages show it: texts that are no numbers in quotes, long ones cut."""
        short = self.text if len(self.text) <= LONGEST else f"{self.text[: LONGEST - 3]}..."
        is_text = isinstance(self.written, str) and self.readable and not _NUMBER.fullmatch(self.text)
        return f"'{short}'" if is_text else short


NOTHING = Cell(None, "null")


class BadRow(Struct, frozen=True):
    """A row that failed a check: its position in the table and the message."""

    index: int
    check: Check
    message: str


class CheckedRows(Struct, frozen=True):
    """The good rows in canonical form with their positions, the bad ones, and what was replaced.

    `unlisted` counts texts outside a closed list that has a word for them, by column.
    """

    rows: tuple[Row, ...]
    indexes: tuple[int, ...]
    bad: tuple[BadRow, ...]
    unlisted: Mapping[str, int]


class _Reading(Struct):
    """One row being read: canonical values without defaults, and what stands in their way."""

    cells: Mapping[str, Cell]
    values: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, Test] = field(default_factory=dict)

    def is_nothing(self, column: str) -> bool:
        return self.values.get(column) is None and column not in self.problems


def check_rows(table: Table, rows: Iterable[Mapping[str, Cell]], zones: Zones) -> CheckedRows:
    """Return the rows that pass every check, in canonical form, and the first fault of each other."""
    checks = checks_of(table)
    relevant: dict[frozenset[str], tuple[Check, ...]] = {}
    absent = {name: column.default for name, column in table.columns.items()}
    good: list[Row] = []
    indexes: list[int] = []
    bad: list[BadRow] = []
    unlisted: Counter[str] = Counter()
    keys: set[tuple[Value, ...]] = set()
    for index, cells in enumerate(rows):
        written = frozenset(cells)
        if written not in relevant:
            relevant[written] = tuple(check for check in checks if _concerns(check, written))
        reading = _read(table, cells, zones)
        failed = next((check for check in relevant[written] if _fails(check, reading, table, keys)), None)
        if failed:
            shown = [cells.get(name, NOTHING).shown for name in failed.columns]
            bad.append(BadRow(index, failed, failed.message.format(*shown)))
            continue
        keys.add(_key(table, reading))
        values = {name: canonical(table.columns[name], value) for name, value in reading.values.items()}
        unlisted.update(
            name
            for name, value in values.items()
            if table.columns[name].unlisted is not None and value != reading.values[name] is not None
        )
        good.append({**absent, **values})
        indexes.append(index)
    return CheckedRows(tuple(good), tuple(indexes), tuple(bad), unlisted)


def _concerns(check: Check, written: frozenset[str]) -> bool:
    """Tell whether a check can fail on a row with these columns: most cannot on what was not written."""
    about_absence = (Test.MISSING, Test.NEITHER, Test.KEY)
    return check.test in about_absence or not written.isdisjoint(check.columns)


def _read(table: Table, cells: Mapping[str, Cell], zones: Zones) -> _Reading:
    reading = _Reading(cells)
    for name, cell in cells.items():
        if name not in table.columns:
            continue
        column = table.columns[name]
        value = read(column, cell.written, zones, cell.text) if cell.readable else Problem(Test.TYPE)
        if isinstance(value, Problem):
            reading.problems[name] = value.test
            value = None
        reading.values[name] = value
    return reading


def _fails(check: Check, reading: _Reading, table: Table, keys: set[tuple[Value, ...]]) -> bool:
    if check.only is not None and reading.values.get(check.only[0]) not in check.only[1]:
        return False
    match check.test:
        case Test.RECORD:
            return False  # a case file is a tree: what is no map never gets here
        case Test.MISSING | Test.NEITHER:
            return all(reading.is_nothing(name) for name in check.columns)
        case Test.BOTH:
            return not any(reading.is_nothing(name) for name in check.columns)
        case Test.TYPE | Test.NAIVE | Test.YEAR:
            return reading.problems.get(check.column) is check.test
        case Test.KEY:
            return _key(table, reading) in keys
        case Test.SIGN:
            cell = reading.cells.get(check.column, NOTHING)
            return isinstance(cell.written, str) and cell.text.endswith(tuple(check.signs))
        case Test.NEGATIVE | Test.PART:
            value = reading.values.get(check.column)
            if value is None or check.test is Test.NEGATIVE:
                return value is not None and _double(value) < 0
            parts = check.columns[2:]
            return _double(value) > 1 and not (parts and all(map(reading.values.get, parts)))
        case Test.LARGE | Test.RANGE | Test.UNLISTED | Test.ORDER | Test.QUOTIENT as test:
            values = [reading.values.get(name) for name in check.columns]
            return None not in values and _FAULTS[test](table.columns[check.column], values)


def _key(table: Table, reading: _Reading) -> tuple[Value, ...]:
    return tuple(reading.values.get(name) for name in table.key)


def _is_large(column: Column, values: Sequence[Value]) -> bool:
    return not abs(_double(values[0])) <= LARGEST  # so that nan is caught


def _is_out_of_range(column: Column, values: Sequence[Value]) -> bool:
    low, high = column.between
    value = _double(values[0])
    return (low is not None and value < low) or (high is not None and value > high)


def _is_unlisted(column: Column, values: Sequence[Value]) -> bool:
    return values[0] not in column.values


def _is_backwards(column: Column, values: Sequence[Value]) -> bool:
    later, earlier = values
    return _int(later) < _int(earlier)


def _differs(column: Column, values: Sequence[Value]) -> bool:
    value, numerator, denominator = (_double(each) for each in values)
    return denominator != 0 and not math.fabs(value - numerator / denominator) <= TOLERANCE


_FAULTS: Mapping[Test, Callable[[Column, Sequence[Value]], bool]] = {
    Test.LARGE: _is_large,
    Test.RANGE: _is_out_of_range,
    Test.UNLISTED: _is_unlisted,
    Test.ORDER: _is_backwards,
    Test.QUOTIENT: _differs,
}


def _double(value: Value) -> float:
    assert isinstance(value, float)
    return value


def _int(value: Value) -> int:
    assert isinstance(value, int)
    return value
