"""Runs a law on many worlds; one that breaks it is made small before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.differential.reduction import smallest
from tests.differential.worlds import World, worlds

Law = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How many worlds a law is tried on; a quick run tries the same ones each time."""

    factor: int
    is_random: bool

    def settings(self, examples: int) -> settings:
        """Return Hypothesis' settings; shrinking is ours."""
        return settings(
            max_examples=examples * self.factor,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )


QUICK = Effort(factor=1, is_random=False)
HEAVY = Effort(factor=40, is_random=True)


def hold(law: Law, examples: int, effort: Effort, strategy: st.SearchStrategy[World] | None = None) -> None:
    """Try a law, which raises where it is broken, on worlds of a strategy."""

    @effort.settings(examples)
    @given(strategy if strategy is not None else worlds())
    def tried(world: World) -> None:
        try:
            law(world)
        except Exception as error:
            kind = type(error)
            small = smallest(world, lambda each: _breaks(law, each, kind))
            try:
                law(small)
            except kind as again:
                again.add_note(f"broken by this world:\n{small!r}")
                raise
            raise

    if not effort.is_random:
        tried = seed(crc32(law.__name__.encode()))(tried)
    tried()


def _breaks(law: Law, world: World, kind: type[Exception]) -> bool:
    try:
        law(world)
    except kind:
        return True
    except Exception:  # what is left is no valid world any more, or fails in another way
        return False
    return False
