"""The resolved view: every value of a bundle with the file and line it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from shopscore.bundle.tree import Branch, Claim, Leaf, Series, Tree
from shopscore.errors import Mark
from shopscore.yaml.nodes import Kind

_WIDTH = 60
_FLOW_SIGNS = frozenset(",[]{}")


class _Row(Struct, frozen=True):
    """A line of YAML, the place of what stands on it, and the mark that begins to hold there."""

    text: str
    mark: Mark
    claim: Claim | None = None

    def __str__(self) -> str:
        said = f"  {self.claim.says}: {self.claim.text}" if self.claim else ""
        return f"{self.text:<{_WIDTH}} # {self.mark.file}:{self.mark.line}{said}"


def resolved_lines(root: Branch) -> list[str]:
    """Return a resolved tree as YAML, each line ending in `# file:line` and in the mark that begins there."""
    return [str(row) for row in _map(root, "", None)]


def _map(tree: Branch, indent: str, outer: Claim | None) -> Iterator[_Row]:
    for key, member in tree.members.items():
        yield from _value(f"{indent}{_key(key)}:", member.value, member.key_mark, indent, outer)


def _value(start: str, tree: Tree, mark: Mark, indent: str, outer: Claim | None) -> Iterator[_Row]:
    """Yield a value that belongs to what a line starts with; `outer` is the mark that lines above showed."""
    match tree:
        case Leaf(claim=claim):
            yield _Row(f"{start} {_scalar(tree)}", tree.mark, claim if claim != outer else None)
        case Branch(members=members) if members:
            yield _Row(start, mark, _own(tree))
            yield from _map(tree, f"{indent}  ", _own(tree) or outer)
        case Series():
            if (inline := _inline(tree, outer)) is not None:
                yield _Row(f"{start} {inline}", tree.mark)
            else:
                yield _Row(start, mark)
                yield from _list(tree.items, f"{indent}  ", outer)
        case _:
            yield _Row(f"{start} {{}}", mark, _own(tree))


def _list(items: tuple[Tree, ...], indent: str, outer: Claim | None) -> Iterator[_Row]:
    for item in items:
        if not isinstance(item, Branch) or not item.members:
            yield from _value(f"{indent}-", item, item.mark, indent, outer)
            continue
        first, *rest = _map(item, f"{indent}  ", _own(item) or outer)
        text = f"{indent}- {first.text.removeprefix(f'{indent}  ')}"
        yield replace(first, text=text, claim=first.claim or _own(item))
        yield from rest


def _own(tree: Tree) -> Claim | None:
    """Return the mark a map shows on its line: where versions were merged, the youngest one's."""
    return tree.claims[-1] if isinstance(tree, Branch) and tree.claims else None


def _inline(tree: Series, outer: Claim | None) -> str | None:
    """Return a list of plain values of one line as one line, or None for any other."""
    leaves = [item for item in tree.items if isinstance(item, Leaf)]
    if len(leaves) < len(tree.items) or any(leaf.claim != outer for leaf in leaves):
        return None
    if any((leaf.mark.file, leaf.mark.line) != (tree.mark.file, tree.mark.line) for leaf in leaves):
        return None
    return f"[{', '.join(_scalar(leaf, in_list=True) for leaf in leaves)}]"


def _scalar(leaf: Leaf, *, in_list: bool = False) -> str:
    scalar = leaf.scalar
    quoted = not scalar.plain or (in_list and not _FLOW_SIGNS.isdisjoint(scalar.text))
    if scalar.kind is Kind.TEXT and quoted:
        return json.dumps(scalar.text, ensure_ascii=False)
    return scalar.text


def _key(key: str) -> str:
    return key if key.replace("-", "_").isidentifier() else json.dumps(key, ensure_ascii=False)
