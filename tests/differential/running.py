"""From a world to scorecards: folders on disk, a loaded policy, an opened data set, rows in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from tests.differential.counting import counted
from tests.differential.event_rows import Data
from tests.differential.policies import NAME, Bundle
from tests.differential.worlds import World

from shopscore.api import Workspace
from shopscore.engines.bind import bind
from shopscore.engines.contract import Binding
from shopscore.events import manifest
from shopscore.events.connection import Settings
from shopscore.events.dataset import DataSet
from shopscore.events.rows import Events, Row, Supply
from shopscore.events.tables import Column, Kind, Table
from shopscore.events.values import Zones, canonical
from shopscore.formula.tree import Value
from shopscore.hooks import Loaded, collect
from shopscore.policy import Policy
from shopscore_plugins import metric_kinds

PLUGINS = collect([Loaded("metric_kinds", "1", metric_kinds)])
ONE_THREAD = Settings(threads=1)

_TYPES = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.COUNT: pa.int64(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.DEADLINE: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load(bundle: Bundle, folder: Path) -> Policy:
    """Write a bundle below a folder and load it; a generated bundle that is not valid is our mistake."""
    place = folder.joinpath(*NAME.split("@"))
    place.mkdir(parents=True)
    for name, text in bundle.files().items():
        (place / name).write_text(text, encoding="utf-8")
    return Workspace([folder], PLUGINS).policy(NAME)


def write(world: World, policy: Policy, folder: Path, cut: Cut | None = None) -> None:
    """Write a world's tables as Parquet files into a new folder, with the manifest of a check pass.

    The pass itself has tests of its own and takes longer than both engines. `cut` gives each table several
    files of several row groups in place of one, their rows in another order.
    """
    folder.mkdir()
    models, files = policy.tables, []
    for name, data in world.tables.items():
        as_text = name in world.as_text
        whole = folder.resolve() / f"{name}.parquet"
        for path, part, rows in [(whole, data, None)] if cut is None else cut.parts(whole, data):
            pq.write_table(arrow_table(models[name], part, as_text=as_text), path, row_group_size=rows)
            files.append(path)
    model = manifest.model_of(models, Zones(policy.zone))
    manifest.write(manifest.place_of(folder), files, model, counted(world))


@dataclass(frozen=True, slots=True)
class Cut:
    """How rows are shuffled and cut into files and row groups."""

    seed: int
    files: int
    group: int

    def parts(self, whole: Path, data: Data) -> Iterator[tuple[Path, Data, int]]:
        """Yield path, rows and rows a group of each file that takes the place of a whole one."""
        rows = Random(self.seed).sample(data.rows, len(data.rows))
        whole.with_suffix("").mkdir()
        for place in range(self.files):
            path = whole.with_suffix("") / f"part-{place}.parquet"
            yield path, Data(data.columns, rows[place :: self.files]), self.group


def arrow_table(model: Table, data: Data, *, as_text: bool = False) -> pa.Table:
    """Return a table's rows as Arrow, each value in the column's own type or all of them as texts."""
    columns = [model.columns[name] for name in data.columns]
    schema = pa.schema([(each.name, pa.string() if as_text else _TYPES[each.kind]) for each in columns])
    put = _text if as_text else _stored
    values = {each.name: [put(each, row[each.name]) for row in data.rows] for each in columns}
    return pa.Table.from_pydict(values, schema=schema)


@contextmanager
def opened(policy: Policy, folder: Path, settings: Settings = ONE_THREAD) -> Iterator[DataSet]:
    """Open a folder that was written with its manifest."""
    with policy.open(folder, settings=settings, checked=True) as data:
        assert not [finding for finding in data.findings if finding.id == "I350"], "the manifest was refused"
        yield data


def bound(world: World, policy: Policy) -> Binding:
    """Return a run on a world's tables, without the notes a data set adds."""
    columns = {name: data.columns for name, data in world.tables.items()}
    supply = Supply.of(columns, {name: len(data.rows) for name, data in world.tables.items()})
    return bind(policy.plan, world.calendar.as_of, supply, category=world.category)


def events_of(world: World, policy: Policy, subject: str, supply: Supply) -> Events:
    """Return one subject's rows as a data set would hand them over."""
    key = f"{policy.bundle.subject}_id"
    models = policy.tables
    tables: dict[str, tuple[Row, ...]] = dict.fromkeys(models, ())
    for name, data in world.tables.items():
        own = [row for row in data.rows if row.get(key) == subject]
        if name == "supplied_benchmarks":
            own = [row for row in data.rows if row.get(key) in (subject, None)]
        tables[name] = tuple(
            {each.name: _canonical(each, row.get(each.name)) for each in models[name].columns.values()}
            for row in own
        )
    return Events(subject, tables, supply, {name: ("",) * len(rows) for name, rows in tables.items()})


def subjects_of(world: World, policy: Policy) -> list[str]:
    """Return the subjects of a run, by code points."""
    key, market = f"{policy.bundle.subject}_id", policy.bundle.market
    if "shops" not in world.tables:
        return sorted({str(row[key]) for data in world.tables.values() for row in data.rows if row.get(key)})
    return sorted(
        str(row[key])
        for row in world.tables["shops"].rows
        if row.get("state") != "closed" and (market is None or row.get("market") in (None, market))
    )


def _canonical(column: Column, value: Value) -> Value:
    return canonical(column, float(value) if column.type.is_numeric and value is not None else value)


def _stored(column: Column, value: Value) -> object:
    if value is None:
        return None
    match column.kind:
        case Kind.COUNT:
            return int(value)
        case Kind.INSTANT | Kind.DEADLINE:
            return _EPOCH + timedelta(microseconds=int(value))
        case Kind.DAY:
            return date(1970, 1, 1) + timedelta(days=int(value))
        case _:
            return value


def _text(column: Column, value: Value) -> str | None:
    if value is None:
        return None
    match column.kind:
        case Kind.FLAG:
            return "true" if value else "false"
        case Kind.NUMBER | Kind.COUNT:
            return repr(float(value))
        case Kind.INSTANT | Kind.DEADLINE | Kind.DAY:
            stored = _stored(column, value)
            assert isinstance(stored, date)
            return stored.isoformat()
        case _:
            return str(value)
