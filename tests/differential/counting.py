"""What a check pass has to find in a world's tables, counted in plain Python."""

from __future__ import annotations

from collections import Counter

from tests.differential.event_rows import Data, Row
from tests.differential.worlds import World

from shopscore.events.check import TableReport
from shopscore.events.manifest import Checked
from shopscore.events.tables import Table


def counted(world: World) -> Checked:
    """Return the reports, orphans and strangers of a world; none of its rows is bad."""
    models = world.bundle.tables
    reports = {name: _report(models[name], data) for name, data in world.tables.items()}
    orphans = {name: found for name in world.tables if (found := _orphans(world, models[name])) is not None}
    return Checked(reports, orphans, _strangers(world))


def _report(model: Table, data: Data) -> TableReport:
    clocks = (
        [int(row[model.clock]) for row in data.rows if row[model.clock] is not None] if model.clock else []
    )  # type: ignore[arg-type]
    replaced = [
        column for column in model.columns.values() if column.name in data.columns and column.unlisted
    ]
    strange = Counter(
        {
            column.name: sum(
                row[column.name] is not None and row[column.name] not in column.values for row in data.rows
            )
            for column in replaced
        }
    )
    return TableReport(
        rows=len(data.rows),
        first=min(clocks, default=None),
        last=max(clocks, default=None),
        unlisted=dict(strange),
    )


def _orphans(world: World, model: Table) -> int | None:
    parent = model.parent
    if parent is None or not model.columns["order_id"].required:
        return None
    key = world.bundle.tables[parent].key
    known = {_key(row, key) for row in world.tables[parent].rows} if parent in world.tables else set()
    return sum(_key(row, key) not in known for row in world.tables[model.name].rows)


def _strangers(world: World) -> dict[str, int]:
    if "shops" not in world.tables:
        return {}
    key = f"{world.bundle.subject}_id"
    known = {row[key] for row in world.tables["shops"].rows}
    return {
        name: sum(row[key] is not None and row[key] not in known for row in data.rows)
        for name, data in world.tables.items()
        if name != "shops" and key in data.columns
    }


def _key(row: Row, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(row[name] for name in names)
