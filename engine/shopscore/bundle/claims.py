"""From a file's nodes to a tree: each value gets the nearest `source:` or `assumed:` around it."""

from __future__ import annotations

from shopscore.bundle.findings import TWO_CLAIMS
from shopscore.bundle.tree import Branch, Claim, Leaf, Member, Path, Says, Series, Tree
from shopscore.errors import Finding
from shopscore.yaml.findings import finding
from shopscore.yaml.nodes import Kind, ListNode, MapNode, Node, ScalarNode

_CLAIMS = frozenset(Says)
_WRAPPER = frozenset({"value", *Says})


def read_claims(root: Node) -> tuple[Tree, tuple[Finding, ...]]:
    """Return a file's tree with every mark attached to the values it holds for."""
    findings: list[Finding] = []
    return _read(root, None, (), findings), tuple(findings)


def _read(node: Node, outer: Claim | None, path: Path, findings: list[Finding]) -> Tree:
    match node:
        case ScalarNode():
            return Leaf(node, outer)
        case ListNode(items=items, mark=mark):
            read = (_read(item, outer, (*path, place), findings) for place, item in enumerate(items))
            return Series(tuple(read), mark)
        case MapNode():
            return _read_map(node, outer, path, findings)


def _read_map(node: MapNode, outer: Claim | None, path: Path, findings: list[Finding]) -> Leaf | Branch:
    claim = _claim(node, findings)
    value = node.get("value")
    if claim and isinstance(value, ScalarNode) and _WRAPPER.issuperset(node.keys()) and not _is_map(path):
        return Leaf(value, claim, wrapped=True)
    members = {
        entry.key: Member(entry.key_mark, _read(entry.value, claim or outer, (*path, entry.key), findings))
        for entry in node.entries
        if entry.key not in _CLAIMS or not _is_text(entry.value)
    }
    return Branch(members, node.mark, (claim,) if claim else ())


def _is_map(path: Path) -> bool:
    """Tell whether `value` is a key of the language here: a whole file, a named value, a ladder's step."""
    return not path or (len(path) == 2 and path[0] == "values") or path[-2:-1] == ("steps",)


def _claim(node: MapNode, findings: list[Finding]) -> Claim | None:
    """Return what a map says of itself; what is no text stays a key, and the shape check refuses it."""
    claims = [
        Claim(says, value.text, value.mark)
        for says in Says
        if isinstance(value := node.get(says), ScalarNode) and _is_text(value)
    ]
    if len(claims) == 2:
        findings.append(
            finding(
                TWO_CLAIMS,
                max(claim.mark for claim in claims),
                "source and assumed exclude each other: a value is either published or assumed",
            )
        )
    return claims[0] if claims else None


def _is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.kind is Kind.TEXT and bool(node.text.strip())
