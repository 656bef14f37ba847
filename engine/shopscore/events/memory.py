"""What a person is told where a run does not fit the memory it was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from shopscore.errors import UsageError

_LACK = "Out of Memory Error"


@contextmanager
def memory_told() -> Iterator[None]:
    """Turn the database's lack of memory into a UsageError."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise _told(str(error)) from error
    except OSError as error:
        # What goes wrong behind the first batch comes through Arrow, as an error of no file.
        if error.errno is not None or _LACK not in str(error):
            raise
        raise _told(str(error)[str(error).index(_LACK) :]) from error


def _told(said: str) -> UsageError:
    first = said.partition("\n")[0]
    return UsageError(f"there is too little memory: {first}")
