"""What a policy says: every construct by name, so that a test can demand that all were drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.differential.seen_cells import row_formulas

from shopscore.bundle.model import Bundle, FormulaFact, Item, Ledger, Metric, Score, Window
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, walk
from shopscore.plan.model import Plan

_OF_LEDGER = re.compile(r"^\w+\.(balance|restricted|count)\b")


def in_rules(plan: Plan) -> Iterator[str]:
    """Yield the constructs of a policy."""
    bundle = plan.bundle
    yield f"zone {bundle.timezone}"
    yield f"subject {bundle.subject}"
    yield from _rows(bundle)
    for metric in bundle.metrics.values():
        yield from _metric(metric)
    yield from (f"target {target.op}" for target in bundle.targets)
    yield from (
        "value by formula" if value.formula else "value by text" if value.by else "value alone"
        for value in bundle.values.values()
    )
    yield from _score(bundle.score) if bundle.score is not None else ["no score"]
    for item in bundle.items.values():
        yield from _item(item)
    for ledger in bundle.ledgers.values():
        yield from _ledger(ledger)
    if bundle.appeals is not None:
        yield "rules of appeals"
    if bundle.advisories:
        yield "advisory"
    for tree in _trees(plan):
        yield from _formula(tree)


def _rows(bundle: Bundle) -> Iterator[str]:
    for facts in bundle.facts.values():
        for fact in facts.values():
            is_formula = isinstance(fact, FormulaFact)
            yield "fact by formula" if is_formula else f"fact {fact.how}"
            if not is_formula and fact.order_by is not None:
                yield "fact first by another instant"
            if not is_formula and fact.where is not None:
                yield f"fact {fact.how} with where"
    for population in bundle.populations.values():
        yield "population with where" if population.where else "population without where"
        yield f"population of {population.table}"
        if population.due is not None:
            yield "population with due"
        yield (
            "population dated by a deadline"
            if population.at.endswith("_by")
            else "population dated by an instant"
        )
    excluded = [exclusion.of for exclusion in bundle.exclusions]
    if excluded:
        yield "exclusion"
    if len(excluded) > len(set(excluded)):
        yield "two exclusions of one population"
    if bundle.category is not None:
        yield "category counted"


def _metric(metric: Metric) -> Iterator[str]:
    yield f"metric {metric.kind}"
    if metric.window is not None:
        yield f"window {_of(metric.window)}"
    if metric.decay is not None:
        yield f"decay of {metric.kind}"


def _of(window: Window) -> str:
    if window.kind == "days":
        return "days with lag" if window.lag else "days"
    return "month" if window.kind == "months" and window.count == 1 else window.kind


def _score(score: Score) -> Iterator[str]:
    yield f"score combines by {score.combine}"
    for dimension in score.dimensions.values():
        yield f"dimension combines by {dimension.combine}"
        if 0 in (dimension.weight, *dimension.metrics.values()):
            yield "weight 0"
    for benchmark in score.benchmarks.values():
        yield "curve rises" if benchmark.curve[0].at < benchmark.curve[-1].at else "curve falls"
        if benchmark.average is not None:
            yield "average"
    for override in score.categories.values():
        yield from ("weights of a category" for _ in override.weights)
        for benchmark in override.benchmarks.values():
            yield "curve of a category" if benchmark.curve else "average of a category"
    yield from (part for part in ("eligible", "excluded") if getattr(score, part) is not None)
    yield from (part for part in ("floors", "adjustments", "bands") if getattr(score, part))
    if len(score.adjustments) > 1:
        yield "adjustments one after another"


def _item(item: Item) -> Iterator[str]:
    yield f"{item.kind} assessed {item.schedule.kind}"
    yield from (f"benefit with {part}" for part in ("freeze", "revoke") if getattr(item, part) is not None)
    if item.unscored is not None:
        yield f"unscored {item.unscored}"
    if item.streak is not None:
        yield f"{item.streak.part} in a row"


def _ledger(ledger: Ledger) -> Iterator[str]:
    yield f"ledger goes {'up' if ledger.goes_up else 'down'}"
    yield from (f"{sign} {'adds' if way > 0 else 'subtracts'}" for sign, way in ledger.signs.items())
    parts = ("expires_after_days", "never_expires_after", "warn_within", "points", "kinds", "counts")
    yield from (f"ledger with {part}" for part in parts if getattr(ledger, part))
    if ledger.resets is not None:
        yield f"ledger resets {ledger.resets}"
    yield from ("milestone without an end" for each in ledger.milestones if each.days is None)
    places = [each.at for each in ledger.milestones]
    if len(set(places)) < len(places):
        yield "two milestones at the same points"
    if ledger.appeal_days is not None:
        yield "ledger with one appeal" if ledger.second_appeal_days is None else "ledger with two appeals"


def _trees(plan: Plan) -> Iterator[tuple[str, Node]]:
    """Yield what formulas hold: on the sheet, and on rows."""
    yield from (("sheet", cell.tree) for cell in plan.sheet if cell.mark is not None)
    yield from (("row", tree) for _, tree in row_formulas(plan))


def _formula(found: tuple[str, Node]) -> Iterator[str]:
    place, tree = found
    for node in walk(tree):
        match node:
            case Name(name=name) if place == "sheet" and (read := _OF_LEDGER.search(name)):
                yield f"reads {read[1]} of a ledger"
            case Op(op="in", args=(needle, *_)):
                yield f"{place} in {'texts' if needle.type is Type.TEXT else 'numbers'}"
            case Op(op="<" | "<=" | ">" | ">=" as sign, args=(left, _)) if left.type in (
                Type.DAY,
                Type.INSTANT,
            ):
                yield f"{place} {sign} of {left.type.value}s"
            case Op(op=sign):
                yield f"{place} {sign}"
            case Call(function=function):
                yield f"{place} {function}"
            case Curve():
                yield "curve"
            case Const(value=float(value)) if value in (1e-9, 1e15, 1e308, 0.1):
                yield f"literal {value}"
            case _:
                pass
