"""What one command line works with: the policy folders it was given, and the workspace made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from shopscore.api import Workspace


@dataclass
class Session:
    """The folders to look for policies in, before our own."""

    policies: list[Path] = field(default_factory=list)

    @cached_property
    def workspace(self) -> Workspace:
        """Return the workspace; it is made, and the engine imported, on first use."""
        from shopscore.api import Workspace

        return Workspace(self.policies)


def _add(context: click.Context, parameter: click.Parameter, folders: Iterable[Path]) -> None:
    context.ensure_object(Session).policies.extend(folders)


policies_option = click.option(
    "--policies", multiple=True, expose_value=False, callback=_add, metavar="DIR",
    envvar="SHOPSCORE_POLICIES", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look for policies here first. May be given more than once.",
)  # fmt: skip
"""Decorate a command with --policies; it is read from the session."""

pass_session = click.make_pass_decorator(Session, ensure=True)
