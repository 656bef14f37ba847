"""Remembers Ctrl-C and the like: DuckDB swallows what they raise and raises an error of its own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

_came: list[int] = []
_USUAL = (signal.default_int_handler, signal.SIG_DFL)


class _Interruption(KeyboardInterrupt):
    """A class of its own: `python -m` ends by SIGINT where a bare KeyboardInterrupt crossed an exec."""


def watch() -> None:
    """Remember an interruption from now on, where it is not ignored (as under nohup)."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in _USUAL:
            signal.signal(number, _interrupt)


def status() -> int:
    """Return what a shell shows for a program that the signal ended."""
    return 128 + (_came[-1] if _came else signal.SIGINT)


def is_interruption(error: BaseException) -> bool:
    """Tell whether Ctrl-C ended the work, whatever the error became on its way."""
    return isinstance(error, KeyboardInterrupt) or (bool(_came) and any(map(_is_databases, _chain(error))))


def heed() -> None:
    """Raise an interruption that came but ended where Python ignores errors, as in a destructor."""
    if _came:
        raise _Interruption


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _interrupt(number: int, frame: FrameType | None) -> None:
    _came.append(number)
    raise _Interruption


def _is_databases(error: BaseException) -> bool:
    """Tell whether DuckDB says so; asked by name, as it is seldom imported here."""
    return type(error).__name__ == "InterruptException" or "query interrupted" in str(error).lower()
