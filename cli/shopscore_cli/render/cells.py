"""Every cell of a sheet as a record: name, formula, value, place and source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shopscore.formula.tree import Type, Value
from shopscore_cli.render.cell_paths import cell_paths
from shopscore_cli.render.formulas import formula_text, formula_with_values
from shopscore_cli.render.ledger_cells import ledger_cells
from shopscore_cli.render.records import place_of
from shopscore_cli.render.view import View

_EPOCH = date(1970, 1, 1)


def cell_records(view: View) -> list[dict[str, Any]]:
    """Return the inputs and then the cells, in the order in which they are worked out."""
    plan, cells = view.policy.plan, view.cells
    paths, of_ledgers = cell_paths(plan), ledger_cells(plan)
    records = []
    for each in plan.inputs:
        record = _record(each.name, "input", each.type, cells.get(each.name), each.source)
        if each.name in of_ledgers:
            record |= place_of(of_ledgers[each.name].mark)
            record |= _claimed(view, of_ledgers[each.name].path)
        records.append(record)
    for cell in plan.sheet:
        record = _record(cell.name, "cell", cell.type, cells.get(cell.name), cell.title)
        record["formula"] = formula_text(cell.tree)
        record["with_values"] = formula_with_values(cell.tree, cells)
        record |= place_of(cell.mark)
        if cell.name in paths:
            record |= _claimed(view, paths[cell.name])
        records.append(record)
    return records


def _claimed(view: View, path: str) -> dict[str, Any]:
    """Return the source or assumption behind the rule at a path."""
    claim = view.claims.nearest(path)
    return {} if claim is None else {"source": claim.source, "assumed": claim.assumed}


def _record(name: str, what: str, kind: Type, value: Value, title: str) -> dict[str, Any]:
    return {
        "name": name,
        "what": what,
        "title": title,
        "type": kind.value,
        "value": _shown(value, kind),
        "formula": None,
        "with_values": None,
        **place_of(None),
        "source": None,
        "assumed": None,
    }


def _shown(value: Value, kind: Type) -> object:
    if value is None or isinstance(value, str | bool):
        return value
    if kind is Type.DAY:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if kind is Type.INSTANT:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))
        return moment.isoformat().replace("+00:00", "Z")
    return value
