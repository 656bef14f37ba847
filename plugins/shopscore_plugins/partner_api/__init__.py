"""The reader `partner-api`: saved answers of the platform's Open API, one folder for one shop.

Orders of 202309 and the old v2 (list and detail), returns and the reverse list, cancellations, reviews,
chat sessions with their messages, and the records of returns. Only what the event model has a place for
is read: names, addresses, phones, buyers' ids and messages never leave the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shopscore.events.reader import Reader, ReadOptions, ReadResult
from shopscore.hookspecs import hookimpl

NAME = "partner-api"
OPTIONS = {"shop": "the shop's id, which the answers do not have; without one it is called shop"}


def read(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the event tables of saved answers, in files or folders of pages."""
    # Imported here: plugins are loaded with every command.
    from shopscore_plugins.partner_api.reading import read_answers

    return read_answers(paths, options)


@hookimpl
def shopscore_readers() -> Sequence[Reader]:
    """Return the reader `partner-api`."""
    return [
        Reader(NAME, "saved JSON answers of the Open API: orders, returns, reviews, chats", read, OPTIONS)
    ]
