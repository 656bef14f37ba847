"""A plan as text: tables, facts, populations, metrics, ledgers and the sheet, as they are worked out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shopscore.plan.model import ChildFact, ColumnFact, MetricPlan, Plan, PopulationPlan
from shopscore_cli.render.columns import columns
from shopscore_cli.render.formulas import formula_text
from shopscore_cli.render.ledger_rules import events_text
from shopscore_cli.render.paint import Paint
from shopscore_cli.render.policy_page import window_text
from shopscore_cli.render.records import place_of

_MILLIONTHS = 1e6


def plan_page(plan: Plan, paint: Paint) -> str:
    """Return the stages of a plan."""
    stages = {
        "Tables": list(_tables(plan)),
        "Facts": columns(
            [[fact["name"], fact["type"], fact["formula"]] for fact in _facts(plan)], indent="  "
        ),
        "Populations": columns([[each["id"], each["rows"]] for each in _populations(plan)], indent="  "),
        "Metrics": columns(
            [[each["id"], each["unit"], each["window"], each["formula"]] for each in _metrics(plan)],
            indent="  ",
        ),
        "Ledgers": columns([_ledger_row(each) for each in _ledgers(plan)], indent="  "),
        "Inputs": columns([[each.name, each.type.value, each.source] for each in plan.inputs], indent="  "),
        "Sheet": columns(
            [[cell.name, cell.type.value, formula_text(cell.tree)] for cell in plan.sheet], indent="  "
        ),
    }
    blocks = [[paint(title, "bold"), *lines] for title, lines in stages.items() if lines]
    return "\n".join("\n".join(block) + "\n" for block in blocks).rstrip("\n")


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return the same as one object."""
    return {
        "bundle": plan.name,
        "tables": {name: list(table.columns) for name, table in plan.tables.items()},
        "facts": list(_facts(plan)),
        "populations": list(_populations(plan)),
        "metrics": list(_metrics(plan)),
        "ledgers": list(_ledgers(plan)),
        "inputs": [
            {
                "name": each.name,
                "type": each.type.value,
                "source": each.source,
                "of": each.of,
                "field": each.field,
            }
            for each in plan.inputs
        ],
        "sheet": [
            {
                "name": cell.name,
                "type": cell.type.value,
                "formula": formula_text(cell.tree),
                **place_of(cell.mark),
            }
            for cell in plan.sheet
        ],
    }


def _tables(plan: Plan) -> Iterator[str]:
    yield from columns([[name, ", ".join(table.columns)] for name, table in plan.tables.items()], indent="  ")


def _facts(plan: Plan) -> Iterator[dict[str, Any]]:
    for name, table in plan.tables.items():
        for fact in table.facts:
            yield {
                "name": f"{name}.{fact.name}",
                "type": fact.type.value,
                "formula": _fact(fact),
                **place_of(fact.mark),
            }


def _fact(fact: ColumnFact | ChildFact) -> str:
    if isinstance(fact, ColumnFact):
        return formula_text(fact.tree)
    what = {"first": f"first {fact.column} by {fact.order_by}", "any": "any", "count": "count"}[fact.how]
    where = f" where {formula_text(fact.where)}" if fact.where is not None else ""
    return f"{what} of {fact.child}{where}"


def _populations(plan: Plan) -> Iterator[dict[str, Any]]:
    used: dict[str, PopulationPlan] = {}
    for metric in plan.metrics:
        used[metric.population.id] = metric.population
        if metric.denominator is not None:
            used[metric.denominator.id] = metric.denominator
    if plan.category is not None:
        used.setdefault(plan.category.population.id, plan.category.population)
    for each in used.values():
        where = f" where {formula_text(each.where)}" if each.where is not None else ""
        removed = "".join(f" without {formula_text(rule.when)}" for rule in each.exclusions)
        due = f" with {each.due} before D" if each.due is not None else ""
        rows = f"{each.table} by {each.at}{due}{where}{removed}"
        yield {"id": each.id, "rows": rows, **place_of(each.mark)}


def _metrics(plan: Plan) -> Iterator[dict[str, Any]]:
    for metric in plan.metrics:
        yield {
            "id": metric.id,
            "unit": metric.unit.value,
            "window": window_text(metric.window),
            "formula": _metric(metric),
            "weights": [weight / _MILLIONTHS for weight in metric.weights],
            "needs": _needs(metric.needs),
            **place_of(metric.mark),
        }


def _ledgers(plan: Plan) -> Iterator[dict[str, Any]]:
    for each in plan.ledgers:
        yield {
            "id": each.id,
            "events": events_text(each.ledger),
            "milestones": [milestone.id for milestone in each.ledger.milestones],
            "counts": {
                count.id: {"where": formula_text(count.where), "within_days": count.within_days}
                for count in each.counts
            },
            "needs": _needs(each.needs),
            **place_of(each.ledger.mark),
        }


def _ledger_row(ledger: dict[str, Any]) -> list[str]:
    counts = [
        f"{id_} where {count['where']}"
        + (f" within {count['within_days']} days" if count["within_days"] else "")
        for id_, count in ledger["counts"].items()
    ]
    milestones = ", ".join(ledger["milestones"])
    return [ledger["id"], ledger["events"], milestones, f"counts {'; '.join(counts)}" if counts else ""]


def _needs(needs: frozenset[tuple[str, str]]) -> list[str]:
    return sorted(f"{table}.{column}" if column else table for table, column in needs)


def _metric(metric: MetricPlan) -> str:
    below = f" ÷ {metric.denominator.id}" if metric.denominator is not None else ""
    value = f": {formula_text(metric.value)}" if metric.value is not None else ""
    where = f" where {formula_text(metric.where)}" if metric.where is not None else ""
    weights = ", ".join(f"{weight / _MILLIONTHS:.6g}" for weight in metric.weights)
    decay = f", weights {weights} every {metric.every_days} days" if weights else ""
    return f"{metric.kind} {metric.population.id}{below}{value}{where}{decay}"
