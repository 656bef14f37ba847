"""The JSON Schemas of events and cases, made from the catalog; the files in schemas/ are these."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shopscore.events import grammar
from shopscore.events.rules import expected
from shopscore.events.tables import SUBJECT, Column, Kind, Table, catalog

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EVENTS_ID = "events.schema.json"
CASE_ID = "case.schema.json"
SUBJECTS = ("shop", "creator", "product")
"""What a program can score; each has its own key column and its own key in a case."""


def events_schema() -> Schema:
    """Return the schema of a data set written as one JSON object of tables."""
    tables = catalog()
    return {
        "$schema": DIALECT,
        "$id": EVENTS_ID,
        "title": "Events of a shop",
        "description": "One list per table; a data set has one file per table with these columns. "
        "Creator programs name the subject creator_id, product programs product_id.",
        "type": "object",
        "properties": {name: _rows_of(table) for name, table in tables.items()},
        "additionalProperties": False,
        "$defs": {name: _row(table) for name, table in tables.items()},
    }


def case_schema() -> Schema:
    """Return the schema of a case file."""
    tables = [name for name in catalog() if name != "shops"]
    lists = {name: _list({"$ref": f"{EVENTS_ID}#/$defs/{name}"}) for name in tables}
    lists["supplied_metrics"] = _or_typed(lists["supplied_metrics"])
    repeats = {
        name: _list({"$ref": f"{EVENTS_ID}#/$defs/{name}", **_TIMES, "required": ["times"]})
        for name in tables
    }
    subjects = {
        subject: {"$ref": f"{EVENTS_ID}#/$defs/shops", "required": [f"{subject}_id"]} for subject in SUBJECTS
    }
    return {
        "$schema": DIALECT,
        "$id": CASE_ID,
        "title": "A case: one subject's events, and what is expected of its scorecard",
        **_case(subjects, lists, repeats),
        "oneOf": [{"required": [subject]} for subject in SUBJECTS],
    }


def case_shape(subject: str, tables: Mapping[str, Table]) -> Schema:
    """Return what a case's shape is checked against: the rows themselves have checks of their own."""
    names = [name for name in tables if name != "shops"]
    row: Schema = {"type": "object"}
    repeated: Schema = {"type": "object", **_TIMES, "required": ["times"]}
    shape = _case(
        {subject: row},
        {name: _list(row) if name != "supplied_metrics" else _or_typed(_list(row)) for name in names},
        {name: _list(repeated) for name in names},
    )
    return {"$schema": DIALECT, **shape, "required": [subject]}


def texts() -> dict[str, str]:
    """Return the texts of the files in schemas/ that are made here, by file name."""
    return {
        schema["$id"]: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for schema in (events_schema(), case_schema())
    }


_TIMES: Schema = {"properties": {"times": {"type": "integer", "minimum": 1}}}


def _case(subjects: Schema, lists: Schema, repeats: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {
            "case": {"type": "string", "description": "What the case shows, in a few words."},
            "note": {"type": "string", "description": "Where its numbers come from."},
            "bundle": {"type": "string", "description": "The policy, id@version."},
            "as_of": {"type": "string", "description": "The local day D; only whole days before it count."},
            **subjects,
            **lists,
            "repeat": {
                "type": "object",
                "description": "Rows written once and taken `times` times; {n} in a text counts from 1.",
                "properties": repeats,
                "additionalProperties": False,
            },
            "expect": {
                "type": "object",
                "description": "Dotted paths into the scorecard, and what is there.",
            },
        },
        "additionalProperties": False,
    }


def _or_typed(rows: Schema) -> Schema:
    """Return the short form beside the rows: values by metric, as a person types them."""
    value = {"type": ["string", "number"]}
    typed = {
        "type": "object",
        "description": "Values by metric with their units: {negative_review_rate: 0.58 %}.",
        "additionalProperties": value,
    }
    return {"anyOf": [rows, typed]}


def _list(row: Schema) -> Schema:
    return {"type": "array", "items": row}


def _rows_of(table: Table) -> Schema:
    row: Schema = {"$ref": f"#/$defs/{table.name}"}
    if table.columns[SUBJECT].required:
        row["required"] = [SUBJECT]
    return _list(row)


def _row(table: Table) -> Schema:
    """Return a row without the demand for its subject, which a case's rows inherit."""
    return {
        "type": "object",
        "properties": {name: _cell(column) for name, column in table.columns.items()},
        "required": [name for name, column in table.columns.items() if column.required and name != SUBJECT],
    }


def _cell(column: Column) -> Schema:
    forms = _FORMS[column.kind](column)
    if not column.required:
        forms = [*forms, {"type": "null"}]
    return {"description": _description(column), "anyOf": forms}


def _description(column: Column) -> str:
    words = expected(column)
    if column.values and column.unlisted is None:
        words = f"one of {', '.join(column.values)}"
    if column.unlisted is not None:
        words += f": {', '.join(column.values)}; any other is read as {column.unlisted}"
    if column.default is not None:
        default = str(column.default).lower() if isinstance(column.default, bool) else column.default
        words += f"; absent means {default}"
    return words[0].upper() + words[1:] + "."


def _whole(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _text_forms(column: Column) -> list[Schema]:
    if column.values and column.unlisted is None:
        return [{"enum": list(column.values)}]
    return [{"type": "string"}, {"type": "integer"}]


def _number_forms(column: Column) -> list[Schema]:
    low, high = column.between
    number: Schema = {"type": "integer" if column.kind is Kind.COUNT else "number"}
    number |= {} if low is None else {"minimum": low}
    number |= {} if high is None else {"maximum": high}
    quantity = rf"(?:{grammar.NUMBER})(?: *[{column.units}])?" if column.units else grammar.NUMBER
    return [number, _whole(quantity)]


_INSTANTS: list[Schema] = [_whole(grammar.INSTANT), {"type": "number"}]

_FORMS: Mapping[Kind, Callable[[Column], list[Schema]]] = {
    Kind.ID: _text_forms,
    Kind.TEXT: _text_forms,
    Kind.FLAG: lambda _: [{"type": "boolean"}, _whole(f"{grammar.TRUE}|{grammar.FALSE}")],
    Kind.NUMBER: _number_forms,
    Kind.COUNT: _number_forms,
    Kind.INSTANT: lambda _: _INSTANTS,
    Kind.DEADLINE: lambda _: [*_INSTANTS, _whole(grammar.DATE)],
    Kind.DAY: lambda _: [_whole(rf"{grammar.DATE}(?:[Tt ]00:00(?::00)?)?")],
}


if __name__ == "__main__":  # python -m shopscore.events.schema schemas
    for name, text in texts().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
