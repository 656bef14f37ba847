"""Local days in SQL: a zone's changes of offset as a balanced CASE over whole numbers."""

from __future__ import annotations

from sqlglot import exp

from shopscore.engines.sql.terms import integer, plus
from shopscore.events.sql_zone import stepped
from shopscore.events.time import DAY, Zone
from shopscore.formula.sql_functions import cast


def local_day(zone: Zone, at: exp.Expr) -> exp.Expr:
    """Return the local day of an instant in a column, as days since 1970-01-01.

    Before and after the changes the zone lists, its first and last offset stand.
    """
    assert isinstance(at, exp.Column), "the rule names the instant many times"
    changes = zone.changes
    before = changes[0].before if changes else zone.offset(0)
    steps = [(change.at, integer(change.after)) for change in changes]
    local = exp.Paren(this=plus(at.copy(), stepped(at, integer(before), steps)))
    # DIV cuts towards zero: what is left over is taken off first, so that it divides evenly.
    rest = exp.Mod(this=exp.Paren(this=plus(_mod(local), integer(DAY))), expression=integer(DAY))
    whole = exp.Paren(this=exp.Sub(this=local.copy(), expression=exp.Paren(this=rest)))
    return cast(exp.IntDiv(this=whole, expression=integer(DAY)), "INT")


def _mod(term: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Mod(this=term.copy(), expression=integer(DAY)))
