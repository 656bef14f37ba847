"""The reference engine: one subject's events to a scorecard, following chapter 2 sentence by sentence.

The executable specification. It runs cases, `explain` and tests, and imports no database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec import Struct

from shopscore.engines.contract import Binding
from shopscore.engines.reference.appeals import broken_rules, granted
from shopscore.engines.reference.facts import Formulas, derived_tables
from shopscore.engines.reference.inputs import supplied_benchmarks, supplied_metrics, supplied_states
from shopscore.engines.reference.ledgers import Standing, standing
from shopscore.engines.reference.metrics import counted_category, excluded_rows, raw_metric
from shopscore.engines.reference.rows import Row, as_known
from shopscore.events.rows import Events
from shopscore.events.tables import catalog
from shopscore.formula.compiled import compile_cells
from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.tree import Value
from shopscore.plan import names
from shopscore.plan.layout import SUBJECT_CELL, is_supplied
from shopscore.plan.reach import reached
from shopscore.scorecard import Scorecard, fill

Cells = dict[str, Value]
"""Values of inputs and cells by name."""

RunSheet = Callable[[Cells], Cells]
"""From the inputs to the cells of the sheet."""


class Result(Struct, frozen=True):
    """A scorecard with every cell behind it."""

    scorecard: Scorecard
    cells: Mapping[str, Value]
    """Inputs and cells by name, items' cells as of their own assessment day."""


def evaluate(binding: Binding, events: Events, run_sheet: RunSheet | None = None) -> Result:
    """Return one subject's scorecard and the cells behind it.

    The sheet is worked out formula by formula, or by `run_sheet` (see `compiled_sheet`) where many
    subjects make it worth while: the same bits either way.
    """
    run_sheet = run_sheet or written_sheet(binding)
    cells: Cells = {}
    lists: dict[str, Any] = {}
    for day, items in binding.assessments().items():
        inputs, of_day = _inputs(binding, events, day)
        lists = lists or of_day
        as_of_day = inputs | run_sheet(inputs)
        own = {cell for item in items for cell in item.cells}
        cells |= as_of_day if day == binding.as_of else {name: as_of_day[name] for name in own}
    cells[SUBJECT_CELL] = events.subject
    shown = {**cells, **lists}
    return Result(Scorecard(fill(binding.layout, shown.__getitem__)), cells)


def written_sheet(binding: Binding) -> RunSheet:
    """Return the sheet as written: each formula walked in order."""
    sheet = [(cell.name, cell.tree) for cell in binding.plan.sheet]

    def run(inputs: Cells) -> Cells:
        return evaluate_cells(sheet, inputs, functions=binding.plan.functions, day_of=binding.zone.day_of)

    return run


def compiled_sheet(binding: Binding, wanted: Collection[str] | None = None) -> RunSheet:
    """Return the sheet as one generated function, for many single subjects.

    `wanted` names the cells it gives, None all of them; what none of these reads is not worked out.
    """
    plan = binding.plan
    needed = {cell.name for cell in plan.sheet} if wanted is None else reached(plan, wanted)
    compiled = compile_cells(
        [(cell.name, cell.tree) for cell in plan.sheet if cell.name in needed],
        functions=plan.functions,
        day_of=binding.zone.day_of,
        wanted=wanted,
    )

    def run(inputs: Cells) -> Cells:
        row = [inputs[name] for name in compiled.inputs]
        return dict(zip(compiled.cells, compiled.run(row), strict=True))

    return run


def _inputs(binding: Binding, events: Events, as_of: int) -> tuple[Cells, dict[str, Any]]:
    """Return what the sheet reads as of a day, and the lists of ledgers, which it does not."""
    plan, zone = binding.plan, binding.zone
    cutoff = binding.cutoff(as_of)
    formulas = Formulas(plan.functions, zone.day_of)
    model = catalog(plan.bundle.subject)
    tables = derived_tables(plan, events, cutoff, formulas)

    def known(name: str) -> list[Row]:
        return as_known(model[name], events.tables.get(name, ()), cutoff)

    appealed = granted(known("appeals"))
    subject = _subject_row(binding, events)
    given = binding.category if binding.category is not None else subject["category"]
    counted = None
    if plan.category is not None and all(binding.supply.has(*pair) for pair in plan.category.needs):
        counted = counted_category(plan.category, tables, as_of, zone, formulas)
    category = str(given) if given is not None else counted

    inputs: Cells = {
        "as_of": as_of,
        "category": category,
        "category.given": given,
        "category.counted": counted,
        "replay": binding.is_replay,
    }
    for each in binding.inputs("shop"):
        inputs[each.name] = subject[each.field]
    for metric in plan.metrics:
        there = binding.is_there(metric)
        inputs[names.there(metric.id)] = there
        left_out = frozenset(record for about, record in appealed if about == metric.id)
        raw = raw_metric(metric, tables, as_of, zone, formulas, left_out) if there else None
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
    lists: dict[str, Any] = {}
    of_ledgers = {name: known(name) for name in ("violations", "point_events", "appeals")}
    for ledger in plan.ledgers:
        stands = Standing()
        if is_supplied(ledger, binding.supply):
            stands = standing(ledger, of_ledgers, appealed, as_of, zone, formulas)
        for each in binding.inputs("ledger"):
            if each.of == ledger.id:
                inputs[each.name] = stands.fields.get(each.field)
        lists[names.ledger(ledger.id, "restrictions")] = stands.restrictions
        lists[names.ledger(ledger.id, "expiring")] = stands.expiring
    broken = broken_rules(plan, of_ledgers["appeals"])
    for each in binding.inputs("appeals"):
        inputs[each.name] = broken[each.field]
    return inputs, lists


def _subject_row(binding: Binding, events: Events) -> Mapping[str, Value]:
    """Return the subject's own row; without one, what absent columns mean."""
    for row in events.tables.get("shops", ()):
        return row
    return {each.field: each.absent for each in binding.inputs("shop")} | {"category": None}
