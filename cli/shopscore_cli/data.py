"""Opens a data set with what a policy needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.api import Policy
    from shopscore.events.connection import Settings
    from shopscore.events.dataset import DataSet
    from shopscore.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the data is and how to read it."""

    path: Path
    reader: str | None = None
    zone: str | None = None
    on_bad_rows: Literal["fail", "set-aside"] = "fail"
    checked: bool = False
    settings: Settings | None = None


def open_data(session: Session, policy: Policy, opening: Opening) -> DataSet:
    """Return the checked data set.

    Raises UsageError where there is none, and BadInputError with everything wrong in it.
    """
    from shopscore.checks.cases import event_tables
    from shopscore.events.opening import open_dataset
    from shopscore.events.reader import ReadOptions
    from shopscore.events.time import Zone

    plugins = session.workspace.plugins
    return open_dataset(
        opening.path,
        zone=policy.zone,
        subject=policy.bundle.subject,
        tables=event_tables(policy.bundle),
        needs=needs_of(policy.plan),
        market=policy.bundle.market,
        reader=plugins.reader(opening.reader) if opening.reader is not None else None,
        options=ReadOptions(zone=opening.zone, market=policy.bundle.market),
        naive_zone=Zone(opening.zone) if opening.zone is not None else None,
        on_bad_rows=opening.on_bad_rows,
        checked=opening.checked,
        settings=opening.settings,
    )


def needs_of(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each table that a plan reads; the rest of the data is never looked at."""
    needs = {name: table.columns for name, table in plan.tables.items()}
    shops = (each.field for each in plan.inputs if each.source == "shop")
    needs["shops"] = tuple(dict.fromkeys((*shops, "category")))
    needs["supplied_metrics"] = ("numerator", "denominator", "as_of")
    owner = (f"{plan.bundle.subject}_id", "category", "metric", "dimension")
    needs["supplied_benchmarks"] = (*owner, "poor", "excellent", "average", "weight")
    if plan.items:
        needs["shop_states"] = ("state", "value", "since_on")
    return needs
