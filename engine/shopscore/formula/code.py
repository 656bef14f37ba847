"""A value in generated Python: its expression, when it is null, and how far it can reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf

from msgspec import Struct
from msgspec.structs import replace


class Code(Struct, frozen=True):
    """An expression that gives a value where all guards hold; where one does not, the value is null.

    Guards are conditions, tested in order before `text` runs. `again` names the value once `text` has
    run, empty where no variable holds it; `whole` gives the value or None in one, where there is such an
    expression. A numeric value lies within ±bound and is NaN only if `nan`.
    """

    text: str
    again: str = ""
    guards: tuple[str, ...] = ()
    bound: float = 0.0
    nan: bool = False
    depth: int = 0
    whole: str = ""

    @property
    def finite(self) -> bool:
        """Tell whether the value is neither NaN nor infinite."""
        return self.bound < inf and not self.nan

    @property
    def value(self) -> str:
        """Return an expression that gives the value, None where it is null."""
        if not self.guards:
            return self.text
        return self.whole or f"({self.text} if {' and '.join(self.guards)} else None)"


def is_known(variable: str) -> str:
    """Return the test that a variable holds a value."""
    return f"{variable} is not None"


def held_in(variable: str, code: Code) -> Code:
    """Return the code of a variable that holds a value or None."""
    guards = (is_known(variable),) if code.guards else ()
    return Code(variable, variable, guards, code.bound, code.nan, 0, variable)


def gathered(*guards: tuple[str, ...]) -> tuple[str, ...]:
    """Return all guards in order, each once."""
    return tuple(dict.fromkeys(guard for some in guards for guard in some))


def above(codes: Sequence[Code]) -> int:
    """Return the depth of an expression over others."""
    return 1 + max((code.depth for code in codes), default=0)


def strict(text: str, *codes: Code) -> Code:
    """Return code that is null where one of its parts is."""
    return Code(text, guards=gathered(*(code.guards for code in codes)), depth=above(codes))


def arithmetic(op: str, left: Code, right: Code) -> Code:
    """Return the code of a sum, difference or product, with how far it can reach."""
    bound = left.bound * right.bound if op == "*" else left.bound + right.bound
    endless = inf in (left.bound, right.bound)
    opposed = endless if op == "*" else left.bound == right.bound == inf
    code = strict(f"({left.text} {op} {right.text})", left, right)
    return replace(code, bound=inf if endless else bound, nan=left.nan or right.nan or opposed)


def less(left: Code, right: Code) -> str:
    """Compare in the engines' order; the values are named twice only where NaN can come up."""
    plain = f"{left.text} < {right.text}"
    if not right.nan:
        return f"({plain})"
    unlike = f"{right.again} != {right.again}" + (f" and {left.again} == {left.again}" if left.nan else "")
    return f"({plain} or {unlike})"


def at_most(left: Code, right: Code) -> str:
    """Compare in the engines' order."""
    if left.nan or right.nan:
        return f"(not {less(right, left)})"
    return f"({left.text} <= {right.text})"


def equal(left: Code, right: Code) -> str:
    """Compare with NaN equal to itself."""
    plain = f"{left.text} == {right.text}"
    if left.nan and right.nan:
        return f"({plain} or {left.again} != {left.again} and {right.again} != {right.again})"
    return f"({plain})"


COMPARISONS: Mapping[str, Callable[[Code, Code], str]] = {
    "<": less,
    "<=": at_most,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: at_most(right, left),
    "==": equal,
    "!=": lambda left, right: f"(not {equal(left, right)})",
}


def presence(code: Code, *, there: bool) -> Code:
    """Return the code of known (`there`) or missing."""
    tests = " and ".join(code.guards)
    if not tests:
        return Code(str(there))
    if all(guard.endswith(" is not None") for guard in code.guards):
        return Code(f"({tests})" if there else f"(not ({tests}))", depth=above([code]))
    return Code(f"({there} if {tests} else {not there})", depth=above([code]))


def elapsed(form: str, start: Code, end: Code) -> Code:
    """Return the code of a time between two others."""
    # Both are 64-bit integers, so that their difference is below 2^64.
    return replace(strict(form.format(start.text, end.text), start, end), bound=2.0**64)


def finite_after(code: Code, factor: float) -> bool:
    """Tell whether a value stays finite when multiplied."""
    return code.bound * factor < inf and not code.nan


def rounded(text: str, x: Code, factor: float) -> Code:
    """Return the code of a value multiplied, rounded and divided again; on the way it may overflow."""
    bound = x.bound * (1 + 1e-9) + 1 if finite_after(x, factor) else inf
    return replace(strict(text, x), bound=bound, nan=x.nan)
