"""NDJSON files to Parquet, members as texts."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
from sqlglot import exp

from shopscore.events.expressions import call, case, cast, column, is_null, sql, text
from shopscore.events.reader import FILE, ROW
from shopscore.events.staging import BROKEN, MISTYPED, Staged, unreadable, write_parquet
from shopscore.events.tables import Kind, Table


def stage_ndjson(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, table: Table, target: Path
) -> Staged:
    """Write an NDJSON file's known keys as texts; a line that is no JSON object is a broken row."""
    # A broken line would end the reading; with the option it is null and stays a row.
    patient = exp.Kwarg(this=exp.var("ignore_errors"), expression=exp.true())
    objects = call("read_ndjson_objects", text(str(path)), patient)
    json = column("json")
    is_object = call("json_type", json).eq(text("OBJECT"))
    keys = (
        exp.select(call("unnest", call("json_keys", json)).as_("key"))
        .distinct()
        .from_(objects)
        .where(is_object)
    )
    try:
        found = [key for (key,) in connection.execute(sql(keys)).fetchall()]
        # Without any object there is no column to miss: a file of no lines is a table of no rows.
        known = tuple(name for name in table.columns if name in found or not found)
        numbered = exp.select(json, exp.Window(this=call("row_number")).as_(ROW)).from_(objects)
        rows = exp.select(
            *(_member(json, name, "->>").as_(name, quoted=True) for name in known),
            text(shown).as_(FILE),
            column(ROW),
            case([(is_object, cast(exp.null(), "VARCHAR"))], _not_an_object(json)).as_(BROKEN),
            _mistyped(json, table, known).as_(MISTYPED),
        ).from_(numbered.subquery())
        write_parquet(connection, rows, target)
    except duckdb.Error as error:
        raise unreadable(shown, f"the file cannot be read as NDJSON: {str(error).splitlines()[0]}") from error
    return Staged(known, tuple(sorted(name for name in found if name not in table.columns)))


def _member(json: exp.Expression, name: str, how: str) -> exp.Expression:
    path = text(f'$."{name}"')
    return call("json_extract_string" if how == "->>" else "json_type", json, path)


def _not_an_object(json: exp.Expression) -> exp.Expression:
    expected = "; expected one JSON object on each line"
    is_json = is_null(json).not_()
    kind = call("lower", call("json_type", json))
    return case(
        [(is_json, call("concat", text("the line is JSON of type "), kind, text(expected)))],
        text(f"the line is not JSON{expected}"),
    )


def _mistyped(json: exp.Expression, table: Table, known: Collection[str]) -> exp.Expression:
    """Return the first text column that holds true, a fraction, a list or a map."""
    branches = [
        (_member(json, name, "type").isin("BOOLEAN", "ARRAY", "OBJECT"), text(name))
        for name in known
        if table.columns[name].kind in (Kind.ID, Kind.TEXT)
    ]
    return case(branches, cast(exp.null(), "VARCHAR"))
