"""Formula trees back to the text of the language, with names or with the values behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, Value

_EPOCH = date(1970, 1, 1)
_LEVELS = {
    "if": 0, "or": 1, "and": 2, "not": 3, "in": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7,
}  # fmt: skip
"""How tightly an operator binds; a child that binds less tightly stands in brackets."""
_ATOM = 8
# `a - (b + c)` is not `a - b + c`, and no engine may re-associate: the right operand keeps its brackets.
_LEFT_TO_RIGHT = frozenset({"+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="})

Namer = Callable[[Name], str]


def formula_text(node: Node) -> str:
    """Return a tree as a formula."""
    return _text(node, lambda name: name.name)[0]


def formula_with_values(node: Node, values: Mapping[str, Value]) -> str:
    """Return a tree with the value of each name in its place."""
    return _text(node, lambda name: literal(values.get(name.name), name.type))[0]


def literal(value: Value, kind: Type) -> str:
    """Return a value as a formula would write it; days and instants as ISO texts, null as `unknown`."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quote = '"' if "'" in value else "'"
        return f"{quote}{value}{quote}"
    if kind is Type.DAY:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if kind is Type.INSTANT:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))
        return moment.isoformat().replace("+00:00", "Z")
    text = repr(float(value))
    return text.removesuffix(".0")


def _text(node: Node, name_of: Namer) -> tuple[str, int]:
    """Return a node's text and how tightly it binds."""
    match node:
        case Const(value=value, type=kind):
            text = literal(value, kind)
            return text, _LEVELS["neg"] if text.startswith("-") else _ATOM
        case Name():
            text = name_of(node)
            return text, _LEVELS["neg"] if text.startswith("-") else _ATOM
        case Op():
            return _operation(node, name_of), _LEVELS[node.op]
        case Call(function=function, args=args):
            return f"{function}({', '.join(_text(arg, name_of)[0] for arg in args)})", _ATOM
        case Curve(value=value, knots=knots):
            steps = (f"{_text(raw, name_of)[0]} → {literal(points, Type.POINTS)}" for raw, points in knots)
            return f"curve({_text(value, name_of)[0]}: {', '.join(steps)})", _ATOM


def _operation(node: Op, name_of: Namer) -> str:
    level = _LEVELS[node.op]
    match node:
        case Op(op="if", args=(test, then, other)):
            first, second = (_bracketed(arg, name_of, level + 1) for arg in (then, test))
            return f"{first} if {second} else {_bracketed(other, name_of, level)}"
        case Op(op="in", args=(needle, *literals)):
            listed = ", ".join(_text(each, name_of)[0] for each in literals)
            return f"{_bracketed(needle, name_of, level + 1)} in [{listed}]"
        case Op(op="not", args=(Op(op="in", args=(needle, *literals)),)):
            listed = ", ".join(_text(each, name_of)[0] for each in literals)
            return f"{_bracketed(needle, name_of, level + 2)} not in [{listed}]"
        case Op(op="not", args=(arg,)):
            return f"not {_bracketed(arg, name_of, level)}"
        case Op(op="neg", args=(arg,)):
            return f"-{_bracketed(arg, name_of, level + 1)}"
        case Op(op=sign, args=(left, right)) if sign in _LEFT_TO_RIGHT:
            # A comparison inside a comparison would read as a chain.
            own = level + 1 if level == _LEVELS["<"] else level
            return f"{_bracketed(left, name_of, own)} {sign} {_bracketed(right, name_of, level + 1)}"
        case _:
            return f" {node.op} ".join(_bracketed(arg, name_of, level + 1) for arg in node.args)


def _bracketed(node: Node, name_of: Namer, least: int) -> str:
    text, level = _text(node, name_of)
    return f"({text})" if level < least else text
