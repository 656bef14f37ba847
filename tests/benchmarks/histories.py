"""A history against as many single runs, each going on from the states the one before it left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
from tests.benchmarks.process import Usage, spent
from tests.benchmarks.sheets import POLICY
from tests.benchmarks.table import process_table, ratio


def history_lines(data: Path, folder: Path, last: date, days: int, limits: Sequence[str]) -> Iterator[str]:
    """Measure a history of so many days up to `last`, and the runs of its days; compare every scorecard."""
    first = last - timedelta(days=days - 1)
    score, whole = ["shopscore_cli", "score", str(data)], folder / "history.parquet"
    checking = ["--bundle", POLICY, "--force", "--quiet", *limits]
    common = [*checking, "--checked"]
    spent([*score, *_day(first, folder), *checking])  # leaves the manifest that all others trust
    span = ["--from", str(first), "--to", str(last), "-o", str(whole)]
    history = spent(["shopscore_cli", "history", str(data), *span, *common])
    singles = []
    for place in range(days):
        day = first + timedelta(days=place)
        before = ["--states-in", str(folder / f"states-{day - timedelta(days=1)}.parquet")] if place else []
        out = ["--states-out", str(folder / f"states-{day}.parquet")]
        singles.append(spent([*score, *_day(day, folder), *before, *out, *common]))
    rows = _compared(whole, [folder / f"{first + timedelta(days=place)}.parquet" for place in range(days)])
    walls, cpus, peaks = zip(*((each.wall, each.cpu, each.peak) for each in singles), strict=True)
    runs = Usage(sum(walls), sum(cpus), max(peaks))
    yield f"{days} days up to {last}, {rows:,} scorecards, the same both ways:"
    yield ""
    yield from process_table({"`shopscore history`": [history], f"{days} × `shopscore score`": [runs]})
    yield ""
    yield ratio("history ÷ single runs", [history], [runs])


def _day(day: date, folder: Path) -> list[str]:
    return ["--as-of", str(day), "-o", str(folder / f"{day}.parquet")]


def _compared(whole: Path, singles: Sequence[Path]) -> int:
    """Return how many scorecards a history and the runs of its days have; raise where one differs."""
    both = "SELECT count(*), count(*) FILTER (WHERE one IS DISTINCT FROM other) FROM"
    with duckdb.connect() as connection:
        rows, different = connection.execute(
            f"{both} read_parquet($1) AS one FULL JOIN read_parquet($2) AS other "
            "ON one.as_of = other.as_of AND one.subject.id = other.subject.id",
            [str(whole), [str(path) for path in singles]],
        ).fetchone() or (0, 0)
    if different:
        raise SystemExit(
            f"{different:,} of {rows:,} scorecards differ between {whole} and the runs of its days"
        )
    return int(rows)
