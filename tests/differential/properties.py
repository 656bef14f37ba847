"""Runs a law on many worlds; one that breaks it is made small before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.differential.reduction import smallest
from tests.differential.worlds import World, worlds

Law = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How many worlds a law is tried on, times a law's own number; with a seed always the same ones."""

    factor: int
    seed: int | None

    def settings(self, examples: int) -> settings:
        """Return Hypothesis' settings; making failures small is ours."""
        return settings(
            max_examples=examples * self.factor,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )


def efforts(quick: int = 1, heavy: int = 40) -> pytest.MarkDecorator:
    """Return the efforts of a test: `quick` runs that go side by side, and one that `make heavy` makes."""
    cases = [pytest.param(Effort(1, place), id=f"quick{place + 1}") for place in range(quick)]
    cases.append(pytest.param(Effort(heavy, None), id="heavy", marks=pytest.mark.heavy))
    return pytest.mark.parametrize("effort", cases)


def hold(law: Law, examples: int, effort: Effort, strategy: st.SearchStrategy[World] | None = None) -> None:
    """Try a law, which raises where it is broken, on worlds of a strategy."""

    broken: list[World] = []

    @effort.settings(examples)
    @given(strategy if strategy is not None else worlds())
    def tried(world: World) -> None:
        try:
            law(world)
        except Exception:
            broken.append(world)
            raise

    if effort.seed is not None:
        tried = seed(crc32(law.__qualname__.encode()) + effort.seed)(tried)
    try:
        tried()
    except Exception:
        if not broken:
            raise  # Hypothesis itself has something to say
        _show(law, broken[0])
        raise


def _show(law: Law, world: World) -> None:
    """Raise again what breaks the law, with the smallest world that does."""
    kind = _breach(law, world)
    small = smallest(world, lambda each: _breach(law, each) is kind)
    try:
        law(small)
    except Exception as error:
        error.add_note(f"broken by this world:\n{small.text()}")
        raise


def _breach(law: Law, world: World) -> type[Exception] | None:
    """Return what a law raises on a world: a world that is no longer valid breaks it in another way."""
    try:
        law(world)
    except Exception as error:
        return type(error)
    return None
