"""What the sheet reads, one row per subject: its own columns, metrics as doubles, what was supplied."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.sql.appeals import Appeals
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.demand import Asked, Demand
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.ledgers import LedgerStages, empty_list, points
from shopscore.engines.sql.metric_demand import EventDemand
from shopscore.engines.sql.plugin_kinds import PluginResult
from shopscore.engines.sql.rounding import to_double
from shopscore.engines.sql.stages import Stages, left_join, relation, select, supplied
from shopscore.engines.sql.sums import COUNTED, TableSums
from shopscore.engines.sql.supplied import FOUND, Wide, supplied_benchmarks, supplied_metrics, supplied_states
from shopscore.engines.sql.terms import (
    at_least,
    case,
    coalesced,
    column,
    compared,
    equals,
    integer,
    met,
    named,
    string,
)
from shopscore.events.physical import Source
from shopscore.events.tables import Table
from shopscore.formula.sql import to_sql
from shopscore.formula.sql_functions import cast, double
from shopscore.formula.tree import Const
from shopscore.plan import names as plan_names
from shopscore.plan.layout import SUBJECT_CELL
from shopscore.plan.model import Input, MetricPlan
from shopscore.plan.windows import assessment_day

_OF_YESTERDAY = {"before": "state", "value_before": "value", "by": "decided_by"}
"""Fields of an item's state, and the cells they are the day before."""
GIVEN, CATEGORY = "category.given", "category"


class Subjects(Struct, frozen=True):
    """Whom a run is about: a relation with one row per subject, and the column with its id."""

    relation: exp.Table
    key: str


class Gathered(Struct, frozen=True):
    """The stages that hold something by subject."""

    events: EventDemand
    sums: Mapping[str, TableSums]
    plugins: Mapping[str, PluginResult]
    """Input column -> the stage with a plugin metric's integers."""
    sources: Mapping[str, Source]
    models: Mapping[str, Table]
    ledger: Callable[[str, int], LedgerStages | None]
    """A ledger as of a day; None where it is not supplied."""
    appeals: Appeals | None
    dialect: Dialect
    goes_on: bool = False
    """Whether states are those of the day before's scorecards, which the sheet is given."""


def add_inputs(
    stages: Stages, binding: Binding, demand: Demand, subjects: Subjects, gathered: Gathered
) -> tuple[str, list[str], dict[str, str]]:
    """Add the stages of the sheet's inputs; return the last one, its columns, and what it leaves out.

    It leaves out the columns that only the scorecards of the day before have, with the cells they show.
    """
    builder = _Inputs(stages, binding, demand, subjects, gathered)
    carried = {cell: cell for cell in sorted(demand.carried)}
    for asked in demand.asked:
        for each in asked.inputs:
            name = demand.name(each.name, asked.day)
            if each.source == "state" and each.field != "stands" and gathered.goes_on:
                carried[name] = f"item.{each.of}.{_OF_YESTERDAY.get(each.field, each.field)}"
            elif each.source != "benchmark" and name not in builder.terms:
                builder.terms[name] = builder.term(each, asked)
    builder.add_lists()
    stage = stages.add("inputs", builder.query())
    columns = list(builder.terms)
    if builder.benchmarks_wanted():
        stage, columns = builder.add_benchmarks(stage, columns)
    return stage, columns, carried


