"""Cells as layers of projections: each layer reads only the ones below, and nothing is copied into
another formula, so that the text stays as long as the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from sqlglot import exp

from shopscore.engines.sql.overflow import may_overflow
from shopscore.engines.sql.sharing import fold, share
from shopscore.engines.sql.stages import Stages, relation, select
from shopscore.engines.sql.terms import case, column, named
from shopscore.formula.functions import LOCAL_DAY, Function
from shopscore.formula.hoist import hoist, is_auxiliary
from shopscore.formula.sql import finite, to_sql
from shopscore.formula.sql_functions import finite_quantise
from shopscore.formula.tree import Call, Name, Node, Op, names, rewrite


class Part(Struct, frozen=True):
    """A column of a layer: its name, the columns it reads, and its term over them."""

    name: str
    reads: frozenset[str]
    term: exp.Expr


class Formulas(Struct, frozen=True):
    """How formulas become SQL in a run."""

    functions: Mapping[str, Function]
    day_of: Callable[[exp.Expr], exp.Expr]

    def sql(self, name: str, node: Node, columns: Mapping[str, exp.Expr]) -> exp.Expr:
        """Return a cell's value; what is not finite is null, unless the cell is part of another."""
        return self._term(node, columns) if is_auxiliary(name) else self._finite(node, columns)

    def _term(self, node: Node, columns: Mapping[str, exp.Expr]) -> exp.Expr:
        return to_sql(node, columns, functions=self.functions, day_of=self.day_of)

    def _finite(self, node: Node, columns: Mapping[str, exp.Expr]) -> exp.Expr:
        if not may_overflow(node):
            return self._term(node, columns)
        match node:
            case Op(op="if", args=(test, then, otherwise)):
                # The check uses its operand twice: it goes to the branches, not around the whole.
                pair = self._term(test, columns), self._finite(then, columns)
                return case([pair], self._finite(otherwise, columns))
            case Call(function="quantise", args=(value,)):
                return finite_quantise(self._term(value, columns))
            case _:
                return finite(self._term(node, columns))


def add_layers(
    stages: Stages,
    stage: str,
    source: str,
    available: Sequence[str],
    cells: Iterable[tuple[str, Node]],
    wanted: Iterable[str],
    formulas: Formulas,
    parts: Iterable[Part] = (),
) -> str:
    """Add the stages that work cells out and return the name of the last, called `stage`.

    `available` are the columns of the source; the last stage has the `wanted` ones.
    `parts` are made as soon as what they read is there, so that few columns must be carried on.
    """
    last = list(dict.fromkeys(wanted))
    parts = tuple(parts)
    folded = fold(tuple(cells), frozenset(last).union(*(part.reads for part in parts)))
    named_instants = tuple(_with_named_instants(folded))
    spread = share(hoist(named_instants, functions=formulas.functions))
    columns = {name: column(name) for name in (*available, *(name for name, _ in spread))}
    layers = _layers([*(_part(name, node, columns, formulas) for name, node in spread), *parts], available)
    have = list(available)
    for place, layer in enumerate(layers, 1):
        later = set(last).union(*(part.reads for above in layers[place:] for part in above))
        kept = [name for name in have if name in later]
        terms = [*(column(name) for name in kept), *(named(part.term, part.name) for part in layer)]
        have = [*kept, *(part.name for part in layer)]
        label = stage if place == len(layers) and set(have) == set(last) else f"{stage}_{place}"
        source = stages.add(label, select(terms, relation(source)))
    if source != stage:
        source = stages.add(stage, select([column(name) for name in last], relation(source)))
    return source


def _part(name: str, node: Node, columns: Mapping[str, exp.Expr], formulas: Formulas) -> Part:
    return Part(name, names(node), formulas.sql(name, node, columns))


def _layers(parts: Sequence[Part], available: Iterable[str]) -> list[list[Part]]:
    """Return the parts by depth: each stands one layer above the highest it reads."""
    depth = dict.fromkeys(available, 0)
    layers: list[list[Part]] = []
    for part in parts:
        depth[part.name] = 1 + max((depth[each] for each in part.reads), default=0)
        while len(layers) < depth[part.name]:
            layers.append([])
        layers[depth[part.name] - 1].append(part)
    return layers


def _with_named_instants(cells: Iterable[tuple[str, Node]]) -> Iterable[tuple[str, Node]]:
    """Give each instant whose local day is asked for a name: its rule uses it many times."""
    for name, node in cells:
        parts: list[tuple[str, Node]] = []

        def change(part: Node, name: str = name, parts: list[tuple[str, Node]] = parts) -> Node:
            match part:
                case Call(function=function, args=(instant,)) if function == LOCAL_DAY:
                    if not isinstance(instant, Name):
                        parts.append((f"{name}~at{len(parts) + 1}", instant))
                        return Call(function, (Name(parts[-1][0], instant.type),), part.type)
            return part

        changed = rewrite(node, change)
        yield from parts
        yield name, changed
