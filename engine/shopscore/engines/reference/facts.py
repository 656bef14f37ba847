"""Facts: the columns a bundle derives, row by row and from the rows that hang on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from shopscore.engines.reference.rows import Row, as_known, without_orphans
from shopscore.events.rows import Events
from shopscore.events.tables import Table, catalog
from shopscore.formula.arithmetic import finite
from shopscore.formula.evaluate import DayOf, evaluate
from shopscore.formula.functions import Function
from shopscore.formula.tree import Node, Value
from shopscore.plan.model import ChildFact, Plan, TablePlan


class Formulas:
    """Evaluates formulas on rows with the plan's functions and the bundle's local days."""

    def __init__(self, functions: Mapping[str, Function], day_of: DayOf) -> None:
        self._functions = functions
        self._day_of = day_of

    def value(self, tree: Node, row: Mapping[str, Value]) -> Value:
        """Return a formula's value on one row."""
        return finite(evaluate(tree, row, functions=self._functions, day_of=self._day_of))

    def holds(self, tree: Node | None, row: Mapping[str, Value]) -> bool:
        """Tell whether a condition is met; null is not met, and none at all is."""
        return tree is None or self.value(tree, row) is True


def derived_tables(plan: Plan, events: Events, cutoff: int, formulas: Formulas) -> dict[str, list[Row]]:
    """Return the plan's tables as they were known before an instant, with every fact of their rows."""
    model = catalog(plan.bundle.subject)
    tables = {
        name: as_known(table.table, without_orphans(table.table, model, events.tables), cutoff)
        for name, table in plan.tables.items()
    }
    derive(plan.tables, tables, formulas)
    return tables


def derive(plans: Mapping[str, TablePlan], tables: Mapping[str, list[Row]], formulas: Formulas) -> None:
    """Add every fact to its rows; children come before the rows they hang on."""
    for plan in plans.values():
        rows = tables.get(plan.table.name, [])
        for fact in plan.facts:
            if isinstance(fact, ChildFact):
                _add_from_children(plan.table, rows, fact, tables, plans, formulas)
            else:
                for row in rows:
                    row[fact.name] = formulas.value(fact.tree, row)


def _add_from_children(
    parent: Table,
    rows: Sequence[Row],
    fact: ChildFact,
    tables: Mapping[str, list[Row]],
    plans: Mapping[str, TablePlan],
    formulas: Formulas,
) -> None:
    hanging: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for child in tables.get(fact.child, []):
        if formulas.holds(fact.where, child):
            hanging[tuple(child[column] for column in parent.key)].append(child)
    row_id = plans[fact.child].table.row_id or ""
    order_by = fact.order_by or ""
    for row in rows:
        own = hanging.get(tuple(row[column] for column in parent.key), [])
        if fact.how == "any":
            row[fact.name] = bool(own)
        elif fact.how == "count":
            row[fact.name] = float(len(own))
        else:
            dated = [child for child in own if child[order_by] is not None]
            first = min(dated, key=lambda child: (child[order_by], child[row_id]), default=None)
            row[fact.name] = None if first is None else first[fact.column or ""]
