"""What the generated worlds are worth: every construct, state, tie and edge comes up in them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from tests.differential.choices import Choices
from tests.differential.running import bound, events_of, load, subjects_of
from tests.differential.seen import seen
from tests.differential.worlds import world

from shopscore.engines.reference.engine import evaluate

LIST = Path(__file__).with_name("must_occur.txt")
WORLDS = 240
"""So many are drawn at most, always the same ones."""


def test_everything_listed_occurs() -> None:
    """A generator that stops drawing something would leave a green test that compares nothing."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and line[0] != "#"]
    assert len(set(listed)) == len(listed)
    missing = set(listed)
    for number in range(1, WORLDS + 1):
        made = world(Choices(Random(number)))
        with tempfile.TemporaryDirectory() as folder:
            policy = load(made.bundle, Path(folder))
        binding = bound(made, policy)
        results = {}
        for subject in subjects_of(made, policy):
            events = events_of(made, policy, subject, binding.supply)
            results[subject] = events, evaluate(binding, events)
        missing -= seen(made, binding, results)
        if not missing:
            break
    assert sorted(missing) == []
