"""What lint and test are pointed at: bundles by name or folder, folders of them, and case files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from shopscore.errors import UsageError
from shopscore.testing.case_files import case_files
from shopscore_cli.session import Session

_SUFFIXES = (".yaml", ".yml", ".json")


class Target(Struct, frozen=True):
    """A bundle, by name or folder, or a case file."""

    reference: str
    is_case: bool = False


def targets_of(session: Session, words: Sequence[str]) -> tuple[Target, ...]:
    """Return what the words on a command line mean; without words, every bundle there is."""
    if not words:
        return tuple(Target(name) for name in session.workspace.catalog.names())
    return tuple(dict.fromkeys(target for word in words for target in _meant(word)))


def cases_of(session: Session, targets: Iterable[Target]) -> Iterator[Path]:
    """Yield the case files of targets: a case itself, or those of a bundle."""
    for target in targets:
        if target.is_case:
            yield Path(target.reference)
        else:
            loaded = session.workspace.catalog.load(target.reference)
            if loaded.root is not None:
                yield from case_files(Path(loaded.root.mark.file).parent)


def _meant(word: str) -> Iterator[Target]:
    path = Path(word)
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file() and path.suffix in _SUFFIXES:
        is_part = (path.parent / "bundle.yaml").is_file()
        yield Target(str(path.parent)) if is_part else Target(word, is_case=True)
    elif "@" in word and "/" not in word:
        yield Target(word)
    elif path.is_file():
        raise UsageError(f"{word} is neither a bundle nor a case; expected a folder, {', '.join(_SUFFIXES)}")
    else:
        raise UsageError(f"{word}: there is no such file or folder; a bundle's name is id@version")


def _in_folder(folder: Path) -> Iterator[Target]:
    """Yield the bundle a folder is, else all bundles and, where there are none, all cases below it."""
    if (folder / "bundle.yaml").is_file():
        yield Target(str(folder))
        return
    bundles = sorted(found.parent for found in folder.rglob("bundle.yaml"))
    if bundles:
        yield from (Target(str(each)) for each in bundles)
        return
    cases = sorted(each for each in folder.rglob("*") if each.suffix in _SUFFIXES and each.is_file())
    if not cases:
        raise UsageError(f"{folder}: there is no bundle.yaml and no case in this folder or below it")
    yield from (Target(str(each), is_case=True) for each in cases)
