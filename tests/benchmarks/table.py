"""The measured table: rows of medians, the machine they were measured on, and its place in the documents."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa
from tests.benchmarks.process import ROOT, Usage

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def process_table(measured: dict[str, list[Usage]]) -> list[str]:
    """Return the lines of a table of processes: medians by the clock, of all processors, at most."""
    lines = ["| what | seconds | (best to worst) | processor seconds | peak MiB |", "|---|--:|--:|--:|--:|"]
    for what, usages in measured.items():
        walls = [each.wall for each in usages]
        lines.append(
            f"| {what} | {median(walls):.2f} | {min(walls):.2f} to {max(walls):.2f} "
            f"| {median(each.cpu for each in usages):.2f} | {median(each.peak for each in usages):,.0f} |"
        )
    return lines


def ratio(what: str, one: Sequence[Usage], other: Sequence[Usage]) -> str:
    """Return a line that says how much more one took than the other, of medians."""
    parts = [
        f"{median(getattr(each, field) for each in one) / median(getattr(each, field) for each in other):.2f}"
        for field in ("wall", "cpu", "peak")
    ]
    return f"- {what}: time × {parts[0]}, processor time × {parts[1]}, peak memory × {parts[2]}"


def machine() -> str:
    """Return the machine and the versions in one line."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    versions = (
        f"shopscore {version('shopscore')}, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )
    return (
        f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB; {platform.system()}; {versions}, "
        f"pyarrow {pa.__version__}; load when it began {load:.1f}"
    )


def update(lines: Sequence[str]) -> None:
    """Put the measured lines into docs/benchmarks.md, in place of what was measured before."""
    text = PAGE.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} has no place for the measured table ({BEGIN} to {END})")
    PAGE.write_text("\n".join([before + begin, "", *lines, "", end + after]), encoding="utf-8")
