"""The bundles under some folders, by name, by folder, or by market and day; read only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct

from shopscore.bundle.build import build_bundle
from shopscore.bundle.cursor import Cursor, Notes
from shopscore.bundle.documents import files_of
from shopscore.bundle.findings import WRONG_FOLDER
from shopscore.bundle.folders import Folders, version_order
from shopscore.bundle.in_force import overlaps, pick
from shopscore.bundle.lineage import Lineage, Resolved
from shopscore.bundle.model import Bundle
from shopscore.bundle.sections.identity import Identity, read_identity
from shopscore.bundle.tree import Branch, Leaf
from shopscore.errors import Finding, FindingsError, UsageError
from shopscore.yaml.findings import finding


class Loaded(Struct, frozen=True):
    """A bundle as far as it could be read: no bundle where a finding is an error, no root without a tree."""

    bundle: Bundle | None
    findings: tuple[Finding, ...]
    root: Branch | None
    """The resolved tree, for the view of where each value comes from."""


class Catalog:
    """Bundles by name; each file is read at most once, and only if something asked for needs it.

    `plugin_versions` are those of the installed plugins; digests take in what a bundle names.
    """

    def __init__(
        self, roots: Iterable[Traversable], plugin_versions: Mapping[str, str] | None = None
    ) -> None:
        self._folders = Folders(roots)
        self._lineage = Lineage()
        self._plugin_versions = dict(plugin_versions or {})
        self._loaded: dict[str | Path, Loaded] = {}
        self._identities: dict[str, Identity] = {}

    def names(self) -> tuple[str, ...]:
        """Return every `id@version`, versions in order."""
        return tuple(self._folders.by_name)

    def load(self, reference: str | Path) -> Loaded:
        """Return a bundle by `id@version` or by its folder; it is read once.

        Raises UsageError where no bundle, or no single one, is meant.
        """
        text = str(reference)
        is_folder = isinstance(reference, Path) or "/" in text or _is_version(text)
        key = Path(reference).resolve() if is_folder else text  # a folder may be called like a bundle
        if key not in self._loaded:
            self._loaded[key] = (
                self._load_folder(Path(reference))
                if is_folder
                else self._load(text, self._folders.get(text), self._resolve(text))
            )
        return self._loaded[key]

    def identity(self, name: str) -> Identity:
        """Return who a bundle is, without reading what it says.

        Raises FindingsError where even that cannot be told.
        """
        if name not in self._identities:
            resolved = self._resolve(name)
            if resolved.tree is None:
                raise FindingsError(resolved.findings)
            notes = Notes()
            identity = read_identity(Cursor(resolved.tree, (), resolved.tree.mark, notes))
            if notes.findings or notes.malformed:
                raise FindingsError(self.load(name).findings)
            self._identities[name] = identity
        return self._identities[name]

    def in_force(self, market: str, as_of: date) -> str:
        """Return the name of a market's main programme on a day.

        Raises UsageError where none is in force, FindingsError where two are or one cannot be read.
        """
        return pick(map(self.identity, self.names()), market, as_of).name

    def overlaps(self) -> tuple[Finding, ...]:
        """Return a finding for each two versions of one programme that are in force on one day."""
        return overlaps(map(self.identity, self.names()))

    def _resolve(self, name: str) -> Resolved:
        return self._lineage.resolve(name, self._folders.get(name), self._folders.find, self.names())

    def _load_folder(self, folder: Path) -> Loaded:
        if not folder.is_dir():
            what = "is a file; name the folder it is in" if folder.exists() else "there is no such folder"
            raise UsageError(f"{folder}: {what}")
        if not files_of(folder):
            versions = [each.name for each in folder.iterdir() if each.is_dir() and files_of(each)]
            listed = ", ".join(sorted(versions, key=version_order))
            hint = f"; its versions are {listed}" if versions else ""
            raise UsageError(f"{folder}: there is no .yaml file in this folder{hint}")
        place = folder.resolve()

        def find(name: str) -> Traversable | None:
            id, _, version = name.partition("@")
            beside = folder / ".." / ".." / id / version
            return beside if beside.is_dir() and id and version else self._folders.find(name)

        name = f"{place.parent.name}@{place.name}"
        return self._load(name, folder, self._lineage.resolve(name, folder, find, self.names()))

    def _load(self, name: str, folder: Traversable, resolved: Resolved) -> Loaded:
        if resolved.tree is None:
            return Loaded(None, _sorted(resolved.findings), None)
        so_far = (*resolved.findings, *_misplaced(name, resolved.tree))
        built = build_bundle(resolved.tree, self._plugin_versions, so_far)
        return Loaded(built.bundle, _sorted(built.findings), resolved.tree)


def _is_version(text: str) -> bool:
    """Tell whether a word names a folder here that holds a bundle."""
    return bool(text) and Path(text).is_dir() and bool(files_of(Path(text)))


def _misplaced(name: str, tree: Branch) -> Iterable[Finding]:
    """Yield a finding where the text names another bundle or version than the folders do."""
    for key, folder in zip(("id", "version"), name.split("@", 1), strict=True):
        said = tree.get(key)
        if isinstance(said, Leaf) and said.scalar.text != folder:
            message = f"{key} {said.scalar.text!r} stands in a folder {folder!r}"
            yield finding(WRONG_FOLDER, said.mark, message)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda each: each.sort_key))
