"""Words of the API and what they mean; one that no list has is counted and shown, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from msgspec import Struct, field


class Unknown(Struct):
    """The words that no list has, by what they are."""

    words: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def meaning(self, what: str, known: Mapping[str, str], word: str | None) -> str | None:
        """Return what a word means; None where there is none, or none that is known."""
        if word is None:
            return None
        meant = known.get(word.upper())
        if meant is None:
            self.words[what][word] += 1
        return meant
