"""Decisions made by Hypothesis: the one door through which every strategy here draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Draws in the words of the strategies; what is simplest comes first, so that failures shrink to it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low if low == high else self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of the options; the first is the simplest."""
        return options[self.whole(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """Draw true so many times of a hundred; false is simpler."""
        return self.whole(1, 100) > 100 - percent

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Draw several different options, in the order drawn."""
        left = list(options)
        count = min(self.whole(least, most), len(left))
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(count)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Draw an order."""
        return self.some(options, len(options), len(options))
