"""One scoring run: scorecards to a file, the bad rows beside them, and a manifest of it all."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from shopscore.engines.bind import outside_range
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.engines.reference.table import to_batches
from shopscore.errors import UsageError
from shopscore.events.dataset import DataSet
from shopscore.plan.layout import Note
from shopscore.policy import Policy
from shopscore.states import STATES
from shopscore_cli.files import drafts
from shopscore_cli.flat_files import ENDINGS, PARQUET, nested_first, refuse_too_many
from shopscore_cli.progress import meter
from shopscore_cli.render.words import count_of
from shopscore_cli.row_groups import RowGroups

MANIFEST_VERSION: Final = 1
Report = dict[str, Any]
"""A run's manifest, as JSON says it."""


class Outputs(Struct, frozen=True):
    """The files of one run."""

    scores: Path
    manifest: Path
    bad_rows: Path
    states: Path | None = None

    @classmethod
    def beside(cls, scores: Path, states: Path | None = None) -> Outputs:
        """Return the files that belong to a file of scorecards."""
        if scores.suffix not in ENDINGS:
            found = f"{scores.suffix!r}" if scores.suffix else "no ending"
            raise UsageError(f"{scores} has {found}; expected {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
        stem = scores.name.removesuffix(scores.suffix)
        manifest, bad_rows = f"{stem}.manifest.json", f"{stem}.bad-rows{PARQUET}"
        return cls(scores, scores.with_name(manifest), scores.with_name(bad_rows), states)

    @property
    def all(self) -> tuple[Path, ...]:
        """Return all of them."""
        own = (self.scores, self.manifest, self.bad_rows)
        return own if self.states is None else (*own, self.states)


class Run(Struct, frozen=True):
    """What is scored, by what, as of when."""

    policy: Policy
    data: DataSet
    as_of: date
    engine: str
    category: str | None
    plugins: Mapping[str, str]
    is_replay: bool = False
    """True where states are carried from run to run."""
    states: pa.Table | None = None
    """The states it begins with."""


def score_to_files(run: Run, outputs: Outputs, quiet: bool) -> Report:
    """Score every subject and return the run's manifest; all files appear at the end, or none."""
    started, clock = datetime.now(UTC), time.monotonic()
    refuse_too_many(outputs.scores, run.data.subject_counts.subjects)
    with drafts(*outputs.all) as written, digests_beside(run.data.files) as digests:
        scores, manifest, bad_rows, *states = written
        with nested_first(scores, outputs.scores, quiet) as nested:
            if run.is_replay:
                _replay(run, nested, states, quiet)
            else:
                _write_scores(run, nested, quiet)
            counts = count_cards(nested)
        if any(report.bad for report in run.data.reports.values()):
            run.data.write_bad_rows(bad_rows)
        report = report_of(run, outputs, counts, digests)
        report["output"] |= {"bytes": scores.stat().st_size, "sha256": digest_of(scores)}
        report |= {
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - clock, 3),
        }
        manifest.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _write_scores(run: Run, path: Path, quiet: bool) -> None:
    """Write the scorecards; neither engine ever holds more than a part of them."""
    binding = run.policy.bind_data(run.data, run.as_of, category=run.category)
    subjects = run.data.subject_counts.subjects
    with meter(f"scoring {count_of(subjects, run.policy.bundle.subject)}", quiet) as advance:
        if run.engine == "duckdb":
            DuckDbEngine().write(binding, run.data, path)
            return
        batches = to_batches(binding, run.data)
        _write_batches(path, batches.schema, batches, lambda rows: advance(rows, subjects))


def _replay(run: Run, path: Path, states: Sequence[Path], quiet: bool) -> None:
    """Write the scorecards of a day of a replay, and the states it leaves, if they are asked for."""
    from shopscore_cli.histories import Days
    from shopscore_cli.states import write_states

    subjects = run.data.subject_counts.subjects
    what = f"scoring {count_of(subjects, run.policy.bundle.subject)}"
    days = Days(run.policy, run.data, run.engine, run.category, run.states)
    with meter(what, quiet) as advance, days:
        for schema, batches in days.run([run.as_of]):
            _write_batches(path, schema, batches, lambda rows: advance(rows, subjects))
        for place in states:
            write_states(days.states(), run.policy.tables[STATES], place)


def _write_batches(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], advance: Callable[[int], None]
) -> None:
    """Write scorecards, and tell how many there are so far."""
    rows = 0
    with RowGroups(path, schema) as writer:
        for batch in batches:
            writer.add(batch)
            rows += batch.num_rows
            advance(rows)


class Counts(Struct, frozen=True):
    """How the scorecards came out."""

    rows: int
    states: Counter[str | None]
    bands: Counter[str | None]


def count_cards(path: Path) -> Counts:
    """Count the scorecards of a file, a row group at a time."""
    states, bands = Counter[str | None](), Counter[str | None]()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["state", "band"]):
            states.update(batch.column("state").to_pylist())
            bands.update(batch.column("band").to_pylist())
        return Counts(file.metadata.num_rows, states, bands)


def report_of(run: Run, outputs: Outputs, counts: Counts, digests: list[Future[str]]) -> Report:
    """Return a run's manifest but for what is known at its end."""
    bundle, data = run.policy.bundle, run.data
    warnings: list[Note] = [*outside_range(bundle, run.as_of), *data.notes(run.as_of)]
    return {
        "manifest_version": MANIFEST_VERSION,
        "bundle": {"id": bundle.id, "version": bundle.version, "digest": bundle.digest},
        "as_of": run.as_of.isoformat(),
        "engine": run.engine,
        "category": run.category,
        "versions": {
            "shopscore": version("shopscore"),
            "python": platform.python_version(),
            **{name: version(name) for name in ("duckdb", "pyarrow")},
            "plugins": dict(run.plugins),
        },
        "inputs": [
            {"path": str(path), "bytes": path.stat().st_size, "sha256": digest.result()}
            for path, digest in zip(data.files, digests, strict=True)
        ],
        "tables": {name: {"rows": each.rows, "bad": dict(each.bad)} for name, each in data.reports.items()},
        "subjects": {
            "scored": counts.rows,
            "of_other_markets": data.subject_counts.other_market,
            "closed": data.subject_counts.closed,
        },
        "states": _sorted(counts.states),
        "bands": _sorted(counts.bands),
        "warnings": [{"id": id_, "text": text} for id_, text in warnings],
        "output": {"path": str(outputs.scores), "rows": counts.rows},
    }


def _sorted(counts: Counter[str | None]) -> dict[str, int]:
    return {str(name): count for name, count in counts.most_common() if name is not None}


@contextmanager
def digests_beside(paths: Iterable[Path]) -> Iterator[list[Future[str]]]:
    """Read the digests of files from the disk while the engine computes; those nobody waits for are left."""
    with ThreadPoolExecutor(1) as beside:
        try:
            yield [beside.submit(digest_of, path) for path in paths]
        finally:
            beside.shutdown(wait=False, cancel_futures=True)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
