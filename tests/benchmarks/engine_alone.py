"""The engine without the command around it: `python -m tests.benchmarks.engine_alone DATA [-o OUT.parquet]`.

Without an output the data set is only opened: that is what the check pass takes, or with --checked what
trusting a former one does.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.market import AS_OF

import shopscore
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.events.connection import Settings

POLICY = "us-sps@2026.06"


def main() -> None:
    """Open a data set and, where an output is named, score it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--checked", action="store_true")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--memory-limit")
    given = parser.parse_args()
    outputs = () if given.output is None else (given.output.resolve().parent,)
    settings = Settings(threads=given.threads, memory_limit=given.memory_limit, outputs=outputs)
    policy = shopscore.load(POLICY)
    with policy.open(given.data, checked=given.checked, settings=settings) as data:
        if given.checked and any(finding.id == "I350" for finding in data.findings):
            raise SystemExit("the data was checked again: there is no manifest that holds")
        if given.output is None:
            data.write_manifest()
            return
        DuckDbEngine().write(policy.bind_data(data, AS_OF), data, given.output)


if __name__ == "__main__":
    main()
