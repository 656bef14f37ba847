"""Types what a page shows, in a folder that looks like a fresh checkout, and gives back what was printed."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT, Shown, Written

from shopscore_cli.main import PROGRAM, run

_SHIPPED = ("docs/examples", "policies", "schemas")
_SECONDS = re.compile(r"in \d+\.\d s\b")


class Session:
    """One reader of one page: the files written and the Python names defined so far stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, Any] = {}
        self._seen: dict[str, tuple[str, str]] = {}
        for name in _SHIPPED:  # copied: a page may write where its reader would
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "pyproject.toml", folder)

    def write(self, block: Written) -> None:
        """Write a block that stands for a file."""
        path = self._folder / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        self._seen.clear()

    def play(self, block: Shown) -> str:
        """Return a block as it should be: each input with what it prints now."""
        answer = self._command if block.language == "console" else self._python
        said = [f"{block.as_typed(entry)}\n{self._relative(answer(entry))}" for entry in block.inputs()]
        return "".join(said).removesuffix("\n")

    def _command(self, line: str) -> str:
        head, *filters = line.replace("\\\n", "").split(" | ")
        program, *words = shlex.split(head)
        if program != PROGRAM:
            return _shell(line, "")
        if not filters:
            with _captured(printed := io.StringIO(), printed):
                run(words)
            return printed.getvalue()
        # What a page shows several parts of is worked out once, until it writes a file.
        if head not in self._seen:
            self._seen[head] = _apart(words)
        results, messages = self._seen[head]
        return messages + _shell(" | ".join(filters), results)

    def _python(self, entry: str) -> str:
        code = compile(f"{entry}\n", "<page>", "single", dont_inherit=True)
        with _captured(printed := io.StringIO(), printed), _plain_display():
            exec(code, self._names)
        return printed.getvalue()

    def _relative(self, printed: str) -> str:
        shown = printed.replace(f"{self._folder}/", "").replace(f"{ROOT}/", "")
        return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


def without_times(text: str) -> str:
    """Return a text in which all durations are alike."""
    return _SECONDS.sub("in 0.0 s", text)


def _apart(words: Sequence[str]) -> tuple[str, str]:
    """Return results, which a pipe would take, and messages, which it would not."""
    with _captured(results := io.StringIO(), messages := io.StringIO()):
        run(words)
    return results.getvalue(), messages.getvalue()


def _shell(line: str, given: str) -> str:
    return subprocess.run(
        ["sh", "-c", line], input=given, text=True, encoding="utf-8", check=True, stdout=subprocess.PIPE
    ).stdout


@contextlib.contextmanager
def _captured(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


@contextlib.contextmanager
def _plain_display() -> Iterator[None]:
    kept, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        yield
    finally:
        sys.displayhook = kept
