"""What the sheets of a replay read, day by day: gathered while the sheet before is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from shopscore.engines.duckdb import DIALECT, inputs_on, told
from shopscore.engines.duckdb_settled import SCHEMA, SettledRows
from shopscore.engines.duckdb_staging import stage_plugin_rows
from shopscore.engines.sql.compile import Settled
from shopscore.engines.sql.replays import DayStatements, day_statements
from shopscore.plan.windows import assessment_day

if TYPE_CHECKING:
    from shopscore.engines.contract import Binding
    from shopscore.events.dataset import DataSet
    from shopscore.events.physical import Source
    from shopscore.events.rows import Supply
    from shopscore.policy import Policy


_SIDES = 2
"""Days take turns between two tables of inputs: one is read while the other is filled."""


class GatheredDay(Struct, frozen=True):
    """A day's inputs, in a table that stands until the day after the next is gathered.

    Attributes:
        sheet: the statement of the scorecards, which reads them; the same text on days of a shape.
    """

    day: date
    binding: Binding
    sheet: str


class DailyInputs:
    """Gathers the inputs of a replay's days into tables."""

    def __init__(self, policy: Policy, data: DataSet, category: str | None) -> None:
        self._policy, self._data, self._category = policy, data, category
        self._cursor = data.connection.cursor()
        self._sheets: list[tuple[object, str, str]] = []
        """The shapes of statements there were, the tables they read, and the statements."""
        self._days = 0
        self._rows: SettledRows | None = None

    def gather(self, day: date, supply: Supply, sources: Mapping[str, Source], goes_on: bool) -> GatheredDay:
        """Gather the inputs of the next day; one that `goes_on` takes its states from the day before."""
        binding = self._policy.bind_data(self._data, day, category=self._category, replayed=supply)
        if goes_on:
            binding = replace(binding, carried=_carried(binding))
        with told():
            inputs = inputs_on(binding, self._data, sources, goes_on, self._settled(binding))
            stage_plugin_rows(self._cursor, inputs.staged, inputs.stages)
            statements = day_statements(binding, inputs)
            table = f"{SCHEMA}.inputs_{self._days % _SIDES}"
            query = statements.inputs.sql(DIALECT.name, copy=False)
            self._cursor.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")
        self._days += 1
        return GatheredDay(day, binding, self._sheet(statements, table))

    def _sheet(self, statements: DayStatements, table: str) -> str:
        """Return the sheet's statement; it is written once for all days of a shape."""
        for shape, inputs, statement in self._sheets:
            if (shape, inputs) == (statements.shape, table):
                return statement
        text = statements.sheet(table, DIALECT).sql(DIALECT.name, copy=False)
        self._sheets.append((statements.shape, table, text))
        return text

    def _settled(self, binding: Binding) -> Settled | None:
        """Return the rows worked out before, on days that ask for nothing as of another day."""
        if self._days == 0 or len(binding.assessments()) > 1:
            return None
        if self._rows is None:
            self._rows = SettledRows(self._cursor, self._data, binding)
        return self._rows.of(binding)

    @property
    def have_settled(self) -> bool:
        """Tell whether rows were worked out that nothing will change any more."""
        return self._rows is not None

    def interrupt(self) -> None:
        """Stop what is being gathered."""
        self._cursor.interrupt()

    def close(self) -> None:
        """Let go of the connection."""
        self._cursor.close()


def _carried(binding: Binding) -> frozenset[str]:
    """Return the items that are as they were yesterday: those that are not assessed."""
    items = binding.plan.bundle.items
    # What an item with a streak lacks, it lacks of the next assessment.
    return frozenset(
        item.id
        for item in binding.plan.items
        if assessment_day(item.schedule, binding.as_of) != binding.as_of and items[item.id].streak is None
    )
