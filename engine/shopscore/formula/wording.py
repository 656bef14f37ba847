"""How findings about formulas are worded: what is refused, with what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from shopscore.formula.functions import Function
from shopscore.formula.tree import Type
from shopscore.formula.typerules import NUMERIC, unify

REFUSED_OPERATORS: Mapping[type[ast.operator], tuple[str, str]] = {
    ast.Pow: ("**", "; multiply instead"),
    ast.FloorDiv: ("//", "; the operators are + - * /"),
    ast.Mod: ("%", "; write a percentage as a share: 40 % is 0.40"),
    ast.BitAnd: ("&", "; write and"),
    ast.BitOr: ("|", "; write or"),
    ast.BitXor: ("^", "; multiply instead"),
    ast.LShift: ("<<", "; the operators are + - * /"),
    ast.RShift: (">>", "; the operators are + - * /"),
    ast.MatMult: ("@", "; the operators are + - * /"),
}
"""Operators of Python the language does not have, each with what to do instead."""

CONSTRUCTS: Mapping[type[ast.AST], str] = {
    ast.Assign: "an assignment (compare with ==)",
    ast.AnnAssign: "an assignment",
    ast.AugAssign: "an assignment",
    ast.NamedExpr: "an assignment",
    ast.Lambda: "a lambda",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "an f-string",
    ast.Subscript: "a subscript",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Tuple: "a tuple",
    ast.List: "a list elsewhere than after 'in'",
    ast.Starred: "a star before an argument",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
    ast.Import: "an import",
    ast.ImportFrom: "an import",
}
"""Constructs of Python the language does not have, as a person would call them."""


def short(text: str) -> str:
    """Cut a text to what fits into a message."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def any_of(types: frozenset[Type]) -> str:
    """Name the types that may stand somewhere."""
    if types >= NUMERIC:
        return one_of(["numeric", *(type_.value for type_ in Type if type_ in types - NUMERIC)])
    return one_of([type_.value for type_ in Type if type_ in types])


def one_of(words: list[str]) -> str:
    """Join words as a choice."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def count(function: Function) -> str:
    """Say how many arguments a function takes."""
    if function.more:
        return f"{function.least} to {function.most} arguments"
    return f"{function.least} argument{'s' * (function.least != 1)}"


def sentence(op: str, left: str, right: str) -> str:
    """Say what an operator would do with two operands."""
    match op:
        case "+":
            return f"add {left} and {right}"
        case "-":
            return f"subtract {right} from {left}"
        case "*":
            return f"multiply {left} by {right}"
        case _:
            return f"divide {left} by {right}"


def why_not(op: str, left: Type, right: Type) -> str:
    """Say why two types do not go together in arithmetic."""
    if {left, right} & {Type.DAY, Type.INSTANT}:
        return "use days_between or hours_between"
    if not (left.is_numeric and right.is_numeric):
        return "arithmetic is for numbers"
    if op == "*":
        return "one of them must be a number, share or count"
    if op == "/":
        return "the divisor must be of the same type, or a number, share or count"
    return "both must be of one type"


def why_apart(left: Type, right: Type) -> str:
    """Say why two types cannot be compared."""
    if unify(left, right) is None:
        return "both must be of one type"
    return f"{left} has no order, only == and !="
