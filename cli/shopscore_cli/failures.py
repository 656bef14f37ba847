"""What goes wrong, as a message and an exit status."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from shopscore.errors import Finding, FindingsError, Level, ShopscoreError
from shopscore_cli.interruption import is_interruption, status
from shopscore_cli.render.paint import Paint, paint_for

FINDINGS, BAD_INPUT, OUR_FAULT = 1, 2, 3
BROKEN_PIPE = 141
"""What a shell shows for a program that a closed pipe ended."""

DEBUG = "SHOPSCORE_DEBUG"

_OF_THE_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO, errno.EFBIG})
"""Faults that a person can mend: a full disk, a folder nobody may write to."""


def report(error: BaseException) -> int:
    """Print what a person needs to know of an error and return the exit status."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case _ if is_interruption(error) or isinstance(error, click.Abort):
            click.echo("interrupted", err=True)
            return status()
        case BrokenPipeError():
            _leave_pipe()
            return BROKEN_PIPE
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    paint = paint_for(sys.stderr)
    match error:
        case click.ClickException():
            error.show()
            return error.exit_code
        case FindingsError():
            say_findings(error.findings)
            return BAD_INPUT
        case ShopscoreError():
            _say_error(str(error), paint)
            return BAD_INPUT
        case OSError() if error.filename is not None:
            _say_error(f"{error.filename}: {_reason(error)}", paint)
            return BAD_INPUT
        case OSError() if error.errno in _OF_THE_MACHINE:
            _leave_pipe()  # what could not be written must not be tried again when Python ends
            _say_error(_reason(error), paint)
            return BAD_INPUT
        case _ if _is_databases(error):
            _say_error(str(error).partition("\n")[0], paint)
            return BAD_INPUT
        case _:
            _say_error(_our_fault(error), paint)
            return OUR_FAULT


def say(text: str) -> None:
    """Print a message beside the results."""
    click.echo(text, err=True)


def say_findings(findings: Iterable[Finding]) -> None:
    """Print findings and, where there are several, how many."""
    paint = paint_for(sys.stderr)
    listed = list(findings)
    for each in listed:
        say(finding_line(each, paint))
    if len(listed) > 1:
        say(tally(listed))


def finding_line(finding: Finding, paint: Paint) -> str:
    """Return a finding as `file:line:column: ID level message`."""
    colour = "red" if finding.level is Level.ERROR else "yellow"
    level = paint(finding.level.value, "bold", colour)
    return f"{paint(str(finding.where), 'bold')}: {finding.id} {level} {finding.message}"


def tally(findings: Iterable[Finding]) -> str:
    """Count findings by level.

    >>> tally([])
    'no findings'
    """
    counts = Counter(each.level for each in findings)
    parts = [f"{count} {level.value}{'s' * (count != 1)}" for level in Level if (count := counts[level])]
    return ", ".join(parts) or "no findings"


def _say_error(text: str, paint: Paint) -> None:
    say(f"{paint('Error:', 'bold', 'red')} {text}")


def _is_databases(error: BaseException) -> bool:
    """Tell whether DuckDB could not read or write a file; asked by name, as it is seldom imported here."""
    kind = type(error)
    return kind.__name__ == "IOException" and kind.__module__.lstrip("_").startswith("duckdb")


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _our_fault(error: BaseException) -> str:
    """Say what broke and where, in few words; the person cannot mend it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    text = " ".join(str(error).split())[:200]
    kind = type(error).__name__
    return (
        f"a fault in shopscore itself: {kind}{f': {text}' if text else ''}{where}\n"
        f"Nothing in your input explains it. Please report it; {DEBUG}=1 shows the whole trace."
    )


def _leave_pipe() -> None:
    """Keep Python from writing what is left to a closed pipe or a full disk when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
