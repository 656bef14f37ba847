"""A lack of memory is told the same, as DuckDB raises it and as it comes through Arrow."""

from __future__ import annotations

import duckdb
import pytest

from shopscore.errors import UsageError
from shopscore.events.memory import memory_told

LACK = "Out of Memory Error: could not allocate 256.0 KiB (95.3 MiB/95.3 MiB used)"


@pytest.mark.parametrize(
    "error",
    [duckdb.OutOfMemoryException(f"{LACK}\nPossible solutions:"), OSError(f"Invalid Error: {LACK}\nDetail")],
    ids=["raised", "through Arrow"],
)
def test_a_lack_of_memory_is_told_in_a_line(error: Exception) -> None:
    with pytest.raises(UsageError) as told, memory_told():
        raise error
    assert str(told.value) == f"there is too little memory: {LACK}"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError("the stream broke off")])
def test_other_errors_of_the_system_stay_what_they_are(error: OSError) -> None:
    with pytest.raises(OSError) as found, memory_told():
        raise error
    assert found.value is error
