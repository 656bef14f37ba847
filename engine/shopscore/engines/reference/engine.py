"""The reference engine: one subject's events to a scorecard, following chapter 2 sentence by sentence.

The executable specification. It runs cases, `explain` and tests, and imports no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shopscore.engines.contract import Binding
from shopscore.engines.reference.facts import Formulas, derive
from shopscore.engines.reference.inputs import supplied_benchmarks, supplied_metrics, supplied_states
from shopscore.engines.reference.metrics import counted_category, excluded_rows, raw_metric
from shopscore.engines.reference.rows import Row, as_known
from shopscore.events.rows import Events
from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.tree import Value
from shopscore.plan import names
from shopscore.plan.layout import SUBJECT_CELL
from shopscore.scorecard import Scorecard, fill


@dataclass(frozen=True, slots=True)
class Result:
    """A scorecard with every cell behind it."""

    scorecard: Scorecard
    cells: Mapping[str, Value]
    """Inputs and cells by name, items' cells as of their own assessment day."""


def evaluate(binding: Binding, events: Events) -> Result:
    """Return one subject's scorecard and the cells behind it."""
    cells: dict[str, Value] = {}
    for day, items in binding.assessments().items():
        as_of_day = _cells(binding, events, day)
        own = {cell for item in items for cell in item.cells}
        cells |= as_of_day if day == binding.as_of else {name: as_of_day[name] for name in own}
    cells[SUBJECT_CELL] = events.subject
    return Result(Scorecard(fill(binding.layout, cells.__getitem__)), cells)


def _cells(binding: Binding, events: Events, as_of: int) -> dict[str, Value]:
    plan = binding.plan
    inputs = _inputs(binding, events, as_of)
    sheet = [(cell.name, cell.tree) for cell in plan.sheet]
    return inputs | evaluate_cells(sheet, inputs, functions=plan.functions, day_of=binding.zone.day_of)


def _inputs(binding: Binding, events: Events, as_of: int) -> dict[str, Value]:
    plan, zone = binding.plan, binding.zone
    cutoff = binding.cutoff(as_of)
    formulas = Formulas(plan.functions, zone.day_of)
    tables: dict[str, list[Row]] = {
        name: as_known(table.table, events.tables.get(name, ()), cutoff)
        for name, table in plan.tables.items()
    }
    derive(plan.tables, tables, formulas)
    subject = _subject_row(binding, events)
    given = binding.category if binding.category is not None else subject["category"]
    counted = None
    if plan.category is not None and all(binding.supply.has(*pair) for pair in plan.category.needs):
        counted = counted_category(plan.category, tables, as_of, zone, formulas)
    category = str(given) if given is not None else counted

    inputs: dict[str, Value] = {
        "as_of": as_of,
        "category": category,
        "category.given": given,
        "category.counted": counted,
    }
    for each in binding.inputs("shop"):
        inputs[each.name] = subject[each.field]
    for metric in plan.metrics:
        there = binding.is_there(metric)
        inputs[names.there(metric.id)] = there
        raw = raw_metric(metric, tables, as_of, zone, formulas) if there else None
        for field in names.RAW_FIELDS:
            inputs[names.raw(metric.id, field)] = None if raw is None else float(getattr(raw, field))
    for exclusion in binding.inputs("excluded"):
        inputs[exclusion.name] = None
    for _, population in plan.exclusions:
        if binding.supply.has(population.table, ""):
            rows = excluded_rows(population, tables, as_of, zone, formulas)
            for rule in population.exclusions:
                inputs[names.excluded(rule.id)] = float(rows[rule.id])
    inputs |= supplied_metrics(binding, events.tables.get("supplied_metrics", ()), as_of)
    inputs |= supplied_benchmarks(
        binding, events.tables.get("supplied_benchmarks", ()), events.subject, category
    )
    inputs |= supplied_states(binding, events.tables.get("shop_states", ()))
    return inputs


def _subject_row(binding: Binding, events: Events) -> Mapping[str, Value]:
    """Return the subject's own row; without one, what absent columns mean."""
    for row in events.tables.get("shops", ()):
        return row
    return {each.field: each.absent for each in binding.inputs("shop")} | {"category": None}
