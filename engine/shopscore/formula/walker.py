"""The walk from Python's syntax tree to ours: every node typed, everything else refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from simpleeval import SimpleEval

from shopscore.errors import near_match
from shopscore.formula.findings import Problem
from shopscore.formula.functions import LOCAL_DAY, Function
from shopscore.formula.scan import Scanned
from shopscore.formula.tree import Call, Const, Name, Node, Op, Type
from shopscore.formula.typerules import arithmetic, comparable, fits, unify, unify_all
from shopscore.formula.wording import (
    CONSTRUCTS,
    REFUSED_OPERATORS,
    any_of,
    count,
    one_of,
    sentence,
    short,
    why_apart,
    why_not,
)

_DECIMAL = re.compile(r"(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d[\d_]*)?")

_ARITHMETIC: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}

_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class Scope(Struct, frozen=True):
    """The names a formula may read at its place, each with its type; dots belong to the name.

    `unusable` names exist but not here, each with the reason that a finding gives.
    """

    types: Mapping[str, Type]
    unusable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class _Handlers(dict[type[ast.AST], Callable[[Any], Node | None]]):
    """The walker's table: what is not in it is refused, whatever a later Python adds."""

    def __init__(self, refuse: Callable[[Any], None], known: dict[type[ast.AST], Any]) -> None:
        super().__init__(known)
        self.refuse = refuse

    def __missing__(self, kind: type[ast.AST]) -> Callable[[Any], Node | None]:
        return self.refuse


