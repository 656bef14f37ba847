"""What a run asks for: which cells, and for them which inputs and metrics, as of which day.

Items are assessed on days of their own, so that a sheet may be wanted as of several days. Only what
ends in a scorecard is worked out; what does not differ between the days is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from shopscore.engines.contract import Binding
from shopscore.formula.settle import settle
from shopscore.formula.tree import Const, names
from shopscore.plan.layout import is_supplied
from shopscore.plan.model import CategoryPlan, Cell, ExclusionPlan, Input, MetricPlan, Plan, PopulationPlan
from shopscore.plan.windows import to_date
from shopscore.scorecard import IN_METADATA, Entries, Layout, Leaf, Listed, Struct

_DATED_SOURCES = frozenset(
    {"as_of", "category", "raw", "supplied", "benchmark", "excluded", "ledger", "appeals"}
)


class Asked(msgspec.Struct, frozen=True):
    """What one day's sheet needs."""

    day: int
    cells: tuple[Cell, ...]
    inputs: tuple[Input, ...]
    metrics: tuple[MetricPlan, ...]
    """Metrics to work out from events."""
    category: CategoryPlan | None
    """How to count the category, where it can be and is wanted."""
    exclusions: tuple[tuple[ExclusionPlan, PopulationPlan], ...]
    """Exclusions whose rows are wanted."""


class Demand(msgspec.Struct, frozen=True):
    """All a run asks for; the day D comes first."""

    asked: tuple[Asked, ...]
    dated: frozenset[str]
    """Inputs and cells that may differ between the days."""
    shown_as_of: Mapping[str, int]
    """Items' cells that are shown as of a day other than D."""
    carried: frozenset[str]
    """Items' cells that are taken over from the day before."""

    @property
    def as_of(self) -> int:
        """Return D."""
        return self.asked[0].day

    def name(self, cell: str, day: int) -> str:
        """Return the column of a cell or input as of a day."""
        return at_day(cell, day) if day != self.as_of and cell in self.dated else cell

    def label(self, name: str, day: int) -> str:
        """Return the name of a stage, or of a column that is no cell, as of a day."""
        return name if day == self.as_of else at_day(name, day)

    def shown(self, cell: str) -> str:
        """Return the column a scorecard shows a cell from."""
        return self.name(cell, self.shown_as_of.get(cell, self.as_of))


def at_day(name: str, day: int) -> str:
    """Return the name of a column as of a day other than D."""
    return f"{name}@{to_date(day).isoformat()}"


def demand(binding: Binding, as_of_d: bool = False) -> Demand:
    """Return what a run asks for; `as_of_d` asks for all items as if they were assessed on D."""
    days = {binding.as_of: binding.plan.items} if as_of_d else binding.assessments()
    shown_as_of = {
        cell: day
        for day, items in days.items()
        for item in items
        for cell in item.cells
        if day != binding.as_of
    }
    all_shown = frozenset(shown_cells(binding.layout))
    taken = [item for item in binding.plan.items if item.id in binding.carried and not as_of_d]
    carried = all_shown & {cell for item in taken for cell in item.cells}
    shown = all_shown - carried
    sheet = _settled(binding)
    asked = [_asked(binding, sheet, binding.as_of, shown - shown_as_of.keys())]
    for day, items in days.items():
        own = {cell for item in items for cell in item.cells}
        if day != binding.as_of and own & shown:
            asked.append(_asked(binding, sheet, day, own & shown))
    return Demand(tuple(asked), _dated(binding.plan), shown_as_of, carried)


def shown_cells(layout: Layout) -> Iterator[str]:
    """Yield the cells a layout shows or tests, those of the metadata left out."""
    match layout:
        case Leaf(cell=cell) | Listed(cell=cell):
            yield cell
        case Struct(fields=fields):
            for name, part in fields:
                if name not in IN_METADATA:
                    yield from shown_cells(part)
        case Entries(entries=entries):
            for guard, entry in entries:
                if guard is not None:
                    yield guard
                yield from shown_cells(entry)
        case _:
            pass


def _settled(binding: Binding) -> tuple[Cell, ...]:
    """Return the sheet with what is the same for all subjects of this run worked out beforehand."""
    known = {
        each.name: found for each in binding.plan.inputs if (found := _constant(binding, each)) is not None
    }
    cells = []
    for cell in binding.plan.sheet:
        tree = settle(cell.tree, known, binding.plan.functions)
        cells.append(replace(cell, tree=tree))
        if isinstance(tree, Const):
            known[cell.name] = tree
    return tuple(cells)


def _constant(binding: Binding, each: Input) -> Const | None:
    """Return an input that no subject's data can change."""
    match each.source:
        case "there":
            metric = next((metric for metric in binding.plan.metrics if metric.id == each.of), None)
            return Const(metric is not None and binding.is_there(metric), each.type)
        case "replay":
            return Const(binding.is_replay, each.type)
        case "state" if each.field == "stands" and not binding.supply.has("shop_states"):
            return Const(False, each.type)
        case "ledger":
            ledger = next(ledger for ledger in binding.plan.ledgers if ledger.id == each.of)
            return None if is_supplied(ledger, binding.supply) else Const(None, each.type)
        case "appeals" if not binding.supply.has("appeals"):
            return Const(0.0, each.type)
        case "state" | "supplied" | "benchmark" as source if not binding.supply.has(_TABLES[source]):
            return Const(each.absent, each.type)
        case _:
            return None


_TABLES = {"state": "shop_states", "supplied": "supplied_metrics", "benchmark": "supplied_benchmarks"}


def _asked(binding: Binding, sheet: tuple[Cell, ...], day: int, roots: Iterable[str]) -> Asked:
    plan = binding.plan
    wanted = _reached(sheet, roots)
    inputs = [each for each in plan.inputs if each.name in wanted]
    if any(each.source == "benchmark" for each in inputs) and binding.supply.has("supplied_benchmarks"):
        known = {each.name for each in inputs}
        inputs += [each for each in binding.inputs("category") if each.name not in known]
    raw = {each.of for each in inputs if each.source == "raw"}
    rule = plan.category if any(each.source == "category" for each in inputs) else None
    if rule is not None and not all(binding.supply.has(*pair) for pair in rule.needs):
        rule = None
    excluded = {each.of for each in inputs if each.source == "excluded"}
    return Asked(
        day=day,
        cells=tuple(cell for cell in sheet if cell.name in wanted),
        inputs=tuple(inputs),
        metrics=tuple(each for each in plan.metrics if each.id in raw and binding.is_there(each)),
        category=rule,
        exclusions=tuple(
            (rule, population)
            for rule, population in plan.exclusions
            if rule.id in excluded and binding.supply.has(population.table)
        ),
    )


def _reached(sheet: Iterable[Cell], roots: Iterable[str]) -> frozenset[str]:
    """Return the names that cells read in the end, themselves included."""
    trees = {cell.name: cell.tree for cell in sheet}
    found: set[str] = set()
    open_ = list(roots)
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            if name in trees:
                open_ += names(trees[name])
    return frozenset(found)


def _dated(plan: Plan) -> frozenset[str]:
    found = {each.name for each in plan.inputs if each.source in _DATED_SOURCES}
    for cell in plan.sheet:
        if not found.isdisjoint(names(cell.tree)):
            found.add(cell.name)
    return frozenset(found)
