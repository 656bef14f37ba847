"""What the generated worlds are worth: every construct, state, tie and edge comes up in them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.differential.properties import Effort, efforts, hold
from tests.differential.running import bound, events_of, load, subjects_of
from tests.differential.seen import seen
from tests.differential.worlds import World

from shopscore.engines.reference.engine import evaluate

LIST = Path(__file__).with_name("must_occur.txt")


@efforts(heavy=4)
def test_everything_listed_occurs(effort: Effort) -> None:
    """A strategy that stops drawing something would leave a green test that compares nothing."""
    found: set[str] = set()

    def law(world: World) -> None:
        with tempfile.TemporaryDirectory() as folder:
            policy = load(world.bundle, Path(folder))
        binding = bound(world, policy)
        results = {}
        for subject in subjects_of(world, policy):
            events = events_of(world, policy, subject, binding.supply)
            results[subject] = events, evaluate(binding, events)
        found.update(seen(world, binding, results))

    hold(law, 160, effort)
    listed = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(set(listed)) == len(listed)
    assert [name for name in listed if name not in found] == []
