"""Decisions of the strategies, drawn from a generator that Hypothesis seeds.

Each example is drawn afresh. Were every decision a draw of Hypothesis' own, it would spend most examples on
mutants of earlier ones, and hundreds of draws on each; what fails is made small by `reduction` instead, which
knows what a policy and a row are.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Draws in the words of the strategies."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return self._random.choice(options)

    def chance(self, percent: int) -> bool:
        """Draw true so many times of a hundred."""
        return self._random.randrange(100) < percent

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Draw several different options, in the order drawn."""
        count = min(self._random.randint(least, most), len(options))
        return self._random.sample(options, count)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Draw an order."""
        return self.some(options, len(options), len(options))
