"""A scoring run in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from shopscore_cli.render.words import count_of

if TYPE_CHECKING:
    from shopscore_cli.scoring import Outputs


def summary_lines(report: Mapping[str, Any], outputs: Outputs) -> Iterator[str]:
    """Yield what was written, how the scorecards came out, and what was left out."""
    subjects = report["subjects"]
    yield f"{outputs.scores}: {count_of(subjects['scored'], 'scorecard')} in {report['seconds']:.1f} s"
    if report["states"]:
        yield f"  state     {_counts(report['states'])}"
    if report["bands"]:
        yield f"  band      {_counts(report['bands'])}"
    skipped = {"of other markets": subjects["of_other_markets"], "closed": subjects["closed"]}
    if any(skipped.values()):
        yield f"  skipped   {', '.join(f'{count:,} {why}' for why, count in skipped.items() if count)}"
    bad = {name: sum(table["bad"].values()) for name, table in report["tables"].items() if table["bad"]}
    if bad:
        yield f"  bad rows  {_counts(bad)}, set aside in {outputs.bad_rows}"
    if report["warnings"]:
        ids = Counter(warning["id"] for warning in report["warnings"])
        yield f"  warnings  {', '.join(f'{id_} × {n}' if n > 1 else id_ for id_, n in ids.items())}"
    yield f"  manifest  {outputs.manifest}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
