"""Files that appear whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shopscore.errors import UsageError
from shopscore_cli.interruption import heed


def refuse_existing(paths: Sequence[Path], force: bool) -> None:
    """Raise UsageError where an output is there already, or has no folder to be in."""
    for path in paths:
        if path.exists() and not force:
            raise UsageError(f"{path} exists already; --force replaces it")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no folder; expected one to write {path.name} into")


@contextmanager
def drafts(*outputs: Path) -> Iterator[list[Path]]:
    """Give a draft beside each output; they take the outputs' places together at the end.

    A draft that was not written leaves no output, and takes a former one away. Whatever goes wrong
    removes all drafts.
    """
    written = [out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}.partial") for out in outputs]
    try:
        yield written
        heed()
        for draft, out in zip(written, outputs, strict=True):
            if draft.exists():
                draft.replace(out)
            else:
                out.unlink(missing_ok=True)
    finally:
        for draft in written:
            draft.unlink(missing_ok=True)


def write_text(path: Path, text: str, force: bool) -> None:
    """Write a text file; an existing one only by force."""
    refuse_existing([path], force)
    with drafts(path) as (draft,):
        draft.write_text(text, encoding="utf-8")
