"""What dialects say differently, and nothing else: the rest is the portable core."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlglot import exp

Entry = tuple[exp.Expr | None, exp.Expr]
"""The guard of an entry, if any, and the entry."""


class Dialect(Protocol):
    """One engine's way of saying a few things."""

    @property
    def name(self) -> str:
        """The dialect's name in sqlglot."""

    @property
    def wide(self) -> str:
        """The type of 128-bit sums, as sqlglot names it."""

    def upper_bits(self, number: exp.Expr, bits: int) -> exp.Expr:
        """Return a whole number of 128 bits, not below 0, divided by 2^bits and cut."""

    def lower_bits(self, number: exp.Expr, bits: int) -> exp.Expr:
        """Return what that division leaves."""

    @property
    def keeps_order(self) -> bool:
        """True where rows stay in order through projections: then few columns are sorted, not scorecards."""

    @property
    def keeps_order_of_kept(self) -> bool:
        """True where rows also leave a stage that is kept in the order they came into it."""

    def date(self, day: exp.Expr) -> exp.Expr:
        """Return the date of a day number."""

    def first(self, value: exp.Expr, order: Sequence[exp.Expr]) -> exp.Expr:
        """Return the aggregate that takes the value, null included, of the row smallest in an order."""

    def different(self, value: exp.Expr) -> exp.Expr:
        """Return the aggregate that gathers the different known values, to be merged later."""

    def count_different(self, gathered: exp.Expr) -> exp.Expr:
        """Return the aggregate that counts the different values of several gathered ones."""

    def struct(self, fields: Sequence[tuple[str, exp.Expr]]) -> exp.Expr:
        """Return named fields as one value."""

    def array(self, entries: Sequence[Entry], shape: exp.DataType) -> exp.Expr:
        """Return a list of those entries whose guard is true, or that have none, in order."""

    def gathered(self, entry: exp.Expr, order: Sequence[exp.Expr]) -> exp.Expr:
        """Return the aggregate that makes a list of entries, by the ascending order of whole numbers."""

    def empty(self, shape: exp.DataType) -> exp.Expr:
        """Return the list without entries of a shape."""

    def struct_type(self, fields: Sequence[tuple[str, exp.DataType]]) -> exp.DataType:
        """Return the type of named fields."""
