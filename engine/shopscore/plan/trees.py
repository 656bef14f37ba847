"""Short constructors for the trees a plan adds itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shopscore.formula.tree import Call, Const, Name, Node, Op, Type

TRUE = Const(True, Type.BOOLEAN)
FALSE = Const(False, Type.BOOLEAN)


def number(value: float, kind: Type = Type.NUMBER) -> Const:
    """Return a numeric constant."""
    return Const(float(value), kind)


def text(value: str) -> Const:
    """Return a text constant."""
    return Const(value, Type.TEXT)


def null(kind: Type) -> Const:
    """Return the typed null."""
    return Const(None, kind)


def name(cell: str, kind: Type) -> Name:
    """Return a reference to a cell or input."""
    return Name(cell, kind)


def op(sign: str, left: Node, right: Node, kind: Type) -> Op:
    """Return an arithmetic operation."""
    return Op(sign, (left, right), kind)


def compare(sign: str, left: Node, right: Node) -> Op:
    """Return a comparison."""
    return Op(sign, (left, right), Type.BOOLEAN)


def call(function: str, *args: Node, kind: Type) -> Call:
    """Return a function call."""
    return Call(function, args, kind)


def known(node: Node) -> Call:
    """Return whether a value is known."""
    return Call("known", (node,), Type.BOOLEAN)


def missing(node: Node) -> Call:
    """Return whether a value is null."""
    return Call("missing", (node,), Type.BOOLEAN)


def both(*args: Node) -> Node:
    """Return the conjunction."""
    return args[0] if len(args) == 1 else Op("and", args, Type.BOOLEAN)


def either(*args: Node) -> Node:
    """Return the disjunction."""
    return args[0] if len(args) == 1 else Op("or", args, Type.BOOLEAN)


def negated(node: Node) -> Op:
    """Return the negation."""
    return Op("not", (node,), Type.BOOLEAN)


def choose(test: Node, then: Node, other: Node) -> Op:
    """Return `then` where the test is true, else the other."""
    return Op("if", (test, then, other), then.type)


def cases(pairs: Sequence[tuple[Node, Node]], other: Node) -> Node:
    """Return the value of the first true test, else the other."""
    result = other
    for test, then in reversed(pairs):
        result = choose(test, then, result)
    return result


def total(parts: Sequence[Node], kind: Type) -> Node:
    """Return the sum in written order."""
    result = parts[0]
    for part in parts[1:]:
        result = op("+", result, part, kind)
    return result


def is_true(node: Node) -> Node:
    """Return the condition with null counted as not met."""
    return choose(node, TRUE, FALSE)


def is_one_of(value: Node, texts: Sequence[str]) -> Node:
    """Return whether a text is one of a list."""
    return either(*(compare("==", value, text(each)) for each in texts))


def retyped(node: Node, kind: Type) -> Node:
    """Return the same tree read in another unit."""
    return replace(node, type=kind)


def quantise(node: Node) -> Call:
    """Return the value at the grain of points: floor(x * 1e9 + 0.5) / 1e9."""
    return Call("quantise", (node,), Type.POINTS)
