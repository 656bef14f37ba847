"""What was supplied beside events: metric values, benchmarks, earlier states; one row per subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from sqlglot import exp

from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.stages import Stages, filtered, grouped, relation, select, supplied
from shopscore.engines.sql.terms import (
    below,
    both,
    coalesced,
    column,
    compared,
    either,
    equals,
    integer,
    known,
    missing,
    named,
    string,
    where,
)
from shopscore.events.physical import Source
from shopscore.events.tables import Table
from shopscore.plan.model import Input
from shopscore.plan.names import STATE_COLUMNS

NEWEST = "newest"
FOUND = "found"
"""The field that tells whether there is a row at all."""


class Wide(Struct, frozen=True):
    """A stage with one row per key and a column per owner and field."""

    stage: str
    key: str

    def field(self, owner: str, field: str) -> exp.Expr:
        """Return the column of an owner's field."""
        return column(_label(owner, field), self.stage)


def supplied_metrics(
    stages: Stages, source: Source, model: Table, subject: str, inputs: Sequence[Input], day: int, label: str
) -> Wide:
    """Add the newest supplied row of each metric with as_of on or before a day; undated ones are oldest."""
    rows = _border(stages, source, model)
    known_by = either([missing(column("as_of")), compared(column("as_of"), exp.LTE, integer(day))])
    newest_first = [exp.Ordered(this=column("as_of"), desc=True, nulls_first=False)]
    ranked = filtered(_ranked(model, rows, [column(subject), column("metric")], newest_first), known_by)
    newest = stages.add(f"{label}_ranked", ranked)
    return _wide(stages, label, newest, subject, "metric", inputs)


def supplied_states(
    stages: Stages, source: Source, model: Table, subject: str, inputs: Sequence[Input], as_of: int
) -> Wide:
    """Add each item's newest supplied state from before D."""
    rows = _border(stages, source, model)
    newest_first = [exp.Ordered(this=column("as_of_on"), desc=True)]
    earlier = below(column("as_of_on"), integer(as_of))
    ranked = filtered(_ranked(model, rows, [column(subject), column("item")], newest_first), earlier)
    newest = stages.add("states_ranked", ranked)
    return _wide(stages, "states", newest, subject, "item", inputs, _STATE_COLUMNS)


_STATE_COLUMNS = {**STATE_COLUMNS, "stands": "as_of_on"}


def supplied_benchmarks(
    stages: Stages, source: Source, model: Table, subject: str, inputs: Sequence[Input]
) -> tuple[Wide, Wide]:
    """Add the benchmarks of subjects and those of categories."""
    owner = coalesced(column("metric"), column("dimension"))
    terms = [column(name) for name in model.columns if name not in ("metric", "dimension")]
    border = stages.add("benchmarks_border", _canonical(source, model))
    rows = stages.add("benchmarks_known", select([*terms, named(owner, "owner")], relation(border)))
    of_subject = filtered(
        _select_ranked(
            [subject, "owner", *_BENCHMARKS],
            rows,
            [column(subject), column("owner")],
            [exp.Ordered(this=column("category"))],
        ),
        known(column(subject)),
    )
    own = stages.add("benchmarks_of_subjects", of_subject)
    of_category = filtered(
        _select_ranked(
            ["category", "owner", *_BENCHMARKS],
            rows,
            [column("category"), column("owner")],
            [exp.Ordered(this=column("owner"))],
        ),
        both([missing(column(subject)), known(column("category"))]),
    )
    shared = stages.add("benchmarks_of_categories", of_category)
    return (
        _wide(stages, "own_benchmarks", own, subject, "owner", inputs),
        _wide(stages, "category_benchmarks", shared, "category", "owner", inputs),
    )


_BENCHMARKS = ("poor", "excellent", "average", "weight")


def _border(stages: Stages, source: Source, model: Table) -> str:
    label = f"{model.name}_border"
    if label not in stages.queries:
        stages.add(label, _canonical(source, model))
    return label


def _canonical(source: Source, model: Table) -> exp.Select:
    terms = [named(canonical(each, source.columns), name) for name, each in model.columns.items()]
    return select(terms, supplied(source.relation))


def _ranked(model: Table, rows: str, partition: Sequence[exp.Expr], order: Sequence[exp.Expr]) -> exp.Select:
    return _select_ranked(list(model.columns), rows, partition, order)


def _select_ranked(
    columns: Iterable[str], rows: str, partition: Sequence[exp.Expr], order: Sequence[exp.Expr]
) -> exp.Select:
    place = exp.Window(
        this=exp.RowNumber(), partition_by=list(partition), order=exp.Order(expressions=list(order))
    )
    return select([*(column(name) for name in columns), named(place, NEWEST)], relation(rows))


def _wide(
    stages: Stages,
    label: str,
    rows: str,
    key: str,
    owner: str,
    inputs: Sequence[Input],
    columns: Mapping[str, str] | None = None,
) -> Wide:
    """Add the pivot from one row per owner to one column per owner and field."""
    terms: dict[str, exp.Expr] = {}
    for each in inputs:
        is_owner = equals(column(owner), string(each.of))
        field = (columns or {}).get(each.field, each.field)
        terms[_label(each.of, each.field)] = where(exp.Max(this=column(field)), is_owner)
        terms[_label(each.of, FOUND)] = where(exp.Count(this=exp.Star()), is_owner.copy())
    newest = equals(column(NEWEST), integer(1))
    query = select([column(key), *(named(term, name) for name, term in terms.items())], relation(rows))
    return Wide(stages.add(label, grouped(filtered(query, newest), column(key))), key)


def _label(owner: str, field: str) -> str:
    return f"{owner}.{field}"
