"""NDJSON files to Parquet, members as texts."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection
from pathlib import Path

import duckdb
from sqlglot import exp

from shopscore.events.damage import of_database
from shopscore.events.expressions import call, case, cast, column, is_null, sql, text
from shopscore.events.reader import FILE, ROW
from shopscore.events.staging import BROKEN, MISTYPED, Staged, unreadable, write_parquet
from shopscore.events.tables import Kind, Table


def stage_ndjson(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, table: Table, target: Path
) -> Staged:
    """Write an NDJSON file's known keys as texts; a line that is no JSON object is a broken row."""
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) == BOM_UTF8:
            raise unreadable(shown, "the file begins with a byte order mark; expected UTF-8 without one")
    # A broken line would end the reading; with the option it is null and stays a row.
    patient = exp.Kwarg(this=exp.var("ignore_errors"), expression=exp.true())
    objects = call("read_ndjson_objects", text(str(path)), patient)
    json = column("json")
    is_object = call("json_type", json).eq(text("OBJECT"))
    # Most lines have the same keys, so that few lists of them are looked at.
    lists = exp.select(_keys().as_("keys")).distinct().from_(objects).where(is_object)
    keys = exp.select(call("unnest", column("keys")).as_("key"), _has_twice(column("keys")).as_("twice"))
    try:
        listed = connection.execute(sql(keys.distinct().from_(lists.subquery()))).fetchall()
        found = dict(listed)
        twice = any(has_twice for _, has_twice in listed)
        # Without any object there is no column to miss: a file of no lines is a table of no rows.
        known = tuple(name for name in table.columns if name in found or not found)
        numbered = exp.select(json, exp.Window(this=call("row_number")).as_(ROW)).from_(objects)
        rows = exp.select(
            *(_member(json, name, "->>").as_(name, quoted=True) for name in known),
            text(shown).as_(FILE),
            column(ROW),
            _broken(json, is_object, twice).as_(BROKEN),
            _mistyped(json, table, known).as_(MISTYPED),
        ).from_(numbered.subquery())
        write_parquet(connection, rows, target)
    except duckdb.Error as error:
        if "maximum_object_size" in str(error):
            longest = "a line longer than 16 MiB; expected one JSON object on each line"
            raise unreadable(shown, longest) from error
        raise unreadable(shown, f"the file cannot be read as NDJSON: {of_database(error)}") from error
    return Staged(known, tuple(sorted(name for name in found if name not in table.columns)))


def _member(json: exp.Expression, name: str, how: str) -> exp.Expression:
    path = text(f'$."{name}"')
    return call("json_extract_string" if how == "->>" else "json_type", json, path)


def _keys() -> exp.Expression:
    return call("json_keys", column("json"))


def _has_twice(keys: exp.Expression) -> exp.Expression:
    return call("len", keys).neq(call("list_unique", keys))


def _broken(json: exp.Expression, is_object: exp.Expression, twice: bool) -> exp.Expression:
    """Return why a line is no row; `twice` where some line has a key twice."""
    branches = [(is_object, cast(exp.null(), "VARCHAR"))]
    if twice:
        key = call("list_aggregate", _keys(), text("mode"))
        told = call("concat", text("the key '"), key, text("' is there twice; expected it once"))
        branches.insert(0, (is_object & _has_twice(_keys()), told))
    return case(branches, _not_an_object(json))


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
