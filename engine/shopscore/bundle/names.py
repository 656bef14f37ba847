"""The names a bundle knows, and those it must not take."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from msgspec import Struct

from shopscore.bundle.cursor import Cursor
from shopscore.bundle.findings import ITEM_TWICE, NAME_TWICE, TAKEN_NAME
from shopscore.bundle.sections.identity import subject_of
from shopscore.bundle.tree import item_id
from shopscore.errors import Mark
from shopscore.events.tables import Table, catalog
from shopscore.formula.functions import CORE

ITEM_SECTIONS = {"benefits": "benefit", "gates": "gate", "badges": "badge", "ladders": "ladder"}

_WORDS = frozenset(
    {"score", "as_of", "shop", "creator", "product", "category", "band", "state", "true", "false"}
    | {"and", "or", "not", "if", "else", "in", "known", "missing"}
    | {word.lower() for word in keyword.kwlist}
    | CORE.keys()
)
"""What formulas read otherwise: words of the language and of the parser behind it."""


class Known(Struct, frozen=True):
    """The names that other parts of a bundle may refer to, malformed parts included."""

    tables: Mapping[str, Table]
    """Event tables: those whose rows happen at some time."""
    facts: Mapping[str, frozenset[str]]
    populations: Mapping[str, str | None]
    """Each with the table it says it is of."""
    metrics: frozenset[str]
    dimensions: frozenset[str]
    scored: frozenset[str]
    """Metrics of some dimension."""
    curves: frozenset[str]
    """Metrics with a curve of their own."""

    def columns(self, table: str | None) -> frozenset[str]:
        """Return a table's columns, derived ones included; none of an unknown table."""
        if table is None or table not in self.tables:
            return frozenset()
        return frozenset(self.tables[table].columns) | self.facts.get(table, frozenset())


def known_names(root: Cursor) -> Known:
    """Return the names of a bundle, taken from its keys alone."""
    tables = {name: each for name, each in catalog(subject_of(root)).items() if each.clock is not None}
    score = root.maybe("score")
    dimensions = tuple(score.below("dimensions")) if score else ()
    benchmarks = tuple(score.below("benchmarks")) if score else ()
    return Known(
        tables=tables,
        facts={table.name: frozenset(each.name for each in table.each()) for table in root.below("facts")},
        populations={each.name: each.peek("of") for each in root.below("populations")},
        metrics=frozenset(each.name for each in root.below("metrics")),
        dimensions=frozenset(each.name for each in dimensions),
        scored=frozenset(metric.name for each in dimensions for metric in each.below("metrics")),
        curves=frozenset(each.name for each in benchmarks if "curve" in each),
    )


def check_names(root: Cursor) -> None:
    """Report names that are taken, by the language, by the event model or by each other."""
    known = known_names(root)
    for table in root.below("facts"):
        columns = known.tables[table.name].columns if table.name in known.tables else ()
        for fact in table.each():
            _free(fact, "a fact")
            if fact.name in columns:
                fact.report(TAKEN_NAME, f"{table.name} already has a column {fact.name!r}")
    for population in root.below("populations"):
        _free(population, "a population")
    shops = catalog(subject_of(root))["shops"].columns
    for column in root.below("shop_columns"):
        _free(column, "a column")
        if column.name in shops:
            column.report(TAKEN_NAME, f"shops already has a column {column.name!r}")
    _check_cells(root)
    _check_ids(root)


def _check_cells(root: Cursor) -> None:
    """Check what formulas after the rows read: metrics, dimensions, values and items share one space."""
    score = root.maybe("score")
    groups = [
        ("metric", root.below("metrics")),
        ("dimension", score.below("dimensions") if score else ()),
        ("value", root.below("values")),
        *((word, root.below(section)) for section, word in ITEM_SECTIONS.items()),
        ("ledger", root.below("ledgers")),
    ]
    first: dict[str, tuple[str, Mark]] = {}
    for word, places in groups:
        for place in places:
            _free(place, f"a {word}")
            if place.name in first:
                other, mark = first[place.name]
                place.report(NAME_TWICE, f"{place.name!r} is already a {other}, at {mark}")
            first.setdefault(place.name, (word, place.mark))


def _check_ids(root: Cursor) -> None:
    """Check that no list names two of its items the same."""
    score = root.maybe("score")
    lists = [root.below(section) for section in ("conflicts", "exclusions", "advisories")]
    lists += [score.below(part) for part in ("floors", "adjustments", "bands")] if score else []
    lists += [ledger.below("milestones") for ledger in root.below("ledgers")]
    for places in lists:
        first: dict[str, Mark] = {}
        for place in places:
            id = item_id(place.tree)
            if id is not None and id in first:
                place.report(ITEM_TWICE, f"the id {id!r} is already taken, at {first[id]}")
            elif id is not None:
                first[id] = place.mark


def _free(place: Cursor, what: str) -> None:
    if place.name.lower() in _WORDS:
        place.report(TAKEN_NAME, f"{place.name!r} is a word of the formula language and cannot name {what}")
