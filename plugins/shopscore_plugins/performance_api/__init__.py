"""The reader `performance-api`: saved answers of the official score API of the US, for one shop.

Metrics become supplied_metrics, thresholds and weights supplied_benchmarks. The offending records are for
`shopscore reconcile`; customers' and agents' names are never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.hookspecs import hookimpl

NAME = "performance-api"
OPTIONS = {"shop": "the shop's id, which the answers do not have; without one it is called shop"}


def read(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the official numbers of a shop, and how those that could be read in two ways were read."""
    # Imported here: plugins are loaded with every command.
    from shopscore_plugins.performance_api.supplying import supply

    return supply(paths, options)


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return the reader `performance-api`."""
    return [Reader(NAME, "saved JSON answers of the official score API (US)", read, OPTIONS)]
