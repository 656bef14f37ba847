"""A world written to disk and opened, and what each engine makes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from tests.differential.bits import difference
from tests.differential.running import ONE_THREAD, Cut, events_of, load, opened, write
from tests.differential.worlds import World

from shopscore.engines.contract import Binding
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.engines.reference.engine import Result, evaluate
from shopscore.events.connection import Settings
from shopscore.events.dataset import DataSet
from shopscore.events.rows import Events
from shopscore.policy import Policy

Cards = dict[str, dict[str, Any]]
"""Scorecards by subject, in the order of the run."""


@dataclass(frozen=True, slots=True)
class Run:
    """A world's data set, with its policy bound to it."""

    world: World
    policy: Policy
    data: DataSet
    binding: Binding
    folder: Path

    def by_duckdb(self) -> Cards:
        """Return the scorecards of the engine under test."""
        cards = [dict(card) for card in DuckDbEngine().scorecards(self.binding, self.data)]
        return {card["subject"]["id"]: card for card in cards}

    def by_reference(self) -> Cards:
        """Return the scorecards of the executable specification, on rows that never met a database."""
        return {subject: dict(result.scorecard) for subject, result in self.results().items()}

    def results(self) -> dict[str, Result]:
        """Return the reference engine's results, cells included."""
        return {subject: evaluate(self.binding, self.events(subject)) for subject in self.data.subjects()}

    def events(self, subject: str) -> Events:
        """Return one subject's rows as the world has them."""
        return events_of(self.world, self.policy, subject, self.binding.supply)


@contextmanager
def running(world: World, settings: Settings = ONE_THREAD, cut: Cut | None = None) -> Iterator[Run]:
    """Write a world's policy and data, and open both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        policy = load(world.bundle, folder / "policies")
        write(world, policy, folder / "data", cut)
        with opened(policy, folder / "data", replace(settings, outputs=(folder,))) as data:
            binding = policy.bind_data(data, world.calendar.as_of, category=world.category)
            yield Run(world, policy, data, binding, folder)


def same(expected: Any, found: Any) -> None:
    """Demand the same bits, the same keys and the same order."""
    where = difference(expected, found)
    assert where is None, where
