"""Histories: one subject's days printed, or every subject's written to Parquet files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click
from msgspec import Struct

from shopscore.errors import BadInputError, UsageError
from shopscore.replay import CaseSubject, DataSubject, ReferenceReplay, Span, Subject, replay_subject
from shopscore.states import STATES
from shopscore_cli.categories import note_category
from shopscore_cli.data import Opening, open_data, refuse_as_table, refuse_read
from shopscore_cli.failures import say, say_findings
from shopscore_cli.files import drafts, refuse_existing
from shopscore_cli.inputs import choose_policy, choose_subject, is_case_name, open_case_file
from shopscore_cli.output import print_records
from shopscore_cli.progress import meter
from shopscore_cli.render.history import history_page
from shopscore_cli.session import Session

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.dataset import DataSet
    from shopscore.policy import Policy
    from shopscore_cli.scoring import Outputs, Report


@dataclass(frozen=True)
class History:
    """What a history is of: the policy or market, the days, the data and how to read it."""

    session: Session
    bundle: str | None
    market: str | None
    span: Span
    opening: Opening
    shop: str | None
    category: str | None

    def policy_on(self, case_bundle: str | None = None) -> Callable[[date], Policy]:
        """Return which policy scores a day; a case may name its own."""
        named = self.bundle if self.market is not None or self.bundle is not None else case_bundle

        @cache
        def on(day: date) -> Policy:
            return choose_policy(self.session, named, self.market, day)

        return on


def print_history(history: History, format: str, language: str) -> None:
    """Print one subject's scorecards, day by day."""
    with ExitStack() as opened:
        policy_on, subject = _subject(history, opened)
        note_category((policy.bundle for policy in _policies(history, policy_on)), history.category)
        days = list(replay_subject(policy_on, subject, history.span))
    if format == "table":
        click.echo(history_page(days, language))
    else:
        print_records([result.scorecard for _, result in days], format)


def _subject(history: History, opened: ExitStack) -> tuple[Callable[[date], Policy], Subject]:
    """Return the subject asked for, read by every policy of the days, and which policy scores which day."""
    target = str(history.opening.path)
    if is_case_name(target) and history.opening.reader is None:
        file = open_case_file(target)
        policy_on = history.policy_on(file.bundle)
        for policy in _policies(history, policy_on):
            case, findings = file.read(policy.tables, policy.zone)
            if case is None:
                raise BadInputError(findings)
            say_findings(findings)
            if history.shop not in (None, case.events.subject):
                raise UsageError(
                    f"the case is about {case.events.subject!r}; there is no {history.shop!r} in it"
                )
        return policy_on, CaseSubject(file, history.category)
    policy_on = history.policy_on()
    data: dict[str, DataSet] = {}
    for policy in _policies(history, policy_on):
        data[policy.name] = opened.enter_context(open_data(history.session, policy, history.opening))
    first = policy_on(history.span.replay_from)
    say_findings(data[first.name].findings)
    shop = choose_subject(history.shop, data[first.name], first.bundle.subject)
    return policy_on, DataSubject(data, shop, history.category)


def _policies(history: History, policy_on: Callable[[date], Policy]) -> list[Policy]:
    """Return the policies of the days, in order; without one for a day nothing is begun."""
    return list({policy.name: policy for policy in map(policy_on, history.span.days())}.values())


class _Segment(Struct, frozen=True):
    """Days in a row that one policy scores, and where their scorecards go."""

    policy: Policy
    days: tuple[date, ...]
    outputs: Outputs | None
    """None where all days come before the first that is asked for."""


def write_history(history: History, output: Path, engine: str, force: bool, quiet: bool) -> None:
    """Write the scorecards of every subject, a file for each version; all appear, or none."""
    target = str(history.opening.path)
    if is_case_name(target) and history.opening.reader is None:
        said = f"-o writes every shop of a data set, and {target} is a case; --format ndjson prints its days"
        raise UsageError(said)
    segments = _segments(history, output)
    everything = [path for segment in segments if segment.outputs for path in segment.outputs.all]
    refuse_existing(everything, force)
    if not quiet:
        note_category((segment.policy.bundle for segment in segments), history.category)
    if history.opening.reader is None:
        refuse_as_table(output, history.opening.path, segments[0].policy.tables)
    reports: list[tuple[_Segment, Report]] = []
    with drafts(*everything) as written:
        states: pa.Table | None = None
        draft_of = dict(zip(everything, written, strict=True))
        for place, segment in enumerate(segments):
            with meter("checking the data", quiet):
                opened = open_data(history.session, segment.policy, history.opening)
            with opened as data:
                refuse_read(everything, data.files)
                if not quiet and place == 0:
                    say_findings(data.findings)
                report, states = _write(history, segment, data, engine, states, draft_of, quiet)
                if not history.opening.checked:
                    data.write_manifest()
            if report is not None:
                reports.append((segment, report))
    if not quiet:
        for segment, report in reports:
            days = f"{report['days']['from']} to {report['days']['to']}"
            rows = f"{report['output']['rows']:,}"
            say(f"{report['output']['path']}: {rows} scorecards, {days}, by {segment.policy.name}")


