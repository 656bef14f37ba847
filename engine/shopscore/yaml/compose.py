"""Read YAML or JSON into a tree that knows its places; the one door for policies, cases and settings."""

from __future__ import annotations

from pathlib import Path

import yaml

from shopscore.errors import Finding, Mark
from shopscore.yaml.builder import Builder
from shopscore.yaml.findings import finding
from shopscore.yaml.guard import POLICY_BYTES, Limits, Refused
from shopscore.yaml.json_escapes import join_surrogates
from shopscore.yaml.nodes import Kind, Node, ScalarNode
from shopscore.yaml.source import decode, read_bytes
from shopscore.yaml.syntax import explain

# The C parser is some ten times faster; both give the same events for the same text.
PARSER: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Loaded = tuple[Node | None, tuple[Finding, ...]]


def load_file(path: Path | str, shown_as: str | None = None, max_bytes: int = POLICY_BYTES) -> Loaded:
    """Read a file into a tree; see `load`. `shown_as` is the name that marks and findings carry."""
    shown = shown_as if shown_as is not None else str(path)
    content = read_bytes(Path(path), shown, max_bytes)
    if isinstance(content, Finding):
        return None, (content,)
    return load(content, shown, max_bytes)


def load(text: bytes | str, file: str, max_bytes: int = POLICY_BYTES) -> Loaded:
    """Read a text into a tree, and everything that is wrong with it.

    The tree is there whenever the text was read to its end, so that its shape can be checked in the
    same run: of duplicate keys it holds the first, of tagged values the text. Without a tree there is
    at least one finding.
    """
    try:
        return _parse(decode(text, file, max_bytes), file, Limits(bytes=max_bytes))
    except Refused as refused:
        return None, (refused.finding,)


def _parse(text: str, file: str, limits: Limits) -> Loaded:
    text, columns = join_surrogates(text)
    builder = Builder(file, limits, columns)
    parser = PARSER(text)
    try:
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except Refused as refused:
        return None, (*builder.findings, refused.finding)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # chr() in the Python parser
        return None, (*builder.findings, explain(error, text, file))
    finally:
        parser.dispose()
    if builder.root is None or _is_nothing(builder.root):
        builder.findings.append(finding("Y108", Mark(file, 1, 1), "the file is empty"))
        return None, tuple(builder.findings)
    return builder.root, tuple(builder.findings)


def _is_nothing(root: Node) -> bool:
    return isinstance(root, ScalarNode) and root.kind is Kind.NULL and not root.text