class Walker(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval's parser and walk with all its handlers replaced: they build nodes and compute nothing.

    A handler returns None where it, or one below it, has left a problem; the walk goes on elsewhere.
    """

    def __init__(self, scanned: Scanned, scope: Scope, functions: Mapping[str, Function]) -> None:
        super().__init__(operators={}, functions={}, names={})
        self.nodes = _Handlers(
            self._refuse,
            {
                ast.Expr: self._eval_expr,
                ast.Constant: self._constant,
                ast.Name: self._name,
                ast.Attribute: self._attribute,
                ast.UnaryOp: self._unary,
                ast.BinOp: self._binary,
                ast.BoolOp: self._boolean,
                ast.Compare: self._compare,
                ast.IfExp: self._if,
                ast.Call: self._call,
            },
        )
        self.scanned = scanned
        self.scope = scope
        self.table = functions
        self.problems: list[Problem] = []
        self.expr = scanned.text
        self.bytes = scanned.text.strip().encode()

    # Where a node stands, and what it says.

    def _offset(self, column: int) -> int:
        return self.scanned.lead + len(self.bytes[:column].decode())

    def _at(self, node: ast.AST) -> int:
        return self._offset(getattr(node, "col_offset", 0))

    def _source(self, node: ast.expr) -> str:
        return self.bytes[node.col_offset : node.end_col_offset].decode()

    def _problem(self, id: str, node: ast.AST, message: str) -> None:
        self.problems.append(Problem(id, self._at(node), message))

    def _typed(self, source: ast.expr, node: Node) -> str:
        return f"{short(self._source(source))} ({node.type})"

    # Leaves.

    def _constant(self, node: ast.Constant) -> Node | None:
        value, at = node.value, self._at(node)
        if isinstance(value, bool):
            return Const(value, Type.BOOLEAN, at)
        if isinstance(value, int | float):
            return self._number(node, value)
        if isinstance(value, str):
            if (at, self._offset(node.end_col_offset or 0)) in self.scanned.quoted:
                return Const(value, Type.TEXT, at)
            self._problem(
                "F114", node, "a text is one pair of quotes, with no prefix and no other text beside it"
            )
        elif value is None:
            self._null(node)
        else:
            self._problem("F113", node, f"{self._source(node)} is not a number, text or boolean")
        return None

    def _number(self, node: ast.Constant, value: float) -> Node | None:
        source = self._source(node)
        if not _DECIMAL.fullmatch(source):
            self._problem("F112", node, f"{source} is not written in decimal digits")
        elif isinstance(value, int) and value > 2**53:
            self._problem("F112", node, f"{source} is above 2^53 and cannot be held exactly")
        elif value == float("inf"):
            self._problem("F112", node, f"{source} is beyond the largest number, about 1.8e308")
        elif value == 0 and re.search("[1-9]", re.split("[eE]", source)[0]):
            self._problem("F112", node, f"{source} is too small to differ from 0")
        else:
            return Const(float(value), Type.NUMBER, self._at(node))
        return None

    def _null(self, node: ast.expr) -> None:
        hint = "known(x) and missing(x) ask whether x has a value"
        self._problem("F113", node, f"there is no literal {self._source(node)}; {hint}")

    def _name(self, node: ast.Name) -> Node | None:
        return self._reference(node, node.id)

    def _attribute(self, node: ast.Attribute) -> Node | None:
        fields: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            fields.append(base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            return self._reference(node, ".".join([base.id, *reversed(fields)]))
        found = short(self._source(base))
        self._problem("F107", node, f"only names have fields; {found} has no .{short(fields[-1])}")
        return None

    def _reference(self, node: ast.expr, name: str) -> Node | None:
        if (type_ := self.scope.types.get(name)) is not None:
            return Name(name, type_, self._at(node))
        if name in ("true", "false"):
            return Const(name == "true", Type.BOOLEAN, self._at(node))
        if name.lower() in ("null", "none", "nan"):
            self._null(node)
        else:
            self._problem("F109", node, self._unknown(name))
        return None

    def _unknown(self, name: str) -> str:
        if name in self.scope.unusable:
            return f"{name} cannot be used here: {self.scope.unusable[name]}"
        if name in self.table:
            return f"{name} is a function; write {self.table[name].usage}"
        fields = sorted(known for known in self.scope.types if known.startswith(f"{name}."))
        if fields:
            return f"{name} alone is not a value; choose {one_of(fields)}"
        return f"no name {short(name)!r} is known here{self._near(name, self.scope.types)}"

    def _near(self, name: str, known: Mapping[str, Any]) -> str:
        # Comparing hundreds of unknown names with hundreds of known ones would take seconds.
        return near_match(name, known) if len(self.problems) < 10 else ""

    # Operators.

    def _unary(self, node: ast.UnaryOp) -> Node | None:
        operand: Node | None = self._eval(node.operand)
        if isinstance(node.op, ast.Not):
            if operand is None or not self._condition(node.operand, operand, "not"):
                return None
            return Op("not", (operand,), Type.BOOLEAN, self._at(node))
        if not isinstance(node.op, ast.USub):
            sign = "+" if isinstance(node.op, ast.UAdd) else "~"
            self._problem("F108", node, f"a {sign!r} before a value is not part of the formula language")
            return None
        if operand is None:
            return None
        if not operand.type.is_numeric:
            found = self._typed(node.operand, operand)
            self._problem("F120", node, f"only numbers have a sign; found {found}")
            return None
        return Op("neg", (operand,), operand.type, self._at(node))

    def _binary(self, node: ast.BinOp) -> Node | None:
        left, right = self._eval(node.left), self._eval(node.right)
        kind = type(node.op)
        if kind not in _ARITHMETIC:
            sign, hint = REFUSED_OPERATORS[kind]
            self._problem("F108", node, f"the operator {sign!r} is not part of the formula language{hint}")
            return None
        if left is None or right is None:
            return None
        op = _ARITHMETIC[kind]
        type_ = arithmetic(op, left.type, right.type)
        if type_ is None:
            one, other = self._typed(node.left, left), self._typed(node.right, right)
            reason = why_not(op, left.type, right.type)
            self._problem("F120", node, f"cannot {sentence(op, one, other)}: {reason}")
            return None
        return Op(op, (left, right), type_, self._at(node))

    def _boolean(self, node: ast.BoolOp) -> Node | None:
        word = "and" if isinstance(node.op, ast.And) else "or"
        parts = [self._eval(part) for part in node.values]
        conditions = [
            part
            for source, part in zip(node.values, parts, strict=True)
            if part is not None and self._condition(source, part, word)
        ]
        if len(conditions) < len(parts):
            return None
        return Op(word, tuple(conditions), Type.BOOLEAN, self._at(node))

    def _compare(self, node: ast.Compare) -> Node | None:
        if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            hint = "compare with == or ask known(x) or missing(x)"
            self._problem("F108", node, f"the operator 'is' is not part of the formula language; {hint}")
            return None
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            if len(node.ops) == 1:
                return self._membership(node)
            self._problem("F115", node, "'in' cannot be part of a chain; join the comparisons with and")
            return None
        operands = [(operand, self._eval(operand)) for operand in (node.left, *node.comparators)]
        pairs = [
            self._pair(_COMPARISONS[type(op)], left, right, left[0])
            for op, (left, right) in zip(node.ops, pairwise(operands), strict=True)
        ]
        found = [pair for pair in pairs if pair is not None]
        if len(found) < len(pairs):
            return None
        return found[0] if len(found) == 1 else Op("and", tuple(found), Type.BOOLEAN, self._at(node))

    def _pair(
        self,
        op: str,
        left: tuple[ast.expr, Node | None],
        right: tuple[ast.expr, Node | None],
        at: ast.expr,
    ) -> Node | None:
        (source, a), (other_source, b) = left, right
        if a is None or b is None:
            return None
        if not comparable(op, a.type, b.type):
            one, other = self._typed(source, a), self._typed(other_source, b)
            self._problem("F121", at, f"cannot compare {one} {op} {other}: {why_apart(a.type, b.type)}")
            return None
        return Op(op, (a, b), Type.BOOLEAN, self._at(at))

    def _membership(self, node: ast.Compare) -> Node | None:
        needle, right = self._eval(node.left), node.comparators[0]
        if not isinstance(right, ast.List) or not right.elts:
            found = short(self._source(right))
            self._problem("F115", right, f"'in' needs a list of literals such as ['a', 'b']; found {found}")
            return None
        literals = [self._literal(element) for element in right.elts]
        if needle is None or None in literals:
            return None
        known = [literal for literal in literals if literal is not None]
        pairs = [
            self._pair("==", (node.left, needle), (element, literal), element)
            for element, literal in zip(right.elts, known, strict=True)
        ]
        if None in pairs:
            return None
        inside = Op("in", (needle, *known), Type.BOOLEAN, self._at(node))
        if isinstance(node.ops[0], ast.In):
            return inside
        return Op("not", (inside,), Type.BOOLEAN, self._at(node))

    def _literal(self, node: ast.expr) -> Const | None:
        before = len(self.problems)
        match self._eval(node):
            case Const() as literal:
                return literal
            case Op(op="neg", args=(Const(value=float(number)),)):
                return Const(-number, Type.NUMBER, self._at(node))
            case _:
                if len(self.problems) == before:
                    found = short(self._source(node))
                    self._problem("F115", node, f"the list after 'in' may only hold literals; found {found}")
                return None

    def _if(self, node: ast.IfExp) -> Node | None:
        then, test, otherwise = self._eval(node.body), self._eval(node.test), self._eval(node.orelse)
        if test is not None and not self._condition(node.test, test, "if"):
            test = None
        if then is None or test is None or otherwise is None:
            return None
        type_ = unify(then.type, otherwise.type)
        if type_ is None:
            one, other = self._typed(node.body, then), self._typed(node.orelse, otherwise)
            self._problem("F123", node, f"both branches of an 'if' need one type; found {one} and {other}")
            return None
        return Op("if", (test, then, otherwise), type_, self._at(node))

    def _condition(self, source: ast.expr, node: Node, word: str) -> bool:
        if node.type is Type.BOOLEAN:
            return True
        self._problem("F122", source, f"{word!r} needs a condition; found {self._typed(source, node)}")
        return False

    # Calls.

    def _call(self, node: ast.Call) -> Node | None:
        if not isinstance(node.func, ast.Name):
            found = short(self._source(node.func))
            self._problem("F110", node, f"only the listed functions can be called; found {found}(...)")
            return None
        function = self.table.get(node.func.id)
        args = [self._eval(arg) for arg in node.args]
        if function is None:
            self._problem("F110", node, self._no_function(node.func.id))
            return None
        if node.keywords:
            self._problem("F111", node, f"{function.usage} takes its arguments by place, not by name")
            return None
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            return None
        if not function.least <= len(args) <= function.most:
            self._problem("F111", node, f"{function.usage} takes {count(function)}; found {len(args)}")
            return None
        if None in args:
            return None
        return self._typed_call(node, function, [arg for arg in args if arg is not None])

    def _typed_call(self, node: ast.Call, function: Function, args: list[Node]) -> Node | None:
        before = len(self.problems)
        for place, (source, arg) in enumerate(zip(node.args, args, strict=True)):
            parameter = function.parameter(place)
            if parameter.digits:
                if not (isinstance(arg, Const) and arg.type is Type.NUMBER and arg.value in range(10)):
                    message = f"the {parameter.name} of {function.name} are a whole literal from 0 to 9"
                    self._problem("F125", source, f"{message}; found {short(self._source(source))}")
            elif not fits(arg.type, parameter.accepts):
                wanted = f"the {parameter.name} of {function.name} must be {any_of(parameter.accepts)}"
                self._problem("F124", source, f"{wanted}; found {self._typed(source, arg)}")
            elif parameter.by_day and arg.type is Type.INSTANT:
                args[place] = Call(LOCAL_DAY, (arg,), Type.DAY, arg.at)
        if len(self.problems) > before:
            return None
        same = [place for place in range(len(args)) if function.parameter(place).same]
        common = unify_all(args[place].type for place in same)
        if same and common is None:
            found = ", ".join(self._typed(node.args[place], args[place]) for place in same)
            self._problem("F123", node, f"the arguments of {function.name} need one type; found {found}")
            return None
        result = function.result or common
        assert result is not None, f"{function.name} has neither a result nor a parameter that gives it"
        return Call(function.name, tuple(args), result, self._at(node))

    def _no_function(self, name: str) -> str:
        if name in self.scope.types:
            return f"{name} is a name, not a function"
        near = self._near(name, self.table)
        return f"no function {short(name)!r}{near or '; the functions are ' + ', '.join(sorted(self.table))}"

    # Everything else.

    def _refuse(self, node: ast.AST) -> None:
        what = CONSTRUCTS.get(type(node), "a statement" if isinstance(node, ast.stmt) else "this")
        self._problem("F107", node, f"{what} is not part of the formula language")