def _segments(history: History, output: Path) -> list[_Segment]:
    from shopscore_cli.scoring import Outputs

    policy_on = history.policy_on()
    runs = [
        (name, tuple(days)) for name, days in groupby(history.span.days(), lambda day: policy_on(day).name)
    ]
    written = [(name, days) for name, days in runs if days[-1] >= history.span.first]
    beside = Outputs.beside(output)
    several = len(written) > 1

    def place(name: str, days: tuple[date, ...]) -> Outputs | None:
        if (name, days) not in written:
            return None
        own = output.with_name(f"{output.stem}.{name}{output.suffix}")
        return Outputs.beside(own) if several else beside

    return [_Segment(policy_on(days[0]), days, place(name, days)) for name, days in runs]


def _write(
    history: History,
    segment: _Segment,
    data: DataSet,
    engine: str,
    states: pa.Table | None,
    draft_of: Mapping[Path, Path],
    quiet: bool,
) -> tuple[Report | None, pa.Table]:
    """Write one version's days; return the manifest and the states the next version begins with."""
    from shopscore_cli.flat_files import nested_first, refuse_too_many
    from shopscore_cli.row_groups import RowGroups
    from shopscore_cli.scoring import Run, count_cards, digest_of, digests_beside, report_of

    started, clock = datetime.now(UTC), time.monotonic()
    plugins = history.session.workspace.plugins.versions
    run = Run(segment.policy, data, segment.days[-1], engine, history.category, plugins)
    shown = [day for day in segment.days if day >= history.span.first]
    outputs = segment.outputs
    writer: RowGroups | None = None
    with meter(f"{len(segment.days)} days by {segment.policy.name}", quiet) as advance, ExitStack() as stack:
        scores: Path | None = None
        if outputs is not None:
            refuse_too_many(outputs.scores, len(shown) * data.subject_counts.subjects)
            draft = draft_of[outputs.scores]
            # Quiet, for the bar of the days is still there when the rows are written out.
            scores = stack.enter_context(nested_first(draft, outputs.scores, quiet=True))
        digests = stack.enter_context(digests_beside(data.files))
        replay = stack.enter_context(Days(segment.policy, data, engine, history.category, states))
        scored = zip(segment.days, replay.run(segment.days), strict=True)
        for done, (day, (schema, batches)) in enumerate(scored, 1):
            if scores is not None and day >= history.span.first:
                writer = writer or stack.enter_context(RowGroups(scores, schema))
            for batch in batches:
                if writer is not None:
                    writer.add(batch)
            advance(done, len(segment.days))
        left = replay.states()
        if writer is None or outputs is None or scores is None:
            return None, left
        writer.close()
        if any(report.bad for report in data.reports.values()):
            data.write_bad_rows(draft_of[outputs.bad_rows])
        report = report_of(run, outputs, count_cards(scores), digests)
    written = draft_of[outputs.scores]
    report["days"] = {"from": shown[0].isoformat(), "to": shown[-1].isoformat()}
    report["replay_from"] = history.span.replay_from.isoformat()
    report["output"] |= {"bytes": written.stat().st_size, "sha256": digest_of(written)}
    report |= {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 3),
    }
    text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    draft_of[outputs.manifest].write_text(text, encoding="utf-8")
    return report, left


class Days:
    """A replay by either engine, a day at a time, as Arrow batches; states go in and out as Arrow."""

    def __init__(
        self, policy: Policy, data: DataSet, engine: str, category: str | None, states: pa.Table | None
    ) -> None:
        self._stack = ExitStack()
        self.states: Callable[[], pa.Table]
        self._run: Callable[[Iterable[date]], Iterator[pa.RecordBatchReader]]
        if engine == "duckdb":
            from shopscore.engines.duckdb_history import DuckDbReplay

            replay = self._stack.enter_context(DuckDbReplay(policy, data, category, states))
            self.states = replay.states
            self._run = lambda days: (batches for _, batches in replay.days(days))
        else:
            from shopscore.engines.reference.table import in_batches
            from shopscore.states import as_arrow, by_subject

            model = policy.tables[STATES]
            own = ReferenceReplay(policy, data, category, by_subject(states, model))
            self.states = lambda: as_arrow(own.states, model)
            self._run = lambda days: (in_batches(*own.run(day)) for day in days)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def run(self, days: Iterable[date]) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
        """Yield each day's scorecards; all of them are to be taken before the next day."""
        for batches in self._run(days):
            yield batches.schema, iter(batches)
