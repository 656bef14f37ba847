"""Python source for typed trees: null checks gathered, NaN looked for only where it can come up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf

from shopscore.formula.arithmetic import MICROSECONDS_PER_HOUR, QUANTA, WHOLE_FROM
from shopscore.formula.evaluate import DayOf
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, children

_DEEPEST = 10
"""Nesting of one generated expression; Python itself stops at 200 brackets."""


@dataclass(frozen=True, slots=True)
class Code:
    """An expression that gives a value where all guards hold; where one does not, the value is null.

    Guards are conditions, tested in order before `text` runs. `again` names the value once `text` has
    run; it is empty where no variable holds it. A numeric value lies within ±bound and is NaN only if
    `nan`.
    """

    text: str
    again: str = ""
    guards: tuple[str, ...] = ()
    bound: float = 0.0
    nan: bool = False
    depth: int = 0

    @property
    def finite(self) -> bool:
        """Tell whether the value is neither NaN nor infinite."""
        return self.bound < inf and not self.nan

    @property
    def value(self) -> str:
        """Return an expression that gives the value, None where it is null."""
        return f"({self.text} if {' and '.join(self.guards)} else None)" if self.guards else self.text

    @property
    def met(self) -> str:
        """Return an expression that is true where the value is there and true."""
        return f"({' and '.join([*self.guards, self.text])})"

    @property
    def unmet(self) -> str:
        """Return an expression that is true where the value is there and false."""
        return f"({' and '.join([*self.guards, f'not {self.text}'])})"


class Writer:
    """Turns nodes into code; `lines` are the statements that must run before it."""

    def __init__(self, functions: Mapping[str, Function], day_of: DayOf | None) -> None:
        self.functions = functions
        self.lines: list[str] = []
        self.inputs: dict[str, str] = {}
        self.constants: dict[str, object] = {"day_of": day_of}
        self._names: dict[str, Code] = {}
        self._temporaries = 0
        self._assumed: frozenset[str] = frozenset()

    def define(self, name: str, variable: str, code: Code) -> None:
        """Let later nodes read a value that a variable holds."""
        self._names[name] = Code(variable, variable, (_known(variable),) * bool(code.guards), code.bound, code.nan)

    def temporary(self) -> str:
        """Return a new variable."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def code(self, node: Node) -> Code:
        """Return a node's code; what nests too deep becomes a statement of its own."""
        match node:
            case Const():
                return self._constant(node)
            case Name():
                return self._name(node)
            case Op():
                code = self._operator(node)
            case Call():
                code = self._call(node)
            case Curve():
                code = self._curve(node)
        return self._statement(code) if code.depth > _DEEPEST else code

    def bound(self, code: Code) -> Code:
        """Return the code with a variable that names its value from the first evaluation on."""
        if code.again:
            return code
        t = self.temporary()
        return replace(code, text=f"({t} := {code.text})", again=t)

    def _statement(self, code: Code) -> Code:
        assert not self._assumed, "a statement runs before the test that its guards were left to"
        t = self.temporary()
        self.lines.append(f"{t} = {code.value}")
        return replace(code, text=t, again=t, guards=(_known(t),) * bool(code.guards), depth=0)

    def _nullable(self, text: str, like: Code) -> Code:
        """Return the code of an expression that may give None; bounds and depth are those of `like`."""
        t = self.temporary()
        return replace(like, text=t, again=t, guards=(f"({t} := {text}) is not None",))

    # Leaves.

    def _constant(self, node: Const) -> Code:
        if node.value is None:
            return Code("None", "None", ("False",))
        if isinstance(node.value, str):
            text = f"k{len(self.constants)}"
            self.constants[text] = node.value
        else:
            text = f"({node.value!r})"
        return Code(text, text, bound=abs(node.value) if isinstance(node.value, float) else 0.0)

    def _name(self, node: Name) -> Code:
        code = self._names.get(node.name)
        if code is None:
            variable = f"i{len(self.inputs)}"
            self.inputs[node.name] = variable
            numeric = node.type.is_numeric
            code = Code(variable, variable, (_known(variable),), inf if numeric else 0.0, numeric)
            self._names[node.name] = code
        guards = tuple(guard for guard in code.guards if guard not in self._assumed)
        return replace(code, guards=guards)
