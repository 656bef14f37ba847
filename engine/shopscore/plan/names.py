"""Names of inputs and cells, made in one place so that plan, engines and scorecard agree."""

from __future__ import annotations

RAW_FIELDS = ("numerator", "denominator", "numerator_rows", "denominator_rows")
SUPPLIED_FIELDS = ("value", "numerator", "denominator")
STATE_COLUMNS = {
    "before": "state",
    "value_before": "value",
    "since": "since_on",
    "by": "decided_by",
    "streak": "streak",
}
"""Fields of an item's supplied state, and the columns of shop_states they are."""
BENCHMARK_FIELDS = ("poor", "excellent", "average", "weight")


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


def ledger(id_: str, field: str) -> str:
    """Name what a ledger tells beside what formulas read: its warnings and lists."""
    return f"ledger.{id_}.{field}"


def balance(id_: str) -> str:
    """Name a ledger's balance, as formulas read it."""
    return f"{id_}.balance"


def restricted(id_: str, milestone: str) -> str:
    """Name the flag that tells whether a milestone's actions are in force."""
    return f"{id_}.restricted.{milestone}"


def counted(id_: str, count: str) -> str:
    """Name a ledger's count of violations."""
    return f"{id_}.count.{count}"


def appeals(field: str) -> str:
    """Name a count of appeals about metrics that break a rule."""
    return f"appeals.{field}"
