"""Appeals: which records they remove, and which rules they break (2.8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from shopscore.engines.reference.ledgers import Granted
from shopscore.engines.reference.rows import Row
from shopscore.plan.model import Plan


def granted(appeals: Iterable[Row]) -> Granted:
    """Return what appeals known to be granted are about, and the records they name."""
    return frozenset((row["about"], row["record_id"]) for row in appeals if row["status"] == "granted")


def broken_rules(plan: Plan, appeals: Iterable[Row]) -> dict[str, float]:
    """Count the tickets that name too many records, and the records appealed too often."""
    metrics = {metric.id for metric in plan.metrics}
    rules = plan.bundle.appeals
    tickets: defaultdict[str, set[str]] = defaultdict(set)
    times: Counter[tuple[str, str]] = Counter()
    for row in appeals:
        if row["about"] in metrics:
            times[row["about"], row["record_id"]] += 1
            if row["ticket_id"] is not None:
                tickets[row["ticket_id"]].add(row["record_id"])
    crowd, often = (rules.records_per_ticket, rules.times_per_record) if rules else (None, None)
    return {
        "crowded_tickets": float(sum(crowd is not None and len(each) > crowd for each in tickets.values())),
        "repeated_records": float(sum(often is not None and each > often for each in times.values())),
    }
