"""Files of states: what one run leaves and the next one begins with (2.6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shopscore.errors import BadInputError, Finding, Level, UsageError
from shopscore.events.dataset import DataSet
from shopscore.events.tables import Kind, Table
from shopscore.plan.windows import to_day
from shopscore.policy import Policy
from shopscore.states import STATES

SUFFIX = ".parquet"


def check_states_path(path: Path) -> None:
    """Raise UsageError for a file of states that is not called as one."""
    if path.suffix != SUFFIX:
        raise UsageError(f"{path} is no file of states; expected one that ends in {SUFFIX}")


def read_states(policy: Policy, path: Path, before: date) -> pa.Table:
    """Return the newest state of each item before a day, checked and in canonical form.

    Raises BadInputError where the file is none, or a row of it is wrong.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        first = str(error).partition("\n")[0]
        message = f"the states cannot be read: {first}; expected what --states-out writes"
        raise BadInputError([Finding("I321", Level.ERROR, str(path), message)]) from error
    with policy.open({STATES: table}) as states:
        return _newest(states, policy.tables[STATES], to_day(before))


def refuse_two(data: DataSet, path: Path) -> None:
    """Raise UsageError where the data has states of its own beside those of a file."""
    if STATES in data.sources:
        raise UsageError(f"the data has a table {STATES} and --states-in names {path}; give one of them")


def write_states(states: pa.Table, model: Table, path: Path) -> None:
    """Write states as a table of the event model, days as dates."""
    columns = [
        states.column(name).cast(pa.date32()) if column.kind is Kind.DAY else states.column(name)
        for name, column in model.columns.items()
    ]
    pq.write_table(pa.table(columns, names=list(model.columns)), path, compression="zstd")


def _newest(states: DataSet, model: Table, before: int) -> pa.Table:
    from shopscore.engines.duckdb import DIALECT
    from shopscore.engines.sql.border import canonical
    from shopscore.engines.sql.stages import quoted, select, supplied
    from shopscore.engines.sql.terms import named

    source = states.sources[STATES]
    terms = [named(canonical(column, source.columns), name) for name, column in model.columns.items()]
    rows = select(terms, supplied(source.relation)).sql(DIALECT.name)
    keys = ", ".join(quoted(name) for name in (model.key[0], "item"))
    names = ", ".join(quoted(name) for name in model.columns)
    query = f"""
        SELECT {names} FROM (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY as_of_on DESC) AS place
            FROM ({rows}) AS given WHERE as_of_on < {before}
        ) AS ranked
        WHERE place = 1
    """
    return states.connection.sql(query).to_arrow_table()
