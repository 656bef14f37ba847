"""From metrics to sums over slices of tables: what is added up where."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from shopscore.engines.contract import Binding
from shopscore.engines.sql.demand import Asked, Demand
from shopscore.engines.sql.served import ask_served
from shopscore.engines.sql.slices import Aggregate, Slice, Sum, WholeValue
from shopscore.engines.sql.table_demand import TableDemand, table_demand
from shopscore.formula.tree import Call, Const, Name, Op, Type
from shopscore.plan import names as plan_names
from shopscore.plan.model import ChildFact, ExclusionPlan, MetricPlan, PopulationPlan, Scale
from shopscore.plan.windows import days_of

_UNITS = {Scale.SECONDS: 3600.0, Scale.DAY_SECONDS: 86400.0, Scale.MILLIONTHS: 1e6, Scale.ROWS: 1.0}


class Found(Struct, frozen=True):
    """Where the sheet finds a number: a sum of a table."""

    table: str
    aggregate: Aggregate


class PluginRows(Struct, frozen=True):
    """The rows a plugin's metric kind is given, as of a day."""

    metric: MetricPlan
    day: int
    slice: Slice
    at: str
    value: str | None
    test: str | None


class EventDemand(Struct):
    """All that is asked of the event tables."""

    tables: dict[str, TableDemand]
    found: dict[str, Found | None] = field(default_factory=dict)
    """Input column -> the sum behind it; None is the constant 0."""
    plugins: list[PluginRows] = field(default_factory=list)


def event_demand(binding: Binding, demand: Demand) -> EventDemand:
    """Return what a run asks of the event tables, parents' demands on children included."""
    plan = binding.plan
    asked_of = EventDemand({name: table_demand(table, demand.as_of) for name, table in plan.tables.items()})
    for asked in demand.asked:
        for metric in asked.metrics:
            _ask_metric(asked_of, demand, metric, asked.day, binding.supply.has("appeals"))
        _ask_rest(asked_of, demand, asked)
    for name in reversed(tuple(plan.tables)):  # children come before parents
        table = asked_of.tables[name]
        for fact, day in table.child_facts:
            _ask_children(table, asked_of.tables[fact.child], fact, day)
    asked_of.tables = {name: table for name, table in asked_of.tables.items() if table.reads}
    return asked_of


def _ask_metric(
    asked_of: EventDemand, demand: Demand, metric: MetricPlan, day: int, has_appeals: bool
) -> None:
    table = asked_of.tables[metric.population.table]
    days = days_of(metric.window, day)
    weighed = (metric.weights, metric.every_days) if metric.plugin is None else ((), 0)
    about = metric.id if has_appeals else None
    rows = population_slice(table, metric.population, day, days, *weighed, about=about)
    test = value = None
    if metric.where is not None and (metric.kind == "share_of" or metric.plugin is not None):
        test = table.formula(f"{metric.id}.where", metric.where, day)
    if metric.kind == "distinct_of" and metric.value is not None:
        value = table.formula(f"{metric.id}.value", metric.value, day)
    elif metric.value is not None and (metric.kind in ("mean_of", "sum_of") or metric.plugin is not None):
        value = table.value(f"{metric.id}.whole", _whole_value(table, metric, day), day)
    if metric.plugin is not None:
        at = table.keep(metric.population.at, day)
        if table.plan.table.row_id is not None:
            table.keep(table.plan.table.row_id, day)
        if test is not None:
            table.kept[test] = None
        table.use(rows)
        asked_of.plugins.append(PluginRows(metric, day, rows, at, value, test))
        return
    sums: Mapping[str, tuple[TableDemand, Aggregate]]
    match metric.kind:
        case "share_of":
            sums = {
                "numerator": (table, Aggregate(Sum.WEIGHTS, rows, test)),
                "denominator": (table, Aggregate(Sum.WEIGHTS, rows)),
                "numerator_rows": (table, Aggregate(Sum.ROWS, rows, test)),
                "denominator_rows": (table, Aggregate(Sum.ROWS, rows)),
            }
        case "ratio":
            assert metric.denominator is not None
            other = asked_of.tables[metric.denominator.table]
            below = population_slice(other, metric.denominator, day, days, *weighed, about=about)
            sums = {
                "numerator": (table, Aggregate(Sum.WEIGHTS, rows)),
                "denominator": (other, Aggregate(Sum.WEIGHTS, below)),
                "numerator_rows": (table, Aggregate(Sum.ROWS, rows)),
                "denominator_rows": (other, Aggregate(Sum.ROWS, below)),
            }
        case "count_of":
            sums = {
                "numerator": (table, Aggregate(Sum.WEIGHTS, rows)),
                "numerator_rows": (table, Aggregate(Sum.ROWS, rows)),
            }
        case "distinct_of":
            different = (table, Aggregate(Sum.DIFFERENT, rows, value=value))
            sums = {"numerator": different, "numerator_rows": different}
        case "mean_of" | "sum_of":
            valued = (table, Aggregate(Sum.ROWS, rows, value=value))
            sums = {
                "numerator": (table, Aggregate(Sum.VALUES, rows, value=value)),
                "numerator_rows": valued,
                "denominator_rows": valued,
            }
            if metric.kind == "mean_of":
                sums = {**sums, "denominator": (table, Aggregate(Sum.WEIGHTS, rows, value=value))}
        case kind:
            raise AssertionError(f"unknown metric kind {kind!r}")
    for part in plan_names.RAW_FIELDS:
        column = demand.name(plan_names.raw(metric.id, part), day)
        asked_of.found[column] = _found(*sums[part], column) if part in sums else None


