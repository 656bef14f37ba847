"""Metric kinds beyond the built-in ones: a percentile of values, and the peak of a run of days."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shopscore.formula.tree import Type
from shopscore.hookspecs import Fraction, MetricKind, Row, hookimpl
from shopscore.yaml.scalars import MILLION, millionths, parse_quantity

if TYPE_CHECKING:
    from sqlglot import exp


@hookimpl
def shopscore_metric_kinds() -> Sequence[MetricKind]:
    """Return percentile_of and peak_of."""
    return (PERCENTILE_OF, PEAK_OF)


def percentile(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
    """Return the smallest known value that at least `share` of the known values do not exceed.

    The nearest-rank percentile: always one of the values, never something between two of them.
    """
    values = sorted(row.value for row in rows if row.hit and row.value is not None)
    if not values:
        return Fraction(0, 0, 0, 0)
    rank = -(-_share(parameters) * len(values) // MILLION)
    return Fraction(values[rank - 1], 1, len(values), len(values))


def percentile_sql(rows: str, parameters: Mapping[str, Any]) -> exp.Select:
    """Return the percentile as the value at its rank; engines' own percentiles interpolate or estimate."""
    from sqlglot import exp  # only needed where SQL is made

    subject, value, place, known = (
        exp.column(name, quoted=True) for name in ("subject_id", "value", "place", "known_rows")
    )
    ranked = (
        exp.select(
            subject,
            value,
            exp.Window(
                this=exp.RowNumber(), partition_by=[subject], order=exp.Order(expressions=[value])
            ).as_("place", quoted=True),
            exp.Window(this=exp.Count(this=exp.Star()), partition_by=[subject]).as_(
                "known_rows", quoted=True
            ),
        )
        .from_(exp.table_(rows, quoted=True))
        .where(exp.column("hit", quoted=True), value.is_(exp.null()).not_())
    )
    # rank = ceil(share * rows), said without a division: rank - 1 < share * rows <= rank.
    wanted = known * exp.Literal.number(_share(parameters))
    return (
        exp.select(
            subject,
            value.as_("numerator"),
            exp.Literal.number(1).as_("denominator"),
            known.as_("numerator_rows"),
            known.as_("denominator_rows"),
        )
        .from_(ranked.subquery("ranked"))
        .where((place - 1) * MILLION < wanted, wanted <= place * MILLION)
    )


def peak(rows: Sequence[Row], parameters: Mapping[str, Any]) -> Fraction:
    """Return the most hits in any run of so many consecutive local days.

    A run that reaches beyond the window holds no more than the one that ends with it, so the window
    itself need not be known. Without rows the peak is 0, as a count of nothing is.
    """
    days = sorted(row.day for row in rows if row.hit)
    length = int(parameters["days"])
    # The run that ends on each hit's day; the last hit of a day sees all of its fellows.
    runs = (place - bisect_left(days, day - length + 1) for place, day in enumerate(days, 1))
    most = max(runs, default=0)
    return Fraction(most, 1, most, len(rows))


def _share(parameters: Mapping[str, Any]) -> int:
    return millionths(parse_quantity(parameters["share"]).decimal)


PERCENTILE_OF = MetricKind(
    name="percentile_of",
    help="the value that a share of the rows stays at or below (nearest rank); unknown values do not count",
    reference=percentile,
    sql=percentile_sql,
    parameters={
        "type": "object",
        "properties": {
            "share": {
                "type": "number",
                "minimum": 0.000001,
                "maximum": 1,
                "description": "0.9 for the 90th percentile, 0.5 for the lower median; to a millionth",
            }
        },
        "required": ["share"],
        "additionalProperties": False,
    },
    takes_value=True,
)

PEAK_OF = MetricKind(
    name="peak_of",
    help="the most rows that meet `where` in any run of consecutive local days of the window",
    reference=peak,
    parameters={
        "type": "object",
        "properties": {
            "days": {
                "type": "integer",
                "minimum": 1,
                "description": "how many consecutive local days are counted together",
            }
        },
        "required": ["days"],
        "additionalProperties": False,
    },
    counts_rows=True,
    unit=Type.COUNT,
)
