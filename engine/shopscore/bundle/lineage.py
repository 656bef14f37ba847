"""A version's tree with everything it inherits, from its oldest ancestor down."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib.resources.abc import Traversable

from msgspec import Struct

from shopscore.bundle.documents import Documents, read_documents
from shopscore.bundle.extends import inherit, without_parent
from shopscore.bundle.findings import CYCLE, NO_PARENT
from shopscore.bundle.tree import Branch, Leaf
from shopscore.errors import Finding, near_match
from shopscore.yaml.findings import finding

Find = Callable[[str], Traversable | None]
"""From a parent's `id@version` to its folder."""


class Resolved(Struct, frozen=True):
    """A version's whole tree; None where one of its files, or a parent, could not be read."""

    tree: Branch | None
    findings: tuple[Finding, ...]


class Lineage:
    """Reads each version's files once, however many others extend it."""

    def __init__(self) -> None:
        self._read: dict[str, Documents] = {}

    def resolve(self, name: str, folder: Traversable, find: Find, known: Collection[str]) -> Resolved:
        """Return the tree of the version in a folder; `known` are the names to suggest for a lost parent."""
        chain: list[Branch] = []
        seen = [name]
        findings: list[Finding] = []
        while True:
            documents = self._documents(folder)
            findings.extend(documents.findings)
            if documents.tree is None:
                return Resolved(None, tuple(findings))
            chain.append(documents.tree)
            parent = documents.tree.get("extends")
            if not isinstance(parent, Leaf):
                break
            text = parent.scalar.text
            if text in seen:
                circle = " extends ".join([*seen[seen.index(text) :], text])
                findings.append(finding(CYCLE, parent.mark, f"bundles cannot extend each other: {circle}"))
                return Resolved(None, tuple(findings))
            found = find(text)
            if found is None:
                message = f"there is no bundle {text!r} to extend{near_match(text, known)}"
                findings.append(finding(NO_PARENT, parent.mark, message))
                return Resolved(None, tuple(findings))
            seen.append(text)
            folder = found
        return _merged(chain, findings)

    def _documents(self, folder: Traversable) -> Documents:
        key = str(folder)
        if key not in self._read:
            self._read[key] = read_documents(folder)
        return self._read[key]


def _merged(chain: list[Branch], findings: list[Finding]) -> Resolved:
    *children, oldest = chain
    tree, found = without_parent(oldest)
    findings.extend(found)
    for child in reversed(children):
        tree, found = inherit(tree, child)
        findings.extend(found)
    return Resolved(tree, tuple(findings))
