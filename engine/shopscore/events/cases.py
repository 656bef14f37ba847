"""Case files: one subject's events written by hand, as YAML or JSON (3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from shopscore.errors import Finding, Level, Mark, has_errors
from shopscore.events.case_rows import CaseTable, Owner, check_table, rows_of, typed_rows
from shopscore.events.rows import Events, Note, Place, Row, Supply
from shopscore.events.schema import SUBJECTS, case_shape
from shopscore.events.tables import Table
from shopscore.events.time import Zone
from shopscore.events.values import Problem, Zones, parse_day
from shopscore.events.wording import orphan_note, unlisted_notes
from shopscore.yaml.compose import Loaded, load, load_file
from shopscore.yaml.nodes import MapNode, ScalarNode
from shopscore.yaml.schema import check

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a case file; more events belong into a data set."""

_EPOCH = date(1970, 1, 1)


class Case(Struct, frozen=True):
    """One subject's events, the day and policy they are meant for, and what is expected.

    Attributes:
        expect: dotted paths and what is expected there, as written; None where there is nothing.
        notes: warnings that end in the scorecard.
    """

    name: str
    note: str
    bundle: str | None
    as_of: date | None
    events: Events
    expect: MapNode | None
    notes: tuple[Note, ...]
    mark: Mark


class CaseFile(Struct, frozen=True):
    """A case as written, before a policy says which events there are."""

    name: str
    bundle: str | None
    as_of: date | None
    root: MapNode

    def read(self, tables: Mapping[str, Table], zone: Zone) -> tuple[Case | None, tuple[Finding, ...]]:
        """Return the case, and everything that is wrong with it; with an error there is no case.

        `tables` is the catalog of the policy's subject, `zone` the policy's: a bare date of a deadline
        is that zone's whole day.
        """
        subject = tables["shops"].key[0].removesuffix("_id")
        if other := [each for each in SUBJECTS if each != subject and each in self.root]:
            return None, (self._other_subject(subject, other[0]),)
        findings = [*check(self.root, case_shape(subject, tables)), *self._check_day()]
        if has_errors(findings):
            return None, tuple(findings)
        read = _read_tables(self.root, subject, tables, Zones(zone))
        findings += [found for table in read.values() for found in table.findings]
        if has_errors(findings):
            return None, tuple(findings)
        case = Case(
            name=self.name,
            note=_text(self.root, "note") or "",
            bundle=self.bundle,
            as_of=self.as_of,
            events=_events(tables, read),
            expect=expect if isinstance(expect := self.root.get("expect"), MapNode) else None,
            notes=tuple(_notes(tables, read)),
            mark=self.root.mark,
        )
        return case, tuple(findings)

    def _other_subject(self, subject: str, other: str) -> Finding:
        entry = self.root.entry(other)
        where = entry.key_mark if entry is not None else self.root.mark
        expected = f"expected {subject}: {{{subject}_id: ...}}, whom the policy scores"
        return Finding("I363", Level.ERROR, where, f"the case is about a {other}; {expected}")

    def _check_day(self) -> list[Finding]:
        node = self.root.get("as_of")
        if node is None or self.as_of is not None or not isinstance(node, ScalarNode):
            return []
        message = f"as_of is '{node.text}'; expected a date such as 2026-06-22"
        return [Finding("I302", Level.ERROR, node.mark, message)]


def open_case(path: Path | str, shown_as: str | None = None) -> tuple[CaseFile | None, tuple[Finding, ...]]:
    """Return a case file's head, and what is wrong with its text; `shown_as` names it in messages."""
    shown = shown_as if shown_as is not None else str(path)
    return _opened(load_file(path, shown, LARGEST_FILE), shown)


def open_case_text(text: str | bytes, name: str) -> tuple[CaseFile | None, tuple[Finding, ...]]:
    """Return the head of a case that is not in a file; `name` stands for the file in messages."""
    return _opened(load(text, name, LARGEST_FILE), name)


def _opened(loaded: Loaded, shown: str) -> tuple[CaseFile | None, tuple[Finding, ...]]:
    root, findings = loaded
    if root is not None and not isinstance(root, MapNode):
        wrong = Finding(
            "Y203", Level.ERROR, root.mark, "expected a case: keys such as case, as_of, shop, orders"
        )
        return None, (*findings, wrong)
    if root is None or has_errors(findings):
        return None, findings
    name = _text(root, "case") or Path(shown).stem
    written = _text(root, "as_of")
    day = None if written is None else parse_day(written)
    as_of = None if day is None or isinstance(day, Problem) else _EPOCH + timedelta(days=day)
    return CaseFile(name, _text(root, "bundle"), as_of, root), findings


def _text(root: MapNode, key: str) -> str | None:
    node = root.get(key)
    return node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else None


def _read_tables(
    root: MapNode, subject: str, tables: Mapping[str, Table], zones: Zones
) -> dict[str, CaseTable]:
    """Return the tables that were written, the subject's own first."""
    own = root.get(subject)
    assert isinstance(own, MapNode)
    key = tables["shops"].key[0]
    given = own.get(key)
    owner = Owner(key, given if isinstance(given, ScalarNode) else None)
    repeats = root.get("repeat")
    read = {"shops": check_table(tables["shops"], rows_of(own), Owner(key, None), own.mark, zones)}
    for name, table in tables.items():
        node = root.get(name)
        repeated = repeats.get(name) if isinstance(repeats, MapNode) else None
        first = node if node is not None else repeated
        if name != "shops" and first is not None:
            typed: tuple[Finding, ...] = ()
            rows = rows_of(node, repeated)
            if isinstance(node, MapNode):
                rows, typed = typed_rows(table, node)
                rows += rows_of(None, repeated)
            found = check_table(table, rows, owner, first.mark, zones)
            read[name] = replace(found, findings=(*typed, *found.findings))
    return read


def _events(tables: Mapping[str, Table], read: Mapping[str, CaseTable]) -> Events:
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(tables, ())
    places: dict[str, tuple[Place, ...]] = dict.fromkeys(tables, ())
    for name, table in read.items():
        rows[name], places[name] = table.rows, table.places
    supply = Supply.of(
        {name: table.columns for name, table in read.items()},
        {name: len(table.rows) for name, table in read.items()},
    )
    subject = rows["shops"][0][tables["shops"].key[0]]
    assert isinstance(subject, str)
    return Events(subject, rows, supply, places)


def _notes(tables: Mapping[str, Table], read: Mapping[str, CaseTable]) -> list[Note]:
    notes: list[Note] = []
    for name, table in read.items():
        notes += unlisted_notes(tables[name], table.unlisted)
        notes += _orphans(tables[name], tables, read)
    return notes


def _orphans(table: Table, tables: Mapping[str, Table], read: Mapping[str, CaseTable]) -> list[Note]:
    if table.parent is None or not table.columns[tables[table.parent].key[0]].required:
        return []
    key = tables[table.parent].key
    parents = read[table.parent].rows if table.parent in read else ()
    known = {tuple(row[name] for name in key) for row in parents}
    rows = sum(tuple(row[name] for name in key) not in known for row in read[table.name].rows)
    return orphan_note(table.name, table.parent, rows)
