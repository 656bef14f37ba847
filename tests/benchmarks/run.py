"""Prints the table of docs/benchmarks.md: `python -m tests.benchmarks.run` (make bench).

Each row is measured in this run on this machine; outputs are compared before anything is timed.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

import shopscore
from shopscore.engines.reference.engine import Cells, RunSheet, compiled_sheet, written_sheet

ROOT = Path(__file__).resolve().parents[2]
POLICY = "us-sps@2026.06"
CASE = ROOT / "docs" / "examples" / "shop.yaml"
ROUNDS = 7


def main() -> None:
    """Measure and print every row."""
    print(f"python {platform.python_version()}, duckdb {duckdb.__version__}, {platform.machine()}\n")
    print("| what | median | worst | best |")
    print("|---|--:|--:|--:|")
    for name, run_sheet, inputs, rounds in sheets():
        seconds = [timed(lambda: repeat(run_sheet, inputs, rounds)) for _ in range(ROUNDS)]  # noqa: B023
        row(f"{name}, sheets a second", [rounds / each for each in seconds], "{:,.0f}")
    commands = {
        "cold `shopscore evaluate CASE`, seconds": ["evaluate", str(CASE)],
        "cold `shopscore lint BUNDLE`, seconds": ["lint", POLICY],
    }
    for name, arguments in commands.items():
        seconds = [timed(lambda: command(arguments)) for _ in range(ROUNDS)]  # noqa: B023
        row(name, seconds[1:], "{:.2f}")


def sheets() -> list[tuple[str, RunSheet, Cells, int]]:
    """Return the ways to work out a sheet from ready metrics, which must give the same cells."""
    policy = shopscore.load(POLICY)
    case = policy.case(CASE)
    binding = policy.bind_case(case)
    result = policy.run(case)
    inputs: Cells = {each.name: result.cells[each.name] for each in policy.plan.inputs}
    wanted = [
        "state",
        "score",
        "band",
        *(f"{metric}.points" for each in policy.plan.dimensions for metric in each.metrics),
        *(f"item.{each.id}.{'value' if each.kind == 'ladder' else 'state'}" for each in policy.plan.items),
    ]
    walked = written_sheet(binding)
    whole = compiled_sheet(binding)
    lean = compiled_sheet(binding, wanted)
    expected = walked(inputs)
    for other in (whole, lean):
        found = other(inputs)
        assert all(repr(found[name]) == repr(expected[name]) for name in found), "the sheets differ"
    return [
        ("reference, every cell of a scorecard", whole, inputs, 2_000),
        ("compiled, state, score, band, points and items", lean, inputs, 10_000),
        ("formula by formula, as `explain` shows it", walked, inputs, 50),
    ]


def repeat(run_sheet: RunSheet, inputs: Cells, rounds: int) -> None:
    for _ in range(rounds):
        run_sheet(inputs)


def command(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "shopscore_cli", *arguments], capture_output=True, check=True)


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(name: str, values: list[float], form: str) -> None:
    middle, low, high = statistics.median(values), min(values), max(values)
    print(f"| {name} | {form.format(middle)} | {form.format(low)} | {form.format(high)} |")


if __name__ == "__main__":
    main()
