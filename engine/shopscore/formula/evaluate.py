"""The meaning of a formula, in plain Python: what the faster ways of running it are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shopscore.formula import arithmetic
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function, digits_in
from shopscore.formula.hoist import is_auxiliary
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Value

DayOf = Callable[[int], int]
"""From an instant (microseconds since the epoch) to its local day (days since 1970-01-01)."""


def evaluate(
    node: Node,
    env: Mapping[str, Value] | Callable[[str], Value],
    *,
    functions: Mapping[str, Function] = FUNCTIONS,
    day_of: DayOf | None = None,
) -> Value:
    """Return a formula's value; `env` gives the value of each name, a float for every numeric type.

    The result may be NaN or infinite: `finite` makes a cell of it.
    """
    look_up = env if callable(env) else env.__getitem__

    def value(node: Node) -> Any:
        match node:
            case Const():
                return node.value
            case Name():
                return look_up(node.name)
            case Op(op="if", args=(test, then, otherwise)):
                return value(then) if value(test) is True else value(otherwise)
            case Op(op="and"):
                return _all([value(arg) for arg in node.args])
            case Op(op="or"):
                return _any([value(arg) for arg in node.args])
            case Op(op="in", args=(needle, *literals)):
                found = value(needle)
                if found is None:
                    return None
                return any(arithmetic.equal(found, value(literal)) for literal in literals)
            case Op():
                return _strict(_OPERATORS[node.op], [value(arg) for arg in node.args])
            case Curve():
                raws = [value(raw) for raw, _ in node.knots]
                points = [points for _, points in node.knots]
                return _on_curve(value(node.value), raws, points, node.rising)
            case Call():
                return call(node)

    def call(node: Call) -> Any:
        if node.function == LOCAL_DAY:
            assert day_of is not None, "a formula with local days needs the zone's day_of"
            return _strict(day_of, [value(node.args[0])])
        function = functions[node.function]
        values = [
            digits_in(arg) if function.parameter(place).digits else value(arg)
            for place, arg in enumerate(node.args)
        ]
        return _strict(function.python, values) if function.strict else function.python(*values)

    result: Value = value(node)
    return result


def evaluate_cells(
    cells: Sequence[tuple[str, Node]],
    env: Mapping[str, Value],
    *,
    functions: Mapping[str, Function] = FUNCTIONS,
    day_of: DayOf | None = None,
) -> dict[str, Value]:
    """Return each cell's value in written order; a cell may read the ones before it."""
    values = dict(env)
    for name, node in cells:
        value = evaluate(node, values, functions=functions, day_of=day_of)
        values[name] = value if is_auxiliary(name) else arithmetic.finite(value)
    return {name: values[name] for name, _ in cells}


def _strict(function: Callable[..., Any], values: list[Any]) -> Any:
    return None if None in values else function(*values)


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "neg": lambda a: -a,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": arithmetic.divide,
    "<": arithmetic.less,
    ">": lambda a, b: arithmetic.less(b, a),
    "<=": lambda a, b: not arithmetic.less(b, a),
    ">=": lambda a, b: not arithmetic.less(a, b),
    "==": arithmetic.equal,
    "!=": lambda a, b: not arithmetic.equal(a, b),
    "not": lambda a: not a,
}


def _on_curve(x: float | None, raws: list[float | None], points: list[float], rising: bool) -> float | None:
    """Return the points of x: flat up to the first knot, straight between knots, flat from the last."""
    if x is None or None in raws:
        return None
    before = arithmetic.less if rising else lambda a, b: arithmetic.less(b, a)
    if not before(raws[0], x):
        return points[0]
    for i in range(1, len(raws)):
        x0, x1, y0, y1 = raws[i - 1], raws[i], points[i - 1], points[i]
        assert x0 is not None and x1 is not None
        # A raw value exactly on a knot opens the next stretch, where x - x0 is zero and y0 is left.
        if before(x, x1):
            return y0 + (x - x0) / (x1 - x0) * (y1 - y0)
    return points[-1]
