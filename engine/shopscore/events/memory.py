"""What a person is told where a run does not fit the memory it was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from shopscore.errors import UsageError


@contextmanager
def memory_told() -> Iterator[None]:
    """Turn the database's lack of memory into a UsageError."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        first = str(error).partition("\n")[0]
        raise UsageError(f"there is too little memory: {first}") from error
