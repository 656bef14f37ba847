"""What came out: states, applied rules, exact hits, and null in every place of three-valued logic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import Result
from shopscore.engines.reference.facts import Formulas, derive
from shopscore.engines.reference.rows import as_known
from shopscore.events.rows import Events
from shopscore.formula.evaluate import evaluate
from shopscore.formula.tree import Const, Curve, Name, Node, Op, Value, walk
from shopscore.plan.model import ColumnFact, Plan

_WORDS = {True: "true", False: "false", None: "null"}
_SIGNS = frozenset({"<", "<=", ">", ">=", "==", "!="})


def in_result(binding: Binding, result: Result) -> Iterator[str]:
    """Yield what is worth having in one subject's result."""
    card, cells = result.scorecard, result.cells
    yield from _states(binding, card)
    for metric in binding.plan.metrics:
        for field in ("numerator", "denominator"):
            raw = cells[f"raw.{metric.id}.{field}"]
            if isinstance(raw, float):
                yield from (f"sum beyond 2^{power}" for power in (53, 63) if abs(raw) > 2.0**power)
                if raw < 0:
                    yield "negative sum"
    if binding.plan.bundle.score is not None:
        yield from _score(binding, cells)
    for cell in binding.plan.sheet:
        if cell.mark is not None:
            yield from in_tree(binding, cell.tree, cells, "")


def row_formulas(plan: Plan) -> Iterator[tuple[str, Node]]:
    """Yield the formulas on rows that a plan reads, each with its table."""
    for name, table in plan.tables.items():
        for fact in table.facts:
            if isinstance(fact, ColumnFact):
                yield name, fact.tree
            elif fact.where is not None:
                yield fact.child, fact.where
    for metric in plan.metrics:
        populations = [metric.population] + ([metric.denominator] if metric.denominator else [])
        found = [(metric.population.table, tree) for tree in (metric.where, metric.value)]
        found += [(each.table, each.where) for each in populations]
        found += [(each.table, rule.when) for each in populations for rule in each.exclusions]
        yield from ((table, tree) for table, tree in found if tree is not None)


def in_row_formulas(binding: Binding, events: Events) -> Iterator[str]:
    """Yield what operators of formulas on rows met, for one subject's rows as of D."""
    plan = binding.plan
    rows = {
        name: as_known(table.table, events.tables[name], binding.cutoff(binding.as_of))
        for name, table in plan.tables.items()
    }
    derive(plan.tables, rows, Formulas(plan.functions, binding.zone.day_of))
    for table, tree in row_formulas(plan):
        for row in rows[table]:
            yield from in_tree(binding, tree, row, "row ")


def in_tree(binding: Binding, tree: Node, env: Mapping[str, Value], where: str) -> Iterator[str]:
    """Yield the operands that a formula's operators met: `and(null, false)`, `if(null)`, `<(null, known)`."""

    def value(node: Node) -> Any:
        return evaluate(node, env, functions=binding.plan.functions, day_of=binding.zone.day_of)

    for node in walk(tree):
        match node:
            case Op(op="and" | "or" as word, args=(left, right, *_)):
                yield f"{where}{word}({_WORDS[value(left)]}, {_WORDS[value(right)]})"
            case Op(op="not" | "if" as word, args=(test, *_)):
                yield f"{where}{word}({_WORDS[value(test)]})"
            case Op(op="in", args=(needle, *_)):
                yield f"{where}in({'null' if value(needle) is None else 'known'})"
            case Op(op=sign, args=(left, right)) if sign in _SIGNS:
                found = value(left), value(right)
                yield f"{where}compare({', '.join('null' if each is None else 'known' for each in found)})"
                if isinstance(found[0], float) and found[0] == found[1]:
                    yield f"{where}compare equal numbers"
                    if isinstance(left, Name) and left.name == "score" and isinstance(right, Const):
                        yield "score at a threshold"
            case Op(op="/", args=(_, below)) if value(below) == 0:
                yield f"{where}division by zero"
            case Curve(value=raw, knots=knots):
                yield from _curve(value(raw), [value(knot) for knot, _ in knots])
            case _:
                pass


def _curve(raw: Value, knots: list[Any]) -> Iterator[str]:
    if raw is None:
        yield "curve of nothing"
    elif raw in knots[1:-1]:
        yield "value on an inner knot"
    elif raw in knots:
        yield "value on an end knot"
    elif min(knots) < raw < max(knots):
        yield "value between knots"
    else:
        yield "value outside the curve"


def _states(binding: Binding, card: Mapping[str, Any]) -> Iterator[str]:
    yield f"score {card['state']}"
    yield f"eligibility {card['eligibility']['state']}"
    yield from (f"metric {metric['state']}" for metric in card["metrics"].values())
    for each in card["metrics"].values():
        if each["supplied_value"] is not None and each["computed_value"] is not None:
            yield "metric supplied and computed"
    if card["floors"]:
        yield "floor applied"
    if card["adjustments"]:
        yield "adjustment applied"
    if any(each["before"] == each["after"] for each in card["adjustments"]):
        yield "adjustment without effect"
    if binding.plan.bundle.score is not None:
        yield "band" if card["band"] is not None else "no band"
    kinds = {item.id: item for item in binding.plan.items}
    for name, item in card["benefits"].items():
        kind = kinds[name].kind
        yield f"{kind} {item.get('state', 'value')} by {item['decided_by']}"
        yield f"margin of a {kind}" if item["margin"]["cell"] is not None else f"no margin of a {kind}"
        if item["since"] is not None:
            yield "benefit since"
    yield from (f"target {_WORDS[each['met']]}" for each in card["targets"])
    yield from ("rows excluded" for each in card["exclusions"] if each["rows"])
    yield from ("advice" for _ in card["advisories"])
    yield from (f"warning {each['id']}" for each in card["warnings"])


def _score(binding: Binding, cells: Mapping[str, Value]) -> Iterator[str]:
    plan, score = binding.plan, binding.plan.bundle.score
    assert score is not None
    for adjustment in plan.adjustments:
        stem = f"adjustment.{adjustment.id}"
        if cells[f"{stem}.when"] is True and cells[f"{stem}.set"] is None:
            yield "adjustment unknown"
        yield f"adjustment condition {_WORDS[_truth(cells[f'{stem}.when'])]}"
    for floor in plan.floors:
        if cells[f"floor.{floor.id}.when"] is True and cells[f"floor.{floor.id}.before"] is None:
            yield "floor of nothing"
    clipped, last = cells["score.clipped"], cells["score.before_adjustments"]
    for adjustment in plan.adjustments:
        last = cells[f"adjustment.{adjustment.id}.after"]
    if isinstance(clipped, float) and isinstance(last, float) and clipped != last:
        yield "score clipped from above" if last > clipped else "score clipped from below"
    if any(cells[each.id] is None for each in plan.dimensions) and clipped is not None:
        yield "dimension left out"
    if cells["category.given"] is not None and cells["category.counted"] is not None:
        yield "category given and counted"


def _truth(value: Value) -> bool | None:
    assert value is None or isinstance(value, bool)
    return value
