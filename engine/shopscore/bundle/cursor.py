"""Reads typed values out of a tree, noting what is wrong and where each number comes from.

A value of the wrong shape was reported by the schema already: reading it raises Malformed, and the part it
belongs to is left out of a bundle that nobody will get to see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import TypeVar

from msgspec import Struct, field

from shopscore.bundle.findings import NO_ENGLISH, NO_SUCH, UNFOUNDED, UNIT, UNKNOWN_NAME
from shopscore.bundle.model import Formula, Label
from shopscore.bundle.tree import Branch, Claim, Leaf, Path, Tree, children
from shopscore.errors import Finding, Mark, near_match
from shopscore.formula.tree import Type
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import Kind, dotted
from shopscore.yaml.scalars import Quantity, quantity_of

T = TypeVar("T")

PLAIN = frozenset({Type.NUMBER})
SHARES = frozenset({Type.NUMBER, Type.SHARE})
ANY_UNIT = frozenset({Type.NUMBER, Type.SHARE, Type.HOURS, Type.DAYS})

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LITERAL = re.compile(r"(?<![\w.])\.?[0-9]")
_SHOWN = 12
_UNITS = {
    Type.SHARE: "a share such as 4 %",
    Type.HOURS: "hours such as 26.5 h",
    Type.DAYS: "days such as 15 d",
}


class Malformed(Exception):
    """A value that cannot be read, as a finding already says."""


class Notes(Struct):
    """What the reading of one tree gathers."""

    findings: list[Finding] = field(default_factory=list)
    origins: dict[str, Claim] = field(default_factory=dict)
    """The mark that applies to each number, and to each formula that holds one, by path."""
    malformed: list[Mark] = field(default_factory=list)

    def report(self, id: str, where: Mark, message: str) -> None:
        """Note an error."""
        self.findings.append(finding(id, where, message))


class Cursor(Struct, frozen=True):
    """One place of a tree: what stands there, the path to it, and where its key or item begins."""

    tree: Tree
    path: Path
    mark: Mark
    notes: Notes

    @property
    def name(self) -> str:
        """Return the key or id that leads here."""
        return str(self.path[-1])

    @property
    def claim(self) -> Claim | None:
        """Return the mark of a value."""
        return self.tree.claim if isinstance(self.tree, Leaf) else None

    def report(self, id: str, message: str, where: Mark | None = None) -> None:
        """Note an error about this place, by default at the place itself; the message names the path."""
        self.notes.report(id, where or self.mark, f"{dotted(self.path)}: {message}")

    # Going down.

    def keys(self) -> tuple[str, ...]:
        """Return the keys of a map, none of anything else."""
        return tuple(self.tree.members) if isinstance(self.tree, Branch) else ()

    def __contains__(self, key: str) -> bool:
        return isinstance(self.tree, Branch) and key in self.tree.members

    def maybe(self, key: str) -> Cursor | None:
        """Return a key's cursor, or None where the map lacks it."""
        if not isinstance(self.tree, Branch):
            raise Malformed
        member = self.tree.members.get(key)
        return Cursor(member.value, (*self.path, key), member.key_mark, self.notes) if member else None

    def at(self, key: str) -> Cursor:
        """Return the cursor of a key that the schema requires."""
        found = self.maybe(key)
        if found is None:
            raise Malformed
        return found

    def below(self, key: str) -> Iterator[Cursor]:
        """Yield the entries of a map or the items of a list under a key, none where it is absent."""
        place = self.maybe(key) if isinstance(self.tree, Branch) else None
        if place is not None:
            yield from place.each()

    def each(self) -> Iterator[Cursor]:
        """Yield the entries of a map or the items of a list."""
        for step, mark, tree in children(self.tree):
            yield Cursor(tree, (*self.path, step), mark, self.notes)

    # Values.

    def text(self) -> str:
        """Return a text."""
        match self.tree:
            case Leaf(scalar=scalar) if scalar.kind is Kind.TEXT:
                return scalar.text
            case _:
                raise Malformed

    def is_null(self) -> bool:
        """Tell whether null stands here."""
        return isinstance(self.tree, Leaf) and self.tree.scalar.kind is Kind.NULL

    def is_text(self, text: str) -> bool:
        """Tell whether a certain text stands here."""
        match self.tree:
            case Leaf(scalar=scalar):
                return scalar.kind is Kind.TEXT and scalar.text == text
            case _:
                return False

    def peek(self, key: str) -> str | None:
        """Return the text under a key, or None where there is none; for what is needed before checks."""
        match self.tree.get(key) if isinstance(self.tree, Branch) else None:
            case Leaf(scalar=scalar) if scalar.kind is Kind.TEXT:
                return scalar.text
            case _:
                return None

    def flag(self) -> bool:
        """Return true or false."""
        match self.tree:
            case Leaf(scalar=scalar) if isinstance(scalar.value, bool):
                return scalar.value
            case _:
                raise Malformed

    def word(self, among: Collection[str]) -> str:
        """Return one of the words the schema lists."""
        if (word := self.text()) not in among:
            raise Malformed
        return word

    def whole(self, least: int) -> int:
        """Return a whole number of days, steps or the like, which needs a mark as every number does."""
        number = self.structural(least)
        self._founded()
        return number

    def structural(self, least: int) -> int:
        """Return a whole number that is no statement about the programme and so needs no mark."""
        match self.tree:
            case Leaf(scalar=scalar) if scalar.kind is Kind.INTEGER and isinstance(scalar.value, int):
                if scalar.value >= least:
                    return scalar.value
        raise Malformed

    def quantity(self, units: frozenset[Type]) -> Quantity:
        """Return a number in one of the units; a literal without a unit is a plain number."""
        if not isinstance(self.tree, Leaf):
            raise Malformed
        quantity = quantity_of(self.tree.scalar)
        if isinstance(quantity, Finding):
            self.notes.findings.append(quantity)
            raise Malformed
        if quantity.type not in units:
            wanted = _units(units)
            self.report(UNIT, f"expected {wanted}, found {self.tree.scalar.text!r}", self.tree.mark)
        self._founded()
        return quantity

    def number(self, units: frozenset[Type] = PLAIN) -> float:
        """Return the double nearest to a number in one of the units."""
        return self.quantity(units).value

    def formula(self) -> Formula:
        """Return a formula's text; one with a number in it needs a mark."""
        text = self.text()
        assert isinstance(self.tree, Leaf), "a text is a leaf"
        if _LITERAL.search(_QUOTED.sub("''", text)):
            self._founded("the formula holds a number and")
        return Formula(text, self.tree.mark if self.tree.scalar.plain else self.tree.mark.right(1))

    def label(self) -> Label:
        """Return a text by language."""
        if isinstance(self.tree, Leaf):
            return {"en": self.text()}
        label = {each.name: each.text() for each in self.each()}
        if "en" not in label:
            self.report(NO_ENGLISH, "a text needs its English form, en:")
            raise Malformed
        return label

    def day(self) -> date:
        """Return a day of the calendar."""
        text = self.text()
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.report(NO_SUCH, f"there is no day {text!r}", self.tree.mark)
            raise Malformed from None

    def named(self, known: Collection[str], what: str) -> str:
        """Return a name that has to be one of the known ones."""
        name = self.text()
        if name not in known:
            self.report(UNKNOWN_NAME, f"no {what} is called {name!r}{hint(name, known)}", self.tree.mark)
        return name

    def _founded(self, what: str = "the number") -> None:
        if self.claim is not None:
            self.notes.origins[dotted(self.path)] = self.claim
            return
        if isinstance(self.tree, Leaf) and what == "the number":
            what = f"the number {self.tree.scalar.text}"
        self.report(UNFOUNDED, f"{what} needs source: or assumed:, here or around it", self.tree.mark)

    def stated(self, text: str) -> None:
        """Note that a text states a number, such as the day of `monthly on 1`, which needs a mark."""
        if _LITERAL.search(text):
            self._founded(f"{text!r} holds a number and")


def build_each(places: Iterable[Cursor], build: Callable[[Cursor], T]) -> Iterator[T]:
    """Yield what is built of each place, leaving out what cannot be read."""
    for place in places:
        try:
            built = build(place)
        except Malformed:
            place.notes.malformed.append(place.mark)
            continue
        yield built


def hint(name: str, known: Collection[str]) -> str:
    """Return the near match of an unknown name, else the known ones."""
    if near := near_match(name, known):
        return near
    listed = sorted(known)
    more = ["..."] if len(listed) > _SHOWN else []
    return f"; known are {', '.join([*listed[:_SHOWN], *more])}" if listed else "; there are none"


def _units(units: frozenset[Type]) -> str:
    named = [_UNITS[unit] for unit in sorted(units) if unit in _UNITS]
    return " or ".join(named) if named else "a number without a unit"
