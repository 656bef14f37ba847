"""Trees as sqlglot expressions, in the portable core all dialects share, with the bits of `evaluate`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from typing import cast

from sqlglot import exp

from shopscore.errors import UsageError
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function, digits_in
from shopscore.formula.sql_functions import any_null, choose, double, finite, negative, null
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type

__all__ = ["finite", "to_sql"]

_SQL_TYPES = {Type.TEXT: "TEXT", Type.BOOLEAN: "BOOLEAN", Type.DAY: "INT", Type.INSTANT: "BIGINT"}

_BINARY: Mapping[str, type[exp.Binary]] = {
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}


def to_sql(
    node: Node,
    columns: Mapping[str, exp.Expr],
    *,
    functions: Mapping[str, Function] = FUNCTIONS,
    day_of: Callable[[exp.Expr], exp.Expr] | None = None,
) -> exp.Expr:
    """Return a formula as SQL over the columns that hold its names.

    Numbers are DOUBLE, days INT, instants BIGINT; `day_of` gives the local day of an instant. `hoist` the
    cells first: functions that use an operand twice make the text grow with every nesting.
    """

    def sql(node: Node) -> exp.Expr:
        match node:
            case Const():
                return _constant(node)
            case Name():
                return columns[node.name].copy()
            case Op():
                return _operator(node, [sql(arg) for arg in node.args])
            case Curve():
                return _curve(
                    sql(node.value), [(sql(raw), points) for raw, points in node.knots], node.rising
                )
            case Call():
                return call(node)

    def call(node: Call) -> exp.Expr:
        if node.function == LOCAL_DAY:
            assert day_of is not None, "a formula with local days needs the zone's day_of"
            return _bracketed(day_of(sql(node.args[0])))
        function = functions[node.function]
        if function.sql is None:
            raise UsageError(
                f"the function {function.name} comes without SQL; use the reference engine for this bundle"
            )
        build = cast(Callable[..., exp.Expr], pkgutil.resolve_name(function.sql))
        return _bracketed(
            build(
                *(
                    digits_in(arg) if function.parameter(place).digits else sql(arg)
                    for place, arg in enumerate(node.args)
                )
            )
        )

    return sql(node)


def _constant(node: Const) -> exp.Expr:
    match node.value:
        case None:
            return null(_SQL_TYPES.get(node.type, "DOUBLE"))
        case bool(truth):
            return exp.Boolean(this=truth)
        case str(text):
            return exp.Literal.string(text)
        case number:
            return double(number)


def _operator(node: Op, args: list[exp.Expr]) -> exp.Expr:
    match node.op:
        case "neg":
            return negative(args[0])
        case "not":
            return exp.Paren(this=exp.Not(this=args[0]))
        case "and":
            return exp.Paren(this=exp.and_(*args, copy=False))
        case "or":
            return exp.Paren(this=exp.or_(*args, copy=False))
        case "if":
            return choose([(args[0], args[1])], args[2])
        case "in":
            return exp.Paren(this=exp.In(this=args[0], expressions=args[1:]))
        case "/":
            divisor = exp.Nullif(this=args[1], expression=double(0.0))
            return exp.Paren(this=exp.Div(this=args[0], expression=divisor))
        case _:
            # The brackets hold the written order: no dialect may regroup a sum.
            return exp.Paren(this=_BINARY[node.op](this=args[0], expression=args[1]))


def _curve(x: exp.Expr, knots: list[tuple[exp.Expr, float]], rising: bool) -> exp.Expr:
    """Return the points of x; the branches stand in the order the reference takes them."""
    before, not_after = (exp.LT, exp.LTE) if rising else (exp.GT, exp.GTE)
    (x0, y0), *rest = knots
    branches: list[tuple[exp.Expr, exp.Expr]] = [
        (any_null(x, *(raw for raw, _ in knots)), null("DOUBLE")),
        (not_after(this=x.copy(), expression=x0.copy()), double(y0)),
    ]
    for x1, y1 in rest:
        test = before(this=x.copy(), expression=x1.copy())
        branches.append((test, _between(x, (x0, y0), (x1, y1))))
        x0, y0 = x1, y1
    return choose(branches, double(y0))


def _between(x: exp.Expr, left: tuple[exp.Expr, float], right: tuple[exp.Expr, float]) -> exp.Expr:
    (x0, y0), (x1, y1) = left, right
    run = exp.Paren(this=exp.Sub(this=x.copy(), expression=x0.copy()))
    length = exp.Paren(this=exp.Sub(this=x1.copy(), expression=x0.copy()))
    part = exp.Paren(this=exp.Div(this=run, expression=length))
    height = exp.Paren(this=exp.Sub(this=double(y1), expression=double(y0)))
    return exp.Add(this=double(y0), expression=exp.Paren(this=exp.Mul(this=part, expression=height)))


def _bracketed(built: exp.Expr) -> exp.Expr:
    open_ = isinstance(built, exp.Binary | exp.Unary) and not isinstance(built, exp.Paren)
    return exp.Paren(this=built) if open_ else built
