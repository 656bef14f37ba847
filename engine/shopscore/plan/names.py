"""Names of inputs and cells, made in one place so that plan, engines and scorecard agree."""

from __future__ import annotations

RAW_FIELDS = ("numerator", "denominator", "numerator_rows", "denominator_rows")
SUPPLIED_FIELDS = ("value", "numerator", "denominator")
BENCHMARK_FIELDS = ("poor", "excellent", "average", "weight")
STATE_FIELDS = ("before", "since", "stands")


def raw(metric: str, field: str) -> str:
    """Name an engine's integer result of a metric, as a double."""
    return f"raw.{metric}.{field}"


def there(metric: str) -> str:
    """Name the flag that tells whether all a metric needs was supplied."""
    return f"there.{metric}"


def supplied(metric: str, field: str) -> str:
    """Name a field of a metric's supplied row."""
    return f"supplied.{metric}.{field}"


def benchmark(owner: str, field: str) -> str:
    """Name a field of the supplied benchmarks of a metric or dimension."""
    return f"benchmark.{owner}.{field}"


def state(item: str, field: str) -> str:
    """Name a field of an item's supplied state."""
    return f"state.{item}.{field}"


def excluded(exclusion: str) -> str:
    """Name the count of rows an exclusion removed."""
    return f"excluded.{exclusion}.rows"
