"""`make demo`: an invented market scored, and one of its shops looked at; every command is printed."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from shopscore_cli.main import PROGRAM, run

FOLDER = Path("demo-out")
_MARK = ".made-by-shopscore-demo"
"""Tells our own folder from somebody's work of the same name."""

BUNDLE, DAY = "us-sps@2026.06", "2026-06-22"
_MARKET, _SCORES = "market", "scores.parquet"


def main() -> int:
    """Run the demonstration in ./demo-out and return the exit status of the first command that fails."""
    if FOLDER.exists():
        if not (FOLDER / _MARK).exists():
            click.echo(f"Error: ./{FOLDER} is there and not ours; remove it or run elsewhere", err=True)
            return 2
        shutil.rmtree(FOLDER)
    FOLDER.mkdir()
    (FOLDER / _MARK).touch()
    market, scores = str(FOLDER / _MARKET), FOLDER / _SCORES
    of_policy = ("--bundle", BUNDLE, "--as-of", DAY)
    steps = (
        ("show", BUNDLE),
        ("sample", market, "--shops", "2000", "--orders", "150000", "--seed", "7", "--end", "2026-06-21"),
        ("score", market, *of_policy, "-o", str(scores)),
    )
    for words in steps:
        if status := _do(*words):
            return status
    shop = interesting_shop(scores)
    for command in ("evaluate", "explain"):
        if status := _do(command, market, *of_policy, "--shop", shop):
            return status
    click.echo(f"\n./{FOLDER} holds the market, the scorecards and their manifest.")
    return 0


def interesting_shop(scores: Path) -> str:
    """Return the scored shop with most to tell: adjustments, floors, a frozen benefit, middling points."""
    import pyarrow.parquet as pq

    columns = ["subject", "state", "score", "floors", "adjustments", "benefits"]
    rows = pq.read_table(scores, columns=columns).to_pylist()
    return str(max(rows, key=_interest)["subject"]["id"])


def _interest(row: dict[str, Any]) -> tuple[bool, int, float, str]:
    states = {item.get("state") for item in row["benefits"].values()}
    told = sum((bool(row["floors"]), bool(row["adjustments"]), "frozen" in states))
    middling = -abs((row["score"] or 0.0) - 3.5)
    return row["state"] == "scored", told, middling, row["subject"]["id"]


def _do(*words: str) -> int:
    click.echo(f"\n$ {PROGRAM} {shlex.join(words)}")
    return run(words)


if __name__ == "__main__":
    sys.exit(main())
