"""How long `read` takes for large exports, and how much memory: `python -m tests.benchmarks.exports`.

The exports are generated and thrown away: a CSV of the American header, an XLSX of the Indonesian one.
"""

from __future__ import annotations

import argparse
import csv
import io
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import count, islice
from pathlib import Path

from msgspec.structs import replace
from tests.benchmarks.process import spent
from tests.plugins.seller_center.exports import Order, month, order_rows, write_xlsx

_START = datetime(2026, 5, 24, 0, 30)


def main() -> None:
    """Generate, read and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv-lines", type=int, default=10_000_000)
    parser.add_argument("--xlsx-lines", type=int, default=200_000)
    chosen = parser.parse_args()
    print("| what | seconds | processor seconds | peak MiB |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, lines, write in (
            ("orders.csv", chosen.csv_lines, _large_csv),
            ("orders.xlsx", chosen.xlsx_lines, _large_xlsx),
        ):
            path = Path(folder) / name
            # A process's peak counts that of its parent when it began: this one stays small.
            with ProcessPoolExecutor(1) as beside:
                beside.submit(write, path, lines).result()
            out = Path(folder) / "shop"
            used = spent(
                ["shopscore_cli", "read", "--reader", "seller-center", str(path), "-o", str(out), "--force"]
            )
            size = path.stat().st_size / 1_000_000
            what = f"{path.suffix[1:].upper()} of {lines:,} lines, {size:,.0f} MB"
            print(f"| {what} | {used.wall:,.0f} | {used.cpu:,.0f} | {used.peak:,.0f} |")
            path.unlink()


def _orders() -> Iterator[Order]:
    """Yield orders without an end, each with an id of 19 digits of its own."""
    usual = month(_START)
    for number in count():
        yield replace(usual[number % len(usual)], id=f"58{number:017d}")


def _large_csv(path: Path, lines: int) -> None:
    """Write the same month over and over, each order with an id of its own."""
    header, described, *rows = order_rows(month(_START), "US")
    rests = [_line([f"{cell}\t" if cell else "" for cell in row[1:]]) for row in rows]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(_line(header) + _line(described))
        for first in range(0, lines - 2, len(rests)):
            block = zip(count(first), rests[: lines - 2 - first], strict=False)
            file.write("".join(f"58{number // 2:017d}\t,{rest}" for number, rest in block))


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _large_xlsx(path: Path, lines: int) -> None:
    write_xlsx(path, order_rows(islice(_orders(), lines), "ID")[:lines])


if __name__ == "__main__":
    main()
