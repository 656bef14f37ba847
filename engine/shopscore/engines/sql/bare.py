"""Tables that are not there: what a statement reads when it is only to be shown."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.model import Bundle
from shopscore.events.physical import CONVERTED, Physical, Source
from shopscore.events.rows import Supply
from shopscore.events.tables import Column, Kind, Table
from shopscore.hooks import Plugins
from shopscore.plan.draft import Draft


def bare_models(bundle: Bundle) -> Mapping[str, Table]:
    """Return the event model as a bundle sees it."""
    return Draft.start(bundle, Plugins()).tables


def bare_sources(models: Mapping[str, Table]) -> Mapping[str, Source]:
    """Return every table with all its columns, called as in the model."""
    return {
        name: Source(name, name, {each.name: _stored(each) for each in model.columns.values()}, 0, False)
        for name, model in models.items()
    }


def bare_supply(models: Mapping[str, Table]) -> Supply:
    """Return the supply of every table with all its columns."""
    return Supply.of({name: model.columns for name, model in models.items()}, dict.fromkeys(models, 1))


def _stored(column: Column) -> Physical:
    if column.kind in (Kind.INSTANT, Kind.DEADLINE):
        return Physical.TIMESTAMPTZ
    return Physical.DATE if column.kind is Kind.DAY else CONVERTED[column.kind]
