"""The categories a policy's rules name, and a note where the one given is none of them."""

from __future__ import annotations

from collections.abc import Iterable

from shopscore.bundle.model import Bundle
from shopscore.errors import near_match
from shopscore_cli.failures import say


def categories(bundle: Bundle) -> list[str]:
    """Return the categories that a bundle's rules name, in order of the alphabet."""
    named = set(bundle.score.categories) if bundle.score is not None else set()
    for value in bundle.values.values():
        if value.by is not None and value.by.text == "category":
            named |= set(value.values)
    return sorted(named)


def note_category(bundles: Iterable[Bundle], category: str | None, nothing_else_known: bool = False) -> None:
    """Say where rules name categories and the one given is another, or none is given nor can be known."""
    for bundle in {each.name: each for each in bundles}.values():
        named = categories(bundle)
        listed = ", ".join(named)
        if named and category is None and nothing_else_known:
            say(f"rules of {bundle.name} differ by category ({listed}), and none is given")
        elif named and category is not None and category not in named:
            hint = near_match(category, named)
            say(f"no rule of {bundle.name} names the category {category!r}; they name {listed}{hint}")
