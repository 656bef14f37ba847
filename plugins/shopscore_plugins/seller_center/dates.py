"""How a file writes its times: decided for the whole file, never cell by cell, and asked for in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopscore.errors import UsageError
from shopscore.events.wording import counted
from shopscore_plugins.seller_center.faults import WRONG_KIND, fault

if TYPE_CHECKING:
    import duckdb

    from shopscore_plugins.seller_center.layout import Layout

STYLES = {
    "dmy": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
    "mdy": ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"),
    "mdy24": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    "ymd": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
}
"""A style's formats, in DuckDB's words; a spreadsheet that saved a file may have left out the seconds."""
_SUCH_AS = {
    "dmy": "30/06/2026 17:45:00",
    "mdy": "06/30/2026 05:45:00 PM",
    "mdy24": "06/30/2026 17:45:00",
    "ymd": "2026-06-30 17:45:00",
}
_FIRST = "TIMESTAMP '2000-01-01'"
"""No shop is as old: years of two digits are read as those of the first century."""
SAID = ("dmy", "mdy")
"""What a person can say where a file leaves it open."""

# What a text gives away; one that fits several styles gives away nothing.
_SIGN = """CASE
    WHEN {0} IS NULL THEN NULL
    WHEN right(upper({0}), 2) IN ('AM', 'PM') THEN 'mdy'
    WHEN substr({0}, 5, 1) = '-' THEN 'ymd'
    WHEN TRY_CAST(split_part({0}, '/', 1) AS UTINYINT) > 12 THEN 'dmy'
    WHEN TRY_CAST(split_part({0}, '/', 2) AS UTINYINT) > 12 THEN 'mdy24'
    WHEN regexp_matches({0}, '^[0-9]+/[0-9]+/[0-9]{{4}}') THEN 'open'
    ELSE 'none' END"""


def style_of(
    connection: duckdb.DuckDBPyConnection, raw: str, layout: Layout, shown: str, said: str | None
) -> str:
    """Return the style of a file's times; `raw` is the table with its texts.

    Raises BadInputError where the file mixes styles or has what is no time, UsageError where it has to
    be said.
    """
    found: dict[str, tuple[int, str, str]] = {}  # the first place of each sign
    for name in layout.times:
        query = f"""
            SELECT {_SIGN.format(f'"{name}"')} AS sign, min("row"), arg_min("{name}", "row")
            FROM {raw} GROUP BY sign HAVING sign IS NOT NULL
        """
        for sign, row, text in connection.execute(query).fetchall():
            found[sign] = min(found.get(sign, (row, text, name)), (row, text, name))
    nothing = found.pop("none", None)
    signs = sorted((found[sign], sign) for sign in found if sign != "open")
    if nothing is not None and not signs:
        row, text, name = nothing
        message = f"{name} is {text!r}; expected a time such as {_SUCH_AS['dmy']} or {_SUCH_AS['mdy']}"
        raise fault(WRONG_KIND, f"{shown}:row {row}:{name}", message)
    # Texts that leave it open have slashes and no AM or PM: they are not the neighbours of these.
    if "open" in found and signs and signs[0][1] in ("mdy", "ymd"):
        signs.append((found["open"], "dmy"))
    if len(signs) > 1:
        (first, _), (row, text, name) = signs[0], signs[1][0]
        message = (
            f"{name} is {text!r} and in row {first[0]} {first[2]} is {first[1]!r}; "
            "expected one style of dates in a file"
        )
        raise fault(WRONG_KIND, f"{shown}:row {row}:{name}", message)
    style = signs[0][1] if signs else _said(found, said, shown)
    if signs and said is not None and not style.startswith(said):
        row, text, name = signs[0][0]
        message = f"{name} is {text!r}; expected a time such as {_SUCH_AS[said]}, as dates={said} says"
        raise fault(WRONG_KIND, f"{shown}:row {row}:{name}", message)
    _refuse_others(connection, raw, layout, shown, style)
    return style


def _said(found: dict[str, tuple[int, str, str]], said: str | None, shown: str) -> str:
    if not found:
        return "dmy"  # there is no time to read
    if said is None:
        row, text, name = found["open"]
        raise UsageError(
            f"{shown}: every date could be day/month or month/day, such as {name} {text!r} in row {row}; "
            "say which: dates=dmy or dates=mdy (shopscore read --option)"
        )
    return "mdy24" if said == "mdy" else said


def parsed(name: str, style: str) -> str:
    """Return the SQL of a column's instant, a timestamp without a zone; null for what is none."""
    formats = ", ".join(f"'{each}'" for each in STYLES[style])
    return f'try_strptime("{name}", [{formats}])'


def _refuse_others(
    connection: duckdb.DuckDBPyConnection, raw: str, layout: Layout, shown: str, style: str
) -> None:
    for name in layout.times:
        query = f"""
            SELECT count(*), min("row"), arg_min("{name}", "row") FROM {raw}
            WHERE "{name}" IS NOT NULL AND coalesce({parsed(name, style)} < {_FIRST}, true)
        """
        ((rows, row, text),) = connection.execute(query).fetchall()
        if rows:
            more = f"; so have {counted(rows - 1, 'more row')}" if rows > 1 else ""
            expected = f"expected a time such as {_SUCH_AS[style]}, as in the rest of the file"
            message = f"{name} is {text!r}; {expected}"
            raise fault(WRONG_KIND, f"{shown}:row {row}:{name}", message + more)
