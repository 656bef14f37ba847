"""What is read from event tables: derived columns, populations and what leaves them, the category."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, Malformed, build_each, hint
from shopscore.bundle.findings import FORMS, UNKNOWN_NAME
from shopscore.bundle.model import CategoryRule, Exclusion, Fact, FormulaFact, Population, RelatedFact
from shopscore.bundle.names import Known
from shopscore.bundle.sections.windows import read_window
from shopscore.bundle.tree import Branch
from shopscore.formula.tree import Type

_RELATED = ("first", "any", "count")


def read_shop_columns(root: Cursor) -> Mapping[str, Type]:
    """Return the columns that the shops table has beyond the event model."""
    columns = build_each(root.below("shop_columns"), lambda place: (place.name, Type(place.word(list(Type)))))
    return dict(columns)


def read_facts(root: Cursor, known: Known) -> Mapping[str, Mapping[str, Fact]]:
    """Return the derived columns by table."""
    facts: dict[str, Mapping[str, Fact]] = {}
    for table in root.below("facts"):
        if table.name not in known.tables:
            message = f"no event table is called {table.name!r}{hint(table.name, known.tables)}"
            table.report(UNKNOWN_NAME, message)
        of_table = build_each(table.each(), lambda place, of=table.name: _fact(place, of, known))  # type: ignore[misc]
        facts[table.name] = {fact.id: fact for fact in of_table}
    return facts


def read_populations(root: Cursor, known: Known) -> Mapping[str, Population]:
    """Return the populations by id."""
    built = build_each(root.below("populations"), lambda place: _population(place, known))
    return {population.id: population for population in built}


def read_exclusions(root: Cursor, known: Known) -> tuple[Exclusion, ...]:
    """Return the exclusions in written order."""
    return tuple(build_each(root.below("exclusions"), lambda place: _exclusion(place, known)))


def read_category(root: Cursor, known: Known) -> CategoryRule | None:
    """Return how a subject gets its category."""
    places = filter(None, [root.maybe("category")])
    return next(build_each(places, lambda place: _category(place, known)), None)


def _fact(place: Cursor, table: str, known: Known) -> Fact:
    if not isinstance(place.tree, Branch):
        return FormulaFact(place.name, table, place.formula(), place.mark)
    how = [word for word in _RELATED if word in place]
    if len(how) != 1 or "value" in place:
        place.report(FORMS, "a fact is a formula, or one of first:, any: and count: over child rows")
        raise Malformed
    child = place.at("of" if how == ["first"] else how[0]).named(known.tables, "event table")
    columns, what = known.columns(child), f"column of {child}"
    where, order_by = place.maybe("where"), place.maybe("order_by")
    return RelatedFact(
        id=place.name,
        table=table,
        how=how[0],
        of=child,
        column=place.at("first").named(columns, what) if how == ["first"] else None,
        where=where.formula() if where else None,
        order_by=order_by.named(columns, what) if order_by else None,
        mark=place.mark,
    )


def _population(place: Cursor, known: Known) -> Population:
    table = place.at("of").named(known.tables, "event table")
    where, at, due = place.maybe("where"), place.at("at"), place.maybe("due")
    columns = known.tables[table].columns if table in known.tables else None

    def column(named: Cursor) -> str:
        return named.named(columns, f"column of {table}") if columns is not None else named.text()

    return Population(
        id=place.name,
        table=table,
        where=where.formula() if where else None,
        at=column(at),
        due=column(due) if due else None,
        mark=place.mark,
        at_mark=at.tree.mark,
        due_mark=(due or at).tree.mark,
    )


def _exclusion(place: Cursor, known: Known) -> Exclusion:
    label = place.maybe("label")
    return Exclusion(
        id=place.at("id").text(),
        of=place.at("of").named(known.populations, "population"),
        when=place.at("when").formula(),
        label=label.label() if label else {"en": place.at("id").text()},
        mark=place.mark,
    )


def _category(place: Cursor, known: Known) -> CategoryRule:
    population = place.at("of").named(known.populations, "population")
    table = known.populations.get(population)
    columns, column = known.columns(table), place.at("column")
    return CategoryRule(
        population=population,
        column=column.named(columns, f"column of {table}") if columns else column.text(),
        window=read_window(place.at("window")),
        mark=place.mark,
    )
