"""The statement in the making: named stages, each a query over earlier ones."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from sqlglot import exp, parse_one

from shopscore.engines.sql.terms import identifier


class Stages(Struct):
    """Collects the stages in order; `statement` makes one query of them."""

    queries: dict[str, exp.Query] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    """Small stages that several others read: worked out once, where an engine would copy them in."""

    def add(self, name: str, query: exp.Query, is_kept: bool = False) -> str:
        """Add a stage and return its name."""
        assert name not in self.queries, f"two stages are called {name}"
        self.queries[name] = query
        if is_kept:
            self.kept.add(name)
        return name

    def statement(self, last: exp.Query, upto: str | None = None) -> exp.Query:
        """Return the last query with the stages before it, or those up to one of them."""
        ctes = []
        for name, query in self.queries.items():
            alias = exp.TableAlias(this=identifier(name))
            # None leaves the choice to the engine.
            ctes.append(exp.CTE(this=query, alias=alias, materialized=name in self.kept or None))
            if name == upto:
                break
        if ctes:
            last.set("with_", exp.With(expressions=ctes))
        return last


def relation(name: str, alias: str | None = None) -> exp.Table:
    """Return a stage or a registered table as a relation."""
    return exp.Table(this=identifier(name), alias=exp.TableAlias(this=identifier(alias)) if alias else None)


def supplied(name: str) -> exp.Table:
    """Return a relation of the data set: `events.orders`."""
    return exp.to_table(name, dialect="duckdb")


def select(columns: Sequence[exp.Expr], source: exp.Expr) -> exp.Select:
    """Return SELECT columns FROM source."""
    return exp.Select(expressions=list(columns), from_=exp.From(this=source))


def left_join(query: exp.Select, other: exp.Expr, on: exp.Expr) -> None:
    """Add a LEFT JOIN to a query."""
    query.append("joins", exp.Join(this=other, side="LEFT", on=on))


def full_join(query: exp.Select, other: exp.Expr, keys: Sequence[str]) -> None:
    """Add a FULL JOIN on keys of the same names; named alone they are the key of either side."""
    query.append("joins", exp.Join(this=other, side="FULL", using=[identifier(key) for key in keys]))


def semi_join(query: exp.Select, other: exp.Query, alias: str, keys: Sequence[str]) -> None:
    """Leave in a query only the rows whose keys are in another."""
    this = exp.Subquery(this=other, alias=exp.TableAlias(this=identifier(alias)))
    query.append("joins", exp.Join(this=this, kind="SEMI", using=[identifier(key) for key in keys]))


def grouped(query: exp.Select, *keys: exp.Expr) -> exp.Select:
    """Add GROUP BY to a query and return it."""
    query.set("group", exp.Group(expressions=list(keys)))
    return query


def filtered(query: exp.Select, condition: exp.Expr | None) -> exp.Select:
    """Add WHERE to a query, where there is a condition, and return it."""
    if condition is not None:
        query.set("where", exp.Where(this=condition))
    return query


def quoted(name: str) -> str:
    """Return a name as text for `parsed`."""
    return '"' + name.replace('"', '""') + '"'


def parsed(text: str) -> exp.Query:
    """Return a query written in the portable core, names and stages in double quotes.

    For stages that say more in SQL's own words; sqlglot renders them in each dialect.
    """
    query = parse_one(text, dialect="duckdb")
    assert isinstance(query, exp.Query)
    return query
