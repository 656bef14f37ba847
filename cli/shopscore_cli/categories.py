"""The categories that a policy's values differ by, and a note where the one given is none of them."""

from __future__ import annotations

from collections.abc import Iterable

from shopscore.bundle.model import Bundle
from shopscore.errors import near_match
from shopscore_cli.failures import say


def categories(bundle: Bundle) -> list[str]:
    """Return the categories that values of a bundle name, in order of the alphabet."""
    named = set(bundle.score.categories) if bundle.score is not None else set()
    for value in bundle.values.values():
        if value.by is not None and value.by.text == "category":
            named |= set(value.values)
    return sorted(named)


def note_category(bundles: Iterable[Bundle], category: str | None, nothing_else_known: bool = False) -> None:
    """Say where values differ by category and name another than the one given, or none can be known."""
    for bundle in {each.name: each for each in bundles}.values():
        named = categories(bundle)
        listed = ", ".join(named)
        if named and category is None and nothing_else_known:
            say(f"values of {bundle.name} differ by category ({listed}), and none is given")
        elif named and category is not None and category not in named:
            hint = near_match(category, named)
            say(f"no value by category of {bundle.name} names {category!r}; they name {listed}{hint}")
