"""The closed table of functions, and the type a plugin adds one with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from shopscore.formula import arithmetic
from shopscore.formula.tree import Const, Node, Type, Value
from shopscore.formula.typerules import ANY, NUMERIC, ORDERED

MOST_ARGUMENTS = 16


class Parameter(Struct, frozen=True):
    """One argument of a function: its name in messages and the types it takes.

    All `same` parameters of a function must have one type (a plain number fits any numeric one). A
    `digits` parameter is a whole literal from 0 to 9 and reaches the function as an int. An instant given
    to a `by_day` parameter stands for its local day.
    """

    name: str
    accepts: frozenset[Type]
    same: bool = False
    digits: bool = False
    by_day: bool = False


class Function(Struct, frozen=True):
    """A function formulas may call: what it takes and gives, and its meaning in Python and in SQL.

    `result` None means the type of the `same` parameters. With `more`, the last parameter may come
    again, up to 16 arguments in all. A `strict` function gives null when any argument is null, and its
    `python` is never called with one; `python` must be pure and must not raise, whatever doubles it gets.
    `sql` names a builder as "module:attribute", imported only when SQL is asked for: it takes one sqlglot
    expression for each argument (an int for digits) and returns one that gives the same bits, null for
    null included. Without it the function runs on the reference engine only. `repeats` says that the
    builder uses an argument more than once, so that arguments become cells of their own beforehand.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Type | None
    python: Callable[..., Value]
    help: str
    sql: str | None = None
    strict: bool = True
    more: bool = False
    repeats: bool = False

    @property
    def least(self) -> int:
        """Count the arguments that must be there."""
        return len(self.parameters)

    @property
    def most(self) -> int:
        """Count the arguments that may be there."""
        return MOST_ARGUMENTS if self.more else len(self.parameters)

    @property
    def usage(self) -> str:
        """Return the call as a person writes it."""
        return f"{self.name}({', '.join(part.name for part in self.parameters)}{', ...' * self.more})"

    def parameter(self, place: int) -> Parameter:
        """Return the parameter that the argument at a place (from 0) is for."""
        return self.parameters[min(place, len(self.parameters) - 1)]


def digits_in(node: Node) -> int:
    """Return the whole literal that stands at a `digits` parameter."""
    assert isinstance(node, Const) and isinstance(node.value, float), "digits are a literal"
    return int(node.value)


_SQL = "shopscore.formula.sql_functions:"
_INSTANT = frozenset({Type.INSTANT})
_DAYS = frozenset({Type.DAY, Type.INSTANT})
_NUMBER = Parameter("x", NUMERIC, same=True)


def _same(name: str, accepts: frozenset[Type] = ORDERED) -> Parameter:
    return Parameter(name, accepts, same=True)


def _table(*functions: Function) -> Mapping[str, Function]:
    return MappingProxyType({function.name: function for function in functions})


CORE: Mapping[str, Function] = _table(
    Function(
        "known",
        (Parameter("x", ANY),),
        Type.BOOLEAN,
        arithmetic.known,
        "true where x has a value",
        _SQL + "known",
        strict=False,
    ),
    Function(
        "missing",
        (Parameter("x", ANY),),
        Type.BOOLEAN,
        arithmetic.missing,
        "true where x has no value",
        _SQL + "missing",
        strict=False,
    ),
    Function(
        "min",
        (_same("a"), _same("b")),
        None,
        arithmetic.minimum,
        "the least of its arguments; null if one is null",
        _SQL + "minimum",
        more=True,
        repeats=True,
    ),
    Function(
        "max",
        (_same("a"), _same("b")),
        None,
        arithmetic.maximum,
        "the greatest of its arguments; null if one is null",
        _SQL + "maximum",
        more=True,
        repeats=True,
    ),
    Function(
        "clip",
        (_same("x"), _same("low"), _same("high")),
        None,
        arithmetic.clip,
        "x, but never below low nor above high",
        _SQL + "clip",
        repeats=True,
    ),
    Function("abs", (_NUMBER,), None, arithmetic.absolute, "x without its sign", _SQL + "absolute"),
    Function(
        "round",
        (_NUMBER, Parameter("digits", NUMERIC, digits=True)),
        None,
        arithmetic.round_half_away,
        "x to so many decimals, halves away from zero",
        _SQL + "round_half_away",
        repeats=True,
    ),
    Function(
        "coalesce",
        (_same("a", ANY), _same("b", ANY)),
        None,
        arithmetic.coalesce,
        "the first of its arguments that is known",
        _SQL + "coalesce",
        strict=False,
        more=True,
    ),
    Function(
        "days_between",
        (Parameter("start", _DAYS, by_day=True), Parameter("end", _DAYS, by_day=True)),
        Type.DAYS,
        arithmetic.days_between,
        "whole local days from start to end",
        _SQL + "days_between",
    ),
    Function(
        "hours_between",
        (Parameter("start", _INSTANT), Parameter("end", _INSTANT)),
        Type.HOURS,
        arithmetic.hours_between,
        "hours from start to end",
        _SQL + "hours_between",
    ),
)
"""What every formula may call."""

LOCAL_DAY = "local_day"
"""The call that turns an instant into its local day; the zone's rule for it comes from the engine."""

INTERNAL: Mapping[str, Function] = _table(
    Function(
        "quantise",
        (_NUMBER,),
        None,
        arithmetic.quantise,
        "x to 9 decimals, halves up",
        _SQL + "quantise",
        repeats=True,
    ),
    Function(
        "min_known",
        (_same("a"), _same("b")),
        None,
        arithmetic.min_known,
        "the least of the known arguments",
        _SQL + "min_known",
        strict=False,
        more=True,
        repeats=True,
    ),
    Function(
        "max_known",
        (_same("a"), _same("b")),
        None,
        arithmetic.max_known,
        "the greatest of the known arguments",
        _SQL + "max_known",
        strict=False,
        more=True,
        repeats=True,
    ),
)
"""What the plan puts into trees and nobody can write."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType({**CORE, **INTERNAL})
"""Every function a tree of the plan may hold when no plugin adds one."""
