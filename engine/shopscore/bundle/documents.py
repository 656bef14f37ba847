"""The files of one version, read and put together: sections may be spread over files, never said twice."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct

from shopscore.bundle.claims import read_claims
from shopscore.bundle.findings import NOT_READ, TWICE_SAID
from shopscore.bundle.tree import Branch, Member
from shopscore.errors import Finding
from shopscore.yaml.compose import load, load_file
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import MapNode, Node


class Documents(Struct, frozen=True):
    """What the files of one version say together; no tree where a file could not be read to its end."""

    tree: Branch | None
    findings: tuple[Finding, ...]


def files_of(folder: Traversable) -> tuple[Traversable, ...]:
    """Return a version's YAML files by name; folders below, such as its cases, are not part of it."""
    files = (each for each in folder.iterdir() if each.name.endswith((".yaml", ".yml")) and each.is_file())
    return tuple(sorted(files, key=lambda each: each.name))


def read_documents(folder: Traversable) -> Documents:
    """Read a version's files into one tree."""
    findings: list[Finding] = []
    parts: list[Branch] = []
    whole = True
    for file in files_of(folder):
        if file.name.endswith(".yml"):
            findings.append(finding(NOT_READ, str(file), "the files of a bundle end in .yaml; rename it"))
            continue
        node, found = _load(file)
        findings.extend(found)
        if not isinstance(node, MapNode):
            whole = False
            if node is not None:
                findings.append(
                    finding(NOT_READ, node.mark, "a file of a bundle is a map of sections such as `metrics:`")
                )
            continue
        part, found = read_claims(node)
        findings.extend(found)
        assert isinstance(part, Branch), "the map of a whole file is never a wrapped value"
        parts.append(part)
    if not parts:
        if not findings:
            findings.append(finding(NOT_READ, str(folder), "there is no .yaml file in this folder"))
        return Documents(None, tuple(findings))
    tree = _join(parts, findings)
    return Documents(tree if whole else None, tuple(findings))


def _load(file: Traversable) -> tuple[Node | None, tuple[Finding, ...]]:
    if isinstance(file, Path):
        return load_file(file)
    return load(file.read_bytes(), str(file))  # inside a zip: read whole, then held to the same limits


def _join(parts: Iterable[Branch], findings: list[Finding]) -> Branch:
    """Join files section by section; what stands twice is reported and the first kept."""
    first, *rest = parts
    sections = dict(first.members)
    for part in rest:
        for name, member in part.members.items():
            if name not in sections:
                sections[name] = member
                continue
            known, added = sections[name].value, member.value
            if not (isinstance(known, Branch) and isinstance(added, Branch)):
                findings.append(_twice(name, sections[name], member))
                continue
            for key, inner in added.members.items():
                if key in known.members:
                    findings.append(_twice(f"{name}.{key}", known.members[key], inner))
            members = {**known.members, **{k: v for k, v in added.members.items() if k not in known.members}}
            joined = Branch(members, known.mark, known.claims + added.claims)
            sections[name] = Member(sections[name].key_mark, joined)
    claims = tuple(claim for part in (first, *rest) for claim in part.claims)
    return Branch(sections, first.mark, claims)


def _twice(path: str, first: Member, second: Member) -> Finding:
    return finding(TWICE_SAID, second.key_mark, f"{path} is already said at {first.key_mark}; say it once")
