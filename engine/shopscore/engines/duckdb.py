"""The DuckDB engine: one statement over a data set, streamed as Arrow batches or written as Parquet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from shopscore.engines.contract import Binding
from shopscore.engines.duckdb_dialect import DuckDbDialect
from shopscore.engines.duckdb_pruning import clock_bounds
from shopscore.engines.duckdb_staging import stage_plugin_rows
from shopscore.engines.shared import from_row, metadata
from shopscore.engines.sql.bare import bare_models, bare_sources
from shopscore.engines.sql.border import Narrow
from shopscore.engines.sql.compile import Compiled, Inputs, Settled, compile_inputs, compile_run
from shopscore.engines.sql.inputs import Subjects
from shopscore.engines.sql.stages import supplied
from shopscore.engines.sql.terms import identifier, string
from shopscore.errors import UsageError
from shopscore.events.memory import memory_told
from shopscore.events.physical import Source
from shopscore.plan.layout import Note
from shopscore.scorecard import Scorecard

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.dataset import DataSet

DIALECT = DuckDbDialect()
_SUBJECT_ID = "subject_id"
_ROWS_A_BATCH = 8192
_ROWS_A_GROUP = 30_720
"""A quarter of what DuckDB would write as one: threads share the last of it, and less waits to be written."""
_DIFFERENT_VALUES = 1000
"""More are written as they are: a dictionary of nearly as many numbers as rows makes a file larger."""


class DuckDbEngine:
    """Scores every subject of a data set in its own connection."""

    def score(self, binding: Binding, data: DataSet) -> pa.RecordBatchReader:
        """Return the scorecards as nested Arrow batches by subject id; one batch at a time is held.

        What all scorecards share stands in the schema's metadata.
        """
        import pyarrow as pa  # here: what writes files starts sooner without it

        from shopscore.engines.arrow import schema_of

        compiled = compile_on(binding, data, data.sources)
        schema = schema_of(binding.layout)

        def batches() -> Iterator[pa.RecordBatch]:
            with told(), data.connection.cursor() as cursor:
                stage_plugin_rows(cursor, compiled.staged, compiled.stages)
                # As a view it is parsed once; as a relation by itself for its columns and for its rows.
                cursor.execute(
                    f"CREATE TEMP VIEW scorecards AS {compiled.query.sql(DIALECT.name, copy=False)}"
                )
                for batch in cursor.view("scorecards").to_arrow_reader(_ROWS_A_BATCH):
                    yield batch.cast(schema)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def scorecards(self, binding: Binding, data: DataSet) -> Iterator[Scorecard]:
        """Yield the scorecards by subject id."""
        for batch in self.score(binding, data):
            for row in batch.to_pylist():
                yield Scorecard(from_row(binding.layout, row))

    def write(self, binding: Binding, data: DataSet, out: Path) -> None:
        """Write the scorecards to a Parquet file, which appears whole or not at all.

        The data set must have been opened with the file's folder among its outputs.
        """
        compiled = compile_on(binding, data, data.sources)
        draft = out.resolve().with_name(f".{out.name}.{uuid.uuid4().hex[:8]}.partial")
        try:
            with told(), data.connection.cursor() as cursor:
                stage_plugin_rows(cursor, compiled.staged, compiled.stages)
                cursor.execute(
                    _copy(compiled.query, draft, metadata(binding.layout)).sql(DIALECT.name, copy=False)
                )
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)

    def statement(self, binding: Binding, data: DataSet | None = None) -> str:
        """Return the statement as people read it; without data, over tables named as in the model."""
        if data is not None:
            compiled = compile_on(binding, data, data.sources)
        else:
            models = bare_models(binding.plan.bundle)
            subjects = Subjects(supplied("subjects"), _SUBJECT_ID)
            compiled = compile_run(binding, bare_sources(models), models, subjects, DIALECT)
        return compiled.query.sql(DIALECT.name, pretty=True, copy=False)

    def notes(self, binding: Binding) -> list[Note]:
        """Return what a run on this engine has to say beside its result."""
        slow = [each for each in binding.plan.metrics if each.plugin is not None and each.plugin.sql is None]
        return [
            ("python_kind", f"{each.id}: kind {each.kind} has no SQL; its Python runs on the rows in order")
            for each in slow
            if binding.is_there(each)
        ]


def compile_on(binding: Binding, data: DataSet, sources: Mapping[str, Source]) -> Compiled:
    """Return a run over the tables of a data set, or others in their place."""
    return compile_run(binding, sources, data.tables, _subjects(data), DIALECT, _narrow(data))


def inputs_on(
    binding: Binding,
    data: DataSet,
    sources: Mapping[str, Source],
    goes_on: bool,
    settled: Settled | None,
) -> Inputs:
    """Return what a run's sheet reads; a run that `goes_on` has the day before's scorecards."""
    return compile_inputs(
        binding, sources, data.tables, _subjects(data), DIALECT, _narrow(data), goes_on, settled
    )


def _subjects(data: DataSet) -> Subjects:
    return Subjects(supplied(data.subjects_relation), _SUBJECT_ID)


def _narrow(data: DataSet) -> Narrow:
    return lambda source, spans: clock_bounds(data, source, spans)


def _copy(query: exp.Query, target: Path, said: Mapping[str, str]) -> exp.Copy:
    pairs = [exp.PropertyEQ(this=identifier(name), expression=string(text)) for name, text in said.items()]
    return exp.Copy(
        this=exp.Subquery(this=query),
        kind=False,
        files=[string(str(target))],
        params=[
            exp.CopyParameter(this=exp.var("FORMAT"), expression=exp.var("PARQUET")),
            exp.CopyParameter(this=exp.var("COMPRESSION"), expression=exp.var("ZSTD")),
            exp.CopyParameter(this=exp.var("ROW_GROUP_SIZE"), expression=exp.Literal.number(_ROWS_A_GROUP)),
            exp.CopyParameter(
                this=exp.var("DICTIONARY_SIZE_LIMIT"), expression=exp.Literal.number(_DIFFERENT_VALUES)
            ),
            exp.CopyParameter(this=exp.var("KV_METADATA"), expression=exp.Struct(expressions=pairs)),
        ],
    )


@contextmanager
def told() -> Iterator[None]:
    """Say in a person's words what DuckDB cannot do with this data on this machine."""
    try:
        with memory_told():
            yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        first = str(error).partition("\n")[0]
        raise UsageError(f"a metric's values do not fit 128-bit whole numbers: {first}") from error
