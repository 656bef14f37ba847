"""Metrics of kinds that plugins bring: their own SQL over the rows, or Python on ordered batches."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from sqlglot import exp

from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.metric_demand import EventDemand, PluginRows
from shopscore.engines.sql.stages import Stages, filtered, relation, select
from shopscore.engines.sql.terms import column, known, met, named
from shopscore.engines.sql.zone_rules import local_day
from shopscore.events.time import Zone
from shopscore.formula.sql_functions import cast
from shopscore.hookspecs import Fraction

KEY = "subject_id"


class PluginResult(Struct, frozen=True):
    """Where a plugin metric's integers are found."""

    stage: str
    key: str
    without_rows: Fraction
    """What the kind gives a subject that has no row."""
    is_double: bool
    """True where Python already made doubles of the integers."""


class StagedRows(Struct, frozen=True):
    """Rows that a kind without SQL works through in Python, and the table its results go to."""

    table: str
    wanted: PluginRows
    rows: str
    """The stage with the rows; columns subject_id, at, day, value, hit and, if there is one, row_id."""
    has_row_id: bool


def add_plugin_metrics(
    stages: Stages,
    demand: Demand,
    events: EventDemand,
    members: Mapping[str, str],
    subject: str,
    zone: Zone,
) -> tuple[dict[str, PluginResult], list[StagedRows]]:
    """Add the metrics of kinds with SQL; return where all of them are found, and what Python must do."""
    results: dict[str, PluginResult] = {}
    staged: list[StagedRows] = []
    for wanted in events.plugins:
        kind = wanted.metric.plugin
        assert kind is not None
        label = demand.label(wanted.metric.id, wanted.day)
        table = wanted.metric.population.table
        rows = stages.add(f"{label}.rows", _rows(wanted, events, members[table], subject, zone))
        without_rows = kind.reference((), wanted.metric.parameters)
        if kind.sql is not None:
            stage = stages.add(f"{label}.integers", kind.sql(rows, wanted.metric.parameters))
        else:
            stage = f"{label}.integers"
            has_row_id = events.tables[table].plan.table.row_id is not None
            staged.append(StagedRows(stage, wanted, rows, has_row_id))
        results[label] = PluginResult(stage, KEY, without_rows, is_double=kind.sql is None)
    return results, staged


def _rows(wanted: PluginRows, events: EventDemand, members: str, subject: str, zone: Zone) -> exp.Select:
    table = events.tables[wanted.metric.population.table]
    row_id = table.plan.table.row_id
    terms = [
        named(column(subject), KEY),
        named(column(wanted.at), "at"),
        named(local_day(zone, column(wanted.at)), "day"),
        named(column(wanted.value) if wanted.value is not None else cast(exp.Null(), "BIGINT"), "value"),
        named(met(column(wanted.test)) if wanted.test is not None else exp.true(), "hit"),
    ]
    if row_id is not None:
        terms.append(named(column(row_id), "row_id"))
    return filtered(select(terms, relation(members)), known(column(table.weights()[wanted.slice])))
