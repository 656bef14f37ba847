"""The languages a bundle's labels are in, and a note where none is in the one asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from shopscore.bundle.model import Bundle, Label
from shopscore_cli.failures import say

DEFAULT = "en"


def note_language(bundles: Iterable[Bundle], language: str) -> None:
    """Say which languages there are where a bundle has no label in the one asked for."""
    if language == DEFAULT:
        return  # every label is in English
    for bundle in {each.name: each for each in bundles}.values():
        known = languages(bundle)
        if language not in known:
            say(f"no label of {bundle.name} is in {language!r}; there is {', '.join(known)}")


def languages(bundle: Bundle) -> list[str]:
    """Return the languages of a bundle's labels, in order of their codes."""
    return sorted({language for label in _labels(bundle) for language in label})


def _labels(part: object) -> Iterator[Label]:
    """Yield every label in a part of the model; it is a map of texts that has one in English."""
    if isinstance(part, Mapping):
        if isinstance(part.get(DEFAULT), str):
            yield part
        else:
            yield from (label for each in part.values() for label in _labels(each))
    elif isinstance(part, tuple):
        yield from (label for each in part for label in _labels(each))
    elif isinstance(part, Struct):
        yield from (label for name in part.__struct_fields__ for label in _labels(getattr(part, name)))
