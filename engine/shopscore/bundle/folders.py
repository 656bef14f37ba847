"""Where bundles lie: `<root>/<bundle>/<version>/*.yaml`, under any number of roots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources.abc import Traversable

from shopscore.bundle.documents import files_of
from shopscore.errors import UsageError, near_match


def version_order(name: str) -> list[tuple[int, int | str]]:
    """Order names such as `us-sps@2026.06` with numbers as numbers: 2026.9 before 2026.10."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", name) if part]


class Folders:
    """The folders of bundles under some roots, listed when first asked for."""

    def __init__(self, roots: Iterable[Traversable]) -> None:
        self._roots = tuple(roots)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Traversable, ...]]:
        """Return the folders of each `id@version`; one name in several roots has several."""
        found: dict[str, list[Traversable]] = {}
        for root in self._roots:
            if not root.is_dir():
                raise UsageError(f"there is no folder of policies {str(root)!r}")
            for bundle in _below(root):
                for version in _below(bundle):
                    if files_of(version):
                        found.setdefault(f"{bundle.name}@{version.name}", []).append(version)
        return {name: tuple(found[name]) for name in sorted(found, key=version_order)}

    def find(self, name: str) -> Traversable | None:
        """Return a bundle's folder, or None where there is none.

        Raises UsageError where two roots have different bundles of that name: which one was meant,
        only the person can say.
        """
        first, *others = self.by_name.get(name, (None,))
        for other in others:
            if first is not None and not _same(first, other):
                raise UsageError(f"{name} is in two places and not the same there: {first} and {other}")
        return first

    def get(self, name: str) -> Traversable:
        """Return a bundle's folder; an unknown name is a UsageError with the nearest one."""
        if (folder := self.find(name)) is not None:
            return folder
        id, at, version = name.partition("@")
        versions = [each for each in self.by_name if each.partition("@")[0] == id]
        if versions and at and version:
            near = near_match(name, versions) or f"; its versions are {', '.join(versions)}"
            raise UsageError(f"{id} has no version {version!r}{near}")
        if versions:
            raise UsageError(f"{id} has versions; name one of them: {', '.join(versions)}")
        ids = sorted({each.partition("@")[0] for each in self.by_name})
        known = near_match(id, ids) or (f"; known are {', '.join(ids)}" if ids else "; there are none")
        raise UsageError(f"no bundle is called {id!r}{known}")


def _below(folder: Traversable) -> Iterator[Traversable]:
    folders = (each for each in folder.iterdir() if each.is_dir() and not each.name.startswith((".", "_")))
    return iter(sorted(folders, key=lambda each: each.name))


def _same(one: Traversable, other: Traversable) -> bool:
    """Tell whether two folders hold the same bundle, as when a root is given twice."""
    return {each.name: each.read_bytes() for each in files_of(one)} == {
        each.name: each.read_bytes() for each in files_of(other)
    }
