"""A DuckDB connection that reads the input, writes the output, and reaches nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
from msgspec import Struct

from shopscore.errors import UsageError
from shopscore.events.damage import of_database
from shopscore.events.expressions import sql, text

_LEFT_OUT = ("projection_placement", "projection_pullup")
"""Optimizers of some versions that take a third of the time a statement is planned in."""

CALLERS = "external_threads"
"""How many of the threads are the program's own, which ask at the same time; one unless a replay has two."""

ATTACHED = "input"
"""The name an input database is attached by."""


class Settings(Struct, frozen=True):
    """How much of the machine a run may use.

    Attributes:
        threads: None is as many as there are cores.
        memory_limit: such as `4GiB`; None is DuckDB's own share of the machine.
        temp: the folder under which a run keeps its temporary files; None is the system's.
        outputs: folders the run may write to.
    """

    threads: int | None = None
    memory_limit: str | None = None
    temp: Path | None = None
    outputs: tuple[Path, ...] = ()


def connect(
    settings: Settings, temp: Path, inputs: Iterable[Path], database: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection that sees only these folders and whose configuration is locked.

    `database` is attached read-only as `input`. Raises UsageError where it, or a setting, is refused.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(temp),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if settings.threads is not None:
        config["threads"] = settings.threads
    if settings.memory_limit is not None:
        config["memory_limit"] = settings.memory_limit
    try:
        connection = duckdb.connect(config=config)
    except duckdb.Error as error:
        raise UsageError(f"DuckDB refuses its settings: {of_database(error)}") from error
    # One statement each: what is allowed has to be said before everything else is forbidden.
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    _leave_out_optimizers(connection)
    if database is not None:
        _attach(connection, database)
    folders = sorted(
        {str(folder) for folder in (temp, *inputs, *(each.resolve() for each in settings.outputs))}
    )
    connection.execute("SET allowed_directories = ?", [folders])
    connection.execute("SET enable_external_access = false")
    connection.execute(f"SET allowed_configs = ['{CALLERS}']")
    connection.execute("SET lock_configuration = true")
    return connection


def _leave_out_optimizers(connection: duckdb.DuckDBPyConnection) -> None:
    """Spare the planner what moves columns between the many layers of a statement, to no gain there."""
    known = {name for (name,) in connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
    left_out = [name for name in _LEFT_OUT if name in known]
    connection.execute("SET disabled_optimizers = ?", [",".join(left_out)])


def _attach(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    try:
        connection.execute(f"ATTACH {sql(text(str(database)))} AS {ATTACHED} (READ_ONLY)")
    except duckdb.Error as error:
        raise UsageError(f"{database} cannot be opened as a DuckDB database: {of_database(error)}") from error
