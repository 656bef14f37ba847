"""Both engines give identical scorecards, for generated policies on generated data sets."""

from __future__ import annotations

import dataclasses

import pyarrow.parquet as pq
from msgspec.structs import replace
from tests.differential.counting import counted
from tests.differential.event_rows import Data, Row
from tests.differential.opened_runs import running, same
from tests.differential.properties import Effort, efforts, hold
from tests.differential.running import ONE_THREAD
from tests.differential.worlds import World

from shopscore.engines.duckdb import DuckDbEngine
from shopscore.engines.reference.engine import evaluate
from shopscore.engines.shared import from_row


@efforts(quick=3)
def test_both_engines_give_the_same_scorecards(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            same(run.by_reference(), run.by_duckdb())

    hold(law, 10, effort)


@efforts(heavy=10)
def test_a_written_file_holds_the_same_scorecards(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            out = run.folder / "out.parquet"
            DuckDbEngine().write(run.binding, run.data, out)
            rows = pq.read_table(out).to_pylist()
            found = [from_row(run.binding.layout, row) for row in rows]
            same(list(run.by_reference().values()), found)

    hold(law, 2, effort)


@efforts(heavy=10)
def test_one_subject_of_a_data_set_is_evaluated_as_in_its_run(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            expected = run.by_reference()
            alone = [run.data.subject_events(subject) for subject in run.data.subjects()]
            for events in alone:
                same(expected[events.subject], dict(evaluate(run.binding, events).scorecard))
            assert list(run.data.events()) == alone

    hold(law, 3, effort)


@efforts(heavy=10)
def test_the_check_pass_finds_what_was_counted(effort: Effort) -> None:
    """The manifest that the other tests trust is the one a check pass would have written."""

    def law(world: World) -> None:
        with running(world) as run, run.policy.open(run.folder / "data", settings=ONE_THREAD) as checked:
            expected = counted(world)
            names = checked.checked.tables.keys()
            for part in ("orphans", "strangers"):
                every = getattr(expected, part)
                wanted = {name: every[name] for name in sorted(every) if name in names}
                same(wanted, dict(sorted(getattr(checked.checked, part).items())))
            for name, report in checked.checked.tables.items():
                wanted = {
                    column: rows
                    for column, rows in expected.tables[name].unlisted.items()
                    if column in report.unlisted
                }
                assert replace(report, unlisted={}) == replace(expected.tables[name], unlisted={})
                assert dict(report.unlisted) == wanted

    hold(law, 2, effort)


@efforts(heavy=10)
def test_an_unrelated_subject_changes_nothing(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run, running(_with_another(world)) as more:
            before, after = run.by_duckdb(), more.by_duckdb()
            assert set(before) <= set(after)
            for subject, card in before.items():
                # Warnings also tell of the data set as a whole.
                same({**card, "warnings": []}, {**after[subject], "warnings": []})

    hold(law, 2, effort)


def _with_another(world: World) -> World:
    """Return the world with one more subject, whose rows are those of all others."""
    key = f"{world.bundle.subject}_id"
    tables = {}
    for name, data in world.tables.items():
        model = world.bundle.tables[name]
        own: dict[object, Row] = {}
        for place, row in enumerate(data.rows):
            copy = {**row, key: "another"} if row.get(key) is not None else None
            if copy is None or (name == "shops" and own):
                continue
            if model.row_id is not None and name not in ("orders", "reviews"):
                copy[model.row_id] = f"another {place}"
            own.setdefault(tuple(copy.get(each) for each in model.key), copy)
        tables[name] = Data(data.columns, [*own.values(), *data.rows])
    return dataclasses.replace(world, tables=tables)
