"""Measures the table of docs/benchmarks.md: `python -m tests.benchmarks.run` (make bench).

Every figure is of this run on this machine. Outputs are compared before anything is timed, what is compared
takes turns (A B A B), and medians are shown. Without --data a market is generated and thrown away.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.histories import history_lines
from tests.benchmarks.market import AS_OF, events_only, generated
from tests.benchmarks.process import ROOT, Usage, spent
from tests.benchmarks.sheets import CASE, POLICY, sheets
from tests.benchmarks.table import machine, process_table, ratio, update

WHOLE = 20_000_000
"""Orders of the market the figures are about."""
DATA = "SHOPSCORE_BENCH_DATA"


def main() -> None:
    """Measure, print, and on request update the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get(DATA),
        help=f"a generated market as of {AS_OF}; or ${DATA}",
    )
    parser.add_argument("--scale", type=int, default=WHOLE, help="orders of a market generated instead")
    parser.add_argument("--rounds", type=int, default=5, help="times each is measured")
    parser.add_argument("--days", type=int, default=90, help="days of the history")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument(
        "--only", choices=["sheets", "commands", "market", "history"], help="one part of the table"
    )
    parser.add_argument("--update", action="store_true", help="write the table into docs/benchmarks.md")
    given = parser.parse_args()
    for sources in ("engine", "cli", "plugins"):
        compileall.compile_dir(ROOT / sources, quiet=2)  # as pip leaves them, where nothing else does
    lines = []
    for line in _lines(given):
        print(line, flush=True)
        lines.append(line)
    if given.update:
        update(lines)


def _lines(given: argparse.Namespace) -> Iterator[str]:
    yield machine()
    if given.only in (None, "sheets"):
        yield from ["", *_sheets(given.rounds)]
    if given.only in (None, "commands"):
        yield from ["", *_commands(given.rounds)]
    if given.only in (None, "market"):
        with tempfile.TemporaryDirectory(prefix="shopscore-bench-") as folder:
            yield from ["", *_market(given, Path(folder))]
    if given.only in (None, "history"):
        with tempfile.TemporaryDirectory(prefix="shopscore-bench-") as folder:
            yield from ["", *_history(given, Path(folder))]


def _sheets(rounds: int) -> Iterator[str]:
    yield "| sheets a second from ready metrics | median | (worst to best) |"
    yield "|---|--:|--:|"
    for each in sheets():
        found = sorted(each.rounds / _seconds(each.work) for _ in range(rounds))
        yield f"| {each.name} | {statistics.median(found):,.0f} | {found[0]:,.0f} to {found[-1]:,.0f} |"


def _commands(rounds: int) -> Iterator[str]:
    commands = {
        "`shopscore evaluate CASE`, cold": ["shopscore_cli", "evaluate", str(CASE)],
        "`shopscore lint BUNDLE`, cold": ["shopscore_cli", "lint", POLICY],
    }
    for command in commands.values():
        spent(command)  # so that the disk is warm for all
    yield from process_table({what: [spent(each) for _ in range(rounds)] for what, each in commands.items()})


def _market(given: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Measure whole markets: the rival, the engine, the command around it, checks, and a tenth of it all."""
    market = given.data or generated(folder / "market", given.scale)
    data = events_only(market, folder / "events")
    small = events_only(generated(folder / "small-market", given.scale // 10), folder / "small-events")
    limits = ["--threads", str(given.threads), "--memory-limit", given.memory_limit]
    engine, rival = folder / "engine.parquet", folder / "rival.parquet"

    def alone(data: Path, *more: str) -> list[str]:
        return ["tests.benchmarks.engine_alone", str(data), *more, *limits]

    def by_hand(data: Path) -> list[str]:
        as_of = ["--as-of", str(AS_OF), "-o", str(rival)]
        return ["tests.benchmarks.rival.rival", str(data), *as_of, *limits]

    check = "check pass alone"
    score = "`shopscore score` of checked inputs, manifest included"
    commands = {
        "rival: SQL written by hand": by_hand(data),
        "engine alone": alone(data, "--checked", "-o", str(engine)),
        score: [
            "shopscore_cli", "score", str(data), "--bundle", POLICY, "--as-of", str(AS_OF), "--checked",
            "-o", str(folder / "scores.parquet"), "--force", "--quiet", *limits,
        ],
        check: alone(data),
        "opening what was checked": alone(data, "--checked"),
        "rival, a tenth of the orders": by_hand(small),
        "engine alone, a tenth of the orders": alone(small, "--checked", "-o", str(engine)),
    }  # fmt: skip
    for opened in (data, small):
        spent(alone(opened))  # checks, and leaves the manifest that the others trust
        spent(by_hand(opened))
        spent(alone(opened, "--checked", "-o", str(engine)))
        # In a process of its own: this one's peak would be passed on to those it starts.
        spent(["tests.benchmarks.same", str(engine), str(rival)])
    measured: dict[str, list[Usage]] = {what: [] for what in commands}
    for _ in range(given.rounds):
        for what, command in commands.items():
            measured[what].append(spent(command))
    limited = f"{given.threads} threads, memory limit {given.memory_limit}"
    yield f"{_orders(market)} orders as of {AS_OF}, {limited}:"
    yield from ["", *process_table(measured), ""]
    hand, ours, _, _, _, small_hand, small_ours = measured.values()
    yield ratio("engine ÷ rival", ours, hand)
    yield ratio("`score` ÷ rival", measured[score], hand)
    yield ratio("engine on all orders ÷ on a tenth", ours, small_ours)
    yield ratio("rival on all orders ÷ on a tenth", hand, small_hand)


def _history(given: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Measure a history of a quarter of the orders against single runs."""
    market = given.data or generated(folder / "market", given.scale // 4)
    data = events_only(market, folder / "events")
    limits = ["--threads", str(given.threads), "--memory-limit", given.memory_limit]
    yield f"{_orders(market)} orders:"
    yield from history_lines(data, folder, AS_OF, given.days, limits)


def _orders(market: Path) -> str:
    import pyarrow.parquet as pq

    return f"{sum(pq.read_metadata(path).num_rows for path in (market / 'orders').glob('*.parquet')):,}"


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
