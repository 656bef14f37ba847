"""From parser events to the tree, without recursion, refusing what YAML allows and policies must not."""

from __future__ import annotations

import yaml
from msgspec import Struct, field

from shopscore.errors import Finding, Mark
from shopscore.yaml.core_rules import Resolved, Unkept, resolve
from shopscore.yaml.findings import finding
from shopscore.yaml.guard import Guard, Limits, Refused
from shopscore.yaml.json_escapes import Columns
from shopscore.yaml.nodes import Entry, Kind, ListNode, MapNode, Node, ScalarNode
from shopscore.yaml.source import UNSAFE, codepoint

_STANDARD_TAG = "tag:yaml.org,2002:"


class _Built(Struct, frozen=True):
    """A node with what an alias to it would add: how many values, how many levels."""

    node: Node
    values: int = 1
    height: int = 0


class _Open(Struct):
    """A list or map whose end has not been read yet."""

    mark: Mark
    is_map: bool
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    first_seen: dict[str, Mark] = field(default_factory=dict)
    expects_key: bool = True
    key: tuple[str, Mark] | None = None
    """The key whose value comes next; None where the key was refused and the value goes with it."""
    values: int = 1
    height: int = 0


class Builder:
    """Takes one document's events in order; `root` and `findings` hold the outcome."""

    def __init__(self, file: str, limits: Limits, columns: Columns) -> None:
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._file = file
        self._guard = Guard(limits)
        self._columns = columns
        self._open: list[_Open] = []
        self._anchored: dict[str, _Built] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event; raises Refused where going on makes no sense."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event)
            case yaml.CollectionEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._document(event)
            case _:
                pass

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        mark = self._mark(event)
        self._documents += 1
        if self._documents > 1:
            raise Refused(finding("Y109", mark, "a second document begins here, expected one per file"))
        if event.version not in (None, (1, 2)) or event.tags:
            self._find("Y117", mark, "expected no directive: files are read by YAML 1.2 rules")

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        mark = self._mark(event)
        self._guard.value(mark)
        self._guard.depth(len(self._open) + 1, mark)
        self._check_tag(event.tag, mark)
        self._claim_anchor(event.anchor, mark)
        self._open.append(_Open(mark, isinstance(event, yaml.MappingStartEvent), event.anchor))

    def _end(self) -> None:
        done = self._open.pop()
        node: Node = (
            MapNode(tuple(done.entries), done.mark) if done.is_map else ListNode(tuple(done.items), done.mark)
        )
        self._place(_Built(node, done.values, done.height + 1), done.anchor)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = self._mark(event)
        plain = not event.style
        text: str = event.value
        self._check_tag(event.tag, mark)
        self._claim_anchor(event.anchor, mark)
        if event.style == '"' and (bad := UNSAFE.search(text)):
            self._find("Y104", mark, f"the escaped character {codepoint(bad[0])} does not belong in a text")
        if self._open and self._open[-1].is_map and self._open[-1].expects_key:
            self._key(text, mark, plain, event.anchor)
            return
        self._guard.value(mark)
        kind, value = self._resolve(text, mark) if plain and event.tag is None else (Kind.TEXT, text)
        self._place(_Built(ScalarNode(text, value, mark, plain, kind)), event.anchor)

    def _key(self, text: str, mark: Mark, plain: bool, anchor: str | None) -> None:
        top = self._open[-1]
        top.expects_key = False
        top.key = None
        if anchor is not None:
            self._anchored[anchor] = _Built(ScalarNode(text, text, mark, plain, Kind.TEXT))
        if plain and text == "<<":
            self._find("Y111", mark, "merge keys are not used; write the keys out")
        elif plain and not text:
            self._find("Y113", mark, "expected a key before ':'")
        elif text in top.first_seen:
            self._find("Y112", mark, f"duplicate key {text!r}; it is already at {top.first_seen[text]}")
        else:
            top.first_seen[text] = mark
            top.key = (text, mark)

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark, name = self._mark(event), str(event.anchor)
        if any(enclosing.anchor == name for enclosing in self._open):
            raise Refused(finding("Y116", mark, f"the alias *{name} stands inside what it stands for"))
        built = self._anchored.get(name)
        if built is None:
            raise Refused(finding("Y116", mark, f"the alias *{name} has no anchor &{name} before it"))
        self._guard.alias(built.values, mark)
        self._guard.depth(len(self._open) + built.height, mark)
        if self._open and self._open[-1].is_map and self._open[-1].expects_key:
            self._find("Y113", mark, "expected a text as key, found an alias; write the key out")
            self._open[-1].expects_key = False
            self._open[-1].key = None
        else:
            self._place(built, None)

    def _place(self, built: _Built, anchor: str | None) -> None:
        """Put a complete node where it belongs: in the innermost open list or map, or at the root."""
        if anchor is not None:
            self._anchored[anchor] = built
        if not self._open:
            self.root = built.node
            return
        top = self._open[-1]
        top.values += built.values
        top.height = max(top.height, built.height)
        if not top.is_map:
            top.items.append(built.node)
        elif top.expects_key:
            what = "map" if isinstance(built.node, MapNode) else "list"
            self._find("Y113", built.node.mark, f"expected a text as key, found a {what}")
            top.expects_key, top.key = False, None
        else:
            if top.key is not None:
                top.entries.append(Entry(*top.key, built.node))
            top.expects_key = True

    def _resolve(self, text: str, mark: Mark) -> Resolved:
        try:
            return resolve(text)
        except Unkept as refused:
            self._find(refused.id, mark, refused.message)
            return refused.resolved

    def _check_tag(self, tag: str | None, mark: Mark) -> None:
        if tag is not None:
            written = f"!!{tag.removeprefix(_STANDARD_TAG)}" if tag.startswith(_STANDARD_TAG) else tag
            self._find("Y110", mark, f"the tag {written} is not allowed; values have no tags here")

    def _claim_anchor(self, name: str | None, mark: Mark) -> None:
        if name is None:
            return
        first = self._anchored.get(name)
        open_mark = next((each.mark for each in self._open if each.anchor == name), None)
        before = first.node.mark if first else open_mark
        if before is not None:
            self._find("Y116", mark, f"the anchor &{name} is already at {before}")

    def _find(self, id: str, mark: Mark, message: str) -> None:
        self.findings.append(finding(id, mark, message))

    def _mark(self, event: yaml.Event) -> Mark:
        at = event.start_mark
        assert at is not None, "parsers mark every event"
        column = self._columns.written(at.line, at.column) if self._columns.joined else at.column
        return Mark(self._file, at.line + 1, column + 1)
