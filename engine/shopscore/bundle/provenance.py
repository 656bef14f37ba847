"""Every mark of a resolved bundle with the path it stands at, and the one that applies to each number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from shopscore.bundle.cursor import Notes
from shopscore.bundle.findings import NO_SOURCE
from shopscore.bundle.model import Provenance
from shopscore.bundle.tree import Branch, Claim, Leaf, Path, Says, Tree, children
from shopscore.errors import near_match
from shopscore.yaml.nodes import dotted

_WHOLE_FILE = "bundle"


def read_provenance(root: Branch) -> dict[Claim, Provenance]:
    """Return the marks that hold for something, in the order of the text, with their paths."""
    used = {leaf.claim for leaf in _leaves(root) if leaf.claim}
    return {claim: _provenance(claim, path) for claim, path in _placed(root, ()) if claim in used}


def origins(notes: Notes, marks: Mapping[Claim, Provenance]) -> dict[str, Provenance]:
    """Return the mark that applies to each number, by path."""
    return {path: marks[claim] for path, claim in notes.origins.items()}


def check_sources(notes: Notes, marks: Mapping[Claim, Provenance], sources: Collection[str]) -> None:
    """Report marks that name a source the bundle does not declare."""
    for claim, mark in marks.items():
        if mark.source is not None and mark.source not in sources:
            near = near_match(mark.source, sources)
            message = f"{mark.path}: no source is called {mark.source!r}; declare it under sources{near}"
            notes.report(NO_SOURCE, claim.mark, message)


def _leaves(tree: Tree) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
    for _, _, below in children(tree):
        yield from _leaves(below)


def _placed(tree: Tree, path: Path) -> Iterator[tuple[Claim, Path]]:
    match tree:
        case Leaf(claim=Claim() as claim, wrapped=True):
            yield claim, path
        case Branch(claims=claims):
            yield from ((claim, path) for claim in claims)
        case _:
            pass
    for step, _, below in children(tree):
        yield from _placed(below, (*path, step))


def _provenance(claim: Claim, path: Path) -> Provenance:
    is_source = claim.says is Says.SOURCE
    return Provenance(
        path=dotted(path) or _WHOLE_FILE,
        mark=claim.mark,
        source=claim.text if is_source else None,
        assumed=None if is_source else claim.text,
    )
