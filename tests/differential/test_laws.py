"""Laws of chapter 2 that hold whatever a policy says, on the reference engine."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.differential.bits import difference
from tests.differential.event_rows import Data, Row
from tests.differential.properties import Effort, efforts, hold
from tests.differential.running import bound, events_of, load, subjects_of
from tests.differential.worlds import World, worlds

from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import Result, compiled_sheet, evaluate
from shopscore.events.tables import Kind
from shopscore.events.time import DAY
from shopscore.formula.tree import Value
from shopscore.policy import Policy

WEEKS = 91
"""Days by which a run is moved: whole weeks, so that weekly items move along."""
_OTHER_FIELDS = re.compile(r"\bm\d_\w+\.(?:state|numerator|denominator)")
"""Fields of a metric that being supplied may change where the value stays."""


@dataclass(frozen=True, slots=True)
class Run:
    """A world's policy, loaded and bound to its tables."""

    world: World
    policy: Policy
    binding: Binding

    def results(self, world: World | None = None) -> dict[str, Result]:
        """Return each subject's result, on this world's rows or on those of another."""
        chosen = world or self.world
        binding = self.binding if world is None else bound(world, self.policy)
        return {
            subject: evaluate(binding, events_of(chosen, self.policy, subject, binding.supply))
            for subject in subjects_of(chosen, self.policy)
        }

    def same(self, world: World) -> None:
        """Demand that another world gives the same scorecards."""
        before, after = self.results(), self.results(world)
        for subject in before.keys() & after.keys():
            found = difference(dict(before[subject].scorecard), dict(after[subject].scorecard), subject)
            assert found is None, found


@contextmanager
def running(world: World) -> Iterator[Run]:
    with tempfile.TemporaryDirectory() as folder:
        policy = load(world.bundle, Path(folder))
    yield Run(world, policy, bound(world, policy))


@efforts()
def test_points_lost_adjustments_and_clip_explain_the_score(effort: Effort) -> None:
    """Σ points_lost + Σ (before − after) + what clipping took = max − score, to 2e-9."""

    def law(world: World) -> None:
        with running(world) as run:
            score = run.policy.bundle.score
            for result in run.results().values() if score else ():
                card = result.scorecard
                if score is None or card["score"] is None:
                    continue
                last = result.cells["score.before_adjustments"]
                for each in run.policy.plan.adjustments:
                    last = result.cells[f"adjustment.{each.id}.after"]
                assert isinstance(last, float)
                lost = [each["points_lost"] for each in card["metrics"].values()]
                parts = [each for each in lost if each is not None]
                parts += [part for each in card["adjustments"] for part in (each["before"], -each["after"])]
                parts += [last, -card["score"], -score.scale[1], card["score"]]
                # Adjustments may make huge scores, whose own last bit is worth more than 2e-9.
                allowed = 2e-9 + sum(math.ulp(part) for part in parts)
                assert math.fsum(parts) == pytest.approx(0.0, abs=allowed)

    hold(law, 25, effort)


