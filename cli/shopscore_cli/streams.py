"""Standard streams that results can be written to, whatever the process was started with."""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Make the standard streams usable: none missing, none that loses what does not fit at once."""
    # Python has no stream for a closed descriptor, against what its types say.
    missing = [number for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)) if stream is None]
    if 0 in missing:
        _occupy(0, os.open(os.devnull, os.O_RDONLY))
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if 1 in missing:
        _occupy(1, _pipe_that_nobody_reads())
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if 2 in missing:
        _occupy(2, os.open(os.devnull, os.O_WRONLY))
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.RawIOBase):
        # Under PYTHONUNBUFFERED, Python drops what a pipe does not take in one go, and hides that it broke.
        raw, encoding = sys.stdout.buffer, sys.stdout.encoding
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding, write_through=True)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets a question mark, not a crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _pipe_that_nobody_reads() -> int:
    """Return a pipe to print into: only who prints finds out that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _occupy(number: int, descriptor: int) -> None:
    """Give a descriptor a standard number, lest a file opened later gets it and what is printed."""
    if descriptor != number:
        os.dup2(descriptor, number)
        os.close(descriptor)
