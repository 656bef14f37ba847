"""Which formulas over finite values may give NaN or an infinity, and so need a check."""

from __future__ import annotations

from shopscore.formula.functions import LOCAL_DAY
from shopscore.formula.hoist import is_auxiliary
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op

_PICKS = frozenset({"coalesce", "min", "max", "clip", "abs", "min_known", "max_known"})
_DIFFERENCES = frozenset({"days_between", "hours_between", LOCAL_DAY})

_LOST = 1e290
"""Added to the greatest double, less than this is lost in rounding and gives no infinity."""


def may_overflow(node: Node) -> bool:
    """Tell whether a formula may give a value that is not finite, its names being finite.

    Only parts of other cells, which keep what is not finite, are names to be wary of.
    """
    if not node.type.is_numeric:
        return False
    match node:
        case Const():
            return False
        case Name(name=name):
            return is_auxiliary(name)
        case Op(op="if", args=(_, then, otherwise)):
            return may_overflow(then) or may_overflow(otherwise)
        case Op(op="neg", args=(inner,)):
            return may_overflow(inner)
        case Op(op=sign, args=(inner, Const(value=float(value)))):
            harmless = {"+": abs(value) < _LOST, "-": abs(value) < _LOST, "*": abs(value) <= 1.0}
            harmless["/"] = abs(value) >= 1.0 or value == 0.0  # by zero is null
            return not harmless.get(sign, False) or may_overflow(inner)
        case Call(function=function, args=args):
            if function in _PICKS:
                return any(may_overflow(arg) for arg in args)
            return function not in _DIFFERENCES
        case Op() | Curve():
            return True
