"""What one process of its own took: wall time, processor time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_KIB = 1 if sys.platform != "darwin" else 1024  # ru_maxrss is in bytes there


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds by the clock, seconds of all processors, MiB at most."""

    wall: float
    cpu: float
    peak: float


def spent(arguments: Sequence[str]) -> Usage:
    """Run `python -m ARGUMENTS` from the checkout and return what it took.

    Raises RuntimeError with its messages where it fails.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(arguments)}: exit {process.returncode}\n{said.decode(errors='replace')}"
        )
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / _KIB / 1024)
