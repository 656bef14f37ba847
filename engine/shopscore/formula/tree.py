"""The small immutable tree a formula becomes; every engine evaluates the same tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Type(StrEnum):
    """What a value is; numbers carry their unit so that a share is never compared with hours."""

    NUMBER = "number"
    SHARE = "share"
    HOURS = "hours"
    DAYS = "days"
    POINTS = "points"
    COUNT = "count"
    TEXT = "text"
    BOOLEAN = "boolean"
    DAY = "day"
    INSTANT = "instant"

    @property
    def is_numeric(self) -> bool:
        """Tell whether values are doubles in every engine."""
        return self not in _NOT_NUMERIC


_NOT_NUMERIC = frozenset({Type.TEXT, Type.BOOLEAN, Type.DAY, Type.INSTANT})

Value = float | str | bool | int | None
"""Runtime values: float for every numeric type, int for day (days since 1970-01-01) and instant
(microseconds since the epoch), str, bool; None is unknown."""


@dataclass(frozen=True, slots=True)
class Const:
    """A literal; numbers are doubles. Plans also use the typed null, which nobody can write."""

    value: float | str | bool | None
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A reference to a column, a fact or a cell; dots belong to the name."""

    name: str
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Op:
    """An operator over its operands.

    Operators: neg + - * / < <= > >= == != and or not if in.
    `if` has (test, then, else); `in` has (needle, literal, ...); `and` and `or` take two or more.
    `not in` is `not` over `in`, a chain `a < b < c` is `and` over its pairs.
    """

    op: str
    args: tuple[Node, ...]
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the closed table, or one a plugin registered."""

    function: str
    args: tuple[Node, ...]
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points from a raw value by straight lines between knots, flat outside.

    Knots keep the written order (raw values strictly monotone, rising or falling); a knot's raw
    value is itself a formula, so that a supplied benchmark can replace it.
    """

    value: Node
    knots: tuple[tuple[Node, float], ...]
    rising: bool
    type: Type = Type.POINTS
    at: int = field(default=0, compare=False)


Node = Const | Name | Op | Call | Curve


def children(node: Node) -> tuple[Node, ...]:
    """Return a node's direct operands."""
    match node:
        case Op(args=args) | Call(args=args):
            return args
        case Curve(value=value, knots=knots):
            return (value, *(raw for raw, _ in knots))
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in written order."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node) -> frozenset[str]:
    """Return the names a formula reads."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Name))


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the tree with `change` applied to every node, leaves first; what stays is not copied."""
    match node:
        case Op() | Call():
            args = tuple(rewrite(arg, change) for arg in node.args)
            if any(new is not old for new, old in zip(args, node.args, strict=True)):
                node = replace(node, args=args)
        case Curve():
            node = replace(
                node,
                value=rewrite(node.value, change),
                knots=tuple((rewrite(raw, change), points) for raw, points in node.knots),
            )
        case _:
            pass
    return change(node)
