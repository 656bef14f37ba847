"""Official numbers as supplied metrics, thresholds and weights, with how each was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.errors import UsageError, near_match
from shopscore.events.reader import FILE, ROW, ReadOptions, ReadResult
from shopscore_plugins.performance_api import NAME, OPTIONS
from shopscore_plugins.performance_api.codes import dimension_of
from shopscore_plugins.performance_api.model import Official
from shopscore_plugins.performance_api.official import read_official
from shopscore_plugins.performance_api.scales import decimal, read_thresholds, read_value

if TYPE_CHECKING:
    import pyarrow as pa

_NO_NAME = "shop"
_MARKET = "US"
"""The API answers for shops of the US only."""

_METRICS = ("shop_id", "metric", "value", "numerator", "denominator", "as_of")
_BENCHMARKS = ("shop_id", "metric", "dimension", "poor", "excellent", "weight")
_SHOPS = ("shop_id", "market", "category")


def supply(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the official numbers of a shop, and how those that could be read in two ways were read."""
    for name in options.more:
        if name not in OPTIONS:
            hint = near_match(name, OPTIONS)
            raise UsageError(f"the reader {NAME} has no option {name!r}; expected {', '.join(OPTIONS)}{hint}")
    official = read_official(paths)
    shop = options.more.get("shop", _NO_NAME)
    metrics, benchmarks, notes = _metrics(official, shop)
    weights, more_notes = _weights(official, shop)
    dropped = Counter(
        {
            "answers with nothing to supply": official.not_read,
            "problem records without an id": official.idless,
            "files that are no JSON": official.ignored,
        }
    )
    category = official.overview.category if official.overview else None
    return ReadResult(
        reader=NAME,
        tables={
            "shops": _table(_SHOPS, [{"shop_id": shop, "market": _MARKET, "category": category}]),
            "supplied_metrics": _table(_METRICS, metrics),
            "supplied_benchmarks": _table(_BENCHMARKS, [*benchmarks, *weights]),
        },
        zone=options.zone,
        dropped=+dropped,
        notes=(*notes, *more_notes),
        files=official.files,
    )


_Row = dict[str, str | None]


def _metrics(official: Official, shop: str) -> tuple[list[_Row], list[_Row], list[tuple[str, str]]]:
    metrics: list[_Row] = []
    benchmarks: list[_Row] = []
    notes: list[tuple[str, str]] = []
    newest = official.metrics.values()
    for measured in (*official.earlier, *newest):
        code, written, window = measured.code, measured.written, measured.window
        reading = read_value(written)
        if reading is not None:
            row: _Row = {
                "shop_id": shop,
                "metric": measured.metric,
                "value": _plain(reading.value),
                "as_of": None if window is None else window.as_of.isoformat(),
                FILE: measured.place,
            }
            if reading.parts_agree:
                # The value is written out to a few decimals; its parts have them all.
                row |= {"value": None, "numerator": written.numerator, "denominator": written.denominator}
                row["value"] = _quotient(written.numerator, written.denominator)
            metrics.append(row)
            if reading.assumed:
                notes.append(("unit_assumed", f"{code}: {written.value} is read as {reading.how}"))
            if reading.parts_agree is False:
                parts = f"{written.numerator} of {written.denominator}"
                notes.append(
                    ("parts_differ", f"{code}: {written.value} is not {parts}; the value alone is read")
                )
        poor, excellent = read_thresholds(written)
        if measured in newest and (poor is not None or excellent is not None):
            lines = {"poor": _plain(poor), "excellent": _plain(excellent)}
            benchmarks.append({"shop_id": shop, "metric": measured.metric, **lines, FILE: measured.place})
    return metrics, benchmarks, notes


def _weights(official: Official, shop: str) -> tuple[list[_Row], list[tuple[str, str]]]:
    if official.overview is None:
        return [], []
    known = [(name, dimension_of(name), weight) for name, weight in official.overview.weights]
    if strange := [name for name, dimension, _ in known if dimension is None]:
        text = f"no weight is read: a dimension is called {strange[0]!r}; expected English names"
        return [], [("unknown_dimension", text)]
    place = official.overview.place
    return [
        {"shop_id": shop, "dimension": dimension, "weight": weight, FILE: place}
        for _, dimension, weight in known
    ], []


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _quotient(numerator: str | None, denominator: str | None) -> str | None:
    above, below = decimal(numerator), decimal(denominator)
    return None if above is None or not below else repr(float(above / below))


def _table(columns: Sequence[str], rows: Sequence[_Row]) -> pa.Table:
    """Return rows as texts, without the columns that none of them has."""
    import pyarrow as pa

    there = [name for name in columns if any(row.get(name) is not None for row in rows)] or columns
    arrays = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in there}
    if rows and FILE in rows[0]:
        arrays[FILE] = pa.array([row.get(FILE) for row in rows], pa.string())
        arrays[ROW] = pa.array([1] * len(rows), pa.int64())
    return pa.table(arrays)
