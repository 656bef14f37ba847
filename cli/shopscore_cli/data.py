"""Opens a data set with what a policy needs of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.events.connection import Settings
    from shopscore.events.dataset import DataSet
    from shopscore.policy import Policy


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
    from shopscore.events.reader import ReadOptions
    from shopscore.events.time import Zone

    plugins = session.workspace.plugins
    return policy.open(
        opening.path,
        reader=plugins.reader(opening.reader) if opening.reader is not None else None,
        options=ReadOptions(zone=opening.zone, market=policy.bundle.market),
        naive_zone=Zone(opening.zone) if opening.zone is not None else None,
        on_bad_rows=opening.on_bad_rows,
        checked=opening.checked,
        settings=opening.settings,
    )
