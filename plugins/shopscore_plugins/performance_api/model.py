"""What the platform says about one shop, as it was read: its score, metrics and problem records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from shopscore_plugins.performance_api.codes import METRICS
from shopscore_plugins.performance_api.scales import Written
from shopscore_plugins.performance_api.windows import Window


class Problem(Struct, frozen=True):
    """One record the platform counts against the shop."""

    record_id: str
    fields: Mapping[str, str]
    place: str


class Measured(Struct, frozen=True):
    """One metric as the platform gives it.

    Attributes:
        labels: what it calls numerator and denominator.
        listed: how many problem records it says there are; None where no list was saved.
    """

    code: str
    place: str
    written: Written
    score: str | None = None
    window: Window | None = None
    labels: tuple[str | None, str | None] = (None, None)
    problems: tuple[Problem, ...] = ()
    listed: int | None = None
    lines: int = 0
    """Entries of the problem lists, of which an order of several items has several."""

    @property
    def metric(self) -> str:
        """Return the metric's name in policies."""
        return METRICS[self.code]


class Overview(Struct, frozen=True):
    """The score, its dimensions' weights in percent by their names, and the shop's category."""

    place: str
    score: str | None
    tier: str | None
    weights: tuple[tuple[str, str], ...]
    dimension_scores: tuple[tuple[str, str], ...]
    category: str | None
    window: Window | None


class Official(Struct, frozen=True):
    """Everything that was saved of the score API about one shop."""

    overview: Overview | None
    metrics: Mapping[str, Measured]
    """The newest of each code, in the API's order."""
    earlier: tuple[Measured, ...]
    """Those of earlier windows, where answers of several days were saved."""
    files: tuple[Path, ...]
    not_read: int = 0
    """Answers that hold nothing to compare, such as top_items, and those another reader reads."""
    idless: int = 0
    """Problem records that name neither order nor chat."""
    ignored: int = 0
    """Files of a folder that are no JSON."""
