"""What a plugin can add, and the types it hands over.

A plugin is a module or object registered under the entry-point group `shopscore` that implements
any of the hooks below. One provider per name; two are an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pluggy
from msgspec import Struct, field

from shopscore.formula.tree import Type

if TYPE_CHECKING:
    from pathlib import Path

    from sqlglot import exp

    from shopscore.bundle.model import Bundle
    from shopscore.errors import Finding
    from shopscore.events.reader import Reader
    from shopscore.formula.functions import Function
    from shopscore.scorecard import Scorecard

PROJECT = "shopscore"
"""The pluggy project name and the entry-point group."""

FORMATS = ("table", "json", "ndjson", "csv")
"""Output formats that need no plugin."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Row(Struct, frozen=True):
    """One row of a metric's population inside its window, as a metric kind sees it.

    Attributes:
        at: the instant that dates the row, microseconds since the epoch.
        day: its local day, days since 1970-01-01.
        value: the metric's `value` as an integer (seconds of a time, else millionths), or None.
        hit: whether the metric's `where` holds; True where it has none.
    """

    at: int
    day: int
    value: int | None
    hit: bool


class Fraction(Struct, frozen=True):
    """A metric as two integers; the value is their quotient in the metric's unit.

    Attributes:
        numerator: in the value's integer unit (seconds of a time, else millionths), or rows where
            the kind counts rows.
        denominator: 0 means there is no value.
        numerator_rows: rows behind the numerator.
        denominator_rows: rows behind the denominator.
    """

    numerator: int
    denominator: int
    numerator_rows: int
    denominator_rows: int


class Reference(Protocol):
    """The kind's meaning in plain Python."""

    def __call__(self, rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
        """Return the metric of one subject; rows come by (at, row id)."""


class SqlBuilder(Protocol):
    """The kind's meaning in SQL."""

    def __call__(self, rows: str, parameters: Mapping[str, Any]) -> exp.Select:
        """Return a SELECT of subject_id, numerator, denominator, numerator_rows, denominator_rows.

        `rows` names a relation with the columns subject_id, at, day, value, hit of Row. The integers
        must be those of the reference, bit for bit. A subject that is left out gets what the reference
        gives for no rows.
        """


class MetricKind(Struct, frozen=True):
    """A kind of metric: its reference in Python and, if it wants speed, its SQL."""

    name: str
    help: str
    reference: Reference
    sql: SqlBuilder | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of the keys under `with:`."""
    takes_value: bool = False
    counts_rows: bool = False
    """True where numerator and denominator are rows (a share or a count), not values."""
    unit: Type = Type.SHARE
    """What a kind that counts rows gives: a share or a count. Others give the unit of their value."""


class Check(Struct, frozen=True):
    """A lint check: documented, permanent id, X-prefixed outside this package."""

    id: str
    title: str
    why: str
    example: str
    instead: str
    run: Callable[[Bundle], Iterable[Finding]]


class Renderer(Struct, frozen=True):
    """A way to print scorecards; the text `render` returns is printed with a newline behind it."""

    name: str
    help: str
    render: Callable[[Sequence[Scorecard]], str]


@hookspec
def shopscore_metric_kinds() -> Sequence[MetricKind]:
    """Return metric kinds a bundle can name with `kind:`."""
    raise NotImplementedError


@hookspec
def shopscore_formula_functions() -> Sequence[Function]:
    """Return functions that formulas can call."""
    raise NotImplementedError


@hookspec
def shopscore_readers() -> Sequence[Reader]:
    """Return readers that turn foreign files into the event model."""
    raise NotImplementedError


@hookspec
def shopscore_checks() -> Sequence[Check]:
    """Return lint checks run beside the built-in ones."""
    raise NotImplementedError


@hookspec
def shopscore_renderers() -> Sequence[Renderer]:
    """Return output formats for `--format`."""
    raise NotImplementedError


@hookspec
def shopscore_policies() -> Sequence[Path]:
    """Return folders with policy bundles the plugin brings along."""
    raise NotImplementedError
