"""A history against as many single runs, each going on from the states the one before it left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
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
    rows = 0
    with pq.ParquetFile(whole) as file:
        days = file.iter_batches(batch_size=1024)
        batch, place = next(days), 0
        for path in singles:
            for row in _rows(path):
                while place == batch.num_rows:
                    batch, place = next(days), 0
                if batch.slice(place, 1).to_pylist()[0] != row:
                    raise SystemExit(f"{path} and the history differ for {row['subject']['id']}")
                place, rows = place + 1, rows + 1
        if rows != file.metadata.num_rows:
            raise SystemExit(f"the history has {file.metadata.num_rows} scorecards, the runs {rows}")
    return rows


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024):
            yield from batch.to_pylist()
