"""Child rows that can matter: where a fact is only tested, most parents need none of theirs.

`first_stars <= 2` can be met only by an order with some review of at most 2 stars. The first review of any
other order need not be looked for: an order without one does not meet the test either.
"""

from __future__ import annotations

from shopscore.engines.sql.table_demand import TableDemand
from shopscore.formula.tree import Const, Name, Node, Op, Type, names, rewrite
from shopscore.plan.model import ChildFact, ColumnFact

_STRICT = frozenset({"<", "<=", ">", ">=", "==", "!=", "in"})
"""Tests that nothing meets which is unknown."""


def ask_served(parent: TableDemand, child: TableDemand, fact: ChildFact, day: int) -> None:
    """Ask the child table which rows could make a test of a fact true, if it is only tested."""
    tests = _tests_of(parent, fact, day)
    if tests is None or fact.column is None:
        return
    stored = fact.column

    def change(part: Node) -> Node:
        return Name(stored, part.type) if isinstance(part, Name) else part

    on_child = [rewrite(test, change) for test in tests]
    either = Op("or", tuple(on_child), Type.BOOLEAN) if len(on_child) > 1 else on_child[0]
    column = child.formula(f"{parent.plan.table.name}.{fact.name}.served", either, day)
    child.kept[column] = None
    parent.served[fact.name, day] = column


def _tests_of(parent: TableDemand, fact: ChildFact, day: int) -> list[Node] | None:
    """Return all tests of a fact as of a day; None where more than their being met matters."""
    name = parent.name(fact.name, day)
    reads = [each for each, node in parent.formulas.items() if name in names(node)]
    derived = [each.tree for each in parent.plan.facts if isinstance(each, ColumnFact)]
    is_value = name in parent.read_later() or not set(reads).isdisjoint(parent.read_as_values())
    if fact.how != "first" or is_value or any(fact.name in names(tree) for tree in derived):
        return None
    found: list[Node] = []
    for each in reads:
        tests = _tests_in(parent.formulas[each], name)
        if tests is None:
            return None
        found += [test for test in tests if test not in found]
    return found or None


def _tests_in(node: Node, name: str) -> list[Node] | None:
    """Return the tests of a name that a condition needs met; None where it asks for anything else.

    `and` and `or` are met just where enough of their parts are, be the others false or unknown.
    """
    match node:
        case Op(op="and" | "or", args=parts):
            found: list[Node] = []
            for part in parts:
                tests = _tests_in(part, name)
                if tests is None:
                    return None
                found += tests
            return found
        case Op(op=op, args=args) if op in _STRICT and name in names(node):
            others = [each for each in args if not (isinstance(each, Name) and each.name == name)]
            return [node] if all(isinstance(each, Const) for each in others) else None
        case _:
            return None if name in names(node) else []
