"""Data, first part: rows of event tables, with ids, times and nulls where they make trouble."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.differential.calendars import Calendar
from tests.differential.choices import Choices
from tests.differential.ledger_rows import Told, shaped
from tests.differential.sketch import WORDS

from shopscore.events.rules import Test, checks_of
from shopscore.events.tables import Column, Kind, Table
from shopscore.formula.tree import Value

Row = dict[str, Value]

IDS = ("", "1000000000000000000", "a", "A", "é", "\uffee", "\U0001d538", "it's ")
"""What ids begin with: 19 digits, cases, texts that code points and UTF-16 units order differently."""
SUBJECTS = ("S1", "S2", "s1", "10", "9", "\uffee", "\U0001d538")
NUMBERS = (1.0, 0.0, 2.5, 1e15, 999_999_999_999_999.9, 1e10, 0.1, 2.5e-7, 0.0000015, -1e15, -0.0, 1.0000005)
SIZES = (1, 2, 3, 5, 8, 13, 40)


@dataclass(slots=True)
class Data:
    """One supplied table: its columns and rows, canonical values, null where nothing is."""

    columns: list[str]
    rows: list[Row]


@dataclass(slots=True)
class Rows:
    """Draws the rows of one data set."""

    choices: Choices
    tables: Mapping[str, Table]
    calendar: Calendar
    subjects: Sequence[str]
    used: Collection[str]
    """Columns worth having: those the policy names."""
    told: Told
    made: dict[str, Data] = field(default_factory=dict)
    _moments: Sequence[int] = ()
    """The instants of the table at hand: few, so that rows tie."""

    @property
    def key(self) -> str:
        """Return the column that names the subject."""
        return self.tables["shops"].key[0]

    def add(self, name: str, most: int) -> None:
        """Draw one event table with up to so many rows."""
        choices, table = self.choices, self.tables[name]
        needed = {check.column for check in checks_of(table) if check.test is Test.MISSING}
        columns = [
            each.name for each in table.columns.values() if each.name in needed or self._is_there(each)
        ]
        self._moments = [
            *choices.some(self.calendar.recent, 2, choices.pick([2, 6, 15])),
            *choices.some(self.calendar.instants, 1, choices.pick([1, 3, 10])),
            *choices.some([self.calendar.cutoff + each for each in (-1, 0, 1)], 0, 2),
        ]
        if name in ("violations", "point_events") and (self.told.milestones or choices.chance(10)):
            self._moments = choices.some(self.calendar.story, 8, 20)
        size = 0 if choices.chance(6) else min(choices.pick(SIZES), most)
        data = self.made[name] = Data(columns, [])
        taken: set[tuple[Value, ...]] = set()
        for number in range(size):
            row = self._row(table, columns, number)
            while (key := tuple(row[each] for each in table.key)) in taken:
                row[table.row_id or ""] = f"{row[table.row_id or '']}+"
            taken.add(key)
            data.rows.append(row)

    def shops(self) -> None:
        """Draw the subjects' own rows."""
        choices, table = self.choices, self.tables["shops"]
        columns = [each.name for each in table.columns.values() if self._is_there(each)]
        rows = []
        for place, subject in enumerate(self.subjects):
            if place == 0 or not choices.chance(10):
                row = {name: self._cell(table.columns[name]) for name in columns} | {self.key: subject}
                if "category" in row and choices.chance(50):
                    row["category"] = None
                if "market" in row:
                    row["market"] = choices.pick(["US", "US", None, "GB"] if place else ["US", None])
                if row.get("state") == "closed" and (place == 0 or choices.chance(60)):
                    row["state"] = "suspended"
                rows.append(row)
        self.made["shops"] = Data(columns, rows)

    def _is_there(self, column: Column) -> bool:
        if column.required:
            return True
        if column.name not in self.used:
            return self.choices.chance(2)
        return not self.choices.chance(
            15 if column.name == "cancelled_at" else 5
        )  # the one a warning is about

    def _row(self, table: Table, columns: Sequence[str], number: int) -> Row:
        choices = self.choices
        row: Row = dict.fromkeys(columns)
        for name in columns:
            if name == table.row_id:
                # Two rows in a row share a number: the same id in two shops, two reviews of one id.
                row[name] = f"{choices.pick(IDS)}{number // 2}"
            elif name == self.key:
                row[name] = choices.pick(self.subjects)
            else:
                row[name] = self._cell(table.columns[name])
        if table.parent is not None:
            self._hang(table, row)
        made = {name: data.rows for name, data in self.made.items()}
        shaped(choices, self.told, table, row, made, self.calendar, self.key)
        for check in checks_of(table):
            is_asked = check.only is None or row[check.only[0]] in check.only[1]
            if check.test is Test.MISSING and is_asked and row[check.column] is None:
                row[check.column] = choices.pick(self._values(table.columns[check.column]))
        for earlier, later in table.order:
            first, second = row.get(earlier), row.get(later)
            if isinstance(first, int) and isinstance(second, int) and second < first:
                row[later] = first
        return row

    def _hang(self, table: Table, row: Row) -> None:
        """Hang a row on an order, on one nobody knows, or on one of another shop."""
        parents = self.made.get(str(table.parent))
        if parents is None or not parents.rows or "order_id" not in row or self.choices.chance(8):
            return
        parent = self.choices.pick(parents.rows)
        row["order_id"] = parent["order_id"]
        if not self.choices.chance(5):
            row[self.key] = parent[self.key]

    def _cell(self, column: Column) -> Value:
        values = self._values(column)
        if column.required:
            return self.choices.pick(values)
        place = self.choices.whole(0, len(values) + len(values) // 4)
        return values[place] if place < len(values) else None

    def _values(self, column: Column) -> Sequence[Value]:
        match column.kind:
            case Kind.ID:
                return [f"{each}0" for each in IDS]
            case Kind.TEXT:
                more = ("strange",) if column.unlisted is not None else ()
                return (*column.values, *more) if column.values else WORDS
            case Kind.FLAG:
                return (True, False)
            case Kind.INSTANT | Kind.DEADLINE:
                return self._moments
            case Kind.DAY:
                return self.calendar.days
            case Kind.NUMBER | Kind.COUNT:
                return _numbers(column)


def _numbers(column: Column) -> Sequence[Value]:
    low, high = column.between
    fitting = [
        each
        for each in (*NUMBERS, 2.0, 3.0, 4.0, 5.0, 0.5)
        if (low is None or each >= low)
        and (high is None or each <= high)
        and (column.kind is Kind.NUMBER or each == int(each))
    ]
    return fitting
