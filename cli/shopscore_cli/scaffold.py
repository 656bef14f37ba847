"""Texts to begin with: a version, a programme, a case; bundles lint clean, a case passes its test."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shopscore.events.tables import Column, Kind, Table

if TYPE_CHECKING:
    from shopscore.plan.model import Plan

_VERSION = """\
# {name}: what changes against {parent}. Everything else is inherited: maps merge by key, lists are
# replaced, lists of items with an `id` merge by it; null removes. `shopscore show {name} --resolved`
# prints the outcome with the place each value comes from.
id: {id}
version: "{version}"
extends: {parent}
{in_force}
"""

_PREVIEW = """\
# A preview is used by name only. Once the days are known, write them instead:
# effective: {from: 2027-01-01, assumed: not announced yet}
preview: true"""

_PROGRAMME = """\
# A programme that scores shops by one metric. Every number says where it comes from: `source:` names one
# of the sources below, `assumed:` gives the reason for a value nobody published.
id: {id}
version: "{version}"
title: {{en: {id}}}
program: main
subject: shop
market: XX
timezone: UTC
{in_force}

sources:
  rules: {{title: Where the rules are published}}

populations:
  due_orders:
    of: orders
    where: "missing(cancelled_at)"
    at: deliver_by

metrics:
  late_delivery_rate:
    label: {{en: Late deliveries}}
    help: {{en: "Orders not delivered by their deadline, of orders due."}}
    better: lower
    share_of: due_orders
    where: "missing(delivered_at) or delivered_at > deliver_by"
    window: {{days: 30}}
    source: rules

score:
  scale: [0, 5]
  source: rules
  decimals: {{value: 2, assumed: nothing published}}
  combine: {{value: mean, assumed: nothing published}}
  benchmarks:
    late_delivery_rate:
      curve:
        - {{at: 20 %, points: 1, assumed: nothing published}}
        - {{at: 4 %, points: 4, source: rules}}
        - {{at: 0 %, points: 5, assumed: nothing published}}
  dimensions:
    delivery:
      label: {{en: delivery}}
      weight: 1
      metrics: {{late_delivery_rate: 1}}
      assumed: a single metric needs no weights
  bands:
    - {{id: good, when: "score >= 2.5", label: {{en: good}}, assumed: nothing published}}
    - {{id: poor, when: "score < 2.5", label: {{en: poor}}, assumed: nothing published}}
"""

_CASE = """\
# {about} `shopscore schema case` describes every key.
case: to be named
bundle: {bundle}
as_of: {as_of}
{subject}: {{{subject}_id: {letter}1}}
# An absent table was not supplied; [] was supplied and is empty. Rows inherit the {subject}'s id.
{tables}
expect:
{expectations}"""

_DAYS_BEFORE = 7


def version_text(name: str, parent: str | None, begins: date | None) -> str:
    """Return the text of a new version's bundle.yaml: a change to a parent, or a small programme."""
    id_, _, version = name.partition("@")
    in_force = _PREVIEW if begins is None else f"effective: {{from: {begins}, assumed: to be confirmed}}"
    template = _VERSION if parent is not None else _PROGRAMME
    return template.format(name=name, parent=parent, id=id_, version=version, in_force=in_force)


def case_text(plan: Plan, as_of: date, expected: Mapping[str, str], tables: Mapping[str, Table]) -> str:
    """Return the text of a case with the tables a policy reads, all empty, and a row of each to fill in."""
    subject = plan.bundle.subject
    parts = []
    for name, read in plan.tables.items():
        if name != "shops":
            columns = _worth_showing(tables[name], read.columns)
            row = ", ".join(_sample(each, as_of) for each in columns if each.name != f"{subject}_id")
            parts.append(f"{name}: []\n#  - {{{row}}}")
    return _CASE.format(
        about="The smallest case: nothing happened.",
        bundle=plan.name,
        as_of=as_of,
        subject=subject,
        letter=subject[0].upper(),
        tables="\n".join(parts),
        expectations="\n".join(f"  {path}: {value}" for path, value in expected.items()) + "\n",
    )


def _worth_showing(table: Table, read: Collection[str]) -> list[Column]:
    """Return the columns of an example row: what it must have, and what is read and has no default."""
    optional = {each.name for each in table.columns.values() if each.has_default}
    dated = {name for clock in optional for name in table.dates.get(clock, ())}
    return [
        each
        for each in table.columns.values()
        if each.required or (each.name in read and each.name not in optional | dated)
    ]


def _sample(column: Column, as_of: date) -> str:
    day = as_of - timedelta(days=_DAYS_BEFORE)
    values = {
        Kind.ID: f"{column.name.removesuffix('_id')[:1]}1",
        Kind.TEXT: column.default or next(iter(column.values), "text"),
        Kind.FLAG: "false",
        Kind.NUMBER: "1",
        Kind.COUNT: "1",
        Kind.INSTANT: f"{day}T12:00:00Z",
        Kind.DEADLINE: f"{day}T12:00:00Z",
        Kind.DAY: f"{day}",
    }
    return f"{column.name}: {values[column.kind]}"