def _ask_children(parent: TableDemand, child: TableDemand, fact: ChildFact, day: int) -> None:
    child.is_child = True
    for each in parent.plan.table.key:
        parent.read(each, day)
        child.keep(each, day)
    for name in (child.plan.table.clock, fact.column, fact.order_by):
        if name is not None:
            child.keep(name, day)
    if fact.how == "first" and child.plan.table.row_id is not None:
        child.keep(child.plan.table.row_id, day)
    if fact.where is not None:
        child.kept[child.formula(f"{parent.plan.table.name}.{fact.name}", fact.where, day)] = None
    ask_served(parent, child, fact, day)


def _ask_rest(asked_of: EventDemand, demand: Demand, asked: Asked) -> None:
    if asked.category is not None:
        rule, day = asked.category, asked.day
        table = asked_of.tables[rule.population.table]
        rows = population_slice(table, rule.population, day, days_of(rule.window, day))
        counted = Aggregate(Sum.ROWS, rows)
        table.total(demand.label("category.rows", day), counted)
        table.categories[day] = table.read(rule.column, day), counted
    for exclusion, population in asked.exclusions:
        other = asked_of.tables[population.table]
        column = demand.name(plan_names.excluded(exclusion.id), asked.day)
        asked_of.found[column] = _found(other, _excluded(other, exclusion, population, asked.day), column)


def population_slice(
    table: TableDemand,
    population: PopulationPlan,
    day: int,
    days: tuple[int, int],
    weights: tuple[int, ...] = (),
    every_days: int = 0,
    about: str | None = None,
) -> Slice:
    """Ask for the rows of a population inside local days, exclusions left out.

    Rows that appeals about a metric removed are left out for `about` that metric.
    """
    barred = [_excludes(table, population, rule, day) for rule in population.exclusions]
    appealed = table.appealed_about(about, day) if about is not None else None
    barred += [appealed] if appealed is not None else []
    at, due = _dates(table, population, day)
    return Slice(at, day, *days, weights, every_days, _where(table, population, day), tuple(barred), due)


def _excluded(table: TableDemand, rule: ExclusionPlan, population: PopulationPlan, day: int) -> Aggregate:
    """Ask for the rows a rule removes: those no rule written before it removes."""
    spans = [days_of(window, day) for window in population.span]
    days = min(first for first, _ in spans), max(last for _, last in spans)
    earlier = population.exclusions[: population.exclusions.index(rule)]
    conditions = (*_where(table, population, day), _excludes(table, population, rule, day))
    barred = tuple(_excludes(table, population, each, day) for each in earlier)
    at, due = _dates(table, population, day)
    return Aggregate(Sum.ROWS, Slice(at, day, *days, (), 0, conditions, barred, due))


def _dates(table: TableDemand, population: PopulationPlan, day: int) -> tuple[str, str | None]:
    at = table.read(population.at, day)
    return at, None if population.due is None else table.read(population.due, day)


def _where(table: TableDemand, population: PopulationPlan, day: int) -> tuple[str, ...]:
    if population.where is None:
        return ()
    return (table.formula(f"{population.id}.where", population.where, day),)


def _excludes(table: TableDemand, population: PopulationPlan, rule: ExclusionPlan, day: int) -> str:
    return table.formula(f"{population.id}.{rule.id}", rule.when, day)


def _whole_value(table: TableDemand, metric: MetricPlan, day: int) -> WholeValue:
    assert metric.value is not None
    match metric.value:
        # Instants are whole microseconds: between two of them no double is needed.
        case Call(function="hours_between", args=(Name(name=start), Name(name=end))):
            if metric.scale is Scale.SECONDS:
                return WholeValue(span=(table.read(start, day), table.read(end, day)))
        case _:
            pass
    unit = Const(_UNITS[metric.scale], Type.NUMBER)
    scaled = Op("*", (metric.value, unit), Type.NUMBER)
    return WholeValue(scaled=table.formula(f"{metric.id}.scaled", scaled, day))


def _found(table: TableDemand, aggregate: Aggregate, column: str) -> Found:
    table.total(column, aggregate)
    return Found(table.plan.table.name, aggregate)