class _Inputs:
    def __init__(
        self, stages: Stages, binding: Binding, demand: Demand, subjects: Subjects, gathered: Gathered
    ) -> None:
        self.stages = stages
        self.binding = binding
        self.demand = demand
        self.subjects = subjects
        self.gathered = gathered
        self.terms: dict[str, exp.Expr] = {SUBJECT_CELL: column(subjects.key, "subjects")}
        self.joined: dict[str, exp.Expr] = {}
        self.key = f"{binding.plan.bundle.subject}_id"

    def query(self) -> exp.Select:
        """Return the inputs but for the benchmarks, which hang on the category found here."""
        source = self.subjects.relation
        source.set("alias", exp.TableAlias(this=exp.to_identifier("subjects")))
        query = select([named(term, name) for name, term in self.terms.items()], source)
        for stage, on in self.joined.items():
            left_join(query, relation(stage), on)
        return query

    def term(self, each: Input, asked: Asked) -> exp.Expr:
        """Return an input as of a day."""
        match each.source:
            case "as_of":
                return integer(asked.day)
            case "shop":
                return self._shop(each.field, each)
            case "category":
                return self._category(each.field, asked)
            case "raw":
                return self._raw(each, asked)
            case "there":
                metric = self._metric(each.of)
                return exp.Boolean(this=metric is not None and self.binding.is_there(metric))
            case "replay":
                return exp.Boolean(this=self.binding.is_replay)
            case "excluded":
                return self._sum(self.demand.name(each.name, asked.day))
            case "supplied":
                return self._supplied(each, asked)
            case "state":
                return self._state(each)
            case "ledger":
                return self._ledger(each, asked.day)
            case "appeals":
                return self._broken_appeals(each.field, asked.day)
            case source:
                raise AssertionError(f"unknown source of inputs {source!r}")

    def _join(self, stage: str, key: str) -> str:
        on = equals(column(self.subjects.key, "subjects"), column(key, stage))
        self.joined.setdefault(stage, on)
        return stage

    def _shop(self, field: str, each: Input | None) -> exp.Expr:
        absent = _absent(each) if each is not None else cast(exp.Null(), "TEXT")
        source = self.gathered.sources.get("shops")
        model = self.gathered.models["shops"]
        if source is None or field not in model.columns:
            return absent
        if "shops_border" not in self.stages.queries:
            terms = [named(canonical(part, source.columns), name) for name, part in model.columns.items()]
            self.stages.add("shops_border", select(terms, supplied(source.relation)))
        stage = self._join("shops_border", self.key)
        found = column(field, stage)
        return found if each is None or each.absent is None else coalesced(found, absent)

    def _category(self, field: str, asked: Asked) -> exp.Expr:
        given: exp.Expr = self._shop("category", None)
        if self.binding.category is not None:
            given = string(self.binding.category)
        if field == "given":
            return given
        counted: exp.Expr = cast(exp.Null(), "TEXT")
        if asked.category is not None:
            table = asked.category.population.table
            label = self.demand.label(COUNTED, asked.day)
            for stage in self.gathered.sums[table].stages:
                if label in _labels(self.stages, stage):
                    counted = column(label, self._join(stage, self.key))
        return counted if field == "counted" else coalesced(given, counted)

    def _raw(self, each: Input, asked: Asked) -> exp.Expr:
        name = self.demand.name(each.name, asked.day)
        plugin = self.gathered.plugins.get(self.demand.label(each.of, asked.day))
        if plugin is not None:
            return self._of_plugin(plugin, each.field)
        return self._sum(name)

    def _of_plugin(self, plugin: PluginResult, field: str) -> exp.Expr:
        found = column(field, self._join(plugin.stage, plugin.key))
        nothing = double(float(getattr(plugin.without_rows, field)))
        return coalesced(found if plugin.is_double else to_double(found), nothing)

    def _sum(self, name: str) -> exp.Expr:
        """Return a sum as a double; 0 for subjects without rows, null where nothing was asked."""
        if name not in self.gathered.events.found:
            return cast(exp.Null(), "DOUBLE")
        found = self.gathered.events.found[name]
        if found is None:
            return double(0.0)
        sums = self.gathered.sums[found.table]
        self._join(sums.stages[0], self.key)
        return coalesced(sums.number(found.aggregate), double(0.0))

    def _supplied(self, each: Input, asked: Asked) -> exp.Expr:
        source = self.gathered.sources.get("supplied_metrics")
        if source is None:
            return _absent(each)
        label = self.demand.label("supplied", asked.day)
        if label not in self.stages.queries:
            wanted = [other for other in asked.inputs if other.source == "supplied"]
            model = self.gathered.models["supplied_metrics"]
            supplied_metrics(self.stages, source, model, self.key, wanted, asked.day, label)
        wide = Wide(self._join(label, self.key), self.key)
        return wide.field(each.of, each.field)

    def _state(self, each: Input) -> exp.Expr:
        item = next(item for item in self.binding.plan.items if item.id == each.of)
        assessed = assessment_day(item.schedule, self.demand.as_of)
        if self.gathered.goes_on:
            assert each.field == "stands", "all else is the sheet's, from the scorecards of the day before"
            return exp.Boolean(this=assessed != self.demand.as_of)
        source = self.gathered.sources.get("shop_states")
        if source is None:
            return exp.Boolean(this=False) if each.field == "stands" else _absent(each)
        if "states" not in self.stages.queries:
            wanted = [other for part in self.demand.asked for other in part.inputs if other.source == "state"]
            model = self.gathered.models["shop_states"]
            supplied_states(self.stages, source, model, self.key, wanted, self.demand.as_of)
        found = Wide(self._join("states", self.key), self.key).field(each.of, each.field)
        if each.field != "stands":
            return found
        return met(at_least(found, integer(assessed)))

    def _ledger(self, each: Input, day: int) -> exp.Expr:
        stages = self.gathered.ledger(each.of, day)
        if stages is None:
            return _absent(each)
        field, _, _ = each.field.partition(".")
        if field == "restricted":
            if stages.restrictions is None:
                return exp.false()
            return met(column(each.field, self._join(stages.restrictions, self.key)))
        if field == "broken_appeals":
            broken = stages.broken_appeals()
            return double(0.0) if broken is None else self._count(field, broken)
        if field == "balance":
            found = points(column("balance", self._join(stages.balances, self.key)))
            return coalesced(found, double(stages.start))
        return self._count(each.field, stages.balances)

    def _broken_appeals(self, field: str, day: int) -> exp.Expr:
        rules, appeals = self.binding.plan.bundle.appeals, self.gathered.appeals
        if rules is None or appeals is None:
            return double(0.0)
        return self._count(field, appeals.broken_rules(self.binding.plan, rules, day))

    def _count(self, name: str, stage: str) -> exp.Expr:
        return coalesced(cast(column(name, self._join(stage, self.key)), "DOUBLE"), double(0.0))

    def add_lists(self) -> None:
        """Add the lists of ledgers, which the sheet does not read."""
        for plan in self.binding.plan.ledgers:
            stages = self.gathered.ledger(plan.id, self.demand.as_of)
            for field in ("restrictions", "expiring"):
                empty = empty_list(field, self.gathered.dialect)
                stage = None
                if stages is not None:
                    stage = stages.restrictions if field == "restrictions" else stages.expiring()
                found = column(field, self._join(stage, self.key)) if stage is not None else None
                term = empty if found is None else coalesced(found, empty)
                self.terms[plan_names.ledger(plan.id, field)] = term

    def benchmarks_wanted(self) -> bool:
        """Tell whether any cell reads a benchmark."""
        return any(each.source == "benchmark" for asked in self.demand.asked for each in asked.inputs)

    def add_benchmarks(self, stage: str, columns: list[str]) -> tuple[str, list[str]]:
        """Add the benchmarks by subject and by category; a subject's whole row wins over its category's."""
        source = self.gathered.sources.get("supplied_benchmarks")
        model = self.gathered.models["supplied_benchmarks"]
        wanted = {
            self.demand.name(each.name, asked.day): (each, asked)
            for asked in self.demand.asked
            for each in asked.inputs
            if each.source == "benchmark"
        }
        terms = [column(name, stage) for name in columns]
        if source is None:
            terms += [named(_absent(each), name) for name, (each, _) in wanted.items()]
            stage = self.stages.add("inputs_with_benchmarks", select(terms, relation(stage)))
            return stage, [*columns, *wanted]
        inputs = [each for each, _ in wanted.values()]
        own, shared = supplied_benchmarks(self.stages, source, model, self.key, inputs)
        of_category: dict[str, str] = {}
        for name, (each, asked) in wanted.items():
            category = self.demand.name(CATEGORY, asked.day)
            alias = of_category.setdefault(category, f"{shared.stage}_{len(of_category) + 1}")
            other = Wide(alias, shared.key).field(each.of, each.field)
            is_own = compared(own.field(each.of, FOUND), exp.GT, integer(0))
            terms.append(named(case([(is_own, own.field(each.of, each.field))], other), name))
        query = select(terms, relation(stage))
        left_join(query, relation(own.stage), equals(column(SUBJECT_CELL, stage), column(own.key, own.stage)))
        for category, alias in of_category.items():
            on = equals(column(category, stage), column(shared.key, alias))
            left_join(query, relation(shared.stage, alias), on)
        return self.stages.add("inputs_with_benchmarks", query), [*columns, *wanted]

    def _metric(self, id_: str) -> MetricPlan | None:
        return next((metric for metric in self.binding.plan.metrics if metric.id == id_), None)


def _absent(each: Input) -> exp.Expr:
    return to_sql(Const(each.absent, each.type), {})


def _labels(stages: Stages, stage: str) -> frozenset[str]:
    return frozenset(each.alias_or_name for each in stages.queries[stage].expressions)
