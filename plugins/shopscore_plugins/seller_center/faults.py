"""The errors of this reader: each one message with a file and a place."""

from __future__ import annotations

from shopscore.errors import BadInputError, Finding, Level

UNREADABLE, NO_COLUMN, WRONG_KIND, NO_RECORD = "I321", "I322", "I302", "I312"


def fault(id_: str, where: str, message: str) -> BadInputError:
    """Return the error of one thing that is wrong."""
    return BadInputError([Finding(id_, Level.ERROR, where, message)])


def unreadable(where: str, message: str) -> BadInputError:
    """Return the error of a file that is not what it should be."""
    return fault(UNREADABLE, where, message)
