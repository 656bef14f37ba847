"""Facts, populations, values and sources that a version writes and nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from shopscore.bundle.model import Bundle, Formula, FormulaFact, RelatedFact
from shopscore.checks.findings import UNUSED
from shopscore.errors import Finding, Level, Mark
from shopscore.plan.draft import words


def unused(bundle: Bundle) -> Iterator[Finding]:
    """Yield a warning for each thing this version writes itself and nothing in it reads."""
    own = PurePath(bundle.mark.file).parent
    for what, name, mark in _unread(bundle):
        if PurePath(mark.file).parent == own:
            yield Finding(UNUSED, Level.WARNING, mark, f"the {what} {name!r} is never used")


def _unread(bundle: Bundle) -> Iterator[tuple[str, str, Mark]]:
    read = _columns_read(bundle)
    for table, facts in bundle.facts.items():
        for id_, fact in facts.items():
            if (table, id_) not in read:
                yield "fact", id_, fact.mark
    populations = {metric.population for metric in bundle.metrics.values()}
    populations |= {metric.denominator for metric in bundle.metrics.values()}
    populations |= {bundle.category.population} if bundle.category else set()
    for id_, population in bundle.populations.items():
        if id_ not in populations:
            yield "population", id_, population.mark
    formulas = [word for formula in _sheet_formulas(bundle) for word in words(formula)]
    for id_, value in bundle.values.items():
        if id_ not in formulas:
            yield "value", id_, value.mark
    sources = {claim.source for claim in bundle.provenance}
    for id_, source in bundle.sources.items():
        if id_ not in sources:
            yield "source", id_, source.mark


def _columns_read(bundle: Bundle) -> frozenset[tuple[str, str]]:
    """Return (table, name) of every column or fact that rows are asked for."""
    read: set[tuple[str, str]] = set()

    def note(table: str, formula: Formula | None, *names: str | None) -> None:
        read.update((table, word) for word in words(formula))
        read.update((table, name) for name in names if name is not None)

    for facts in bundle.facts.values():
        for fact in facts.values():
            match fact:
                case FormulaFact():
                    note(fact.table, fact.formula)
                case RelatedFact():
                    note(fact.of, fact.where, fact.column, fact.order_by)
    for population in bundle.populations.values():
        note(population.table, population.where, population.at, population.due)
    for exclusion in bundle.exclusions:
        if exclusion.of in bundle.populations:
            note(bundle.populations[exclusion.of].table, exclusion.when)
    for metric in bundle.metrics.values():
        if metric.population is not None and metric.population in bundle.populations:
            table = bundle.populations[metric.population].table
            note(table, metric.where)
            note(table, metric.value)
    if bundle.category and bundle.category.population in bundle.populations:
        note(bundle.populations[bundle.category.population].table, None, bundle.category.column)
    return frozenset(read)


def _sheet_formulas(bundle: Bundle) -> Iterable[Formula | None]:
    """Yield every formula that can read a named value."""
    for value in bundle.values.values():
        yield from (value.formula, value.by)
    for metric in bundle.metrics.values():
        if metric.kind == "formula":
            yield metric.value
    score = bundle.score
    if score is not None:
        yield from (score.eligible, score.excluded)
        yield from (floor.when for floor in score.floors)
        for adjustment in score.adjustments:
            yield from (adjustment.when, adjustment.set)
        yield from (band.when for band in score.bands)
    for item in bundle.items.values():
        yield from (item.grant, item.freeze, item.revoke, item.when)
        yield from (step.when for step in item.steps)
    yield from (advisory.when for advisory in bundle.advisories)
