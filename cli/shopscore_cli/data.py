"""Opens a data set with what a policy needs of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

from msgspec import Struct

from shopscore.errors import UsageError
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.events.connection import Settings
    from shopscore.events.dataset import DataSet
    from shopscore.policy import Policy


class Opening(Struct, frozen=True):
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


def refuse_as_table(output: Path, data: Path, tables: Collection[str]) -> None:
    """Raise UsageError where an output in the data's folder would be read as a table the next time."""
    folder, place = data.resolve(), output.resolve()
    if (place.parent == folder and place.stem in tables) or (
        place.parent.parent == folder and place.parent.name in tables
    ):
        _refuse(output)


def refuse_read(outputs: Iterable[Path], read: Collection[Path]) -> None:
    """Raise UsageError where an output is one of the files that are read."""
    inputs = {path.resolve() for path in read}
    for output in outputs:
        if output.resolve() in inputs:
            _refuse(output)


def _refuse(output: Path) -> NoReturn:
    raise UsageError(f"{output} belongs to the data that is scored; expected an output outside of it")
