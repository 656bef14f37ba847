"""The reference engine over a whole data set, as Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from shopscore.engines.arrow import schema_of
from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import compiled_sheet, evaluate
from shopscore.scorecard import Scorecard

if TYPE_CHECKING:
    from shopscore.events.dataset import DataSet

_SUBJECTS_A_BATCH = 1000


def scorecards(binding: Binding, data: DataSet) -> Iterator[Scorecard]:
    """Yield the scorecard of every subject, by subject id."""
    run_sheet = compiled_sheet(binding)
    for events in data.events():
        yield evaluate(binding, events, run_sheet).scorecard


def to_batches(binding: Binding, data: DataSet) -> pa.RecordBatchReader:
    """Return the scorecards of every subject as nested Arrow batches."""
    return in_batches(binding, scorecards(binding, data))


def in_batches(binding: Binding, cards: Iterator[Scorecard]) -> pa.RecordBatchReader:
    """Return scorecards of a run as nested Arrow batches."""
    schema = schema_of(binding.layout)

    def batches() -> Iterator[pa.RecordBatch]:
        for group in _grouped(cards):
            yield pa.RecordBatch.from_pylist([dict(each) for each in group], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _grouped(cards: Iterator[Scorecard]) -> Iterator[list[Scorecard]]:
    group: list[Scorecard] = []
    for card in cards:
        group.append(card)
        if len(group) == _SUBJECTS_A_BATCH:
            yield group
            group = []
    if group:
        yield group
