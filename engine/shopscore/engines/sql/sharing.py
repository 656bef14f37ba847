"""Cells regrouped for SQL: what is used once goes where it is used, what is used twice gets a cell.

The fewer and the shallower the cells, the less there is to plan. No value changes: a formula has no
effect but its value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from msgspec import Struct, field

from shopscore.engines.sql.overflow import may_overflow
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, children, names, rewrite, walk

_WORTH_A_CELL = 4
"""Nodes from which on a repeated part becomes a cell; a comparison with a constant has three."""

Cells = Sequence[tuple[str, Node]]


def fold(cells: Cells, kept: Collection[str]) -> Cells:
    """Put a cell over one name, read once, into the formula that reads it, but for those that are kept.

    Over more names it would only keep more columns waiting; and where it may not be finite, it stays: as a
    cell it becomes null.
    """
    uses = Counter(part.name for _, node in cells for part in walk(node) if isinstance(part, Name))
    folded: dict[str, Node] = {}

    def change(part: Node) -> Node:
        return folded.get(part.name, part) if isinstance(part, Name) else part

    left = []
    for name, node in cells:
        tree = rewrite(node, change)
        if uses[name] == 1 and name not in kept and len(names(tree)) <= 1 and not may_overflow(tree):
            folded[name] = tree
        else:
            left.append((name, tree))
    return tuple(left)


def share(cells: Cells) -> Cells:
    """Give every larger part that occurs twice a cell named `~<n>`, placed before its first use."""
    parts = _Parts()
    roots = [(name, parts.number(node)) for name, node in cells]
    uses = Counter(inner for part in parts.inner for inner in part)
    uses.update(number for _, number in roots)
    shared = {
        number: f"~{number}"
        for number, count in uses.items()
        if count > 1 and parts.size[number] >= _WORTH_A_CELL
    }
    return tuple(_spread(roots, parts, shared))


class _Parts(Struct):
    """All different parts by number; a part's operands have smaller numbers than itself."""

    nodes: list[Node] = field(default_factory=list)
    inner: list[tuple[int, ...]] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    numbers: dict[object, int] = field(default_factory=dict)

    def number(self, node: Node) -> int:
        inner = tuple(self.number(each) for each in children(node))
        key = (_own(node), inner)
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            self.nodes.append(node)
            self.inner.append(inner)
            self.size.append(1 + sum(self.size[each] for each in inner))
        return self.numbers[key]


def _own(node: Node) -> object:
    """Return what tells a node from others with the same operands."""
    match node:
        case Const(value=value, type=kind):
            return "const", kind, type(value), repr(value)  # 0.0 is not -0.0, nor 1.0 True
        case Name(name=name, type=kind):
            return "name", kind, name
        case Op(op=op, type=kind):
            return "op", kind, op
        case Call(function=function, type=kind):
            return "call", kind, function
        case Curve(knots=knots, rising=rising, type=kind):
            return "curve", kind, rising, tuple(points for _, points in knots)


def _spread(
    roots: Iterable[tuple[str, int]], parts: _Parts, shared: dict[int, str]
) -> Iterable[tuple[str, Node]]:
    made: dict[int, Node] = {}
    found: list[tuple[str, Node]] = []

    def build(number: int) -> Node:
        if number not in made:
            node = _over(parts.nodes[number], [build(each) for each in parts.inner[number]])
            if number in shared:
                found.append((shared[number], node))
                node = Name(shared[number], node.type)
            made[number] = node
        return made[number]

    for name, number in roots:
        node = build(number)
        yield from found
        found.clear()
        yield name, node


def _over(node: Node, operands: list[Node]) -> Node:
    """Return a node over other operands."""
    match node:
        case Op() | Call():
            return replace(node, args=tuple(operands))
        case Curve(knots=knots):
            value, *raws = operands
            pairs = zip(raws, knots, strict=True)
            return replace(node, value=value, knots=tuple((raw, points) for raw, (_, points) in pairs))
        case _:
            return node
