"""Dispatch deadlines with a grace: a complete shopscore plugin in one module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopscore import Finding, UsageError, hookimpl
from shopscore.errors import Level
from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.formula import arithmetic
from shopscore.formula.functions import Function, Parameter
from shopscore.formula.tree import Type
from shopscore.hookspecs import Check, Fraction, MetricKind, Renderer, Row

if TYPE_CHECKING:
    from shopscore.bundle.model import Bundle
    from shopscore.scorecard import Scorecard
    from sqlglot import exp

# sqlglot is imported where SQL is made and nowhere else: `shopscore evaluate` starts without it.


# A formula function: hours_after_grace(dispatch_by, dispatched_at, 2)


def hours_after_grace(deadline: int, done: int, grace: float) -> float:
    """Return how many hours after a deadline and its grace something was done; 0 within them."""
    late = arithmetic.hours_between(deadline, done) - grace
    beyond: float = arithmetic.maximum(late, 0.0)  # not Python's max: NaN is ordered as in every engine
    return beyond


def hours_after_grace_sql(deadline: exp.Expr, done: exp.Expr, grace: exp.Expr) -> exp.Expr:
    """Return the same in SQL, step by step: each step rounds, so the order decides the last bit."""
    from shopscore.formula import sql_functions
    from sqlglot import exp

    late = exp.Paren(this=exp.Sub(this=sql_functions.hours_between(deadline, done), expression=grace))
    return sql_functions.maximum(late, sql_functions.double(0.0))


@hookimpl
def shopscore_formula_functions() -> Sequence[Function]:
    """Return hours_after_grace."""
    instant = frozenset({Type.INSTANT})
    return [
        Function(
            "hours_after_grace",
            (
                Parameter("deadline", instant),
                Parameter("done", instant),
                Parameter("grace", frozenset({Type.NUMBER, Type.HOURS})),
            ),
            Type.HOURS,
            hours_after_grace,
            "hours from deadline to done beyond a grace in hours; 0 within it",
            sql="shopscore_dispatch_grace:hours_after_grace_sql",
            repeats=True,  # the builder's maximum uses what it compares twice
        )
    ]


# A metric kind: {kind: share_after_grace, of: due_orders, where: "...", with: {free: 2}}


def share_after_grace(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
    """Return the hits beyond the free ones against all rows."""
    hits = sum(row.hit for row in rows)
    counted = max(hits - int(parameters["free"]), 0)
    return Fraction(counted, len(rows), counted, len(rows))


def share_after_grace_sql(rows: str, parameters: Mapping[str, Any]) -> exp.Select:
    """Return the same in SQL: whole numbers, CASE and COUNT, which all engines share."""
    from sqlglot import exp

    subject, hit = exp.column("subject_id", quoted=True), exp.column("hit", quoted=True)
    every = exp.Count(this=exp.Star())
    beyond = exp.Count(this=exp.case().when(hit, exp.Literal.number(1))) - int(parameters["free"])
    counted = exp.case().when(beyond > 0, beyond.copy()).else_(exp.Literal.number(0))
    return (
        exp.select(
            subject,
            counted.as_("numerator"),
            every.as_("denominator"),
            counted.as_("numerator_rows"),
            every.as_("denominator_rows"),
        )
        .from_(exp.table_(rows, quoted=True))
        .group_by(subject)
    )


@hookimpl
def shopscore_metric_kinds() -> Sequence[MetricKind]:
    """Return share_after_grace."""
    return [
        MetricKind(
            name="share_after_grace",
            help="the share of rows that meet `where`, the first few forgiven",
            reference=share_after_grace,
            sql=share_after_grace_sql,
            parameters={
                "type": "object",
                "properties": {
                    "free": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "how many rows that meet `where` are forgiven in each window",
                    }
                },
                "required": ["free"],
                "additionalProperties": False,
            },
            counts_rows=True,
        )
    ]


# A reader: `shopscore evaluate log.csv --reader dispatch-log`

_COLUMNS = {
    "Order": "order_id",
    "Shop": "shop_id",
    "Ordered": "placed_at",
    "Due": "dispatch_by",
    "Left": "dispatched_at",
}


def read_dispatch_log(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the orders of a warehouse's dispatch logs, as they are written: checks come later.

    Its times have no zone: they are the warehouse's, London unless the person names another.
    """
    import pyarrow as pa
    from pyarrow import csv

    as_text = csv.ConvertOptions(
        column_types=dict.fromkeys(_COLUMNS, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    parts: list[pa.Table] = []
    ignored: set[str] = set()
    for path in paths:
        try:
            table = csv.read_csv(path, convert_options=as_text)
        except (OSError, pa.ArrowInvalid) as error:
            raise UsageError(f"{path} cannot be read as a dispatch log: {error}") from error
        missing = [name for name in _COLUMNS if name not in table.column_names]
        if missing:
            raise UsageError(f"{path} has no column {missing[0]!r}; a dispatch log has {', '.join(_COLUMNS)}")
        parts.append(table.select(list(_COLUMNS)).rename_columns(list(_COLUMNS.values())))
        ignored |= set(table.column_names) - _COLUMNS.keys()
    left_out = f"dispatch-log did not read the columns {', '.join(sorted(ignored))}"
    return ReadResult(
        reader="dispatch-log",
        tables={"orders": pa.concat_tables(parts)},
        zone=options.zone or "Europe/London",
        notes=(("columns_not_read", left_out),) if ignored else (),
        files=tuple(paths),
    )


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return dispatch-log."""
    return [
        Reader("dispatch-log", "a warehouse's CSV log: Order, Shop, Ordered, Due, Left", read_dispatch_log)
    ]


# A check: `shopscore lint` reports X710


def unexplained_grace(bundle: Bundle) -> Iterable[Finding]:
    """Yield the forgiving metrics that have no help text."""
    for metric in bundle.metrics.values():
        if metric.kind == "share_after_grace" and not metric.help:
            yield Finding(
                "X710",
                Level.WARNING,
                metric.mark,
                f"{metric.id} forgives rows; add `help:` that says how many, so that sellers can follow it",
            )


@hookimpl
def shopscore_checks() -> Sequence[Check]:
    """Return X710."""
    return [
        Check(
            id="X710",
            title="a forgiving metric that does not say so",
            why="2 late orders of 40 that show as 0 % look like a mistake to whoever counts them.",
            example="late: {kind: share_after_grace, of: due_orders, with: {free: 2}}",
            instead="Add `help: {en: The first 2 late orders of 30 days are forgiven.}`.",
            run=unexplained_grace,
        )
    ]


# A renderer: `shopscore evaluate CASE --format lines`


def lines(scorecards: Sequence[Scorecard]) -> str:
    """Return one line for each scorecard: day, bundle, subject, state, score."""
    return "\n".join(
        f"{card['as_of']} {card['bundle']['id']}@{card['bundle']['version']} {card['subject']['id']} "
        f"{card['state']} {'-' if card['score'] is None else format(card['score'], '.3f')}"
        for card in scorecards
    )


@hookimpl
def shopscore_renderers() -> Sequence[Renderer]:
    """Return lines."""
    return [Renderer("lines", "one line for each scorecard, for grep and awk", lines)]


# A policy brought along: `shopscore show fair-dispatch@1.0`


@hookimpl
def shopscore_policies() -> Sequence[Path]:
    """Return the folder that holds fair-dispatch."""
    return [Path(__file__).parent / "policies"]
