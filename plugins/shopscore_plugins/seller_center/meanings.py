"""Words of a column to meanings, and a count of the words nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shopscore_plugins.seller_center.staging import add_words
from shopscore_plugins.seller_center.words import plain

if TYPE_CHECKING:
    import duckdb


def of_words(words: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return the look-up of a list of words."""
    return lambda written: words.get(plain(written))


def resolve(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    column: str,
    source: str,
    meaning: Callable[[str], str | None],
) -> dict[str, int]:
    """Make the table `name` of a column's words that mean something; count the others."""
    query = f"""
        SELECT {column}, count(*) FROM {source} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1
    """
    found = {word: (meaning(word), rows) for word, rows in connection.execute(query).fetchall()}
    add_words(connection, name, {word: meant for word, (meant, _) in found.items() if meant is not None})
    return {word: rows for word, (meant, rows) in found.items() if meant is None}
