"""Well-typed random formulas, as text, over the names a place in the policy can read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.differential.choices import Choices

from shopscore.formula.tree import Type
from shopscore.formula.typerules import arithmetic, fits, unify

SMALL = ("0", "1", "2", "3", "0.5", "0.25", "5")
UGLY = ("0.1", "0.3", "1e-9", "1e15", "0.7000000001", "1_000", "4503599627370497.5", "1e308", "2.5", "3.5")
ORDERS = ("<", "<=", ">", ">=", "==", "!=")
UNITS = (Type.NUMBER, Type.SHARE, Type.HOURS, Type.DAYS, Type.POINTS, Type.COUNT)

# How often each kind is drawn; what needs names of a rare type falls back to something else.
_SIMPLE = ("compare", "compare", "compare", "known", "flag", "text")
_JOINED = (
    *("and", "or", "and", "or", "and", "or", "not", "if", "chain", "unknown", "in_numbers"),
    *("moments", "moments"),
)
_NUMERIC = (
    *("leaf", "leaf", "+", "-", "*", "/", "neg", "call", "call", "if"),
    *("between", "between"),
)

Typed = tuple[str, Type]


@dataclass(slots=True)
class Formulas:
    """Draws formulas over a scope.

    Attributes:
        texts: what text names are worth comparing with; other names take `words`.
        limits: literals worth comparing numbers with at this place, such as thresholds of the score.
        favourites: names worth reading more often than others: those the policy made itself.
        tests: whole conditions that are worth having at this place.
    """

    choices: Choices
    scope: Mapping[str, Type]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Sequence[str] = ("a", "b", "it's", "é")
    limits: Sequence[str] = SMALL
    favourites: Collection[str] = ()
    tests: Sequence[str] = ()

    def condition(self, depth: int = 2) -> str:
        """Draw a condition."""
        kinds = _SIMPLE if depth <= 0 else _SIMPLE + _JOINED
        match self.choices.pick(kinds):
            case "and" | "or" as word:
                parts = [self.condition(depth - 1) for _ in range(self.choices.whole(2, 3))]
                return f" {word} ".join(_bracketed(part) for part in parts)
            case "not":
                return f"not {_bracketed(self.condition(depth - 1))}"
            case "if":
                then, test, other = (_bracketed(self.condition(depth - 1)) for _ in range(3))
                return f"{then} if {test} else {other}"
            case "chain":
                value, kind = self.numeric(depth - 1)
                low, high = self._limit(kind), self._limit(kind)
                return f"{low} {self.choices.pick(ORDERS)} {value} {self.choices.pick(ORDERS)} {high}"
            case "unknown":
                value, _ = self.numeric(depth - 1)
                return f"not known({value})"
            case "in_numbers":
                value, _ = self.numeric(depth - 1)
                listed = ", ".join(self._signed() for _ in range(self.choices.whole(1, 3)))
                return f"{value} {self.choices.pick(['in', 'not in'])} [{listed}]"
            case "known":
                return f"{self.choices.pick(['known', 'missing'])}({self._any_name() or self.literal()})"
            case "flag":
                return self._flag() or self._comparison(depth)
            case "text":
                return self._text_test() or self._comparison(depth)
            case "moments":
                return self._moments() or self._comparison(depth)
            case _:
                return self._comparison(depth)

    def numeric(self, depth: int = 2, want: Type | None = None) -> Typed:
        """Draw a number that fits a wanted type (any, where none is wanted)."""
        want = want or self.choices.pick(self._numeric_types())
        if depth <= 0:
            return self._leaf(want)
        match self.choices.pick(
            ["leaf", "leaf", "+", "-", "*", "/", "neg", "call", "call", "if", "between", "between"]
        ):
            case "+" | "-" as sign:
                left, right, kind = self._pair(depth, want)
                return f"{_bracketed(left)} {sign} {_bracketed(right)}", kind
            case "*" | "/" as sign:
                return self._product(sign, depth, want)
            case "neg":
                inner, kind = self.numeric(depth - 1, want)
                return f"-{_bracketed(inner)}", kind
            case "call":
                return self._call(depth, want)
            case "if":
                left, right, kind = self._pair(depth, want)
                return f"({left} if {_bracketed(self.condition(depth - 1))} else {right})", kind
            case "between":
                return self._between(want) or self._leaf(want)
            case _:
                return self._leaf(want)

    def text(self) -> str:
        """Draw a text: a name where there is one."""
        names = self._names(Type.TEXT)
        return self._one_of(names) if names else quoted(self.choices.pick(self.words))

    def anything(self) -> str:
        """Draw a name of any type, or a number."""
        return self._any_name() or self.numeric(1)[0]

    def literal(self) -> str:
        """Draw a numeric literal, an ugly one now and then."""
        return self.choices.pick(self.limits if self.choices.chance(75) else UGLY)

    # Numbers.

    def _leaf(self, want: Type) -> Typed:
        names = [
            name for name, kind in self.scope.items() if kind.is_numeric and fits(kind, frozenset({want}))
        ]
        if names and self.choices.chance(75):
            name = self._one_of(names)
            return name, self.scope[name]
        return self.literal(), Type.NUMBER

    def _pair(self, depth: int, want: Type) -> tuple[str, str, Type]:
        left, kind = self.numeric(depth - 1, want)
        right, other = self.numeric(depth - 1, want if kind is Type.NUMBER else kind)
        common = unify(kind, other)
        if common is None or not fits(common, frozenset({want})):
            right, common = self.literal(), kind
        return left, right, common

    def _product(self, sign: str, depth: int, want: Type) -> Typed:
        left, kind = self.numeric(depth - 1, None if want is Type.NUMBER else want)
        right, other = self.numeric(depth - 1, kind if sign == "/" and want is Type.NUMBER else Type.NUMBER)
        result = arithmetic(sign, kind, other)
        if result is None or not fits(result, frozenset({want})):
            right, result = self.literal(), kind
        return f"{_bracketed(left)} {sign} {_bracketed(right)}", result

    def _call(self, depth: int, want: Type) -> Typed:
        match self.choices.pick(["coalesce", "min", "max", "clip", "abs", "round"]):
            case "abs":
                inner, kind = self.numeric(depth - 1, want)
                return f"abs({inner})", kind
            case "round":
                inner, kind = self.numeric(depth - 1, want)
                return f"round({inner}, {self.choices.pick([0, 1, 2, 9])})", kind
            case "clip":
                first, second, kind = self._pair(depth, want)
                return f"clip({first}, {second}, {self.literal()})", kind
            case function:
                first, second, kind = self._pair(depth, want)
                more = f", {self.literal()}" if self.choices.chance(25) else ""
                return f"{function}({first}, {second}{more})", kind

    def _between(self, want: Type) -> Typed | None:
        moments, days = self._names(Type.INSTANT), self._names(Type.INSTANT, Type.DAY)
        found: list[Typed] = []
        if want in (Type.HOURS, Type.NUMBER) and moments:
            found.append((f"hours_between({self._one_of(moments)}, {self._one_of(moments)})", Type.HOURS))
        if want in (Type.DAYS, Type.NUMBER) and days:
            found.append((f"days_between({self._one_of(days)}, {self._one_of(days)})", Type.DAYS))
        return self.choices.pick(found) if found else None

    def _numeric_types(self) -> list[Type]:
        found = [kind for kind in self.scope.values() if kind.is_numeric]
        return list(dict.fromkeys(found)) or [Type.NUMBER]

    def _limit(self, kind: Type) -> str:
        names = [name for name, other in self.scope.items() if other is kind]
        return self._one_of(names) if names and self.choices.chance(20) else self._signed()

    def _signed(self) -> str:
        return f"{self.choices.pick(['', '', '', '-'])}{self.literal()}"

    # Conditions.

    def _comparison(self, depth: int) -> str:
        value, kind = self.numeric(depth - 1)
        sign = self.choices.pick(ORDERS)
        if self.choices.chance(20):
            return f"{self._limit(kind)} {sign} {value}"
        return f"{value} {sign} {self._limit(kind)}"

    def _flag(self) -> str | None:
        flags = self._names(Type.BOOLEAN)
        if not flags:
            return None
        flag = self._one_of(flags)
        forms = [flag, f"not {flag}", f"{flag} == {self.choices.pick(flags)}", f"{flag} != true"]
        return self.choices.pick(forms)

    def _text_test(self) -> str | None:
        names = self._names(Type.TEXT)
        if not names:
            return None
        name = self._one_of(names)
        words = self.texts.get(name, self.words)
        match self.choices.pick(["==", "!=", "in", "not in", "names"]):
            case "in" | "not in" as word:
                listed = ", ".join(quoted(each) for each in self.choices.some(words, 1, 3))
                return f"{name} {word} [{listed}]"
            case "names":
                return f"{name} == {self.choices.pick(names)}"
            case sign:
                return f"{name} {sign} {quoted(self.choices.pick(words))}"

    def _moments(self) -> str | None:
        kinds = [kind for kind in (Type.INSTANT, Type.DAY) if self._names(kind)]
        if not kinds:
            return None
        names = self._names(self.choices.pick(kinds))
        return f"{self._one_of(names)} {self.choices.pick(ORDERS)} {self._one_of(names)}"

    def _any_name(self) -> str | None:
        return self._one_of(list(self.scope)) if self.scope else None

    def _one_of(self, names: Sequence[str]) -> str:
        liked = [name for name in names if name in self.favourites]
        return self.choices.pick(liked if liked and self.choices.chance(60) else names)

    def _names(self, *kinds: Type) -> list[str]:
        return [name for name, kind in self.scope.items() if kind in kinds]


def quoted(text: str) -> str:
    """Return a text as a formula writes it."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def _bracketed(formula: str) -> str:
    return formula if formula.replace(".", "").replace("_", "").isalnum() else f"({formula})"
