"""One table of a case: its rows written out, checked, and every fault at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from shopscore.errors import Finding, Level, Mark, near_match
from shopscore.events.row_checks import BadRow, Cell, check_rows
from shopscore.events.rows import Place, Row
from shopscore.events.rules import Check
from shopscore.events.tables import Table
from shopscore.events.typed import read_typed
from shopscore.events.values import Zones
from shopscore.events.wording import SHOWN, and_more, counted, fault
from shopscore.yaml.nodes import Entry, Kind, ListNode, MapNode, Node, ScalarNode

LARGEST = 200_000
"""Rows a case may have in one table once `repeat` is written out."""


class WrittenRow(Struct, frozen=True):
    """One row as written: the map it stands in, and its number where the map is repeated."""

    node: MapNode
    number: int | None


class Owner(Struct, frozen=True):
    """The column that names the subject, and the id the case's rows inherit; None for its own row."""

    column: str
    node: ScalarNode | None


class CaseTable(Struct, frozen=True):
    """One table of a case: its good rows, where they stand, the columns written, what is wrong."""

    rows: tuple[Row, ...]
    places: tuple[Place, ...]
    columns: frozenset[str]
    unlisted: Mapping[str, int]
    findings: tuple[Finding, ...]


def rows_of(written: Node | None, repeated: Node | None = None) -> tuple[WrittenRow, ...]:
    """Return the rows of a list, or the one of a map, and those of its `repeat`, at most one too many."""
    rows = [WrittenRow(node, None) for node in _maps(written)]
    for node in _maps(repeated):
        times = node.get("times")
        assert isinstance(times, ScalarNode) and isinstance(times.value, int)
        last = min(times.value, LARGEST + 1)
        rows += [WrittenRow(node, number) for number in range(1, last + 1)]
    return tuple(rows[: LARGEST + 1])


def typed_rows(table: Table, written: MapNode) -> tuple[tuple[WrittenRow, ...], tuple[Finding, ...]]:
    """Return the rows that a map of metrics and values stands for, and what is wrong with the values."""
    rows, findings = [], []
    for entry in written.entries:
        value, quantity = entry.value, table.quantities.get(entry.key)
        if quantity is not None and isinstance(value, ScalarNode) and value.value is not None:
            typed = read_typed(value.text, quantity)
            if isinstance(typed, str):
                message = f"{table.name}: {entry.key}: {typed}"
                findings.append(Finding("I302", Level.ERROR, value.mark, message))
                continue
            value = replace(value, value=typed, kind=Kind.NUMBER)
        name = ScalarNode(entry.key, entry.key, entry.key_mark, True, Kind.TEXT)
        pairs = (Entry("metric", entry.key_mark, name), Entry("value", entry.key_mark, value))
        rows.append(WrittenRow(MapNode(pairs, entry.key_mark), None))
    return tuple(rows), tuple(findings)


def check_table(
    table: Table, rows: tuple[WrittenRow, ...], owner: Owner, mark: Mark, zones: Zones
) -> CaseTable:
    """Return a table's rows after every check; `mark` is the table's place."""
    if len(rows) > LARGEST:
        message = f"{table.name} has more than {LARGEST:,} rows; expected a data set for so many"
        return CaseTable((), (), frozenset(), {}, (Finding("I361", Level.ERROR, mark, message),))
    cells = [_cells(table, row, owner) for row in rows]
    checked = check_rows(table, cells, zones)
    findings = [
        *_unknown_columns(table, rows),
        *_other_subjects(table, rows, owner),
        *_faults(table, rows, checked.bad, mark),
    ]
    return CaseTable(
        rows=checked.rows,
        places=tuple(rows[index].node.mark for index in checked.indexes),
        columns=frozenset(name for row in cells for name in row if name in table.columns),
        unlisted=checked.unlisted,
        findings=tuple(findings),
    )


def _maps(node: Node | None) -> Iterator[MapNode]:
    nodes = node.items if isinstance(node, ListNode) else () if node is None else (node,)
    for each in nodes:
        assert isinstance(each, MapNode)  # the shape was checked before
        yield each


def _cells(table: Table, row: WrittenRow, owner: Owner) -> dict[str, Cell]:
    cells = {key: _cell(node, row.number) for key, node in row.node.items()}
    # A benchmark row that names a category belongs to the category, not to the case's subject.
    is_own = table.name != "supplied_benchmarks" or "category" not in cells
    if owner.node is not None and is_own:
        cells.setdefault(owner.column, _cell(owner.node, None))
    return cells


def _cell(node: Node, number: int | None) -> Cell:
    if not isinstance(node, ScalarNode):
        return Cell("", "a list" if isinstance(node, ListNode) else "a map", readable=False)
    if number is None or not isinstance(node.value, str):
        return Cell(node.value, node.text)
    text = node.value.replace("{n}", str(number))
    return Cell(text, text)


def _unknown_columns(table: Table, rows: Iterable[WrittenRow]) -> Iterator[Finding]:
    """Yield one warning per column that the model does not have, where it first comes."""
    seen = {"times"}
    for row in rows:
        for entry in row.node.entries:
            if entry.key in table.columns or entry.key in seen:
                continue
            seen.add(entry.key)
            hint = near_match(entry.key, table.columns)
            message = f"{table.name} has no column {entry.key!r}, it is ignored{hint}"
            yield Finding("I341", Level.WARNING, entry.key_mark, message)


def _other_subjects(table: Table, rows: Iterable[WrittenRow], owner: Owner) -> Iterator[Finding]:
    """Yield an error per row that belongs to another subject than the case's."""
    for row in rows:
        node = row.node.get(owner.column)
        if not isinstance(node, ScalarNode) or owner.node is None or row.number not in (None, 1):
            continue
        if node.value is not None and node.text != owner.node.text:
            message = (
                f"{table.name}: {owner.column} is {_cell(node, None).shown}; "
                f"expected {_cell(owner.node, None).shown}, whom the case is about"
            )
            yield Finding("I362", Level.ERROR, node.mark, message)


def _faults(
    table: Table,
    rows: tuple[WrittenRow, ...],
    bad: Iterable[BadRow],
    mark: Mark,
) -> Iterator[Finding]:
    """Yield the faults in the order of the rows; those of one repeated row are told as one."""
    places: dict[tuple[Check, Mark], list[BadRow]] = {}
    for each in bad:
        node = rows[each.index].node
        at = node.get(each.check.column)
        places.setdefault((each.check, at.mark if at is not None else node.mark), []).append(each)
    told: Counter[Check] = Counter()
    for (check, where), faults in places.items():
        told[check] += 1
        if told[check] <= SHOWN:
            first, again = faults[0], len(faults) - 1
            message = first.message + (f" (and {counted(again, 'more row')} of this repeat)" if again else "")
            yield fault(check, where, message, table)
    for check, number in told.items():
        yield from and_more(check, mark, table.name, number)
