"""`make mutants`: applies each listed fault to a copy of the tree and demands that a test notices.

    python -m tests.mutants.run [ID...] [--jobs N]

Ends with status 1 if a fault survives, no longer applies or breaks the tests otherwise than by failing them,
and with 2 if the tests fail without any fault.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.listed import ROOT, Mutant, listed

COPIED = ("engine", "cli", "plugins", "policies", "schemas", "tests", "examples", "docs", "pyproject.toml")
LONGEST = 600
"""Seconds the tests of one fault may take; a fault that makes them hang is noticed."""

PASSED, FAILED = 0, 1
"""What pytest ends with; anything else is no verdict."""


class Fate(StrEnum):
    """What became of a fault."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    STALE = "STALE"  # its text is not there, or not once
    BROKEN = "BROKEN"  # the tests could not run at all


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fault with what became of it, what says so, and the seconds it took."""

    mutant: Mutant
    fate: Fate
    said: str
    seconds: float


def main(words: Sequence[str] | None = None) -> int:
    """Run the faults named, or all of them, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="faults to try; all of them by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args(words)
    mutants = [each for each in listed() if not options.ids or each.id in options.ids]
    if unknown := set(options.ids) - {each.id for each in mutants}:
        parser.error(f"no fault is called {', '.join(sorted(unknown))}")
    with trees(max(1, min(options.jobs, len(mutants)))) as free:
        if not _is_sound(mutants, free):
            return 2
        with ThreadPoolExecutor(free.qsize()) as pool:
            verdicts = []
            for verdict in pool.map(lambda mutant: _try(mutant, free), mutants):
                verdicts.append(verdict)
                print(
                    f"{verdict.fate:8}  {verdict.mutant.id:56} {verdict.seconds:5.1f} s  {verdict.said}",
                    flush=True,
                )
    bad = [each for each in verdicts if each.fate is not Fate.KILLED]
    print(f"{len(verdicts) - len(bad)} of {len(verdicts)} faults noticed")
    return 1 if bad else 0


@contextmanager
def trees(number: int) -> Iterator[SimpleQueue[Path]]:
    """Give copies of the tree to work in; whoever takes one puts it back as it was."""
    free: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="shopscore-mutants-") as folder:
        for place in range(number):
            tree = Path(folder) / str(place)
            tree.mkdir()
            for name in COPIED:
                _copy(ROOT / name, tree / name)
            free.put(tree)
        yield free


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    else:
        shutil.copy2(source, target)


def _is_sound(mutants: Iterable[Mutant], free: SimpleQueue[Path]) -> bool:
    """Tell whether the tests pass without a fault: otherwise they would seem to notice every one."""
    selections = dict.fromkeys((each.tests, each.only) for each in mutants)
    print(f"{len(selections)} selections of tests without a fault ...", flush=True)
    with ThreadPoolExecutor(free.qsize()) as pool:
        for (tests, only), result in zip(
            selections, pool.map(lambda each: _in_a_tree(free, *each), selections), strict=True
        ):
            print(".", end="", flush=True)
            if result.returncode != PASSED:
                print(f"\nwithout any fault, pytest {' '.join(tests)} -k {only!r} does not pass:")
                print(result.stdout)
                return False
    print(flush=True)
    return True


def _in_a_tree(
    free: SimpleQueue[Path], tests: tuple[str, ...], only: str
) -> subprocess.CompletedProcess[str]:
    tree = free.get()
    try:
        return _pytest(tree, tests, only)
    finally:
        free.put(tree)


def _try(mutant: Mutant, free: SimpleQueue[Path]) -> Verdict:
    tree = free.get()
    begin = time.monotonic()
    file = tree / mutant.file
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    try:
        if (times := text.count(mutant.find)) != 1:
            return Verdict(mutant, Fate.STALE, f"its text stands {times} times in {mutant.file}", 0.0)
        _write(file, text.replace(mutant.find, mutant.replace))
        fate, said = _judged(tree, mutant)
        return Verdict(mutant, fate, said, time.monotonic() - begin)
    finally:
        if text:
            _write(file, text)
        free.put(tree)


def _write(file: Path, text: str) -> None:
    """Write a source, and forget what was compiled of it: size and second may be the same."""
    file.write_text(text, encoding="utf-8")
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()


def _judged(tree: Path, mutant: Mutant) -> tuple[Fate, str]:
    try:
        result = _pytest(tree, mutant.tests, mutant.only)
    except subprocess.TimeoutExpired:
        return Fate.KILLED, f"no end within {LONGEST} s"
    lines = result.stdout.splitlines()
    if result.returncode == PASSED:
        return Fate.SURVIVED, lines[-1] if lines else ""
    if result.returncode != FAILED:
        return Fate.BROKEN, next((line for line in reversed(lines) if line.startswith(("E ", "ERROR"))), "")
    return Fate.KILLED, next((line for line in lines if line.startswith("FAILED")), "")


def _pytest(tree: Path, tests: Sequence[str], only: str) -> subprocess.CompletedProcess[str]:
    sources = os.pathsep.join(str(tree / name) for name in ("engine", "cli", "plugins"))
    # No pytest plugin is needed, and loading them takes as long as most of these tests.
    env = {**os.environ, "PYTHONPATH": sources, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--no-header",
        "--tb=line",
        "-rf",
    ]
    return subprocess.run(
        [*command, *(["-k", only] if only else []), *tests],
        cwd=tree, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST,
        check=False,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
