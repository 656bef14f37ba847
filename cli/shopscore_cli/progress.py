"""A progress bar where somebody watches, and nothing where nobody does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shopscore_cli.interruption import heed

Advance = Callable[[int, int | None], None]
"""Told how much is done, and of how much, where that is known."""


@contextmanager
def meter(what: str, quiet: bool = False) -> Iterator[Advance]:
    """Show how far something is on standard error while the block runs.

    Who tells how far it is hears of an interruption that came where Python ignores errors.
    """
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda done, total: heed()
        return
    # Imported here: most runs never show a bar, and rich takes a while to load.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def advance(done: int, total: int | None) -> None:
            heed()
            progress.update(task, completed=done, total=total)

        yield advance
