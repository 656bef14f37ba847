"""Foreign input to Parquet files of the run's own, values as they were written, with each row's place.

What cannot be read as a row stays in as a row that says so, for the checks to count.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from msgspec import Struct
from sqlglot import exp

from shopscore.errors import BadInputError, Finding, Level
from shopscore.events.expressions import sql, text

BROKEN = "_broken"
"""Column: why a record is no row; null for rows."""
MISTYPED = "_mistyped"
"""Column: the first column whose JSON value is no text where one is expected; null for none."""
NTH = "_nth"
"""Column: the number of a row in a reader's table; several of its rows may come from one row of a file."""


class Staged(Struct, frozen=True):
    """The columns of the model a file has, and those the model does not have."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def unreadable(where: str, message: str) -> BadInputError:
    """Return the error of a file that cannot be read at all."""
    return BadInputError([Finding("I321", Level.ERROR, where, message)])


def write_parquet(connection: duckdb.DuckDBPyConnection, rows: exp.Expression, target: Path) -> None:
    """Write the result of a query to a Parquet file, streaming."""
    copy = exp.Copy(
        this=exp.Subquery(this=rows),
        kind=False,
        files=[text(str(target))],
        params=[exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET"))],
    )
    connection.execute(sql(copy))
