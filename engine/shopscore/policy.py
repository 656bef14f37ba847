"""One policy at work: cases and data sets in, scorecards out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from shopscore.bundle.model import Bundle
from shopscore.engines.bind import bind
from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import Result, evaluate
from shopscore.errors import BadInputError, Finding, UsageError, near_match
from shopscore.events.cases import Case, CaseFile, open_case, open_case_text
from shopscore.events.rows import Supply
from shopscore.events.tables import Table, with_quantities
from shopscore.events.time import Zone
from shopscore.plan.layout import Note
from shopscore.plan.model import Plan
from shopscore.plan.needs import model_of, needs_of, quantities_of
from shopscore.plan.supplied_names import notes_on_names
from shopscore.scorecard import Scorecard

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.dataset import DataSet

ENGINES = ("duckdb", "reference")

CaseSource = Case | CaseFile | Path | str | Mapping[str, Any]
"""A case that was read or opened, a case file, or a case as a mapping such as JSON gives."""


class Policy(Struct, frozen=True):
    """One loaded version of a programme, ready to evaluate."""

    bundle: Bundle
    plan: Plan
    findings: tuple[Finding, ...]
    """Warnings of the bundle; errors never get this far."""

    @property
    def name(self) -> str:
        """Return `id@version`."""
        return self.bundle.name

    @property
    def zone(self) -> Zone:
        """Return the zone whose days the policy counts in."""
        return Zone(self.bundle.timezone)

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the event model as the policy sees it: with its shop columns and its metrics' units."""
        return with_quantities(model_of(self.bundle), quantities_of(self.plan))

    def case(self, source: CaseSource) -> Case:
        """Return a case from a file or a mapping; raises BadInputError with everything wrong in it."""
        if isinstance(source, Case):
            return source
        file: CaseFile | None
        findings: tuple[Finding, ...]
        if isinstance(source, CaseFile):
            file, findings = source, ()
        elif isinstance(source, Mapping):
            file, findings = open_case_text(as_json(source), "<case>")
        else:
            file, findings = open_case(source)
        if file is None:
            raise BadInputError(findings)
        case, more = file.read(self.tables, self.zone)
        if case is None:
            raise BadInputError((*findings, *more))
        return case

    def evaluate(
        self, case: CaseSource, *, as_of: date | None = None, category: str | None = None
    ) -> Scorecard:
        """Return the scorecard of one case; `as_of` wins over the case's own day."""
        return self.run(case, as_of=as_of, category=category).scorecard

    def run(self, case: CaseSource, *, as_of: date | None = None, category: str | None = None) -> Result:
        """Return the scorecard of one case and every cell behind it."""
        read = self.case(case)
        return evaluate(self.bind_case(read, as_of=as_of, category=category), read.events)

    def bind_case(
        self,
        case: Case,
        *,
        as_of: date | None = None,
        category: str | None = None,
        replayed: Supply | None = None,
    ) -> Binding:
        """Return a run on one case; `replayed` is the supply of a day of a replay."""
        day = as_of or case.as_of
        if day is None:
            raise UsageError(
                f"{case.name}: no day to evaluate as of; write as_of: in the case or give --as-of"
            )

        def names(table: str, column: str) -> list[str]:
            return [str(row[column]) for row in case.events.tables[table] if row[column] is not None]

        notes = (*case.notes, *notes_on_names(self.plan, names))
        return self._bind(day, case.events.supply, replayed, category, notes)

    def open(self, data: Path | str | Mapping[str, Any], **options: Any) -> DataSet:
        """Return a checked data set with what the policy needs of it; close it after use.

        `data` is a folder, a DuckDB file, or data frames by table name; `options` are those of
        `shopscore.events.opening.open_dataset`, such as on_bad_rows and reader.
        """
        from shopscore.events.frames import from_frames
        from shopscore.events.opening import open_dataset

        return open_dataset(
            from_frames(data) if isinstance(data, Mapping) else data,
            zone=self.zone,
            subject=self.bundle.subject,
            tables=self.tables,
            needs=needs_of(self.plan),
            market=self.bundle.market,
            **options,
        )

    def bind_data(
        self,
        data: DataSet,
        as_of: date,
        *,
        category: str | None = None,
        notes: Iterable[Note] = (),
        replayed: Supply | None = None,
    ) -> Binding:
        """Return a run on a data set; `replayed` is the supply of a day of a replay."""
        told = (*data.notes(as_of), *notes, *notes_on_names(self.plan, data.names))
        return self._bind(as_of, data.supply, replayed, category, told)

    def _bind(
        self, day: date, own: Supply, replayed: Supply | None, category: str | None, notes: Iterable[Note]
    ) -> Binding:
        is_replay = replayed is not None
        return bind(self.plan, day, replayed or own, category=category, notes=notes, is_replay=is_replay)

    def score(
        self,
        data: Path | str | Mapping[str, Any],
        as_of: date | str,
        *,
        engine: str = "duckdb",
        category: str | None = None,
        **options: Any,
    ) -> Any:
        """Return a scorecard for every subject, one row each by subject id.

        `data` and `options` are those of `open`. The result is an Arrow table with nested columns; for
        data frames it is a frame of the caller's own kind.
        """
        from shopscore.events.frames import like

        day = _day(as_of)
        with self.open(data, **options) as opened:
            table = self.batches(opened, day, engine=engine, category=category).read_all()
        return like(table, data) if isinstance(data, Mapping) else table

    def batches(
        self, data: DataSet, as_of: date, *, engine: str = "duckdb", category: str | None = None
    ) -> pa.RecordBatchReader:
        """Return the scorecards of an open data set as nested Arrow batches by subject id."""
        binding = self.bind_data(data, as_of, category=category)
        if engine == "duckdb":
            from shopscore.engines.duckdb import DuckDbEngine

            return DuckDbEngine().score(binding, data)
        if engine == "reference":
            from shopscore.engines.reference.table import to_batches

            return to_batches(binding, data)
        raise _unknown_engine(engine)

    def history(
        self,
        case: CaseSource,
        first: date | str,
        last: date | str,
        *,
        replay_from: date | str | None = None,
        category: str | None = None,
    ) -> Iterator[Scorecard]:
        """Yield a case's scorecard on each day between two, both included, with states replayed."""
        from shopscore.replay import CaseSubject, Span, replay_subject

        start = None if replay_from is None else _day(replay_from)
        span = Span.of(_day(first), _day(last), start)
        for _, result in replay_subject(lambda day: self, CaseSubject(case, category), span):
            yield result.scorecard

    def scorecards(
        self,
        data: DataSet,
        as_of: date,
        *,
        engine: str = "duckdb",
        category: str | None = None,
        notes: Iterable[Note] = (),
    ) -> Iterator[Scorecard]:
        """Yield a scorecard for every subject of an open data set, by subject id."""
        binding = self.bind_data(data, as_of, category=category, notes=notes)
        if engine == "duckdb":
            from shopscore.engines.duckdb import DuckDbEngine

            yield from DuckDbEngine().scorecards(binding, data)
        elif engine == "reference":
            from shopscore.engines.reference.table import scorecards

            yield from scorecards(binding, data)
        else:
            raise _unknown_engine(engine)


def as_json(case: Mapping[str, Any]) -> str:
    """Return a case as JSON text, dates and instants as ISO 8601, so that one reader serves all."""
    import json

    def text(value: Any) -> str:
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        raise UsageError(f"a case cannot hold a {type(value).__name__}: {value!r}")

    return json.dumps(case, ensure_ascii=False, default=text)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _unknown_engine(engine: str) -> UsageError:
    return UsageError(
        f"no engine is called {engine!r}{near_match(engine, ENGINES)} (known: {', '.join(ENGINES)})"
    )
