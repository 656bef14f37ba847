"""The few SQL forms the input border is built from; text comes only from sqlglot's printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

DIALECT = "duckdb"

NULL = exp.null()


def column(name: str) -> exp.Column:
    """Return a column by its exact name."""
    return exp.column(name, quoted=True)


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """Return a function call by the database's own name, which the printer leaves alone."""
    return exp.Anonymous(this=name, expressions=[each.copy() for each in arguments])


def named(value: exp.Expression, name: str) -> exp.Expression:
    """Return a value under a name."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def select(columns: Iterable[exp.Expression | str], relation: str | exp.Expression) -> exp.Select:
    """Return a SELECT; what it is made of becomes part of it, uncopied."""
    return exp.select(*columns, copy=False).from_(relation, copy=False)


def text(value: str) -> exp.Expression:
    """Return a text literal."""
    return exp.Literal.string(value)


def whole(value: int) -> exp.Expression:
    """Return a 64-bit whole number."""
    return exp.cast(exp.Literal.number(value), "BIGINT")


def double(value: float) -> exp.Expression:
    """Return a double."""
    return exp.cast(exp.Literal.number(repr(value)), "DOUBLE")


def texts(values: Iterable[str]) -> exp.Expression:
    """Return a list of texts."""
    return exp.Array(expressions=[text(value) for value in values])


def cast(value: exp.Expression, to: str) -> exp.Expression:
    """Return a cast that fails where the value does not fit."""
    return exp.cast(value.copy(), to, dialect=DIALECT)


def try_cast(value: exp.Expression, to: str) -> exp.Expression:
    """Return a cast that gives null where the value does not fit."""
    return exp.TryCast(this=value.copy(), to=exp.DataType.build(to, dialect=DIALECT))


def is_null(value: exp.Expression) -> exp.Expression:
    """Return whether a value is null."""
    return value.is_(exp.null())


def all_of(conditions: Sequence[exp.Expression]) -> exp.Expression:
    """Return whether all conditions hold; true for none."""
    return exp.paren(exp.and_(*conditions)) if conditions else exp.true()


def any_of(conditions: Sequence[exp.Expression]) -> exp.Expression:
    """Return whether any condition holds; false for none."""
    return exp.paren(exp.or_(*conditions)) if conditions else exp.false()


def case(
    branches: Iterable[tuple[exp.Expression, exp.Expression]], default: exp.Expression | None = None
) -> exp.Expression:
    """Return the value of the first branch whose condition is true."""
    # Built at once: adding branches one by one copies all earlier ones each time.
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    if not ifs:
        return default if default is not None else exp.null()
    return exp.Case(ifs=ifs, default=default)


def matches(value: exp.Expression, pattern: str) -> exp.Expression:
    """Return whether a whole text fits a pattern of the grammar."""
    return call("regexp_full_match", value, text(pattern))


def groups(value: exp.Expression, pattern: str, names: Sequence[str]) -> exp.Expression:
    """Return the groups of a whole text as a struct; empty texts where it does not fit."""
    return call("regexp_extract", value, text(f"^(?:{pattern})$"), texts(names))


def part(struct: exp.Expression, name: str) -> exp.Expression:
    """Return a field of a struct."""
    return call("struct_extract", struct, text(name))


def count_if(condition: exp.Expression) -> exp.Expression:
    """Return the number of rows a condition is true for."""
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=condition))


def sql(expression: exp.Expression) -> str:
    """Return the text for the database."""
    return expression.sql(DIALECT)
