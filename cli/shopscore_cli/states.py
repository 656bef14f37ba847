"""Files of states: what one run leaves and the next one begins with (2.6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from shopscore.errors import BadInputError, Finding, Level, UsageError
from shopscore.events.damage import parquet_fault
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

    Raises BadInputError where the file is none or a row of it is wrong, UsageError where all rows are later.
    """
    if fault := parquet_fault(path):
        raise _unreadable(path, fault)
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, "the Parquet file is damaged") from error
    try:
        with policy.open({STATES: table}) as states:
            found = _newest(states, policy.tables[STATES], to_day(before))
    except BadInputError as error:
        raise BadInputError(_of_the_file(each, path) for each in error.findings) from error
    if table.num_rows and not found.num_rows:
        first = pc.min(table.column("as_of_on")).as_py()
        raise UsageError(f"{path} has no state from before {before}: its first are of {first}")
    return found


def _unreadable(path: Path, fault: str) -> BadInputError:
    message = f"{fault}; --states-in reads what --states-out writes"
    return BadInputError([Finding("I321", Level.ERROR, str(path), message)])


def _of_the_file(finding: Finding, path: Path) -> Finding:
    return replace(finding, where=str(finding.where).replace(f"frames/{STATES}", str(path), 1))


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
