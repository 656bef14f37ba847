"""Python source for typed trees: null checks gathered, NaN looked for only where it can come up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf

from msgspec.structs import replace

from shopscore.formula.arithmetic import MICROSECONDS_PER_HOUR, QUANTA, WHOLE_FROM
from shopscore.formula.code import (
    COMPARISONS,
    Code,
    above,
    arithmetic,
    elapsed,
    finite_after,
    gathered,
    held_in,
    is_known,
    less,
    presence,
    rounded,
    strict,
)
from shopscore.formula.evaluate import DayOf
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function, digits_in
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, children

_DEEPEST = 10
"""Nesting of one generated expression; Python itself stops at 200 brackets."""


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
        self._names[name] = held_in(variable, code)

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

    def bind(self, code: Code) -> Code:
        """Return the code with a variable that names its value from the first evaluation on."""
        if code.again:
            return code
        t = self._temporary()
        return replace(code, text=f"({t} := {code.text})", again=t)

    def quantised(self, x: Code, *, any_floor: bool = False) -> Code:
        """Return the code that rounds to 9 decimals; with `any_floor`, infinities may come out as NaN."""
        stays = finite_after(x, QUANTA)
        text = self._floor(f"{x.text} * {QUANTA} + 0.5", any_floor or stays)
        code = rounded(f"({text} / {QUANTA})", x, QUANTA)
        return replace(code, nan=code.nan or (any_floor and not stays))

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _statement(self, code: Code) -> Code:
        assert not self._assumed, "a statement runs before the test that its guards were left to"
        t = self._temporary()
        self.lines.append(f"{t} = {code.value}")
        return held_in(t, code)

    def _nullable(self, text: str, codes: Sequence[Code], like: Sequence[Code]) -> Code:
        """Return the code of an expression over codes that gives None itself, ranging like some of them."""
        t = self._temporary()
        bound, nan = max(code.bound for code in like), any(code.nan for code in like)
        return Code(t, t, (f"({t} := {text}) is not None",), bound, nan, above(codes), text)

    # Leaves.

    def _constant(self, node: Const) -> Code:
        if node.value is None:
            return Code("None", "None", ("False",), whole="None")
        text = self._kept(node.value) if isinstance(node.value, str) else f"({node.value!r})"
        return Code(text, text, bound=abs(node.value) if isinstance(node.value, float) else 0.0)

    def _kept(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def _name(self, node: Name) -> Code:
        if node.name not in self._names:
            variable = f"i{len(self.inputs)}"
            self.inputs[node.name] = variable
            numeric = node.type.is_numeric
            unknown = Code(variable, guards=("",), bound=inf if numeric else 0.0, nan=numeric)
            self.define(node.name, variable, unknown)
        code = self._names[node.name]
        return replace(code, guards=tuple(guard for guard in code.guards if guard not in self._assumed))

    # Operators.

    def _operator(self, node: Op) -> Code:
        match node.op:
            case "if":
                return self._if(node)
            case "and" | "or":
                return self._kleene(node)
            case "in":
                needle = self.code(node.args[0])
                literals = [literal.value for literal in node.args[1:] if isinstance(literal, Const)]
                return strict(f"({needle.text} in {self._kept(tuple(literals))})", needle)
        operands = [self.code(arg) for arg in node.args]
        match node.op:
            case "not":
                return strict(f"(not {operands[0].text})", *operands)
            case "neg":
                (x,) = operands
                return replace(strict(f"(-{x.text})", x), bound=x.bound, nan=x.nan)
            case "+" | "-" | "*":
                return arithmetic(node.op, *operands)
            case "/":
                return self._quotient(operands[0], operands[1], node.args[1])
        if any(operand.nan for operand in operands):
            operands = [self.bind(operand) for operand in operands]
        return strict(COMPARISONS[node.op](*operands), *operands)

    def _quotient(self, left: Code, right: Code, divided_by: Node) -> Code:
        if isinstance(divided_by, Const) and divided_by.value:
            code = strict(f"({left.text} / {right.text})", left, right)
            return replace(code, bound=left.bound / right.bound, nan=left.nan)
        divisor = self.bind(right)
        # A divisor that is null or zero (-0.0 as well) is false, NaN is true.
        guards = [guard for guard in divisor.guards if guard != is_known(divisor.again)]
        by = replace(divisor, guards=(*guards, divisor.text))
        code = strict(f"({left.text} / {divisor.again})", by, left)
        nan = left.nan or right.nan or left.bound == right.bound == inf
        return replace(code, bound=inf, nan=nan)

    def _if(self, node: Op) -> Code:
        test, then, otherwise = node.args
        asked = self._test(test, holds=True)
        with self._assuming(then, _facts(test, holds=True)):
            yes = self.code(then)
        with self._assuming(otherwise, _facts(test, holds=False)):
            no = self.code(otherwise)
        text = f"({yes.value} if {asked.text} else {no.value})"
        code = self._nullable(text, (asked, yes, no), (yes, no))
        return code if yes.guards or no.guards else replace(code, text=text, again="", guards=(), whole="")

    def _test(self, node: Node, *, holds: bool) -> Code:
        """Return the code that tells whether a condition is true (or, not holding, false); never null."""
        match node:
            case Op(op="not", args=(inner,)):
                return self._test(inner, holds=not holds)
            case Op(op="and" | "or"):
                parts = [self._test(part, holds=holds) for part in node.args]
                word = " and " if (node.op == "and") is holds else " or "
                code = Code(f"({word.join(part.text for part in parts)})", depth=above(parts))
            case _:
                inner_code = self.code(node)
                text = inner_code.text if holds else f"not {inner_code.text}"
                code = Code(f"({' and '.join([*inner_code.guards, text])})", depth=inner_code.depth)
        return self._statement(code) if code.depth > _DEEPEST else code

    def _kleene(self, node: Op) -> Code:
        parts = [self.code(part) for part in node.args]
        if not any(part.guards for part in parts):
            return strict(f"({f' {node.op} '.join(part.text for part in parts)})", *parts)
        decides, otherwise = ("False", "True") if node.op == "and" else ("True", "False")
        held = [self._held_or_none(part) for part in parts]
        decided = " or ".join(f"{first} is {decides}" for first, _ in held)
        open_ = " or ".join(f"{again} is None" for _, again in held)
        text = f"({decides} if {decided} else None if {open_} else {otherwise})"
        return self._nullable(text, parts, (Code(""),))

    def _held_or_none(self, code: Code) -> tuple[str, str]:
        """Return what gives the value or None, at first and from then on."""
        value = code.value
        if code.guards and value == code.again:
            return value, value
        t = self._temporary()
        return f"({t} := {value})", t

    @contextmanager
    def _assuming(self, branch: Node, facts: frozenset[str]) -> Iterator[None]:
        """Leave out, in one branch of an `if`, the guards that its test has settled."""
        before = self._assumed
        known = frozenset(is_known(self._names[name].text) for name in facts if name in self._names)
        # A branch that may need statements of its own keeps all guards: statements run before the test.
        if _depth(branch) <= _DEEPEST:
            self._assumed = before | known
        try:
            yield
        finally:
            self._assumed = before

    # Calls.

    def _call(self, node: Call) -> Code:
        if node.function == LOCAL_DAY:
            day = self.code(node.args[0])
            return strict(f"day_of({day.text})", day)
        function = self.functions[node.function]
        if function is not FUNCTIONS.get(node.function):
            return self._foreign(node, function)
        args = [self.code(arg) for arg in node.args]
        match node.function:
            case "known":
                return presence(args[0], there=True)
            case "missing":
                return presence(args[0], there=False)
            case "min" | "max":
                return self._extreme(node.function, args)
            case "min_known" | "max_known":
                return self._known_extreme(node.function, args)
            case "coalesce":
                return self._coalesce(args)
            case "clip":
                return self._clip(*args)
            case "abs":
                return replace(strict(f"abs({args[0].text})", *args), bound=args[0].bound, nan=args[0].nan)
            case "round":
                return self._round(args[0], node.args[1])
            case "quantise":
                return self.quantised(args[0])
            case "days_between":
                return elapsed("float({1} - {0})", *args)
            case "hours_between":
                return elapsed(f"(({{1}} - {{0}}) / {MICROSECONDS_PER_HOUR})", *args)
            case _:
                return self._foreign(node, function)

    def _foreign(self, node: Call, function: Function) -> Code:
        """Return the call of a plugin's function."""
        args = [self.code(arg) for arg in node.args]
        texts = []
        for place, (arg, code) in enumerate(zip(node.args, args, strict=True)):
            if function.parameter(place).digits:
                texts.append(f"{digits_in(arg)}")
            else:
                texts.append(code.text if function.strict else code.value)
        numeric = node.type.is_numeric
        result = Code("", bound=inf if numeric else 0.0, nan=numeric)
        called = self._nullable(f"{self._kept(function.python)}({', '.join(texts)})", args, (result,))
        if not function.strict:
            return called
        return replace(called, guards=gathered(*(arg.guards for arg in args), called.guards), whole="")

    def _extreme(self, function: str, args: list[Code]) -> Code:
        best = args[0]
        for arg in args[1:]:
            best, other = self.bind(best), self.bind(arg)
            beats = less(other, best) if function == "min" else less(best, other)
            code = strict(f"({other.again} if {beats} else {best.again})", best, other)
            best = replace(code, bound=max(best.bound, other.bound), nan=best.nan or other.nan)
        return best

    def _known_extreme(self, function: str, args: list[Code]) -> Code:
        held = [self._held_or_none(arg) for arg in args]
        first = ", ".join(one for one, again in held if one != again)
        codes = [replace(arg, text=again, again=again) for arg, (_, again) in zip(args, held, strict=True)]
        text = held[0][1]
        best = codes[0]
        for other in codes[1:]:
            t = self._temporary()
            best = replace(best, text=t, again=t)
            beats = less(other, best) if function == "min_known" else less(best, other)
            choice = f"{other.text} if {beats} else {t}"
            text = f"({other.text} if ({t} := {text}) is None else {t} if {other.text} is None else {choice})"
            best = replace(best, bound=max(best.bound, other.bound), nan=best.nan or other.nan)
        # A tuple of assignments is true: the operands are there before the first is compared.
        text = f"({text} if ({first},) else None)" if first else text
        code = self._nullable(text, args, args)
        return replace(code, depth=code.depth + len(args))

    def _coalesce(self, args: list[Code]) -> Code:
        text = "None"
        for arg in reversed(args):
            if not arg.guards:
                text = arg.text
                continue
            first, again = self._held_or_none(arg)
            text = f"{again} if {first} is not None else {text}"
        return self._nullable(f"({text})", args, args)

    def _clip(self, value: Code, low: Code, high: Code) -> Code:
        x, low, high = self.bind(value), self.bind(low), self.bind(high)
        below = less(x, low)
        above = less(high, replace(x, text=x.again))
        text = f"({low.again} if {below} else {high.again} if {above} else {x.again})"
        bound, nan = max(low.bound, high.bound), low.nan or high.nan
        return replace(strict(text, x, low, high), bound=bound, nan=nan)

    def _round(self, value: Code, digits: Node) -> Code:
        power = 10.0 ** digits_in(digits)
        x, bounded = self.bind(value), finite_after(value, power)
        up = self._floor(f"{x.again} * {power} + 0.5", bounded)
        down = self._floor(f"-{x.again} * {power} + 0.5", bounded)
        return rounded(f"(-({down} / {power}) if {x.text} < 0.0 else {up} / {power})", x, power)

    def _floor(self, text: str, bounded: bool) -> str:
        if bounded:
            return f"({text}) // 1.0"
        t = self._temporary()
        return f"({t} // 1.0 if -{WHOLE_FROM} < ({t} := {text}) < {WHOLE_FROM} else {t})"

    def _curve(self, node: Curve) -> Code:
        x = self.bind(self.code(node.value))
        knots = [self.bind(self.code(raw)) for raw, _ in node.knots]
        points = [f"({points!r})" for _, points in node.knots]
        first = less(knots[0], x) if node.rising else less(x, knots[0])
        seen = replace(x, text=x.again)
        text = f"({points[0]} if not {first} else "
        for i in range(1, len(knots)):
            before = less(seen, knots[i]) if node.rising else less(knots[i], seen)
            x0, x1, y0, y1 = knots[i - 1].again, knots[i].again, points[i - 1], points[i]
            text += f"{y0} + ({x.again} - {x0}) / ({x1} - {x0}) * ({y1} - {y0}) if {before} else "
        code = strict(f"{text}{points[-1]})", x, *knots)
        largest = max(abs(points) for _, points in node.knots)
        if all(isinstance(raw, Const) for raw, _ in node.knots) and max(k.bound for k in knots) < 1e150:
            # Between two knots x - x0 is at most x1 - x0, so that nothing overflows.
            return replace(code, bound=3 * largest)
        return replace(code, bound=inf, nan=True)


def _depth(node: Node) -> int:
    """Return a depth that the node's code cannot exceed."""
    own = 1 + len(node.args) if isinstance(node, Call) else 1
    return own + max((_depth(child) for child in children(node)), default=0)


def _facts(test: Node, *, holds: bool) -> frozenset[str]:
    """Return the names that are known wherever a test is true (or, not holding, is not true)."""
    match test:
        case Op(op="not", args=(inner,)) if holds:
            return _facts(inner, holds=False)
        case Call(function="known", args=(Name(name=name),)) if holds:
            return frozenset({name})
        case Call(function="missing", args=(Name(name=name),)) if not holds:
            return frozenset({name})
        case Op(op="and") if holds:
            return frozenset().union(*(_facts(part, holds=True) for part in test.args))
        case Op(op="or") if not holds:
            return frozenset().union(*(_facts(part, holds=False) for part in test.args))
        case Op(op="<" | "<=" | ">" | ">=" | "==" | "!=") if holds:
            return frozenset(arg.name for arg in test.args if isinstance(arg, Name))
        case _:
            return frozenset()
