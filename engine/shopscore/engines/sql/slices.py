"""Parts of a table that are counted and summed, and the sums asked of them; plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr, replace


class Slice(Struct, frozen=True):
    """Rows that meet conditions and whose `at` lies in a window of local days, as of a day.

    Each row carries its weight: millionths by step of age, or 1 where there are no weights.
    """

    at: str
    day: int
    first: int
    last: int
    weights: tuple[int, ...]
    every_days: int
    conditions: tuple[str, ...]
    """Columns that must be true."""
    barred: tuple[str, ...]
    """Columns that must not be true."""
    due: str | None
    """A column that must lie before the day."""

    @property
    def unweighted(self) -> Slice:
        """Return the same rows, each weighing 1."""
        return replace(self, weights=(), every_days=0)


class Sum(StrEnum):
    """What is added up over the rows of a slice."""

    ROWS = "rows"
    WEIGHTS = "weights"
    VALUES = "values"  # each times its row's weight
    DIFFERENT = "different"  # different known values


class Aggregate(Struct, frozen=True):
    """A sum over a slice, of the rows whose test is true and whose value is known."""

    sum: Sum
    slice: Slice
    test: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        # Equal numbers get equal names: a row without weights weighs 1, and rows are counted without.
        if self.sum is Sum.WEIGHTS and not self.slice.weights:
            force_setattr(self, "sum", Sum.ROWS)
        if self.counts:
            force_setattr(self, "slice", self.slice.unweighted)

    @property
    def counts(self) -> bool:
        """Tell whether the sum is a number of rows or values, far below 2^53."""
        return self.sum in (Sum.ROWS, Sum.DIFFERENT)


class WholeValue(Struct, frozen=True):
    """A metric's value on each row as an integer, halves to even.

    Attributes:
        scaled: a column with the value as a double in the integer's unit; or None.
        span: two instant columns whose distance in seconds is the value, exact in microseconds.
    """

    scaled: str | None = None
    span: tuple[str, str] | None = None

    @property
    def source(self) -> tuple[str, ...]:
        """Return the columns the value is made from."""
        return self.span or (str(self.scaled),)