@efforts()
def test_order_of_rows_means_nothing(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            run.same(_changed(world, lambda name, data: Random(name).sample(data.rows, len(data.rows))))

    hold(law, 15, effort)


@efforts()
def test_what_comes_after_d_means_nothing(effort: Effort) -> None:
    """Rows whose clock is at or after D 00:00, however they hang on earlier ones, change nothing."""

    def law(world: World) -> None:
        with running(world) as run:
            run.same(_changed(world, lambda name, data: [*data.rows, *_later_rows(world, name, data)]))

    hold(law, 20, effort)


@efforts()
def test_instants_after_d_are_not_known_yet(effort: Effort) -> None:
    """Moving an instant at or after D further away, and changing what it dates, changes nothing."""

    def law(world: World) -> None:
        with running(world) as run:
            run.same(_changed(world, lambda name, data: [_delayed(world, name, row) for row in data.rows]))

    hold(law, 15, effort)


@efforts()
def test_windows_move_with_d(effort: Effort) -> None:
    """Everything moved by whole weeks gives the same scorecard, moved; where no month is looked at."""

    def law(world: World) -> None:
        world = replace(world, bundle=replace(world.bundle, document=_without_months(world.bundle.document)))
        later = replace(
            _changed(world, lambda name, data: [_moved(world, name, row) for row in data.rows]),
            calendar=replace(world.calendar, as_of=world.calendar.as_of + timedelta(days=WEEKS)),
        )
        with running(world) as run:
            before, after = run.results(), run.results(later)
            assert list(before) == list(after)
            for subject, result in before.items():
                expected = _moved_dates(dict(result.scorecard))
                found = difference(expected, dict(after[subject].scorecard), subject)
                assert found is None, found

    hold(law, 20, effort, worlds(zones=("UTC",)))


@efforts()
def test_the_compiled_sheet_is_the_written_one(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            sheet = compiled_sheet(run.binding)
            for subject, result in run.results().items():
                events = events_of(world, run.policy, subject, run.binding.supply)
                again = evaluate(run.binding, events, sheet)
                found = difference(
                    dict(result.cells), {name: again.cells[name] for name in result.cells}, subject
                )
                assert found is None, found

    hold(law, 20, effort)


@efforts()
def test_floors_never_lower_and_give_nothing_to_null(effort: Effort) -> None:
    def law(world: World) -> None:
        with running(world) as run:
            for result in run.results().values():
                for floor in run.policy.plan.floors:
                    before, after = (result.cells[f"floor.{floor.id}.{end}"] for end in ("before", "after"))
                    assert (before is None) == (after is None)
                    if isinstance(before, float) and isinstance(after, float):
                        assert after >= before
                for metric in result.scorecard["metrics"].values():
                    assert (metric["points_before_floor"] is None) == (metric["points"] is None)

    hold(law, 20, effort)


@efforts()
def test_a_supplied_value_equal_to_the_computed_one_changes_no_score(effort: Effort) -> None:
    told: list[World] = []

    def law(world: World) -> None:
        # A supplied value brings no counts and has a state of its own: the policy must not read those.
        world = replace(world, bundle=replace(world.bundle, document=_reading_values(world.bundle.document)))
        if _OTHER_FIELDS.search(world.bundle.text()):
            return
        told.append(world)
        with running(world) as run:
            before = run.results()
            after = run.results(_with_supplied(world, before))
            # A subject that only a supplied value named, one now left out, is gone.
            for subject in before.keys() & after.keys():
                # Not benefits: one assessed on an earlier day would read a value computed for this one.
                for part in ("state", "score", "band", "dimensions", "floors", "adjustments", "targets"):
                    found = difference(before[subject].scorecard[part], after[subject].scorecard[part], part)
                    assert found is None, found

    hold(law, 60, effort)
    assert len(told) >= 10


def _changed(world: World, change: Callable[[str, Data], list[Row]]) -> World:
    return replace(
        world, tables={name: Data(data.columns, change(name, data)) for name, data in world.tables.items()}
    )


def _later_rows(world: World, name: str, data: Data) -> list[Row]:
    """Return rows like the ones there, but of D and later."""
    table, cutoff, day = world.bundle.tables[name], world.calendar.cutoff, world.calendar.day
    found: list[Row] = []
    for place, row in enumerate(data.rows):
        later = dict(row)
        if name == "supplied_metrics":
            if "as_of" not in data.columns:
                continue
            later |= {"as_of": day + 1 + place, "value": 0.123, "numerator": None, "denominator": None}
        elif name == "shop_states":
            later |= {"as_of_on": day + place}
            if any(_key(table.key, later) == _key(table.key, each) for each in data.rows):
                continue
        elif table.clock is None or table.row_id is None:
            continue
        else:
            later |= {table.row_id: f"later {place}", table.clock: cutoff + (place % 2) * DAY}
            for column, value in later.items():
                is_instant = table.columns[column].kind is Kind.INSTANT
                if is_instant and isinstance(value, int) and value < cutoff:
                    later[column] = cutoff + 2 * DAY
        found.append({column: later[column] for column in data.columns})
    return found


def _key(names: tuple[str, ...], row: Row) -> tuple[Value, ...]:
    return tuple(row.get(name) for name in names)


def _delayed(world: World, name: str, row: Row) -> Row:
    """Return a row whose instants of D and later come later still, with other words for what they date."""
    table, cutoff = world.bundle.tables[name], world.calendar.cutoff
    changed = dict(row)
    for column, value in row.items():
        if table.columns[column].kind is Kind.INSTANT and isinstance(value, int) and value >= cutoff:
            changed[column] = value + 400 * DAY
            if column == table.clock:
                continue
            for dated in table.dates.get(column, {}):
                if dated in row:
                    values = table.columns[dated].values
                    changed[dated] = values[0] if values else 1.0 if dated == "rating" else "something else"
    return changed


def _without_months(value: Any) -> Any:
    match value:
        case {"window": dict() as window, **rest}:
            kept = window if "days" in window else {"days": 30}
            return {"window": kept, **{key: _without_months(part) for key, part in rest.items()}}
        case {"assessed": str() as assessed, **rest}:
            kept = "weekly on monday" if assessed.startswith(("monthly", "quarterly")) else assessed
            return {"assessed": kept, **{key: _without_months(part) for key, part in rest.items()}}
        case {"resets": str(), **rest}:
            return _without_months({"expires_after_days": 10, **rest})
        case dict():
            return {key: _without_months(part) for key, part in value.items() if key != "effective"}
        case list():
            return [_without_months(part) for part in value]
        case _:
            return value


def _moved(world: World, name: str, row: Row) -> Row:
    columns = world.bundle.tables[name].columns
    steps = {Kind.INSTANT: WEEKS * DAY, Kind.DEADLINE: WEEKS * DAY, Kind.DAY: WEEKS}
    return {
        column: value + steps[columns[column].kind]
        if columns[column].kind in steps and isinstance(value, int)
        else value
        for column, value in row.items()
    }


def _moved_dates(value: Any) -> Any:
    match value:
        case date():
            return value + timedelta(days=WEEKS)
        case Mapping():
            return {key: _moved_dates(part) for key, part in value.items()}
        case list():
            return [_moved_dates(part) for part in value]
        case _:
            return value


def _reading_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy without the entries that read other fields, where nothing reads the entries."""
    found = dict(document)
    for section in ("benefits", "gates", "badges", "ladders"):
        entries = document.get(section, {})
        found[section] = {name: each for name, each in entries.items() if not _OTHER_FIELDS.search(str(each))}
    found["advisories"] = [
        each for each in document.get("advisories", []) if not _OTHER_FIELDS.search(str(each))
    ]
    if "score" in found:
        score = found["score"] = dict(found["score"])
        for section in ("floors", "adjustments"):
            score[section] = [each for each in score.get(section, []) if not _OTHER_FIELDS.search(str(each))]
    return {name: part for name, part in found.items() if part}


def _with_supplied(world: World, results: Mapping[str, Result]) -> World:
    """Return the world with every computed value supplied as well, in place of what was supplied."""
    key = f"{world.bundle.subject}_id"
    rows: list[Row] = [
        {key: subject, "metric": name, "value": metric["value"]}
        for subject, result in results.items()
        for name, metric in result.scorecard["metrics"].items()
        if metric["value"] is not None
    ]
    return replace(world, tables={**world.tables, "supplied_metrics": Data([key, "metric", "value"], rows)})
