"""Dispatch deadlines with a grace: a complete shopscore plugin in one module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopscore import Finding, hookimpl
from shopscore.errors import Level
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
    return arithmetic.maximum(late, 0.0)  # not Python's max: NaN is ordered as in every engine


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
        )
    ]


# A metric kind: {kind: share_after_grace, of: due_orders, where: "...", with: {free: 2}}


def share_after_grace(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
    """Return the hits beyond the free ones against all rows."""
    hits = sum(row.hit for row in rows)
    counted = max(hits - parameters["free"], 0)
    return Fraction(counted, len(rows), counted, len(rows))


def share_after_grace_sql(rows: str, parameters: Mapping[str, Any]) -> exp.Select:
    """Return the same in SQL: whole numbers, CASE and COUNT, which all engines share."""
    from sqlglot import exp

    subject, hit = exp.column("subject_id", quoted=True), exp.column("hit", quoted=True)
    every = exp.Count(this=exp.Star())
    beyond = exp.Count(this=exp.case().when(hit, exp.Literal.number(1))) - parameters["free"]
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
            help="The share of a population's rows that meet `where`, the first few forgiven.",
            reference=share_after_grace,
            sql=share_after_grace_sql,
            parameters={
                "type": "object",
                "properties": {
                    "free": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "How many rows that meet `where` are forgiven in each window.",
                    }
                },
                "required": ["free"],
                "additionalProperties": False,
            },
            counts_rows=True,
        )
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
    return "".join(
        f"{card['as_of']} {card['bundle']['id']}@{card['bundle']['version']} {card['subject']['id']} "
        f"{card['state']} {'-' if card['score'] is None else format(card['score'], '.3f')}\n"
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
